"""What the API tells of component types, and of the components of a project."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.serving import Served, serving
from tests.unit.server.projects import WEAVING, write_project

LOOM = '''
from pydantic import BaseModel

from treadle import Asset, Component, Definitions


class Warp(BaseModel):
    """The threads that are stretched."""

    length: float
    """In ells."""


class Loom(Component):
    """Weaves what it is told to.

    It needs somebody who looks at it."""

    threads: int = 4
    """How many at once."""
    warp: Warp | None = None

    @classmethod
    def examples(cls):
        return [{"threads": 2}]

    def build_defs(self, context):
        return Definitions(assets=[Asset(key=context.name)])
'''
SHUTTLE = '''
from p.looms import Loom, Warp


class Shuttle(Loom):
    """Carries the thread through."""

    thread: str
    """Which."""
    warps: list[Warp]

    @classmethod
    def examples(cls):
        return []
'''
SCRIPT = "type: treadle.PythonScript\nattributes:\n  execution: {path: run.py}\n  assets: [{key: %s}]\n"

FILES = {
    "weaving.py": WEAVING,
    "/src/p/looms.py": LOOM,
    "/src/p/shuttles.py": SHUTTLE,
    "towels/blue/defs.yaml": "type: p.looms.Loom\n",
    "towels/red/defs.yaml": "type: p.looms.Loom\nattributes: {thread: 3}\n",
    "towels/two/defs.yaml": SCRIPT % "one" + "---\n" + SCRIPT % "two" + "  cheks: []\n",
    "towels/two/run.py": "",
    "yard/defs.yaml": "type: dagster.PythonScriptComponent\nattributes:\n  execution: {path: run.py}\n"
    "  assets: [{key: yard, deps: [two]}]\n",
    "yard/run.py": "",
}


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A mill with folders, a type of its own, and two mistakes."""
    pyproject = {"/pyproject.toml": '[tool.treadle]\nmodule = "p"\ncomponent_modules = ["p.looms", "p.shuttles"]\n'}
    with serving(write_project(tmp_path_factory.mktemp("looms"), {**FILES, **pyproject})) as served:
        yield served


def names(page: dict[str, Any]) -> list[str]:
    return [each["name"] for each in page["items"]]


def test_types_are_searched(mill: Served) -> None:
    """
    Words find types, the best first, and say where they were found.
    """
    found = mill.get("/component-types", q="weaves looks")
    assert ["p.looms.Loom"] == names(found)
    assert {("summary", None), ("description", None)} == {
        (each["where"], each["path"]) for each in found["items"][0]["matches"]
    }
    assert "treadle.Notebook" == names(mill.get("/component-types", q="notebook"))[0]
    assert len(names(mill.get("/component-types"))) > len(names(found))


def test_a_search_that_finds_nothing_hints(mill: Served) -> None:
    """
    A name that is nearly right gets the right one.
    """
    found = mill.get("/component-types", q="Notebok")
    assert ([], "did you mean 'Notebook'?") == (found["items"], found["hint"])


def test_a_type_is_documented(mill: Served) -> None:
    """
    The project's own types have the same documentation as those of packages, made from the class.
    """
    found = mill.get("/component-types/p.looms.Loom")
    threads, warp = found["attribute_list"]
    assert ("threads", "whole number", "4", "How many at once.", False) == tuple(
        threads[each] for each in ("name", "type", "default", "description", "required")
    )
    assert ["Warp"] == warp["models"]
    assert [("Warp", ["length"])] == [
        (each["name"], [one["name"] for one in each["attributes"]]) for each in found["models"]
    ]
    assert found["models"][0]["attributes"][0]["required"]
    assert ["type: p.looms.Loom\nattributes:\n  threads: 2\n"] == found["example_texts"]
    assert "treadle scaffold defs p.looms.Loom PATH" == found["scaffold"]
    assert found["place"]["file"].endswith("looms.py")


def test_a_type_without_examples_says_what_has_to_be_written(mill: Served) -> None:
    """
    What is required is there, with values that stand for others.
    """
    found = mill.get("/component-types/p.shuttles.Shuttle")
    least = "type: p.shuttles.Shuttle\nattributes:\n  thread: …\n  warps:\n  - length: 1.0\n"
    assert ([], least) == (found["example_texts"], found["least"])


def test_a_type_knows_its_components(mill: Served) -> None:
    """
    What is made with a type is told under all of its names, also what is broken.
    """
    found = mill.get("/component-types/dagster.PythonScriptComponent")
    assert [("towels/two", "loaded"), ("towels/two[1]", "broken"), ("yard", "loaded")] == [
        (each["address"], each["state"]) for each in found["used_by"]
    ]
    assert 3 == found["used"]
    listed = {each["name"]: each["used"] for each in mill.get("/component-types")["items"]}
    assert (3, 2) == (listed["treadle.PythonScript"], listed["p.looms.Loom"])


def test_scopes_are_told_with_their_variables(mill: Served) -> None:
    """
    An attribute whose templates are rendered later says what these may name, and what is in it.
    """
    found = mill.get("/component-types/treadle.DbtProject")
    attributes = {each["name"]: each for each in found["attribute_list"]}
    (node,) = attributes["translation"]["scope"]
    assert "node" == node["name"]
    assert {"name", "schema", "tags"} <= {each["name"] for each in node["members"]}
    assert {"project_root", "env"} <= {each["name"] for each in found["usual_variables"]}


def test_components_are_a_tree(mill: Served) -> None:
    """
    Folders come before components, and say how many below them are broken.
    """
    tree = mill.get("/component-tree")
    towels, weaving, yard = tree["items"]
    assert ("towels", None, 4, 2) == tuple(towels[each] for each in ("path", "component", "components", "broken"))
    assert ["towels/blue", "towels/red", "towels/two", "towels/two[1]"] == [each["path"] for each in towels["children"]]
    assert (6, 2) == (tree["components"], tree["broken"])
    assert ("weaving.py", 3, "yard") == (weaving["component"]["address"], weaving["assets"], yard["name"])


def test_a_large_tree_is_asked_for_in_parts(mill: Served) -> None:
    """
    A folder that wasn't unfolded says so, and is asked for by its path.
    """
    towels, *_ = mill.get("/component-tree", most=3)["items"]
    assert towels["children"] is None
    assert 4 == len(mill.get("/component-tree", under=towels["path"])["items"])
    assert 404 == mill.client.get("/component-tree", params={"under": "towel"}).status_code


def test_each_component_has_its_own_mistakes(mill: Served) -> None:
    """
    Of several in one file, only the one that is broken has the mistake.
    """
    found = {each["address"]: each for each in mill.get("/components")["items"]}
    assert [] == found["towels/two"]["diagnostics"]
    (mistake,) = found["towels/two[1]"]["diagnostics"]
    assert ("TRD203", 10) == (mistake["code"], mistake["line"])
    assert "did you mean 'threads'?" == found["towels/red"]["diagnostics"][0]["fix"]


def test_components_are_filtered(mill: Served) -> None:
    """
    A list of components is narrowed by state, type and a part of the address.
    """

    def addresses(**asked: str) -> list[str]:
        return [each["address"] for each in mill.get("/components", **asked)["items"]]

    assert ["towels/red", "towels/two[1]"] == addresses(state="broken")
    assert ["towels/two", "towels/two[1]", "yard"] == addresses(type="treadle.PythonScript")
    assert ["yard"] == addresses(q="YARD")


def test_a_component_says_what_it_declares(mill: Served) -> None:
    """
    A component's page has its assets, checks, steps and schedules.
    """
    found = mill.get("/components/weaving.py")
    assert (["cloth", "wool", "yarn"], ["cloth:is_whole"], ["mornings"]) == (
        found["asset_list"],
        found["checks"],
        found["schedules"],
    )
    assert ("p.looms.Loom", "Weaves what it is told to.") == tuple(
        mill.get("/components/towels/blue")[each] for each in ("type_name", "summary")
    )


def test_a_broken_component_says_what_waits_for_it(mill: Served) -> None:
    """
    What can't run as long as a component is broken is told with it.
    """
    found = mill.get("/components/towels/two[1]")
    assert ("broken", ["yard"], 1) == (found["state"], found["blocked"], found["blocks"])


def test_a_component_that_is_not_there_is_hinted_at(mill: Served) -> None:
    """
    A wrong address gives 404, with the one that was meant.
    """
    answer = mill.client.get("/components/towels/blu")
    assert (404, "there is no component 'towels/blu'; did you mean 'towels/blue'?") == (
        answer.status_code,
        answer.json()["error"]["message"],
    )


def test_a_code_says_what_it_means(mill: Served) -> None:
    """
    The words of a code's page are there without the page; a code that nobody has is hinted at.
    """
    found = mill.get("/diagnostics/TRD203")
    assert ("TRD203", "there is no such attribute") == (found["code"], found["title"])
    assert "`treadle inspect TYPE` explains it" in found["text"]
    assert 404 == mill.client.get("/diagnostics/TRD2030").status_code
