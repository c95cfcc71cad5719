"""The lineage of assets, drawn: read, walked, looked at from afar, and taken away."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Visit
from tests.browser.seeing import expect
from tests.serving import Served, serving
from tests.unit.server.projects import WEAVING, write_project

SETTINGS = """[tool.treadle]
module = "p"

[tool.treadle.connections]
warehouse = "duckdb:///w.duckdb"
"""
SQL = """type: treadle.TemplatedSql
attributes:
  connection: warehouse
  sql_template: create or replace table {key} as select {columns} from {source}
  assets: [{{key: {key}, deps: [{source}], group: office}}]
"""
EVERYTHING = {"wool", "yarn", "dye", "cloth", "payments", "paid", "totals"}


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A mill with an office, whose assets SQL makes."""
    files = {
        "/pyproject.toml": SETTINGS,
        "weaving.py": WEAVING,
        "paid/defs.yaml": SQL.format(key="paid", columns="id, cents / 100 as euros", source="payments"),
        "totals/defs.yaml": SQL.format(key="totals", columns="sum(euros) as total", source="paid"),
    }
    with serving(write_project(tmp_path_factory.mktemp("mill"), files)) as served:
        yield served


def graph(page: Page) -> Locator:
    """The graph, once it is laid out."""
    found = page.locator("[data-laid-out=true]")
    expect(found).to_be_visible()
    return found


def cards(page: Page) -> set[str | None]:
    graph(page)
    return {each.get_attribute("data-asset") for each in page.locator("[data-asset]").all()}


def search_of(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_a_selection_is_written_with_help_and_drawn(mill: Served, visit: Visit) -> None:
    """
    While a selection is written, what fits is suggested; what it selects is drawn, and the address says so.
    """
    page = visit(mill).open()
    page.get_by_role("link", name="Lineage").click()
    expect(page.locator("[data-asset]")).to_have_count(len(EVERYTHING))
    assert cards(page) == EVERYTHING
    box = page.get_by_role("textbox", name="Selection")
    box.fill("+clo")
    page.get_by_role("option", name="cloth").click()
    expect(box).to_have_value("+cloth")
    box.press("Enter")
    expect(page.locator("[data-asset]")).to_have_count(4)
    assert ["+cloth"] == search_of(page)["selection"]
    page.reload()
    expect(page.locator("[data-asset]")).to_have_count(4)


def test_what_is_wrong_with_a_selection_is_told_below_it(mill: Served, visit: Visit) -> None:
    """
    A selection that can't be read has its mistake below, with what may have been meant; it is mended in place.
    """
    visitor = visit(mill, may_be_refused=True)
    page = visitor.open("/lineage?selection=clothe")
    expect(page.get_by_role("alert")).to_contain_text("did you mean 'cloth'?")
    visitor.look(page, "lineage-mistake")
    box = page.get_by_role("textbox", name="Selection")
    box.fill("cloth")
    box.press("Enter")
    expect(page.locator("[data-asset]")).to_have_count(1)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_what_is_around_it_is_shown_step_by_step(mill: Served, visit: Visit) -> None:
    """
    Each step upstream shows what is one edge farther.
    """
    page = visit(mill).open("/lineage?selection=cloth")
    expect(page.locator("[data-asset]")).to_have_count(1)
    more = page.get_by_role("button", name="Upstream: more")
    more.click()
    expect(page.locator("[data-asset]")).to_have_count(3)
    more.click()
    expect(page.locator("[data-asset]")).to_have_count(4)
    assert ["2"] == search_of(page)["up"]


def test_groups_are_folded(mill: Served, visit: Visit) -> None:
    """
    A group that is folded is one box, also after the page was opened anew; a click unfolds it.
    """
    page = visit(mill).open("/lineage")
    page.get_by_role("button", name="Fold office").click()
    expect(page.locator("[data-group=office]")).to_be_visible()
    assert EVERYTHING - {"paid", "totals"} == cards(page)
    page.reload()
    page.locator("[data-group=office]").click()
    expect(page.locator("[data-asset]")).to_have_count(len(EVERYTHING))
    page.get_by_role("button", name="Fold all groups").click()
    expect(page.locator("[data-group]")).to_have_count(4)


def test_the_graph_is_walked_by_keyboard(mill: Served, visit: Visit) -> None:
    """
    Arrows go along edges, Enter opens what is known of the asset, Escape closes it, a slash leads to the selection.
    """
    page = visit(mill).open("/lineage?selection=%2Bcloth")
    graph(page).focus()
    page.keyboard.press("ArrowRight")
    here = page.locator("[data-asset][data-here]")
    expect(here).to_have_count(1)
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(here).to_have_attribute("data-asset", "cloth")
    page.keyboard.press("ArrowLeft")
    expect(here).not_to_have_attribute("data-asset", "cloth")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    about = page.get_by_role("complementary", name="About cloth")
    expect(about.get_by_role("heading", level=2)).to_have_text("cloth")
    expect(about).to_contain_text("missing")
    graph(page).focus()
    page.keyboard.press("Escape")
    expect(about).to_have_count(0)
    page.keyboard.press("/")
    expect(page.get_by_role("textbox", name="Selection")).to_be_focused()


def test_columns_are_traced(mill: Served, visit: Visit) -> None:
    """
    A column that is chosen shows, edge by edge, what it is made from.
    """
    visitor = visit(mill)
    page = visitor.open("/lineage?selection=%2Btotals")
    page.locator("[data-asset=totals]").click()
    about = page.get_by_role("complementary", name="About totals")
    about.get_by_role("button", name="Trace columns").click()
    about.get_by_role("button", name="total").click()
    expect(page.locator("[data-asset=payments]")).to_contain_text("cents")
    expect(page.locator("[data-asset=paid]")).to_contain_text("euros")
    assert "total" == search_of(page)["column"][0]
    graph(page)
    visitor.look(page, "lineage-columns")


def test_the_page_of_an_asset_shows_what_is_around_it(mill: Served, visit: Visit) -> None:
    """
    On the page of an asset its neighbours are drawn, and a click on one leads to its page.
    """
    page = visit(mill).open("/asset/yarn")
    expect(page.locator("[data-asset]")).to_have_count(3)
    assert {"wool", "yarn", "cloth"} == cards(page)
    page.locator("[data-asset=cloth]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("cloth")
    expect(page.locator("[data-asset][data-here]")).to_have_attribute("data-asset", "cloth")


def test_colours_say_what_one_asks(mill: Served, visit: Visit) -> None:
    """
    Colours tell the status, the group, the age or the compute profile, always in words too.
    """
    page = visit(mill).open("/lineage")
    legend = page.get_by_role("group", name="What the colours stand for")
    expect(legend.get_by_role("button", name="missing")).to_be_visible()
    words = {"Group": "office", "Freshness": "never materialized", "Compute profile": "no profile"}
    for colour, word in words.items():
        page.get_by_role("combobox", name="Colour by").click()
        page.get_by_role("option", name=colour).click()
        expect(legend.get_by_role("button", name=word)).to_be_visible()


def test_a_graph_is_taken_away(mill: Served, visit: Visit, tmp_path: Path) -> None:
    """
    As SVG that any program reads, with all assets in it; and as PNG.
    """
    page = visit(mill).open("/lineage?selection=%2Bcloth")
    graph(page)
    for ending in ("svg", "png"):
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as waiting:
            page.get_by_role("menuitem", name=ending.upper()).click()
        assert f"cloth.{ending}" == waiting.value.suggested_filename
        waiting.value.save_as(tmp_path / f"graph.{ending}")
    drawn = ElementTree.parse(tmp_path / "graph.svg")
    titles = [each.text for each in drawn.iter("{http://www.w3.org/2000/svg}title")]
    assert {"+cloth", "wool", "yarn", "dye", "cloth"} == set(titles)
    assert (tmp_path / "graph.png").read_bytes().startswith(b"\x89PNG")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A project of more assets than one can read."""
    assets = [
        {"key": f"team_{number % 6}/asset_{number}", "group": f"team_{number % 6}"}
        | ({"deps": [f"team_{(number - 7) % 6}/asset_{number - 7}"]} if number > 6 else {})
        for number in range(600)
    ]
    alone = {"key": "alone/asset", "group": "alone"}
    script = {"type": "treadle.PythonScript", "attributes": {"execution": {"path": "s.py"}}}
    script["attributes"]["assets"] = [*assets, alone]  # type: ignore[index]
    files = {"all/defs.yaml": json.dumps(script), "all/s.py": ""}
    with serving(write_project(tmp_path_factory.mktemp("large"), files)) as served:
        yield served


def test_a_large_project_is_seen_at_once(large: Served, visit: Visit) -> None:
    """
    All assets are on one canvas; one goes to a group, and a click on an asset opens what is around it.
    """
    visitor = visit(large)
    page = visitor.open("/lineage")
    canvas = page.get_by_role("img", name="601 assets in 7 groups")
    expect(canvas).to_be_visible()
    visitor.look(page, "lineage-overview")
    page.get_by_role("combobox", name="Go to a group").click()
    page.get_by_role("option", name="alone").click()
    expect(page.locator("[data-painted=true]")).to_be_visible()
    canvas.click()
    expect(page.get_by_role("complementary", name="About alone/asset")).to_be_visible()
    assert {"alone/asset"} == cards(page)


def test_more_than_one_can_read_is_folded_or_refused(large: Served, visit: Visit) -> None:
    """
    A graph of many assets has its groups folded; unfolded, it is too many, and ways out are offered.
    """
    page = visit(large).open("/lineage?view=graph")
    expect(page.locator("[data-group]")).to_have_count(7)
    page.get_by_role("button", name="Unfold all groups").click()
    expect(page.get_by_text("601 assets are too many to read")).to_be_visible()
    page.get_by_role("button", name="Show the overview").click()
    expect(page.get_by_role("img", name="601 assets in 7 groups")).to_be_visible()
