"""What the API tells of a project that doesn't run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.serving import Served, serving, until
from tests.unit.server.projects import WEAVING, write_project


def keys(page: dict[str, Any]) -> list[str]:
    return [each["key"] for each in page["items"]]


def test_the_project_says_how_it_was_loaded(mill: Served) -> None:
    """
    The project's name, what is in it, and that nothing is wrong.
    """
    found = mill.get("/project")
    assert ("p", "loaded", 3, 1, []) == tuple(
        found[each] for each in ("name", "state", "assets", "checks", "diagnostics")
    )
    assert ["default", "marts", "raw"] == found["groups"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param({}, ["cloth", "wool", "yarn"], id="all"),
        pytest.param({"selection": "wool+1"}, ["wool", "yarn"], id="selection"),
        pytest.param({"q": "SHEEP give"}, ["wool"], id="text"),
        pytest.param({"group": "marts"}, ["cloth"], id="group"),
        pytest.param({"owner": "sheep@mill.example"}, ["wool"], id="owner"),
        pytest.param({"kind": "farm"}, ["wool"], id="kind"),
        pytest.param({"status": "fresh"}, [], id="status"),
        pytest.param({"component": "weaving.py", "status": "missing"}, ["cloth", "wool", "yarn"], id="two"),
    ],
)
def test_assets_are_filtered(mill: Served, asked: dict[str, str], expected: list[str]) -> None:
    """
    Lists of assets are narrowed by a selection, a text, and what assets have.
    """
    page = mill.get("/assets", **asked)
    assert (expected, len(expected)) == (keys(page), page["total"])


def test_lists_come_in_pages(mill: Served) -> None:
    """
    Whoever follows `next` sees each asset once.
    """
    first = mill.get("/assets", limit=2)
    second = mill.get("/assets", limit=2, cursor=first["next"])
    assert (["cloth", "wool"], ["yarn"], None) == (keys(first), keys(second), second["next"])


def test_an_asset_has_everything_about_it(mill: Served) -> None:
    """
    One request tells what a page about an asset shows.
    """
    found = mill.get("/assets/cloth")
    assert (["dye", "yarn"], [], "weaving.py", "missing") == (
        found["upstream"],
        found["downstream"],
        found["component"],
        found["status"],
    )
    assert [("is_whole", None)] == [(each["name"], each["last"]) for each in found["check_list"]]
    assert found["place"]["file"].endswith("weaving.py")
    assert {"looms": 3} == mill.get("/assets/yarn")["metadata"]
    assert mill.get("/assets/dye")["external"]


def test_an_asset_that_is_not_there_is_hinted_at(mill: Served) -> None:
    """
    A wrong key gives 404, with the key that was meant.
    """
    answer = mill.client.get("/assets/clothe")
    assert (404, "not_found") == (answer.status_code, answer.json()["error"]["code"])
    assert "did you mean 'cloth'?" in answer.json()["error"]["message"]


def test_the_graph_has_nodes_and_edges(mill: Served) -> None:
    """
    A part of the graph has the assets of a selection and the edges between them.
    """
    found = mill.get("/graph", selection="+yarn")
    assert ["wool", "yarn"] == [each["key"] for each in found["nodes"]]
    assert [{"from": "wool", "to": "yarn"}] == found["edges"]


def test_what_has_not_changed_is_not_sent_again(mill: Served) -> None:
    """
    A request that shows the tag of the last answer gets 304 without a body.
    """
    first = mill.client.get("/assets")
    again = mill.client.get("/assets", headers={"If-None-Match": first.headers["etag"]})
    assert (304, b"", first.headers["etag"]) == (again.status_code, again.content, again.headers["etag"])


def test_component_types_come_with_their_schema(mill: Served) -> None:
    """
    Every type is listed, and has its documentation and the schema of its attributes under each of its names.
    """
    names = {each["name"] for each in mill.get("/component-types")["items"]}
    assert {"treadle.DbtProject", "treadle.PythonScript"} <= names
    found = mill.get("/component-types/dagster.PythonScriptComponent")
    assert "treadle.PythonScript" == found["name"]
    assert "execution" in found["attributes"]["properties"]
    assert 404 == mill.client.get("/component-types/treadle.PythonScrip").status_code


def test_components_are_listed(mill: Served) -> None:
    """
    Each component is there with its file, and how many assets it has.
    """
    [found] = mill.get("/components")["items"]
    assert ("weaving.py", "loaded", 3, []) == tuple(
        found[each] for each in ("address", "state", "assets", "diagnostics")
    )


ODD = """
import asyncio
from decimal import Decimal
from enum import StrEnum

from treadle import asset


class Kind(StrEnum):
    FELT = "felt"


@asset(kinds={Kind.FELT}, group=Kind.FELT, tags={"how": Kind.FELT, "what": object}, metadata={"lock": asyncio.Lock()})
def hat(context): ...
"""


def test_assets_may_hold_anything(tmp_path: Path) -> None:
    """
    What a component puts into its assets doesn't stop the server: what is of a kind of its own is told as text.
    """
    with serving(write_project(tmp_path, {"odd.py": ODD})) as served:
        found = served.get("/assets/hat")
        assert (["felt"], "felt", "felt") == (found["kinds"], found["group"], found["tags"]["how"])
        assert "Lock" in found["metadata"]["lock"]


def test_a_project_is_loaded_again_when_it_is_asked_for(tmp_path: Path) -> None:
    """
    A server that doesn't watch sees an edit when somebody asks it to look.
    """
    root = write_project(tmp_path, {"weaving.py": WEAVING})
    with serving(root) as served:
        until(lambda: served.get("/project")["state"] == "loaded")  # otherwise the first look may see the edit
        (root / "src/p/defs/odd.py").write_text(ODD, encoding="utf-8")
        with served.events("events") as events:
            next(events)
            served.post("/project/reload")
            assert "reload" == next(events)[0]
        assert "hat" in keys(served.get("/assets"))
        assert until(lambda: [each for each in served.printed if each.startswith("loaded 4 assets")])
