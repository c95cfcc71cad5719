"""Journeys to assets: found in the catalogue, understood on their pages, watched in the overview."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.browser.seeing import expect
from tests.serving import Served, serving
from tests.unit.server.dyeworks import DYEWORKS
from tests.unit.server.projects import write_project

PATIENCE = 60_000  # milliseconds: explaining builds a component, in a process that has to start first


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A dye works: two runs of its dyes, the second of which found the red wrong, and three days of its vats."""
    root = write_project(tmp_path_factory.mktemp("works"), DYEWORKS)
    for words in (
        ["run", "raw/madder+1"],
        ["run", "raw/madder+1"],
        ["backfill", "vats", "--partitions", "2026-09-02..2026-09-04"],
    ):
        subprocess.run([sys.executable, "-m", "treadle", "-C", str(root), *words], capture_output=True, check=False)
    with serving(root) as served:
        yield served


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_an_asset_is_found_and_traced_to_the_lines_that_declare_it(works: Served, visit: Visit) -> None:
    """
    Words lead to an asset, its page to the lines of YAML that are its own, and its lineage to what it is made from.
    """
    visitor = visit(works)
    page = visitor.open("/assets")
    page.get_by_label("Search assets").fill("made roots")
    expect(page.get_by_role("status")).to_have_text("1 asset")
    assert "q=made" in page.url
    visitor.look(page, "catalogue-search")
    page.get_by_role("link", name="dyes/red").click()
    heading(page, "dyes/red")
    expect(page.get_by_role("main")).to_contain_text("Red, made from roots.")
    expect(page.get_by_role("region", name="Around it")).to_contain_text("flags", timeout=PATIENCE)
    visitor.look(page, "asset")

    page.get_by_role("tab", name="Definition").click()
    lines = page.get_by_label("Lines of src/p/defs/garden/dyes/defs.yaml")
    expect(lines.locator("[data-marked]").first).to_contain_text("- key: dyes/red")
    expect(lines.locator("[data-marked]").last).to_contain_text("tags:")
    expect(page.get_by_text("added by a post-processing")).to_be_visible(timeout=PATIENCE)
    visitor.look(page, "asset-definition")

    page.get_by_role("tab", name="Overview").click()
    page.get_by_role("list", name="Upstream").get_by_role("link", name="raw/madder").click()
    heading(page, "raw/madder")
    expect(page.get_by_role("cell", name="red")).to_be_visible()  # its description has a table
    visitor.look(page, "asset-upstream")


def test_filters_are_kept_in_the_address(works: Served, visit: Visit) -> None:
    """
    What is chosen can be shared, kept, taken back one by one, and all at once; counts follow what else is chosen.
    """
    visitor = visit(works)
    page = visitor.open("/assets")
    filters = page.get_by_role("complementary", name="Filters")
    filters.get_by_role("checkbox", name="dyes, 2", exact=True).check()
    filters.get_by_role("checkbox", name="cloth, 2", exact=True).check()
    expect(page.get_by_role("status")).to_have_text("4 assets")
    filters.get_by_role("checkbox", name="team:vats, 1").check()
    expect(page.get_by_role("status")).to_have_text("1 asset")
    visitor.look(page, "catalogue")
    page.reload()
    expect(page.get_by_role("status")).to_have_text("1 asset")
    page.get_by_role("button", name="Remove owner team:vats").click()
    expect(page.get_by_role("status")).to_have_text("4 assets")
    page.get_by_role("button", name="Clear all").click()
    expect(page.get_by_role("status")).to_have_text("6 assets")

    filters.get_by_label("Selection").fill("+flags")
    filters.get_by_label("Selection").press("Enter")
    expect(page.get_by_role("status")).to_have_text("3 assets")
    page.get_by_label("Search assets").fill("no such thing")
    expect(page.get_by_text("No asset is like that")).to_be_visible()
    page.get_by_role("button", name="Show all assets").click()
    expect(page.get_by_role("status")).to_have_text("6 assets")


def test_filters_are_behind_a_button_on_a_phone(works: Served, visit: Visit) -> None:
    """
    Where there is no room for filters they can be opened, and say how many are chosen when they are closed.
    """
    page = visit(works).open("/assets?group=raw", width=390)
    page.get_by_role("button", name="Filters (1)").click()
    page.get_by_role("dialog").get_by_role("checkbox", name="vats, 1").check()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Filters (2)")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("2 assets")


def test_a_wrong_selection_is_told_where_it_is_typed(works: Served, visit: Visit) -> None:
    """
    What the server says of a selection that can't be read stands at the selection.
    """
    page = visit(works, may_be_refused=True).open("/assets")
    selection = page.get_by_role("complementary", name="Filters").get_by_label("Selection")
    selection.fill("dyes/rot")
    selection.press("Enter")
    expect(page.get_by_role("complementary", name="Filters")).to_contain_text("dyes/rot")
    expect(page.get_by_role("alert")).to_contain_text("did you mean")


def test_partitions_are_a_calendar_for_the_keys(works: Served, visit: Visit) -> None:
    """
    Days are seen as a calendar; arrow keys walk through it, and a day that is chosen tells what became of it.
    """
    visitor = visit(works)
    page = visitor.open("/asset/vats?tab=partitions")
    page.get_by_role("button", name="2026-09-10: missing").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name="2026-09-03: failed")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Partition 2026-09-03")).to_be_visible()
    assert "partition=2026-09-03" in page.url
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Partition 2026-09-04")).to_contain_text("litres 40")
    visitor.look(page, "asset-partitions")
    page.goto(page.url.replace("/asset/vats", "/asset/cloth"))
    expect(page.get_by_role("button", name="2026-09-30|pink: missing")).to_be_visible()
    visitor.look(page, "asset-matrix")


def test_numbers_and_checks_have_a_history(works: Served, visit: Visit) -> None:
    """
    What runs reported is drawn over time and listed; a check that fails comes first, and tells since when.
    """
    visitor = visit(works)
    page = visitor.open("/asset/dyes/red?tab=history")
    chart = page.get_by_role("img", name=re.compile("grams: 2 values, from 110 to 120"))
    chart.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("figure").filter(has_text="grams").locator("figcaption")).to_contain_text("110")
    visitor.look(page, "asset-history")
    page.get_by_role("tab", name="Checks").click()
    first = page.get_by_role("region", name=re.compile("^Check ")).first
    expect(first).to_contain_text("is_red")
    first.get_by_role("button", name="History").click()
    expect(first.get_by_role("row").filter(has_text="passed")).to_have_count(1)
    expect(first.get_by_role("row").filter(has_text="failed")).to_have_count(1)
    visitor.look(page, "asset-checks")


def test_the_overview_leads_to_what_matters(works: Served, visit: Visit) -> None:
    """
    The first page says how assets stand, what needs somebody, what ran, and what is due; each leads on.
    """
    visitor = visit(works)
    page = visitor.open()
    expect(page.get_by_role("region", name="Latest runs").get_by_role("listitem").first).to_contain_text("vats")
    expect(page.get_by_role("region", name="Due next")).to_contain_text("mornings")
    visitor.look(page, "overview")
    page.get_by_role("region", name="Needs attention").get_by_role("link", name="is_red").click()
    expect(page.get_by_role("region", name="Check is_red")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="2 fresh").click()
    heading(page, "Assets")
    expect(page.get_by_role("status")).to_have_text("2 assets")


def test_an_asset_that_is_not_there_says_which_was_meant(works: Served, visit: Visit) -> None:
    """
    A wrong key says so, with the nearest that exists; one that is only named says who names it.
    """
    page = visit(works, may_be_refused=True).open("/asset/dyes/rod")
    expect(page.get_by_role("alert")).to_contain_text("did you mean 'dyes/red'?")
    page.goto(page.url.replace("dyes/rod", "water?tab=definition"))
    expect(page.get_by_text("asset 'dyes/red' depends on it")).to_be_visible(timeout=PATIENCE)
