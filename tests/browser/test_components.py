"""The components of a project, as a tree, and what is wrong with those that are broken."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.browser.conftest import Visit
from tests.browser.seeing import expect
from tests.serving import Served, serving
from tests.unit.server.projects import write_project
from tests.unit.server.test_components import FILES


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A mill in which two of six components are broken."""
    with serving(write_project(tmp_path_factory.mktemp("mill"), FILES)) as served:
        yield served


def test_a_broken_component_shows_why(mill: Served, visit: Visit) -> None:
    """
    It is red in the tree, with its folder; chosen, it says what is wrong, where, how to mend it, and what waits.
    """
    visitor = visit(mill)
    page = visitor.open("/components")
    tree = page.get_by_role("navigation", name="Components in folders")
    expect(tree.get_by_role("button", name=re.compile("^towels"))).to_contain_text("2 broken")
    expect(page.get_by_text("6 components, 2 broken")).to_be_visible()
    visitor.look(page, "components")

    tree.get_by_role("link", name=re.compile(r"^two\[1\]")).click()
    expect(page).to_have_url(re.compile("address=towels"))
    expect(page.get_by_role("heading", name="towels/two[1]")).to_be_visible()
    wrong = page.get_by_role("region", name="Why it is broken")
    expect(wrong).to_contain_text("TRD203")
    expect(wrong).to_contain_text("src/p/defs/towels/two/defs.yaml:10:3")
    expect(wrong).to_contain_text("did you mean 'checks'?")
    expect(page.get_by_role("region", name="Waits for it: 1 asset")).to_contain_text("yard")
    visitor.look(page, "component-broken")
    wrong.get_by_role("button", name="TRD203").click()
    meaning = page.get_by_role("dialog")
    expect(meaning).to_contain_text("What isn't known would be ignored, and you would believe that it was said.")
    page.keyboard.press("Escape")
    expect(meaning).to_have_count(0)
    wrong.get_by_role("button", name="TRD203").press("Enter")
    expect(meaning).to_be_visible()
    visitor.look(page, "component-code")


def test_folders_fold(mill: Served, visit: Visit) -> None:
    """
    A folder that is folded shows nothing of what is in it, by mouse and by keys.
    """
    page = visit(mill).open("/components")
    folder = page.get_by_role("button", name=re.compile("^towels"))
    inside = page.get_by_role("link", name=re.compile("^blue"))
    expect(inside).to_be_visible()
    folder.click()
    expect(inside).to_have_count(0)
    folder.press("Enter")
    expect(inside).to_be_visible()


def test_components_are_looked_for(mill: Served, visit: Visit) -> None:
    """
    Filters are in the address: whoever gets it sees the same.
    """
    visitor = visit(mill)
    page = visitor.open("/components")
    page.get_by_text("Broken (2)").click()
    expect(page.get_by_role("status")).to_have_text("2 components")
    page.get_by_role("searchbox").fill("red")
    expect(page.get_by_role("status")).to_have_text("1 component")
    expect(page).to_have_url(re.compile("state=broken.*q=red|q=red.*state=broken"))
    page.reload()
    expect(page.get_by_role("link", name=re.compile("^towels.red"))).to_be_visible()
    page.get_by_role("searchbox").fill("nothing like that")
    expect(page.get_by_text("No component is like that")).to_be_visible()


def test_a_component_leads_on(mill: Served, visit: Visit) -> None:
    """
    From a component to its type and its assets; on a phone it takes the page, and leads back.
    """
    visitor = visit(mill)
    page = visitor.open("/components?address=weaving.py", width=390)
    expect(page.get_by_role("region", name="3 assets").get_by_role("link", name="cloth")).to_be_visible()
    visitor.look(page, "component")
    page.get_by_role("link", name="All components").click()
    page.get_by_role("link", name=re.compile("^blue")).click()
    page.get_by_role("link", name="p.looms.Loom").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("p.looms.Loom")
    page.get_by_role("link", name="towels/red").click()
    expect(page.get_by_text("did you mean 'threads'?")).to_be_visible()
