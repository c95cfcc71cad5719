"""Projects that are seen together are one graph, and only then some mistakes show."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.workspace.conftest import write
from treadle.ir import AssetKey
from treadle.workspace import Joined, find_workspace, join, tell

PROJECT = '[tool.treadle]\nmodule = "p"\n'


def joined(root: Path, projects: Mapping[str, str]) -> Joined:
    """What projects tell together; each is a Python module."""
    write(root, {"pyproject.toml": '[tool.treadle.workspace]\nprojects = ["**"]\n'})
    for name, text in projects.items():
        write(root, {f"{name}/pyproject.toml": PROJECT, f"{name}/src/p/defs/it.py": "from treadle import *\n" + text})
    return join(tell(find_workspace(root)))


def assets(*names: str, deps: tuple[str, ...] = ()) -> str:
    """A module whose assets all depend on the same ones."""
    return "".join(
        f"\n@asset(key={name!r}, deps={list(deps)})\ndef {name.replace('/', '_')}(): ...\n" for name in names
    )


STUB = '\nhere = Asset(key="raw", description="what shop says of it")\n'


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Joined:
    """A platform, and two teams that use what it makes, one of them with a note of its own."""
    return joined(
        tmp_path_factory.mktemp("workspace"),
        {
            "platform": assets("raw", deps=("bank/rates",)),
            "teams/ads": assets("spend", deps=("orders", "raw")),
            "teams/shop": STUB + assets("orders", deps=("raw",)),
        },
    )


def test_a_dependency_on_another_projects_asset_is_an_edge(three: Joined) -> None:
    """
    What several projects declare is linked by key; what none declares is external.
    """
    graph = three.graph
    raw, orders, spend = map(AssetKey.parse, ("raw", "orders", "spend"))
    assert (frozenset({raw}), frozenset({orders, raw})) == (graph.parents(orders), graph.parents(spend))
    assert [AssetKey.parse("bank/rates")] == [key for key in graph.assets if graph.is_external(key)]
    assert () == three.diagnostics


def test_of_an_asset_that_several_declare_the_maker_counts(three: Joined) -> None:
    """
    To declare an asset without a step is no conflict: the project that makes it is the one that it is of.
    """
    raw = AssetKey.parse("raw")
    assert ("platform", None) == (three.project_of(raw), three.graph.assets[raw].description)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ("project:platform", {"raw"}),
        ("project:teams/shop", {"orders"}),
        ("project:shop", {"orders"}),
        ("project:teams/*", {"orders", "spend"}),
        ("project:shop or project:ads", {"orders", "spend"}),
        ("not project:*", {"bank/rates"}),
        ("+project:shop", {"bank/rates", "raw", "orders"}),
        ("raw+", {"raw", "orders", "spend"}),
        ("roots(project:teams/*)", {"orders"}),
    ],
)
def test_selections_know_projects(selection: str, expected: set[str], three: Joined) -> None:
    """
    A project is named by its folder or the last part of that, and `+` looks across projects.
    """
    assert expected == set(map(str, three.graph.select(selection)))


CHECK = '\n@check(asset="raw")\ndef has_rows():\n    return True\n'


@pytest.fixture(scope="module")
def conflicting(tmp_path_factory: pytest.TempPathFactory) -> Joined:
    """Three projects; the names of what is part of one conflict begin alike."""
    ads = (
        assets("twice", "alone"),
        CHECK,
        assets("round/a", deps=("round/c",)),
        assets("uses_events", deps=("events",)),
        assets("uses_order", "orders", deps=("order",)),
        assets("inner/a", deps=("inner/b",)),
        assets("inner/b", deps=("inner/a",)),
    )
    shop = (
        assets("twice", "event", "order"),
        CHECK,
        assets("round/c", deps=("round/b",)),
        assets("uses_inner", deps=("inner/a",)),
    )
    lab = (assets("raw"), assets("round/b", deps=("round/a",)))
    return joined(
        tmp_path_factory.mktemp("workspace"), {"ads": "".join(ads), "lab": "".join(lab), "shop": "".join(shop)}
    )


@pytest.mark.parametrize(
    ("code", "message", "words"),
    [
        pytest.param(
            "TRD546", "asset 'twice' is made by two projects, 'ads' and 'shop'", ("ads/src", "shop/src"), id="asset"
        ),
        pytest.param(
            "TRD546", "check 'raw:has_rows' is made by two projects, 'ads' and 'shop'", ("ads/", "shop/"), id="check"
        ),
        pytest.param(
            "TRD547",
            "projects depend on each other in a circle: ads → shop → lab → ads",
            ("round/a → round/c → round/b → round/a", "'round/a' of 'ads' depends on 'round/c'", "shop/src"),
            id="circle",
        ),
        pytest.param(
            "TRD409",
            "asset 'uses_events' depends on 'events', which nobody declares",
            ("'event' is declared at",),
            id="misspelled",
        ),
    ],
)
def test_what_is_wrong_between_projects_is_told(
    code: str, message: str, words: tuple[str, ...], conflicting: Joined
) -> None:
    """
    A conflict is told once, with the places in both projects.
    """
    [told] = [each for each in conflicting.conflicts if each.message == message]
    assert code == told.code
    assert all(word in told.why for word in words), told.why


def test_what_is_right_or_told_by_one_project_is_no_conflict(conflicting: Joined) -> None:
    """
    A circle within a project is told by that project, also when others use what is in it; what one project suspects
    to be misspelled, and another declares, is neither.
    """
    assert 4 == len(conflicting.conflicts)
    assert ["TRD403"] == [each.code for told in conflicting.told for each in told.diagnostics]
