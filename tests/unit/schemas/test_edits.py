"""Mistakes that can be mended mechanically carry the edit that does."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from treadle.components import AssetAttributes
from treadle.components.descriptors.schema import attributes_schema
from treadle.documents import parse_yaml
from treadle.schemas import compile_schema
from treadle.templating import explain

SCHEMA = compile_schema(attributes_schema(AssetAttributes))


def edits(text):
    """
    What the static check and loading both would change.
    """
    (document,) = parse_yaml(Path("f"), text.encode())
    found = SCHEMA.check(document.value, locate=document.span)
    with pytest.raises(ValidationError) as caught:
        AssetAttributes.model_validate(document.value)
    assert sorted(map(repr, found)) == sorted(map(repr, explain(caught.value, AssetAttributes, locate=document.locate)))
    return [(f"{edit.span.line}:{edit.span.column}", edit.old, edit.new) for each in found for edit in each.edits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{key: a, gruop: b}", [("1:10", "gruop", "group")], id="misspelled-name"),
        pytest.param("{kye: a}", [("1:2", "kye", "key")], id="misspelled-required-name"),
        pytest.param("{'kye': a}", [("1:2", "kye", "key")], id="in-quotation-marks"),
        pytest.param("{key: a, gruop_name: b}", [("1:10", "gruop_name", "group_name")], id="other-name"),
        pytest.param("{key: a, group: b, gruop: b}", [], id="the-right-one-is-there"),
        pytest.param("gruop: b\nkey: a\ngroup: b", [], id="the-right-one-is-there-below"),
        pytest.param("{key: a, gruop: b, groupe: b}", [("1:10", "gruop", "group")], id="two-misspellings"),
        pytest.param("{key: a, zzz: b}", [], id="nothing-near"),
        pytest.param("{key: a, 1: b}", [], id="a-number-as-name"),
        pytest.param("{key: a, partitions: {type: dayly, start: 2026-01-01}}", [("1:29", "dayly", "daily")], id="misspelled-value"),
        pytest.param("{key: a, partitions: {type: nothing-like-it}}", [], id="no-value-is-near"),
        pytest.param("{key: 1}", [("1:7", "1", '"1"')], id="number-for-text"),
        pytest.param("{key: true}", [("1:7", "true", '"true"')], id="flag-for-text"),
        pytest.param("{key: a, deps: [1.5]}", [("1:17", "1.5", '"1.5"')], id="number-in-a-list"),
        pytest.param("{key: a, automation: {all_off: [eager]}}", [("1:23", "all_off", "all_of")], id="the-branch-that-was-meant"),
        pytest.param("{key: a, freshness: {fail_window: 24}}", [], id="text-of-a-number-is-wrong-as-well"),
        pytest.param("{key: a, owners: [5]}", [], id="text-of-a-number-is-no-owner"),
        pytest.param("{key: a, deps: up/st}", [("1:10", "deps: up/st", "deps: [up/st]")], id="text-for-a-list"),
        pytest.param("{key: a, deps:  up/st}", [], id="further-away"),
        pytest.param("key: a\ndeps:\n  up/st", [], id="on-another-line"),
        pytest.param("{key: a, deps: 'a, b'}", [], id="more-than-a-word"),
        pytest.param("{key: a, deps: {a: b}}", [], id="mapping-for-a-list"),
        pytest.param("{key: a, tags: {1: a}}", [("1:17", "1", '"1"')], id="number-as-name-of-a-tag"),
    ],
)  # fmt: skip
def test_edits(text, expected):
    """
    An edit says where, what is there, and what it becomes; where what was meant isn't certain, there is none.
    """
    assert expected == edits(text)


def test_no_place_no_edit():
    """
    Without places there is nothing to change.
    """
    assert [()] == [each.edits for each in SCHEMA.check({"kye": "a"})]
