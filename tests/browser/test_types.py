"""Component types are found, read about and copied."""

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
    """A mill with a type of its own."""
    files = {
        **FILES,
        "/pyproject.toml": '[tool.treadle]\nmodule = "p"\ncomponent_modules = ["p.looms", "p.shuttles"]\n',
    }
    with serving(write_project(tmp_path_factory.mktemp("looms"), files)) as served:
        yield served


def test_the_documentation_of_a_type_is_found_and_read(mill: Served, visit: Visit) -> None:
    """
    From a word to the page, from a name there to its place, and an example into the clipboard.
    """
    visitor = visit(mill)
    page = visitor.open("/types")
    expect(page.get_by_role("heading", name="Component types")).to_be_visible()
    expect(page.get_by_role("link", name="p.looms.Loom")).to_be_visible()
    visitor.look(page, "types")

    page.get_by_role("searchbox").fill("notebook")
    expect(page).to_have_url(re.compile("q=notebook"))
    first = page.get_by_role("article").first
    expect(first).to_contain_text("treadle.Notebook")
    expect(first.locator("mark").first).to_have_text("Notebook")
    visitor.look(page, "types-searched")

    first.get_by_role("link", name="treadle.Notebook", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("treadle.Notebook")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy: defs.yaml").click()
    expect(page.get_by_role("region", name="defs.yaml")).to_contain_text("type: treadle.Notebook")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "type: treadle.Notebook\nattributes:\n  path: notebook.py\n  assets:\n  - key: reports/daily\n" == copied
    visitor.look(page, "type")


def test_an_attribute_deep_inside_has_an_address(mill: Served, visit: Visit) -> None:
    """
    A link to an attribute of an object unfolds what it is in, and shows it.
    """
    page = visit(mill).open("/types/treadle.Notebook#assets.freshness")
    expect(page.locator('[id="assets.freshness"]')).to_be_in_viewport()
    expect(page.locator('[id="assets.freshness"]')).to_have_attribute("data-target", "true")
    page.locator('[id="assets.freshness"] > div').get_by_role("link", name="freshness", exact=True).click()
    expect(page).to_have_url(re.compile(r"#assets\.freshness$"))


def test_what_templates_may_name_is_unfolded(mill: Served, visit: Visit) -> None:
    """
    The variables of a scope are there with what is in them.
    """
    visitor = visit(mill)
    page = visitor.open("/types/treadle.DbtProject#translation")
    page.locator("#translation").get_by_role("button", name="in node").click()
    expect(page.get_by_text("node.schema", exact=True)).to_be_visible()
    visitor.look(page, "type-scope")


def test_a_search_without_results_hints(mill: Served, visit: Visit) -> None:
    """
    A name that is nearly right leads to the right one.
    """
    visitor = visit(mill)
    page = visitor.open("/types?q=Notebok")
    expect(page.get_by_text("did you mean 'Notebook'?")).to_be_visible()
    visitor.look(page, "types-nothing")


def test_a_type_without_examples_shows_what_has_to_be_written(mill: Served, visit: Visit) -> None:
    """
    Whoever wrote a type without examples has one to begin with all the same.
    """
    visitor = visit(mill)
    page = visitor.open("/types/p.shuttles.Shuttle")
    expect(page.get_by_role("heading", name="What has to be written")).to_be_visible()
    expect(page.get_by_role("region", name="defs.yaml")).to_contain_text("thread: …")
    visitor.look(page, "type-least")
