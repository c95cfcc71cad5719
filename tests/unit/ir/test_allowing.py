"""Who may use what: the answer about one asset is that of the selection, and what isn't known is never made up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treadle.errors import UsageError
from treadle.ir import Asset, AssetKey, Column, Definitions, Origin, link, parse_selection
from treadle.ir.allowing import ATTRIBUTES, Subject, check_rule, is_allowed, subject_of
from treadle.ir.selection import select

WORDS = ["raw", "x", "default"]  # few, so that rules often are about what assets have
assets = st.builds(
    Asset,
    key=st.sampled_from(["raw/orders", "x/raw"]).map(AssetKey.parse),
    group=st.sampled_from(["default", "raw"]),
    owners=st.lists(st.sampled_from(WORDS), max_size=2, unique=True).map(tuple),
    tags=st.dictionaries(st.sampled_from(WORDS), st.sampled_from(["v", "x"]), max_size=2),
    kinds=st.frozensets(st.sampled_from(WORDS), max_size=2),
    columns=st.lists(st.sampled_from(WORDS), max_size=2, unique=True).map(
        lambda names: tuple(Column(name=n) for n in names)
    ),
    origin=st.none() | st.sampled_from(["x", "raw/shop[1]", "raw/m.py", "."]).map(lambda at: Origin(component=at)),
)
patterns = st.sampled_from([*WORDS, "*", "r*", "raw/orders", "<null>", '"<null>"', ".", "raw/shop"])
names = st.sampled_from(
    ["column", "component", "group", "key", "key_substring", "kind", "name", "owner", "path", "tag"]
)
terms = (
    st.just("*")
    | st.builds("{}:{}".format, names, patterns)
    | st.builds("tag:{}={}".format, st.sampled_from([*WORDS, "*"]), st.sampled_from(["v", "x", "*"]))
)
rules = st.recursive(
    terms,
    lambda inner: (
        st.builds("not ({})".format, inner)
        | st.builds("({}) and ({})".format, inner, inner)
        | st.builds("({}) or ({})".format, inner, inner)
    ),
    max_leaves=6,
)


def readable(rule: str) -> bool:
    try:
        check_rule(rule)
    except ValueError:
        return False
    return True


@given(asset=assets, rule=rules.filter(readable))
def test_a_rule_allows_what_the_selection_selects(asset: Asset, rule: str) -> None:
    """
    Of an asset of which everything is known, the answer is whether the selection has it.
    """
    graph, _ = link(Definitions(assets=[asset]))
    assert is_allowed(rule, subject_of(asset)) is (asset.key in select(graph, parse_selection(rule), strict=False))


@settings(max_examples=300, deadline=None)
@given(asset=assets, rule=rules.filter(readable), data=st.data())
def test_what_is_told_of_a_part_holds_for_the_whole(asset: Asset, rule: str, data: st.DataObject) -> None:
    """
    Whoever knows less of an asset says the same, or nothing.
    """
    whole = subject_of(asset)
    hidden = data.draw(st.frozensets(st.sampled_from(sorted(ATTRIBUTES))))
    part = replace(
        whole,
        key=data.draw(st.sampled_from([whole.key, None])),
        component=data.draw(st.sampled_from([whole.component, None])),
        values={
            name: tuple(data.draw(st.permutations(values)))[: data.draw(st.integers(0, len(values)))]
            if name in hidden
            else values
            for name, values in whole.values.items()
        },
        tags={name: value for name, value in whole.tags.items() if "tag" not in hidden or data.draw(st.booleans())},
        open=hidden,
    )
    assert is_allowed(rule, part) in (None, is_allowed(rule, whole))


@pytest.mark.parametrize("rule", ["+a", "a+1", "roots(*)", "group:x and not sinks(*)", "is:external", "grup:x", ""])
def test_a_rule_that_cannot_be_answered_allows_nothing(rule: str) -> None:
    """
    What a rule in Python says that no file could is refused for everybody.
    """
    with pytest.raises((ValueError, UsageError)):
        check_rule(rule)
    assert is_allowed(rule, Subject(key="a")) is False


@pytest.mark.parametrize(
    ("rule", "answer"),
    [
        ("group:raw", True),
        ("group:x", False),
        ("owner:x", None),
        ("owner:<null>", None),
        ("group:<null>", False),
        ("tag:layer=raw", True),
        ("tag:layer=x", False),
        ("tag:other", None),
        ("tag:<null>", False),
        ("not owner:x", None),
        ("group:x and owner:x", False),
        ("group:raw and owner:x", None),
        ("group:raw or owner:x", True),
        ("group:x or owner:x", None),
        ("path:teams", True),
        ("path:team", False),
        ("key:a", None),
    ],
)
def test_what_is_not_known_is_left_open_only_where_it_matters(rule: str, answer: bool | None) -> None:
    """
    Of an asset with a known group and place, with one tag, and with unknown key and owners.
    """
    subject = Subject(
        component="teams/vision",
        values={"group": ("raw",)},
        tags={"layer": "raw"},
        open=frozenset({"owner", "tag"}),
    )
    assert is_allowed(rule, subject) is answer
