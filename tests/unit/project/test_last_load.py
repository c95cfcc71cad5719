"""What was declared when the project was loaded last is known to tools that don't load it."""

from __future__ import annotations

import pytest

from tests.conftest import CommandLine, MakeProject
from tests.unit.language.conftest import split
from treadle.language.completion import complete
from treadle.language.definition import define
from treadle.language.hover import explain
from treadle.language.workspace import open_workspace
from treadle.project.last_load import component_of, last_assets
from treadle.project.settings import find_settings

STAGED = """\
type: treadle.Function
attributes:
  execution: .code.run
  assets:
    - key: "{{ env('STAGE', 'dev') }}/orders"
      description: What was ordered.
      group: sales
"""
FILES = {"orders/defs.yaml": STAGED, "orders/code.py": "def run(context):\n    pass\n"}
NEEDS = "type: treadle.Function\nattributes:\n  execution: .code.run\n  assets:\n    - key: sums\n      deps: [‸"


@pytest.fixture
def treadle(make_project: MakeProject) -> CommandLine:
    """A project with a key that only building tells."""
    return make_project(FILES)


def suggested(treadle: CommandLine, *, changed: str | None = None) -> dict[str, str]:
    """The keys that are suggested for `deps`, with what is said beside them."""
    workspace = open_workspace(treadle.folder)
    file = workspace.settings.defs / "orders" / "defs.yaml"
    if changed is not None:
        workspace.texts[file] = changed
    workspace.index()
    text, cursor = split(NEEDS)
    return {each.label: each.detail for each in complete(workspace, file.parents[1] / "new/defs.yaml", text, cursor)}


@pytest.mark.parametrize(
    "command", [("list", "assets"), ("check", "--build"), ("graph",), ("run",)], ids=lambda words: words[0]
)
def test_keys_that_only_building_tells_are_offered_after_it(command: tuple[str, ...], treadle: CommandLine) -> None:
    """
    Every command that builds components leaves the keys that they declare for the editor.
    """
    assert {} == suggested(treadle)
    treadle(*command)
    assert {"dev/orders": "sales"} == suggested(treadle)


def test_such_a_key_is_explained_and_leads_to_its_place(treadle: CommandLine) -> None:
    """
    A key that a template gives is explained like one that is written out.
    """
    treadle("list", "assets")
    workspace = open_workspace(treadle.folder)
    file = workspace.settings.defs / "new" / "defs.yaml"
    text, cursor = split(NEEDS.replace("‸", "dev/or‸ders]"))
    found = explain(workspace, file, text, cursor)
    assert found is not None
    assert "**dev/orders** (group sales)\n\nWhat was ordered." in found.text
    (place,) = define(workspace, file, text, cursor)
    assert ("orders/defs.yaml", 5) == (str(place.file.relative_to(workspace.settings.defs)), place.line)


def test_a_key_that_is_written_over_is_not_offered_any_more(treadle: CommandLine) -> None:
    """
    What the text says now counts more than what was built.
    """
    treadle("list", "assets")
    assert {"sales/orders"} == set(suggested(treadle, changed=STAGED.replace("{{ env('STAGE', 'dev') }}", "sales")))


def test_a_broken_component_keeps_what_it_declared(treadle: CommandLine) -> None:
    """
    While somebody mends a component, others can still be written that depend on its assets.
    """
    treadle("list", "assets")
    file = treadle.folder / "src/p/defs/orders/defs.yaml"
    file.write_text(STAGED.replace("key:", "kye:"), encoding="utf-8")
    assert 1 == treadle("list", "assets").code
    assert {"dev/orders"} == set(suggested(treadle))


def test_a_component_that_is_deleted_is_forgotten(treadle: CommandLine) -> None:
    """
    After the next load, nothing is offered that is gone.
    """
    treadle("list", "assets")
    (treadle.folder / "src/p/defs/orders/defs.yaml").unlink()
    treadle("list", "assets")
    assert {} == suggested(treadle)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"format": 2, "assets": []}', '{"format": 1, "assets": [[1]]}', '{"format": 1}', "[" * 100_000],
    ids=["empty", "list", "cut", "newer", "short", "none", "deep"],
)
def test_what_cannot_be_read_is_nothing(text: str, treadle: CommandLine) -> None:
    """
    A damaged file costs the suggestions, and is written anew by the next load.
    """
    settings = find_settings(treadle.folder)
    settings.make_state()
    (settings.state / "assets.json").write_text(text, encoding="utf-8")
    assert () == last_assets(settings)
    assert "" == component_of(settings, "dev/orders")
    treadle("list", "assets")
    assert ["dev/orders"] == [each.key for each in last_assets(settings)]


def test_the_component_of_an_asset_is_found_whatever_is_written_beside_it(treadle: CommandLine) -> None:
    """
    A description that looks like a row of the file is none, and a key that is the beginning of another isn't that one.
    """
    file = treadle.folder / "src/p/defs/orders/defs.yaml"
    file.write_text(STAGED.replace("What was ordered.", """'["orders","wrong"'"""), encoding="utf-8")
    treadle("list", "assets")
    settings = find_settings(treadle.folder)
    found = {key: component_of(settings, key) for key in ("dev/orders", "orders", "dev/order", "größe")}
    assert {"dev/orders": "orders", "orders": "", "dev/order": "", "größe": ""} == found
