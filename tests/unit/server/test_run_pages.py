"""What pages about runs ask the API for: searches, plans, and the files that steps keep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.serving import Served, serving, until
from tests.unit.server.projects import write_project

_SECRET = "p4ssw0rd-of-the-store"
_PRINTING = f'''
import time
from pathlib import Path

from treadle import StaticPartitions, asset

ROOT = Path(__file__).parents[3]
INKS = StaticPartitions(keys=("black", "cyan", "magenta", "yellow"))


@asset(owners=["printer@press.example"])
def proof(context):
    """A page, a plot, and a link out of the folder."""
    folder = context.artifacts
    (folder / "plots").mkdir()
    (folder / "proof.html").write_text("<script>alert(1)</script><h1>Proof</h1> {_SECRET}")
    (folder / "plots" / "ink.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "model.bin").write_bytes(bytes(range(256)))
    (folder / "out.txt").symlink_to(ROOT / "pyproject.toml")


@asset(partitions=INKS, deps=[proof])
def plate(context):
    if context.partition == "cyan":
        raise RuntimeError("the plate broke")
'''
_SETTINGS = f"""
[tool.treadle]
module = "p"
[tool.treadle.connections]
shop = "postgresql://press:{_SECRET}@db.example/shop"
"""


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A press that has printed some."""
    root = write_project(tmp_path_factory.mktemp("press"), {"printing.py": _PRINTING, "/pyproject.toml": _SETTINGS})
    with serving(root) as served:
        for body in (
            {"selection": "proof", "tags": {"why": 'a "test"', "tier": "1"}},
            {"selection": "plate", "partition": "black"},
            {"selection": "plate", "partition": "cyan"},
        ):
            over(served, served.post("/runs", body))
        yield served


def over(served: Served, run: dict[str, Any]) -> Any:
    """The run once it is over."""
    return until(lambda: (found := served.get(f"/runs/{run['id']}"))["ended_at"] and found)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param({}, ["plate", "plate", "proof"], id="all"),
        pytest.param({"q": "PROO"}, ["proof"], id="text-in-the-selection"),
        pytest.param({"q": "cya"}, ["plate"], id="text-in-the-partition"),
        pytest.param({"q": "100%"}, [], id="text-isnt-a-pattern"),
        pytest.param({"asset": "plate"}, ["plate", "plate"], id="asset"),
        pytest.param({"asset": "plat"}, [], id="no-such-asset"),
        pytest.param({"tag": "why"}, ["proof"], id="tag"),
        pytest.param({"tag": ['why=a "test"', "tier=1"]}, ["proof"], id="tags-with-values"),
        pytest.param({"tag": "tier=2"}, [], id="another-value"),
        pytest.param({"status": "failed"}, ["plate"], id="status"),
        pytest.param({"since": "2000-01-01T00:00:00Z"}, ["plate", "plate", "proof"], id="since"),
        pytest.param({"until": "2000-01-01T00:00:00Z"}, [], id="until"),
    ],
)
def test_runs_are_searched(press: Served, asked: dict[str, Any], expected: list[str]) -> None:
    """
    Runs are found by words, assets, tags, states and times.
    """
    assert expected == [each["selection"] for each in press.get("/runs", **asked)["items"]]


def test_runs_are_counted_by_state(press: Served) -> None:
    """
    The counts are of all that everything but the state asks for; a run is found by the beginning of its id.
    """
    assert {"succeeded": 2, "failed": 1} == press.get("/runs", status="failed", limit=1)["counts"]
    assert {"succeeded": 1, "failed": 1} == press.get("/runs", asset="plate")["counts"]
    run = press.get("/runs")["items"][0]
    assert [run["id"]] == [each["id"] for each in press.get("/runs", q=run["id"][:8])["items"]]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        pytest.param({"asset": "a//b"}, 400, id="no-key"),
        pytest.param({"since": "yesterday"}, 422, id="no-time"),
        pytest.param({"since": "2026-01-01T00:00:00"}, 422, id="a-time-without-a-zone"),
        pytest.param({"since": "0001-01-01T00:00:00+14:00"}, 400, id="before-all-times"),
    ],
)
def test_a_search_that_makes_no_sense_is_refused(press: Served, asked: dict[str, str], status: int) -> None:
    """
    What can't be meant is said to be so.
    """
    assert status == press.client.get("/runs", params=asked).status_code


def test_files_of_a_step_are_given_in_a_sandbox(press: Served) -> None:
    """
    A page is shown without scripts and apart from the server's origin, with secrets taken out; what is no text is to be
    saved; only the server's own pages may frame it.
    """
    [run] = press.get("/runs", q="proof")["items"]
    [step] = press.get(f"/runs/{run['id']}")["steps"]
    assert [
        ("model.bin", 256),
        ("plots/ink.svg", 41),
        ("proof.html", 61),
    ] == [tuple(each.values()) for each in step["attempts"][0]["artifacts"] if each["name"] != "out.txt"]
    path, asked = f"/runs/{run['id']}/artifact", {"step": step["step"], "attempt": "1"}
    page = press.client.get(path, params={**asked, "name": "proof.html"})
    assert "text/html; charset=utf-8" == page.headers["content-type"]
    policy = page.headers["content-security-policy"].split("; ")
    assert {"sandbox", "default-src 'none'", "frame-ancestors 'self'"} <= set(policy)
    assert ("SAMEORIGIN", "nosniff") == (page.headers["x-frame-options"], page.headers["x-content-type-options"])
    assert page.headers["content-disposition"].startswith("inline")
    assert "<h1>Proof</h1>" in page.text
    assert _SECRET not in page.text
    saved = press.client.get(path, params={**asked, "name": "model.bin"})
    assert (bytes(range(256)), "application/octet-stream") == (saved.content, saved.headers["content-type"])
    assert saved.headers["content-disposition"].startswith("attachment")
    asked_for = press.client.get(path, params={**asked, "name": "proof.html", "download": "true"})
    assert asked_for.headers["content-disposition"].startswith("attachment")
    assert "DENY" == press.client.get("/runs").headers["x-frame-options"]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("../attempt-1.log", id="up"),
        pytest.param("plots/../proof.html", id="around"),
        pytest.param("plots", id="a-folder"),
        pytest.param("/etc/passwd", id="absolute"),
        pytest.param("out.txt", id="a-link-out"),
        pytest.param("", id="nothing"),
    ],
)
def test_only_what_a_step_has_kept_is_given(press: Served, name: str) -> None:
    """
    No name leads to a file that isn't in the folder of the attempt.
    """
    [run] = press.get("/runs", q="proof")["items"]
    asked = {"step": "printing.py:proof", "attempt": "1", "name": name}
    assert 404 == press.client.get(f"/runs/{run['id']}/artifact", params=asked).status_code


def test_a_plan_tells_which_partitions_want_a_run(press: Served) -> None:
    """
    Beside the partitions that there are, a plan names those that are missing or failed, as runs take them.
    """
    partitions = press.get("/plan", selection="+plate")["partitions"]
    assert {
        "count": 4,
        "latest": ["yellow", "magenta", "cyan", "black"],
        "missing": "magenta..yellow",
        "failed": "cyan",
        "stale": "",
        "together": False,
    } == partitions
