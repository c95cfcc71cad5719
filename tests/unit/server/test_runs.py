"""Runs by the API: asked for, followed, cancelled, taken up again; each has a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.serving import Served, serving, until
from tests.unit.server.projects import WEAVING, write_project

LOOM = (
    WEAVING
    + """

@asset(deps=["nobody"])
def felt(context): ...
"""
)
BROKEN = "type: treadle.PythonScript\nattributes: {execution: {path: none.py}, assets: [{key: nobody}]}\n"


@pytest.fixture(scope="module")
def loom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A project in which runs happen; one of its components is broken."""
    root = write_project(tmp_path_factory.mktemp("loom"), {"weaving.py": LOOM, "rag/defs.yaml": BROKEN})
    with serving(root) as served:
        yield served


@pytest.fixture(autouse=True)
def flags(loom: Served) -> Iterator[None]:
    """What makes steps wait, or fail, is gone after each test."""
    yield
    for flag in ("broken", "wait"):
        (loom.root / flag).unlink(missing_ok=True)


def over(served: Served, run: dict[str, Any], status: str = "succeeded") -> Any:
    """The run once it is over."""

    def look() -> Any:
        found = served.get(f"/runs/{run['id']}")
        return found if found["ended_at"] else None

    found = until(look)
    assert status == found["status"], found
    return found


def statuses(run: dict[str, Any]) -> dict[str, str]:
    return {each["step"]: each["status"] for each in run["steps"]}


def test_a_run_is_launched_and_seen_to_its_end(loom: Served) -> None:
    """
    A run that is asked for is queued with its plan, gets a process, and its events come as they happen.
    """
    with loom.events("events") as told:
        assert "reload" == next(told)[0]
        run = loom.post("/runs", {"selection": "wool+1", "tags": {"why": "test"}, "config": {"sheep": 2}})
        assert ("queued", "api", {"why": "test"}) == (run["status"], run["launched_by"], run["tags"])
        assert ["weaving.py:wool", "weaving.py:yarn"] == list(statuses(loom.get(f"/runs/{run['id']}")))
        with loom.events(f"runs/{run['id']}/stream") as happening:
            events = list(happening)
        kinds = [name for name, _ in events]
        assert ["run_queued", "run_started"] == kinds[:2]
        assert ["run_ended", "end"] == kinds[-2:]
        assert {"wool", "yarn"} == {each["asset"] for name, each in events if name == "materialized"}
        seen = []
        while not seen or seen[-1] != "succeeded":
            seen.append(next(each["status"] for name, each in told if name == "run" and each["id"] == run["id"]))
    found = over(loom, run)
    assert {"weaving.py:wool": "succeeded", "weaving.py:yarn": "succeeded"} == statuses(found)
    assert ({"sheep": 2}, ["wool", "yarn"]) == (found["config"], [each["asset"] for each in found["materializations"]])
    wool = until(lambda: (asset := loom.get("/assets/wool"))["status"] == "fresh" and asset)
    assert run["id"] == wool["materializations"][0]["run_id"]


def test_the_stream_of_a_run_goes_on_where_it_was(loom: Served) -> None:
    """
    Whoever says which event it had last gets only those after it; the same events are listed in pages.
    """
    run = over(loom, loom.post("/runs", {"selection": "wool"}))
    listed = loom.get(f"/runs/{run['id']}/events", limit=3)
    rest = loom.get(f"/runs/{run['id']}/events", after=listed["next"], limit=500)
    last = str(listed["items"][-1]["id"])
    with loom.events(f"runs/{run['id']}/stream", **{"Last-Event-ID": last}) as happening:
        later = [each for name, each in happening if name != "end"]
    assert rest["items"] == later


def test_output_is_read_whole_in_parts_and_as_it_comes(loom: Served) -> None:
    """
    What a step prints can be read from any byte on, and followed while it runs.
    """
    (loom.root / "wait").touch()
    run = loom.post("/runs", {"selection": "yarn"})
    path, asked = f"/runs/{run['id']}/output", {"step": "weaving.py:yarn"}
    until(lambda: loom.get(f"/runs/{run['id']}")["steps"][0]["attempts"])
    with loom.client.stream("GET", path, params={**asked, "follow": "true"}) as answer:
        (loom.root / "wait").unlink()
        followed = answer.read().decode()
    over(loom, run)
    whole = loom.client.get(path, params=asked)
    assert "".join(f"turn {number}\n" for number in range(50)) == whole.text == followed
    part = loom.client.get(path, params=asked, headers={"Range": "bytes=7-13"})
    assert (206, "turn 1\n", f"bytes 7-13/{len(whole.content)}") == (
        part.status_code,
        part.text,
        part.headers["content-range"],
    )
    assert whole.text[7:] == loom.client.get(path, params=asked, headers={"Range": "bytes=7-"}).text
    assert 416 == loom.client.get(path, params=asked, headers={"Range": "bytes=99999-"}).status_code
    assert 404 == loom.client.get(path, params={"step": "weaving.py:yarm"}).status_code
    assert 404 == loom.client.get(path, params={**asked, "attempt": 2}).status_code


def test_a_run_is_cancelled_and_taken_up_again(loom: Served) -> None:
    """
    Cancelling asks the steps to end; resuming goes on with what was left.
    """
    (loom.root / "wait").touch()
    run = loom.post("/runs", {"selection": "wool+1"})
    yarn = "weaving.py:yarn"
    until(lambda: statuses(loom.get(f"/runs/{run['id']}"))[yarn] == "running")
    assert loom.post(f"/runs/{run['id']}/cancel")["cancel_requested"]
    cancelled = over(loom, run, "cancelled")
    assert {"weaving.py:wool": "succeeded", yarn: "cancelled"} == statuses(cancelled)
    again = loom.client.post(f"/runs/{run['id']}/cancel")
    assert (409, "conflict") == (again.status_code, again.json()["error"]["code"])
    (loom.root / "wait").unlink()
    loom.post(f"/runs/{run['id']}/resume")
    resumed = until(lambda: (found := loom.get(f"/runs/{run['id']}"))["status"] == "succeeded" and found)
    assert [1, 2] == [len(each["attempts"]) for each in resumed["steps"]]
    assert 409 == loom.client.post(f"/runs/{run['id']}/resume").status_code


def test_what_failed_runs_again(loom: Served) -> None:
    """
    A new run repeats the steps that failed or were skipped, with the tags of the first.
    """
    (loom.root / "broken").touch()
    run = over(loom, loom.post("/runs", {"selection": "+cloth", "tags": {"a": "b"}}), "failed")
    assert {"wool": "succeeded", "yarn": "failed", "cloth": "skipped", "is_whole": "skipped"} == {
        step.removeprefix("weaving.py:"): status for step, status in statuses(run).items()
    }
    assert "the thread broke" in next(each["error"] for each in run["steps"] if each["status"] == "failed")
    (loom.root / "broken").unlink()
    second = loom.post(f"/runs/{run['id']}/rerun")
    assert (run["id"], {"a": "b"}) == (second["rerun_of"], second["tags"])
    assert "weaving.py:wool" not in statuses(over(loom, second))
    assert 409 == loom.client.post(f"/runs/{second['id']}/rerun").status_code


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        pytest.param({"selection": "wol"}, 400, "did you mean 'wool'?", id="no-such-asset"),
        pytest.param({"selection": "(("}, 400, "", id="not-a-selection"),
        pytest.param({"selection": "dye"}, 400, "", id="nothing-to-run"),
        pytest.param({"selection": "wool", "partition": "x"}, 400, "partition", id="no-partitions"),
        pytest.param({"selection": "felt"}, 409, "felt can't run", id="blocked"),
        pytest.param({"selektion": "wool"}, 422, "selektion", id="unknown-name"),
        pytest.param({"priority": "high"}, 422, "priority", id="not-a-number"),
    ],
)
def test_a_run_that_makes_no_sense_is_refused(loom: Served, body: dict[str, Any], status: int, said: str) -> None:
    """
    What can't run isn't queued; the answer says why.
    """
    before = len(loom.get("/runs", limit=500)["items"])
    answer = loom.client.post("/runs", json=body)
    assert status == answer.status_code
    assert said in answer.json()["error"]["message"]
    assert before == len(loom.get("/runs", limit=500)["items"])


def test_a_broken_component_is_told_with_its_diagnostics(loom: Served) -> None:
    """
    What is wrong is part of the project and of the component; what waits for it says so.
    """
    assert "broken" == loom.get("/project")["state"]
    [found] = loom.get("/components", state="broken")["items"]
    assert ("rag", "treadle.PythonScript") == (found["address"], found["type"])
    [diagnostic] = found["diagnostics"]
    assert diagnostic["code"].startswith("TRD")
    assert diagnostic["file"].endswith("rag/defs.yaml")
    assert ["rag"] == loom.get("/assets/felt")["blocked_by"]


def test_runs_are_listed_the_newest_first(loom: Served) -> None:
    """
    Lists of runs are filtered, and come in pages.
    """
    runs = [over(loom, loom.post("/runs", {"selection": "wool"}))["id"] for _ in range(2)]
    first = loom.get("/runs", limit=1, status="succeeded", launched_by="api")
    second = loom.get("/runs", limit=1, status="succeeded", cursor=first["next"])
    assert list(reversed(runs)) == [first["items"][0]["id"], second["items"][0]["id"]]
    assert [] == loom.get("/runs", launched_by="schedule mornings")["items"]
    assert 404 == loom.client.get("/runs/zzzz").status_code


def test_a_run_outlives_the_server(tmp_path: Path) -> None:
    """
    Runs are processes of their own: they go on when the server has ended.
    """
    root = write_project(tmp_path, {"weaving.py": WEAVING})
    (root / "wait").touch()
    with serving(root) as first:
        run = first.post("/runs", {"selection": "yarn"})
        until(lambda: first.get(f"/runs/{run['id']}")["steps"][0]["status"] == "running")
    (root / "wait").unlink()
    with serving(root) as second:
        over(second, run)


def test_a_run_is_planned_before_it_is_asked_for(loom: Served) -> None:
    """
    The plan of a selection says which steps a run would take, and fails as the run would.
    """
    found = loom.get("/plan", selection="+cloth")
    assert ["wool", "yarn", "cloth", "is_whole"] == [each["step"].partition(":")[2] for each in found["steps"]]
    assert (3, 1, ["dye"], None) == tuple(found[each] for each in ("assets", "checks", "external", "partitions"))
    assert 400 == loom.client.get("/plan", params={"selection": "clot"}).status_code
