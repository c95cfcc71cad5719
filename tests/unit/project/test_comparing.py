"""Two asset graphs, compared as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from treadle.project.comparing import Renamed, Stale, compare
from treadle.project.comparing.snapshots import EMPTY


def side(**assets: Mapping[str, Any]) -> dict[str, Any]:
    """A graph of assets: their deps, and what else is said; `origin` is component and detail."""
    values = {key: {"deps": [], "code_version": None, "group": "default", **said} for key, said in assets.items()}
    origins = {key: each.pop("origin", ["jdbt", ""]) for key, each in values.items()}
    made = [key for key, each in values.items() if not each.pop("external", False)]
    return {**EMPTY, "project": True, "assets": values, "origins": origins, "made": made}


def mistake(message: str, line: int, *, file: str = "defs.yaml", severity: str = "error") -> dict[str, Any]:
    return {"code": "TRD401", "severity": severity, "message": message, "fix": "", "file": file, "line": line}


@pytest.mark.parametrize(
    ("old", "new", "renamed"),
    [
        pytest.param(
            {"a": {"origin": ["jdbt", "model.shop.a"], "group": "x"}},
            {"b": {"origin": ["jdbt", "model.shop.a"], "group": "y"}},
            [("a", "b", ["group"])],
            id="one thing elsewhere",
        ),
        pytest.param({"a": {"deps": ["z"]}}, {"b": {"deps": ["z"]}}, [("a", "b", [])], id="says the same"),
        pytest.param({"a": {"group": "x"}}, {"b": {"group": "y"}}, [], id="says something else"),
        pytest.param({"a": {"origin": ["one", ""]}}, {"b": {"origin": ["two", ""]}}, [], id="of another component"),
        pytest.param({"a": {}, "b": {}}, {"c": {}, "d": {}}, [], id="nobody knows which"),
    ],
)
def test_an_asset_is_renamed_when_that_is_evident(
    old: dict[str, Any], new: dict[str, Any], renamed: list[tuple[str, str, list[str]]]
) -> None:
    """
    What is evidently the same under another name is told as that; all else is removed and added.
    """
    assets = compare(side(**old), side(**new)).parts["assets"]
    assert renamed == [(each.old, each.new, [one.field for one in each.fields]) for each in assets.renamed]
    assert len(assets.added) == len(new) - len(renamed)
    assert len(assets.removed) == len(old) - len(renamed)


def test_what_is_made_from_something_new_has_to_be_made_again() -> None:
    """
    What lost a parent hasn't; what no step makes, or what is new itself, is never stale.
    """
    old = side(a={}, more={"deps": ["a"]}, fewer={"deps": ["a", "x"]}, outside={"external": True, "deps": ["more"]})
    new = side(
        a={},
        more={"deps": ["a", "b"]},
        fewer={"deps": ["a"]},
        b={"deps": ["more"]},
        outside={"external": True, "deps": ["more"]},
    )
    assert (Stale(asset="more", reason="it is made from more: b"),) == compare(old, new).stale


def test_what_is_downstream_of_several_changes_names_them() -> None:
    """
    However far away they are, and through what no step makes.
    """
    old = side(
        a={"code_version": "1"},
        b={"code_version": "1"},
        via={"deps": ["a"], "external": True},
        c={"deps": ["via", "b"]},
    )
    new = side(
        a={"code_version": "2"},
        b={"code_version": "2"},
        via={"deps": ["a"], "external": True},
        c={"deps": ["via", "b"]},
    )
    found = {each.asset: each.because for each in compare(old, new).stale}
    assert {"a": (), "b": (), "c": ("a", "b")} == found


def test_a_renamed_asset_has_to_be_made_under_its_new_name() -> None:
    """
    Nothing is there under the new name, so what is made from it has to be made again as well.
    """
    detail = ["jdbt", "model.shop.a"]
    found = compare(side(a={"origin": detail}, c={"deps": ["a"]}), side(b={"origin": detail}, c={"deps": ["b"]}))
    assert (Renamed(old="a", new="b"),) == found.parts["assets"].renamed
    assert ["b", "c"] == [each.asset for each in found.stale]


def test_a_mistake_that_moved_is_the_same_mistake() -> None:
    """
    Lines don't tell mistakes apart, files and words do; of two alike, one more is new.
    """
    old = {**side(), "diagnostics": [mistake("twice, see defs.yaml:3:1", 7), mistake("gone", 1)]}
    new = {
        **side(),
        "diagnostics": [
            mistake("twice, see defs.yaml:5:1", 9),
            mistake("twice, see defs.yaml:5:1", 12),
            mistake("careful", 1, severity="warning"),
        ],
    }
    found = compare(old, new)
    assert [("twice, see defs.yaml:5:1", 12), ("careful", 1)] == [(each.message, each.line) for each in found.new]
    assert (["gone"], 1) == ([each.message for each in found.mended], len(found.new_errors))
