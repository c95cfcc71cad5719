"""The frame of the web app: what is around every page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.conftest import Visit
from tests.browser.seeing import expect
from tests.serving import Served, serving
from tests.unit.server.projects import WEAVING, write_project


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A small mill."""
    with serving(write_project(tmp_path_factory.mktemp("mill"), {"weaving.py": WEAVING})) as served:
        yield served


def test_every_page_can_be_reached_from_the_menu(mill: Served, visit: Visit) -> None:
    """
    The menu leads to each page, whose heading is what the entry says; on a phone it is behind a button.
    """
    page = visit(mill).open()
    for entry in page.get_by_role("navigation").get_by_role("link").all():
        label = entry.inner_text()
        entry.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(label)
        expect(page).to_have_title(f"{label} · Treadle")
    page.set_viewport_size({"width": 390, "height": 800})
    runs = page.get_by_role("navigation").get_by_role("link", name="Runs")
    expect(runs).not_to_be_in_viewport()
    page.get_by_role("button", name="Menu").click()
    runs.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Runs")
    expect(runs).not_to_be_in_viewport()


def test_an_address_that_leads_nowhere_is_told(mill: Served, visit: Visit) -> None:
    """
    An address without a page says so, and leads on.
    """
    visitor = visit(mill)
    page = visitor.open("/nowhere")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not found")
    visitor.look(page, "not-found")


def test_the_theme_stays_as_it_was_chosen(mill: Served, visit: Visit) -> None:
    """
    Whoever likes it dark has it dark the next time, from the first picture on.
    """
    page = visit(mill).open()
    page.get_by_role("button", name="Use the dark theme").click()
    page.reload()
    expect(page.get_by_role("button", name="Use the light theme")).to_be_visible()
    assert "dark" == page.evaluate("document.documentElement.dataset.mantineColorScheme")


def test_a_search_leads_anywhere_without_a_mouse(mill: Served, visit: Visit) -> None:
    """
    Ctrl-K, a few letters, arrows and Enter lead to an asset; what leads nowhere is told.
    """
    visitor = visit(mill)
    page = visitor.open("/runs")
    page.get_by_role("heading", level=1).wait_for()
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Search")
    box.fill("o")
    first = page.get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(first).to_contain_text("o")
    visitor.look(page, "search")
    page.keyboard.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "false")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/asset/**")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search").fill("xyzzy")
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text("Nothing is called “xyzzy”")


def test_a_browser_without_the_token_is_told_what_to_open(mill: Served, visit: Visit) -> None:
    """
    Whoever opens the bare address gets a page that says which address to open.
    """
    visitor = visit(mill, may_be_refused=True)
    page = visitor.browser.new_page()
    answer = page.goto(mill.url)
    assert answer
    assert 401 == answer.status
    expect(page.get_by_text("Open the address that it printed")).to_be_visible()
    page.close()


@pytest.mark.parametrize(
    "address", ["/assets?status=banana&group=zzz", "/runs?status=banana&within=yesterday", "/lineage?up=x"]
)
def test_an_address_that_makes_no_sense_shows_what_it_can(mill: Served, visit: Visit, address: str) -> None:
    """
    Filters that nobody could have chosen are as if they weren't there: the page is shown, and nothing breaks.
    """
    page = visit(mill).open(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".mantine-Skeleton-root")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)
