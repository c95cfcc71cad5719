"""What pages about assets ask for: facets, histories, partitions, sources and explanations."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.serving import Served, serving
from tests.unit.server.dyeworks import DYEWORKS
from tests.unit.server.projects import write_project

DYES_FILE = "src/p/defs/garden/dyes/defs.yaml"


def treadle(root: Path, *words: str) -> None:
    subprocess.run([sys.executable, "-m", "treadle", "-C", str(root), *words], capture_output=True, check=False)


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A dye works: two runs of its dyes, the second of which found the red wrong, and five days of its vats,
    of which the first had been used before."""
    root = write_project(tmp_path_factory.mktemp("works"), DYEWORKS)
    treadle(root, "run", "raw/madder+1")
    treadle(root, "run", "raw/madder+1")
    treadle(root, "run", "cloth", "--partition", "2026-09-01|pink")
    treadle(root, "backfill", "vats", "--partitions", "2026-09-01..2026-09-05")
    with serving(root) as served:
        yield served


def counts(facet: list[dict[str, Any]]) -> dict[str, int]:
    return {each["value"]: each["count"] for each in facet}


def test_facets_count_what_each_choice_would_leave(works: Served) -> None:
    """
    Counts of a facet obey all other filters but not its own, so that another value can be chosen, or one more.
    """
    found = works.get("/facets", group=["dyes"])
    assert (2, {"dyes": 2, "cloth": 2, "raw": 1, "vats": 1}) == (found["total"], counts(found["group"]))
    assert {"team:vats": 1, "": 1} == counts(found["owner"])
    assert {"season=autumn": 2, "tier=1": 1} == counts(found["tag"])
    assert {"fresh": 1, "missing": 1} == counts(found["status"])


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param({"group": ["raw", "vats"]}, ["raw/madder", "vats"], id="one-of-several"),
        pytest.param({"group": ["raw", "dyes"], "owner": [""]}, ["dyes/blue"], id="no-owner"),
        pytest.param({"tag": ["tier=1"]}, ["dyes/red", "raw/madder"], id="tag-with-value"),
        pytest.param({"tag": ["tier"]}, ["dyes/red", "raw/madder"], id="tag-by-name"),
        pytest.param({"tag": ["plant"]}, ["raw/madder"], id="tag-without-value"),
        pytest.param({"q": "red", "order": "best"}, ["dyes/red", "flags", "raw/madder"], id="best-first"),
        pytest.param({"q": "roots dried"}, ["raw/madder"], id="every-word"),
        pytest.param({"order": "status", "group": ["raw", "vats"]}, ["vats", "raw/madder"], id="most-urgent-first"),
    ],
)
def test_assets_are_narrowed_by_facets(works: Served, asked: dict[str, Any], expected: list[str]) -> None:
    """
    Values of one facet are alternatives, facets together are conditions; lists come in the order that is asked for.
    """
    assert expected == [each["key"] for each in works.get("/assets", **asked)["items"]]


def test_lists_in_other_orders_come_in_pages(works: Served) -> None:
    """
    Whoever follows `next` of a list in any order sees each asset once; a cursor of another list is refused.
    """
    seen, cursor = [], {}
    while cursor is not None:
        page = works.get("/assets", order="materialized", limit=2, **cursor)
        seen += [each["key"] for each in page["items"]]
        cursor = {"cursor": page["next"]} if page["next"] else None
    assert ["cloth", "dyes/blue", "dyes/red", "flags", "raw/madder", "vats"] == sorted(seen)
    assert "vats" == seen[0]
    assert 400 == works.client.get("/assets", params={"order": "best", "cursor": "vats"}).status_code


def test_materializations_come_in_pages(works: Served) -> None:
    """
    All materializations of an asset can be seen, the newest first; of a partition, those alone.
    """
    first = works.get("/materializations", asset="raw/madder", limit=1)
    second = works.get("/materializations", asset="raw/madder", limit=1, cursor=first["next"])
    assert [120, 110] == [page["items"][0]["metadata"]["grams"] for page in (first, second)]
    assert second["next"] is None
    found = works.get("/materializations", asset="vats", partition="2026-09-02")["items"]
    assert ["2026-09-02"] == [each["partition"] for each in found]
    assert 400 == works.client.get("/materializations", params={"asset": "vats", "cursor": "x"}).status_code


def test_numbers_are_told_over_time(works: Served) -> None:
    """
    Every number that materializations report is a series, also those one level deeper; of partitions the last of each.
    """
    found = works.get("/metadata", asset="dyes/red")
    series = {each["name"]: [point["value"] for point in each["points"]] for each in found["series"]}
    assert {"grams": [110, 120], "vat.degrees": [60.5, 60.5]} == series
    [litres] = works.get("/metadata", asset="vats", by="partition")["series"]
    assert [10, 20, 40, 50] == [point["value"] for point in litres["points"]]
    assert ["2026-09-01", "2026-09-05"] == [litres["points"][at]["partition"] for at in (0, -1)]


def test_a_check_has_a_history(works: Served) -> None:
    """
    What a check found each time is there, the newest first; a check that isn't there is hinted at.
    """
    found = works.get("/check-results", asset="dyes/red", check="is_red")["items"]
    assert [False, True] == [each["passed"] for each in found]
    answer = works.client.get("/check-results", params={"asset": "dyes/red", "check": "is_rod"})
    assert "did you mean 'is_red'?" in answer.json()["error"]["message"]


def test_all_checks_are_listed_by_what_came_of_them(works: Served) -> None:
    """
    The checks that fail can be asked for alone; all are counted.
    """
    found = works.get("/checks", status=["failed"])
    assert [("dyes/red", "is_red")] == [(each["asset"], each["name"]) for each in found["items"]]
    assert {"failed": 1, "passed": 1, "never": 1} == found["counts"]


def test_partitions_tell_how_they_stand(works: Served) -> None:
    """
    The last partitions come first, in order; each says whether it was written, and all are counted.
    """
    found = works.get("/partitions", asset="vats", limit=28)
    assert {"materialized": 4, "stale": 0, "failed": 1, "missing": 25, "running": 0} == found["counts"]
    assert [("", "time_window", 30)] == [(each["name"], each["kind"], each["count"]) for each in found["dimensions"]]
    assert ("2026-09-03", "failed", "2026-09-03T00:00:00Z") == tuple(
        found["items"][0][name] for name in ("key", "status", "start")
    )
    before = works.get("/partitions", asset="vats", cursor=found["next"])
    assert ["2026-09-01", "2026-09-02"] == [each["key"] for each in before["items"]]
    assert before["next"] is None


def test_a_partition_that_is_stale_is_told(works: Served) -> None:
    """
    A partition is stale when one of another cut that it is made from was written after it; lists count that.
    """
    [last] = [each for each in works.get("/partitions", asset="cloth")["items"] if each["materialized_at"]]
    assert ("2026-09-01|pink", "stale") == (last["key"], last["status"])
    assert 1 == works.get("/partitions", asset="cloth")["counts"]["stale"]
    found = {each["key"]: (each["status"], each["partition_counts"]) for each in works.get("/assets")["items"]}
    assert ("failed", {"total": 30, "materialized": 4, "stale": 0, "failed": 1}) == found["vats"]
    assert ("stale", {"total": 90, "materialized": 1, "stale": 1, "failed": 0}) == found["cloth"]
    assert "2026-09-01|pink" == works.get("/plan", selection="cloth")["partitions"]["stale"]
    assert ["cloth"] == [each["key"] for each in works.get("/assets", status=["stale"])["items"]]


def test_partitions_of_several_dimensions_name_them(works: Served) -> None:
    """
    A key of several dimensions holds one of each, in the order in which they are told.
    """
    found = works.get("/partitions", asset="cloth", limit=1)
    assert ["day", "shade"] == [each["name"] for each in found["dimensions"]]
    assert (90, "2026-09-30|pink") == (found["total"], found["items"][0]["key"])
    assert 404 == works.client.get("/partitions", params={"asset": "flags"}).status_code


def test_the_lines_that_declare_an_asset_are_shown(works: Served) -> None:
    """
    The file of an asset comes with the lines that are its own, or its component's; secrets are taken out.
    """
    asset = works.get("/assets/dyes/red")
    found = works.get("/source", **asset["place"])
    lines = found["text"].splitlines()[found["start"] - 1 : found["end"]]
    assert ("    - key: dyes/red", '      tags: {tier: "1"}') == (lines[0], lines[-1])
    assert (DYES_FILE, "yaml") == (found["file"], found["language"])
    whole = works.get("/source", **asset["component_place"])
    own = whole["text"].splitlines()[whole["start"] - 1 : whole["end"]]
    assert "type: treadle.PythonScript" in own[0] + own[1]
    assert "dyes/blue" not in "\n".join(own)
    assert "hush-hush-7" not in found["text"]
    assert "[credential dye]" in found["text"]
    vats = works.get("/source", **works.get("/assets/vats")["place"])
    assert "@asset(partitions=DAYS" in vats["text"].splitlines()[vats["start"] - 1]


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(".env", id="secrets"),
        pytest.param("credentials.yaml", id="of-the-platform"),
        pytest.param("src/p/defs/garden/dyes/mix.py", id="not-a-component"),
        pytest.param("../../../../etc/passwd", id="traversal"),
        pytest.param("/etc/passwd", id="absolute"),
        pytest.param("src/p/defs/stolen.yaml", id="link-out-of-the-project"),
        pytest.param("src/p/defs/garden/dyes/\0", id="nul"),
    ],
)
def test_other_files_are_not_shown(works: Served, file: str) -> None:
    """
    Nothing is shown in which no component is written, wherever it lies and however it is named.
    """
    link = works.root / "src/p/defs/stolen.yaml"
    if not link.is_symlink():
        link.symlink_to("/etc/passwd")
    answer = works.client.get("/source", params={"file": file})
    assert (404, "not_found") == (answer.status_code, answer.json()["error"]["code"])


def test_an_asset_is_explained(works: Served) -> None:
    """
    Each value is told with everything that had a say in it, in order; what the environment holds is never told.
    """
    found = works.get("/explanation", asset="dyes/blue")
    fields = {each["name"]: each for each in found["fields"]}
    assert ["post_processing"] == [each["kind"] for each in fields["tags.season"]["steps"]]
    [step] = fields["description"]["steps"]
    assert ("template", "shade") == (step["kind"], step["templates"][0]["variables"][0]["name"])
    assert step["place"]["file"].endswith(DYES_FILE)
    assert not fields["freshness"]["said"]
    water = works.get("/explanation", asset="water")
    assert ["asset 'dyes/red' depends on it"] == [each["by"] for each in water["mentioned_by"]]
    assert 404 == works.client.get("/explanation", params={"asset": "dyes/rot"}).status_code
