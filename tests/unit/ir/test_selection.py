"""Which assets a selection means, and what is said about one that can't be read."""

from __future__ import annotations

import pytest

from treadle.errors import UsageError
from treadle.ir import (
    Asset,
    AssetGraph,
    AssetKey,
    Column,
    Definitions,
    Origin,
    Step,
    link,
    parse_selection,
    select_among,
)


def key(text: str) -> AssetKey:
    return AssetKey.parse(text)


ASSETS = (
    Asset(
        key=key("raw_a"),
        group="raw",
        tags={"layer": "raw"},
        kinds=frozenset({"python"}),
        owners=("team:a", "ann@example.com"),
        origin=Origin(component="ingest"),
    ),
    Asset(
        key=key("stg/b"),
        deps=frozenset({key("raw_a")}),
        group="stg",
        tags={"layer": "stg", "keep": "me", "odd": ""},
        columns=(Column(name="id"), Column(name="day")),
        origin=Origin(component="jdbt[1]"),
    ),
    Asset(key=key("mart/c"), deps=frozenset({key("stg/b")}), group="mart", tags={"say so": 'a "b" \\ c'}),
    Asset(key=key("mart/d"), deps=frozenset({key("mart/c"), key("far/away")})),
    Asset(key=key("and")),
)
EVERYTHING = "and far/away mart/c mart/d raw_a stg/b"


@pytest.fixture(scope="module")
def graph() -> AssetGraph:
    """raw_a → stg/b → mart/c → mart/d ← far/away, which nobody declares; `and` stands alone."""
    steps = (Step(name="s", run=print, assets=(key("raw_a"), key("stg/b"))),)
    return link(Definitions(assets=ASSETS, steps=steps))[0]


def row(text: str, expected: str, name: str = "") -> object:
    return pytest.param(text, expected, id=name or text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        row("*", EVERYTHING),
        row(" * ", EVERYTHING, "spaces-around"),
        row("raw_a", "raw_a"),
        row("stg/b", "stg/b"),
        row("key:raw_a", "raw_a"),
        row("key: raw_a", "raw_a"),
        row("KEY:raw_a", "raw_a"),
        row('key:"stg/b"', "stg/b"),
        row("key:'stg/b'", "stg/b", "key:single-quotes"),
        row('"stg/b"', "stg/b"),
        row('"and"', "and", "quoted-keyword"),
        row("key:and", "and"),
        row("raw_*", "raw_a"),
        row("mart/*", "mart/c mart/d"),
        row('key:"mart/*"', "mart/c mart/d"),
        row("*/c", "mart/c"),
        row("*a*", "and far/away mart/c mart/d raw_a", "*a*"),
        row("m*t/*", "mart/c mart/d"),
        row("none*", ""),
        row("raw_a*a", "", "no-overlap"),
        row('key_substring:"art"', "mart/c mart/d"),
        row("key_substring:zzz", ""),
        row("name:b", "stg/b"),
        row("group:raw", "raw_a"),
        row("group:default", "and far/away mart/d"),
        row("group:<null>", "and far/away mart/d"),
        row('group:"<null>"', ""),
        row("group:rwa", ""),
        row("group:*a*t", "and far/away mart/c mart/d"),
        row("tag:layer", "raw_a stg/b"),
        row("tag:layer=raw", "raw_a"),
        row('tag:"layer"="raw"', "raw_a"),
        row('tag:layer="raw"', "raw_a"),
        row('tag:"layer"=raw', "raw_a"),
        row('tag:odd=""', "stg/b"),
        row('tag:"say so"="a \\"b\\" \\\\ c"', "mart/c", "tag:escaped"),
        row("tag:layer=r*", "raw_a"),
        row("tag:layer=x", ""),
        row("tag:<null>", "and far/away mart/d"),
        row('owner:"team:a"', "raw_a"),
        row("owner:team:a", "raw_a"),
        row("owner:*@example.com", "raw_a"),
        row("owner:<null>", "and far/away mart/c mart/d stg/b"),
        row("owner:a", ""),
        row("kind:python", "raw_a"),
        row("kind:dbt", ""),
        row("column:day", "stg/b"),
        row("component:ingest", "raw_a"),
        row("component:jdbt", "stg/b"),
        row("component:jdbt[1]", "stg/b"),
        row("path:.", "raw_a stg/b"),
        row("path:ingest/", "raw_a"),
        row("path:in*", "raw_a"),
        row("path:<null>", "and far/away mart/c mart/d"),
        row("is:external", "and far/away mart/c mart/d"),
        row("is:materializable", "raw_a stg/b"),
        row("+mart/c", "mart/c raw_a stg/b"),
        row('+key:"mart/c"', "mart/c raw_a stg/b"),
        row("1+mart/c", "mart/c stg/b"),
        row("2+mart/c", "mart/c raw_a stg/b"),
        row("0+mart/c", "mart/c"),
        row("raw_a+", "mart/c mart/d raw_a stg/b"),
        row("raw_a+1", "raw_a stg/b"),
        row("+stg/b+", "mart/c mart/d raw_a stg/b"),
        row("1+stg/b+1", "mart/c raw_a stg/b"),
        row("+ mart/c", "mart/c raw_a stg/b", "plus-then-space"),
        row("+(stg/b or far/away)", "far/away raw_a stg/b"),
        row("+(+stg/b)+1", "mart/c raw_a stg/b"),
        row("group:stg+", "mart/c mart/d stg/b"),
        row("+sinks(*)", EVERYTHING),
        row("sinks(*)", "and mart/d"),
        row("roots(*)", "and far/away raw_a"),
        row("Roots (stg/b or mart/*)", "stg/b"),
        row("sinks(raw_a or mart/c)", "mart/c raw_a"),
        row("not raw_a", "and far/away mart/c mart/d stg/b"),
        row("not +mart/c", "and far/away mart/d"),
        row("not not raw_a", "raw_a"),
        row("key:raw_a or key:mart/c", "mart/c raw_a"),
        row("mart/* and not mart/c", "mart/d"),
        row("(group:raw or group:stg) and not tag:keep=me", "raw_a"),
        row("group:raw or group:stg and tag:keep=me", "raw_a stg/b"),
        row("raw_a OR mart/c And mart/*", "mart/c raw_a"),
        row("(raw_a)", "raw_a"),
        row("raw_a stg/b", "raw_a stg/b"),
        row("raw_a,stg/b", "raw_a stg/b"),
        row("raw_a , stg/b\nmart/c", "mart/c raw_a stg/b", "lines"),
        row("raw_a+1 1+mart/c", "mart/c raw_a stg/b"),
        row("raw_a +stg/b", "raw_a stg/b", "space-then-plus"),
        row("tag:keep kind:python", "raw_a stg/b"),
        row("mart/c mart/d and not mart/c", "mart/c mart/d"),
    ],
)
def test_select(graph, text, expected):
    """
    Each form of the language selects what people mean by it.
    """
    assert expected == " ".join(map(str, sorted(graph.select(text))))


def test_a_number_can_be_the_name_of_an_asset():
    """
    Digits are a depth only before or after a plus.
    """
    chain = Definitions(assets=(Asset(key=key("1")), Asset(key=key("2"), deps=frozenset({key("1")}))))
    graph, _ = link(chain)

    assert [["1", "2"], ["1"], ["1", "2"], ["1", "2"]] == [
        sorted(map(str, graph.select(text))) for text in ("1+", "1", "1+2", "1 2")
    ]


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        pytest.param("a and", 6, "found the end", id="and-end"),
        pytest.param("a or or b", 6, "found 'or'", id="or-or"),
        pytest.param("and a", 1, "found 'and'", id="and-first"),
        pytest.param("a,", 3, "found the end", id="trailing-comma"),
        pytest.param(", a", 1, "found ','", id="leading-comma"),
        pytest.param("not", 4, "found the end", id="not-alone"),
        pytest.param("a not b", 3, "expected 'and', 'or' or ','", id="a-not-b"),
        pytest.param("(a", 1, "'(' isn't closed", id="unclosed"),
        pytest.param("(a or (b)", 1, "'(' isn't closed", id="unclosed-outer"),
        pytest.param("()", 2, "found ')'", id="nothing-inside"),
        pytest.param("a)", 2, "')' closes nothing", id="closes-nothing"),
        pytest.param("a or (b))", 9, "')' closes nothing", id="closes-twice"),
        pytest.param("roots()", 7, "found ')'", id="roots-of-nothing"),
        pytest.param("roots", None, "no asset is named 'roots'", id="roots-alone"),
        pytest.param("nope(a)", 1, "no function 'nope'", id="function"),
        pytest.param("sink(a)", 1, "no function 'sink'", id="function-near"),
        pytest.param("+", 2, "found the end", id="plus-alone"),
        pytest.param("++a", 2, "expected a term after '+'", id="plus-plus"),
        pytest.param("a++", 3, "expected the end of a term", id="plus-plus-after"),
        pytest.param("a+b", 3, "expected 'and', 'or' or ','", id="plus-between"),
        pytest.param("a + b", 3, "'+' has to stand next to", id="plus-apart"),
        pytest.param("+not a", 2, "found 'not'", id="plus-not"),
        pytest.param("a(b)", 1, "no function 'a'", id="call"),
        pytest.param("(a)(b)", 4, "expected 'and', 'or' or ','", id="glued"),
        pytest.param('a"b"', 2, "expected 'and', 'or' or ','", id="glued-quote"),
        pytest.param('key:"a', 5, "quote isn't closed", id="quote"),
        pytest.param("a or 'b", 6, "quote isn't closed", id="single-quote"),
        pytest.param("gruop:raw", 1, "no attribute 'gruop'", id="attribute"),
        pytest.param("a or status:x", 6, "no attribute 'status'", id="attribute-of-others"),
        pytest.param("group:", 7, "expected a value after 'group:'", id="no-value"),
        pytest.param("group:(a)", 7, "expected a value after 'group:'", id="value-in-parentheses"),
        pytest.param("tag:a=", 7, "expected a value after '='", id="no-tag-value"),
        pytest.param("tag:=a", 5, "expected the name of a tag", id="no-tag-name"),
        pytest.param("is:red", 4, "never 'red'", id="state"),
        pytest.param("a & b", 3, "'&' is not an operator", id="ampersand"),
        pytest.param("a || b", 3, "'||' is not an operator", id="bars"),
        pytest.param("1234567+a", 1, "can't have more than 6 digits", id="depth"),
        pytest.param("a+" + "9" * 5_000, 3, "can't have more than 6 digits", id="depth-huge"),
    ],
)
def test_what_cannot_be_read(graph, text, column, says):
    """
    A selection that can't be read is shown with a caret under the place, and with what was expected.
    """
    with pytest.raises(UsageError) as raised:
        graph.select(text)

    assert says in raised.value.message
    if column is not None:
        first, shown, caret = raised.value.message.split("\n")
        assert first.endswith(f"(column {column})")
        assert caret.index("^") == len("    ") + column - 1
        assert shown.startswith(f"    {text[:20]}")


def test_the_caret_stays_below_its_place_in_a_long_selection():
    """
    Of a long selection only the part around the mistake is shown.
    """
    text = " or ".join(["some/asset"] * 100) + " or )" + " or x" * 100

    with pytest.raises(UsageError) as raised:
        parse_selection(text)

    _, shown, caret = raised.value.message.split("\n")
    assert ")" == shown[caret.index("^")]
    assert len(shown) <= 80


@pytest.mark.parametrize("text", [pytest.param("", id="nothing"), pytest.param(" \n\t", id="space")])
def test_an_empty_selection_is_an_error(graph, text):
    """
    Nothing isn't everything: who wants all assets says so.
    """
    with pytest.raises(UsageError, match="can't be empty") as raised:
        graph.select(text)

    assert "write '*' for every asset" == raised.value.fix


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("(" * 101 + "a" + ")" * 101, id="parentheses"),
        pytest.param("roots(" * 101 + "a" + ")" * 101, id="functions"),
        pytest.param("not " * 101 + "a", id="not"),
        pytest.param("(" * 4_000, id="only-opened"),
        pytest.param("+(not (a or b and " * 60 + "c" + "))" * 60, id="mixed"),
    ],
)
def test_nesting_is_limited(text):
    """
    A selection that is nested too deeply is refused in words.
    """
    with pytest.raises(UsageError, match="nested deeper than 100 levels"):
        parse_selection(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("(" * 100 + "raw_a" + ")" * 100, id="parentheses"),
        pytest.param("roots(" * 100 + "raw_a" + ")" * 100, id="functions"),
        pytest.param("not " * 100 + "raw_a", id="not"),
        pytest.param("+(not (not raw_a and not raw_a and " * 33 + "raw_a" + "))" * 33, id="mixed"),
    ],
)
def test_what_is_nested_as_deep_as_allowed_works(graph, text):
    """
    Up to the limit a selection is read, printed, compared and evaluated.
    """
    selection = parse_selection(text)

    assert selection == parse_selection(str(selection))
    assert isinstance(graph.select(text), frozenset)


def test_length_is_limited():
    """
    Ten thousand characters are enough.
    """
    assert parse_selection("a" * 10_000)
    with pytest.raises(UsageError, match="can't be longer than 10,000 characters; this one has 10,001"):
        parse_selection("a" * 10_001)


@pytest.mark.parametrize(
    "text", [pytest.param("and* " * 1_900, id="names"), pytest.param("(and*) " * 1_400, id="parentheses")]
)
def test_a_long_list_is_no_nesting(graph, text):
    """
    Thousands of names beside each other are no nesting.
    """
    assert {key("and")} == graph.select(text)


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        pytest.param("raw_b", "no asset is named 'raw_b'", "did you mean 'raw_a'?", id="near"),
        pytest.param("key:raw_b", "no asset is named 'raw_b'", "did you mean 'raw_a'?", id="key"),
        pytest.param("c", "no asset is named 'c'", "did you mean 'mart/c'?", id="without-prefix"),
        pytest.param("not +(raw_a and raw_b)+", "no asset is named 'raw_b'", "did you mean 'raw_a'?", id="inside"),
        pytest.param("zzz", "no asset is named 'zzz'", "`treadle list assets` shows every asset", id="far"),
        pytest.param("a//b", "no asset is named 'a//b'", "`treadle list assets` shows every asset", id="no-key"),
        pytest.param('key:""', "no asset is named ''", "`treadle list assets` shows every asset", id="no-name"),
        pytest.param(
            "c raw_b zzz",
            "no assets are named 'c', 'raw_b', 'zzz'",
            "did you mean 'mart/c'? did you mean 'raw_a'?",
            id="several",
        ),
    ],
)
def test_a_name_that_does_not_exist(graph, text, message, fix):
    """
    An asset that is named exactly has to exist; what was probably meant is said.
    """
    with pytest.raises(UsageError) as raised:
        graph.select(text)

    assert (message, fix) == (raised.value.message, raised.value.fix)


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        pytest.param("a | b", "write 'or'", id="bar"),
        pytest.param("! a", "write 'not'", id="bang"),
        pytest.param("++a", "write '2+x' for two levels, '+x' for all", id="plus-plus"),
        pytest.param("is:red", "write external or materializable", id="state"),
        pytest.param("sink(a)", "did you mean 'sinks'?", id="function"),
    ],
)
def test_a_mistake_comes_with_a_way_out(text, fix):
    """
    Where it is clear what was meant, the way to write it is given.
    """
    with pytest.raises(UsageError) as raised:
        parse_selection(text)

    assert fix == raised.value.fix


def test_an_unknown_attribute_lists_those_that_exist():
    """
    A misspelled attribute is answered with the near one and with all.
    """
    with pytest.raises(UsageError) as raised:
        parse_selection("gruop:raw")

    assert raised.value.fix.startswith("did you mean 'group'? the attributes are column, component, group, is, key,")


OWN = ASSETS[:3]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        row("(group:raw or group:stg) and not tag:keep=me", "raw_a"),
        row("stg/b", "stg/b"),
        row("key:raw_a or key:mart/c", "mart/c raw_a"),
        row("kind:python", "raw_a"),
        row("not group:raw", "mart/c stg/b"),
        row('owner:"team:a"', "raw_a"),
        row("roots(*)", "raw_a"),
        row('+key:"mart/c"', "mart/c raw_a stg/b"),
        # Here we differ from what Dagster 1.13 answers: it refuses the first, takes '+' before a bare key as one
        # level (but before a quoted one as all), and finds with a bare tag only tags without a value.
        row("raw_*", "raw_a"),
        row("+mart/c", "mart/c raw_a stg/b"),
        row("tag:layer", "raw_a stg/b"),
    ],
)
def test_targets_of_post_processing(target, expected):
    """
    The targets that people have in their files select among a component's own assets.
    """
    assert expected == " ".join(map(str, sorted(select_among(OWN, target))))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("missing", "", id="unknown"),
        pytest.param("missing or raw_a", "raw_a", id="unknown-or-known"),
        pytest.param("far/away", "", id="elsewhere"),
        pytest.param("+mart/d", "mart/d", id="edges-that-leave"),
        pytest.param("roots(*)", "mart/d raw_a", id="roots"),
        pytest.param("is:external", "raw_a", id="external"),
    ],
)
def test_among_some_assets_only_these_exist(text, expected):
    """
    What isn't among the given assets can't be selected, and asking for it is no mistake.
    """
    found = select_among([ASSETS[0], ASSETS[3]], text, external=[key("raw_a")])

    assert expected == " ".join(map(str, sorted(found)))
