"""The algebra of selections."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from treadle.errors import UsageError
from treadle.ir import Asset, AssetKey, Definitions, Selection, link, parse_selection
from treadle.ir.selection import select, select_among
from treadle.ir.selection_terms import And, Around, Attribute, Ends, Everything, Key, Not, Or, Tag

NAMES = ["a", "b", "raw/a", "raw/b", "x/y/z", "and", "1", "2"]
KEYS = [AssetKey.parse(name) for name in NAMES]

assets = st.lists(
    st.builds(
        Asset,
        key=st.sampled_from(KEYS),
        deps=st.frozensets(st.sampled_from(KEYS), max_size=3),
        group=st.sampled_from(["default", "raw"]),
        tags=st.dictionaries(st.sampled_from(["k", "l"]), st.sampled_from(["", "v"]), max_size=2),
    ),
    max_size=8,
)
graphs = assets.map(lambda some: link(Definitions(assets=tuple(some)))[0])

texts = st.text(max_size=6) | st.sampled_from([*NAMES, "*", "raw/*", "<null>", "=", '"', "\\", "or", "("])
depths = st.none() | st.integers(0, 999_999)
names = st.sampled_from(["column", "component", "group", "key_substring", "kind", "name", "owner", "path"])
leaves = (
    st.just(Everything())
    | st.builds(Key, pattern=texts)
    | st.builds(Attribute, name=names, value=st.none() | texts)
    | st.builds(Attribute, name=st.just("is"), value=st.sampled_from(["external", "materializable"]))
    | st.just(Attribute(name="tag", value=None))
    | st.builds(Tag, key=texts, value=st.none() | texts)
)


def branches(operands: st.SearchStrategy[Selection]) -> st.SearchStrategy[Selection]:
    several = st.lists(operands, min_size=2, max_size=3).map(tuple)
    ways = st.tuples(depths, depths).filter(lambda way: way != (0, 0))
    return (
        st.builds(Not, operand=operands)
        | st.builds(And, operands=several)
        | st.builds(Or, operands=several)
        | st.builds(lambda operand, way: Around(operand=operand, up=way[0], down=way[1]), operands, ways)
        | st.builds(Ends, which=st.sampled_from(["roots", "sinks"]), operand=operands)
    )


selections: st.SearchStrategy[Selection] = st.recursive(leaves, branches, max_leaves=12)
scraps = st.lists(
    st.sampled_from(
        ["a", "raw/*", "2", "+", "(", ")", ",", " ", "and", "or", "not ", "roots(", "key:", "tag:", "=", '"', "'", "\\"]
    )
    | st.text(max_size=3),
    max_size=25,
).map("".join)


def read(text: str) -> Selection | None:
    """What a text means; None when it is refused. Any other exception is a failure."""
    try:
        return parse_selection(text)
    except UsageError:
        return None


@given(selections)
def test_what_is_printed_reads_back(selection):
    """
    A selection prints as text that means the same.
    """
    assert selection == parse_selection(str(selection))


@given(scraps)
@example("a+" + "9" * 5_000)
@example("²+a")
@example("a+²")
@example("key:\x1f")
def test_text_is_read_or_refused(text):
    """
    Any text is a selection, which prints as one that reads the same, or a mistake that is told in words.
    """
    selection = read(text)

    assert selection is None or selection == parse_selection(str(selection))


@given(graphs, selections)
def test_a_selection_finds_only_what_exists(graph, selection):
    """
    Whatever is selected is an asset of the graph, and where no name is unknown, strictness changes nothing.
    """
    lenient = select(graph, selection, strict=False)
    try:
        strict = graph.select(str(selection))
    except UsageError:
        strict = lenient

    assert lenient == strict
    assert lenient <= graph.assets.keys()


@given(graphs, st.sampled_from(NAMES))
def test_a_name_selects_its_asset_or_is_refused(graph, name):
    """
    An exact name selects one asset exactly when there is one.
    """
    key = AssetKey.parse(name)
    try:
        found = graph.select(f'"{name}"')
    except UsageError:
        found = frozenset()

    assert graph.assets.keys() & {key} == found


@given(graphs, selections)
def test_what_is_downstream_is_closed(graph, selection):
    """
    `x+` holds x and the children of everything in it; `+x` the parents.
    """
    below = select(graph, Around(operand=selection, down=None), strict=False)
    above = select(graph, Around(operand=selection, up=None), strict=False)

    assert select(graph, selection, strict=False) <= below & above
    assert all(graph.children(key) <= below for key in below)
    assert all(graph.parents(key) <= above for key in above)


@given(graphs, selections, st.integers(0, 3), st.integers(0, 3))
def test_depths_add_up(graph, selection, one, two):
    """
    Two levels above two levels are four.
    """
    twice = Around(operand=Around(operand=selection, up=one), up=two)

    assert select(graph, twice, strict=False) == select(graph, Around(operand=selection, up=one + two), strict=False)


@given(graphs, selections, selections)
def test_and_or_not_are_those_of_sets(graph, one, two):
    """
    De Morgan holds, and nothing is both selected and not.
    """

    def found(selection: Selection) -> frozenset[AssetKey]:
        return select(graph, selection, strict=False)

    assert found(Not(operand=Or(operands=(one, two)))) == found(And(operands=(Not(operand=one), Not(operand=two))))
    assert found(one) | found(Not(operand=one)) == graph.assets.keys()
    assert not found(one) & found(Not(operand=one))


@given(graphs, selections)
def test_roots_and_sinks_are_the_ends(graph, selection):
    """
    No root of a selection has a parent in it, and no sink a child.
    """
    chosen = select(graph, selection, strict=False)
    roots = select(graph, Ends(which="roots", operand=selection), strict=False)
    sinks = select(graph, Ends(which="sinks", operand=selection), strict=False)

    assert roots == {key for key in chosen if not graph.parents(key) & chosen}
    assert sinks == {key for key in chosen if not graph.children(key) & chosen}


@given(assets, selections)
def test_among_all_assets_is_the_whole_graph(some, selection):
    """
    Selecting among assets that mention no others is selecting from their graph.
    """
    unique = list({asset.key: asset for asset in reversed(some)}.values())
    known = {asset.key for asset in unique}
    assume(all(asset.deps <= known for asset in unique))
    graph, _ = link(Definitions(assets=tuple(unique)))

    expected = select(graph, selection, strict=False)
    assert expected == select_among(unique, str(selection), external=known)


@pytest.mark.parametrize("text", [pytest.param("*a" * 4_000 + "*b", id="stars")])
def test_no_pattern_stalls(text):
    """
    A pattern of thousands of stars is matched like any other.
    """
    graph, _ = link(Definitions(assets=(Asset(key=AssetKey.parse("a" * 5_000)),)))

    assert frozenset() == graph.select(text)
