"""Launching runs, and finding them again, in the web app."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Visit
from tests.browser.seeing import expect
from tests.serving import Served, serving, until
from tests.unit.server.projects import WEAVING, write_project

_CARPETS = """
from treadle import StaticPartitions, asset


@asset(partitions=StaticPartitions(keys=("north", "south")))
def carpet(context):
    assert context.config["looms"] == 2, context.config


@asset(partitions=StaticPartitions(keys=("hall", "stairs")))
def rug(context): ...
"""


def over(served: Served, run: dict[str, Any]) -> Any:
    """The run once it is over."""
    return until(lambda: (found := served.get(f"/runs/{run['id']}"))["ended_at"] and found)


@pytest.fixture
def loom(tmp_path: Path) -> Iterator[Served]:
    """A weaving mill, with carpets in two halves; of each test its own, as each counts on what has run."""
    with serving(write_project(tmp_path, {"weaving.py": WEAVING, "carpets.py": _CARPETS})) as served:
        yield served


def test_a_run_is_launched_from_a_selection(loom: Served, visit: Visit) -> None:
    """
    The dialog shows what a selection would run, and what is wrong with it; the run appears in the list.
    """
    visitor = visit(loom, may_be_refused=True)
    page = visitor.open("/runs")
    expect(page.get_by_text("Nothing has run yet")).to_be_visible()
    page.get_by_role("button", name="Launch a run").click()
    page.get_by_label("Assets").fill("+yran")
    expect(page.get_by_role("alert")).to_contain_text("did you mean")
    expect(page.get_by_role("button", name="Launch", exact=True)).to_be_disabled()
    page.get_by_label("Assets").fill("+yarn")
    expect(page.get_by_role("region", name="What will run")).to_contain_text("2 steps, 2 assets")
    visitor.look(page, "launch")
    page.get_by_role("button", name="Launch", exact=True).click()
    page.wait_for_url("**/runs/*")
    page.get_by_role("navigation").get_by_role("link", name="Runs").click()
    row = page.get_by_role("row").filter(has_text="+yarn")
    expect(row).to_contain_text("succeeded", timeout=60_000)


def test_a_partition_is_chosen_and_a_config_given(loom: Served, visit: Visit) -> None:
    """
    What is partitioned asks which one; a config reaches the step as it was meant, a number as a number.
    """
    page = visit(loom).open("/runs")
    page.get_by_role("button", name="Launch a run").click()
    page.get_by_label("Assets").fill("carpet")
    page.get_by_role("combobox", name="Partition").click()
    page.get_by_role("option", name="south").click()
    page.get_by_role("button", name="Tags and config").click()
    page.get_by_role("button", name="Add a value").click()
    page.get_by_label("Config: name").fill("looms")
    page.get_by_label("Config: value").fill("2")
    page.get_by_role("button", name="Launch", exact=True).click()
    page.wait_for_url("**/runs/*")
    [found] = until(lambda: [each for each in loom.get("/runs", status="succeeded")["items"] if each["partition"]])
    assert "south" == found["partition"]


def test_what_is_missing_is_made_by_a_backfill(loom: Served, visit: Visit) -> None:
    """
    Partitions that want a run are a click away; where a run is for one alone, several become a backfill.
    """
    visitor = visit(loom)
    page = visitor.open("/runs")
    page.get_by_role("button", name="Launch a run").click()
    page.get_by_label("Assets").fill("rug")
    page.get_by_role("button", name="Missing").click()
    expect(page.get_by_role("combobox", name="Partition")).to_have_value("hall..stairs")
    expect(page.get_by_role("button", name="Failed")).to_be_disabled()
    visitor.look(page, "launch-missing")
    page.get_by_role("button", name="Start a backfill").click()
    page.wait_for_url("**/backfills/*")
    expect(page.get_by_text("hall..stairs")).to_be_visible()


def test_runs_are_searched(loom: Served, visit: Visit) -> None:
    """
    Runs are found by words, by a tag that is clicked at, and by what launched them; each can be taken back.
    """
    for selection, tags in (("wool", {"why": "sheep"}), ("yarn", {}), ("wool", {})):
        over(loom, loom.post("/runs", {"selection": selection, "tags": tags}))
    visitor = visit(loom)
    page = visitor.open("/runs")
    expect(page.get_by_role("row").filter(has_text="yarn")).to_have_count(1)
    page.get_by_label("Search runs").fill("woo")
    expect(page.get_by_role("row").filter(has_text="yarn")).to_have_count(0)
    expect(page.get_by_role("row").filter(has_text="wool").first).to_be_visible()
    page.get_by_role("link", name="why=sheep").click()
    expect(page.get_by_role("row").filter(has_text="wool")).to_have_count(1)
    expect(page.get_by_label("Search runs")).to_have_value("")
    page.get_by_role("button", name="Don't ask for: tag why=sheep").click()
    expect(page.get_by_role("row").filter(has_text="yarn").first).to_be_visible()
    page.get_by_role("combobox", name="Asked for within").click()
    page.get_by_role("option", name="last hour").click()
    expect(page.get_by_role("row").filter(has_text="yarn").first).to_be_visible()
    assert "within=hour" in page.url


def test_runs_are_filtered_and_the_address_says_how(loom: Served, visit: Visit) -> None:
    """
    A filter is in the address, and holds when that is opened again.
    """
    over(loom, loom.post("/runs", {"selection": "wool"}))
    visitor = visit(loom)
    page = visitor.open("/runs")
    page.get_by_text("cancelled", exact=True).click()
    expect(page.get_by_text("No such run")).to_be_visible()
    page.reload()
    expect(page.get_by_text("No such run")).to_be_visible()
    page.get_by_text("cancelled", exact=True).click()
    expect(page.get_by_role("row")).not_to_have_count(0)
    visitor.look(page, "runs")
