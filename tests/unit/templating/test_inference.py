"""What is told of expressions without working them out."""

import json
import re
from collections.abc import Iterator, Mapping, MappingView
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treadle.errors import ProjectError
from treadle.templating import Env, render
from treadle.templating.inference import infer
from treadle.templating.types import of_value

TEXT, INTEGER = {"type": "string"}, {"type": "integer"}
TEXTS = {"type": "array", "items": TEXT}


class Asset:
    """An object as a scope may have one."""

    def __init__(self, group: str, tags: dict[str, str], description: str | None) -> None:
        self.group, self.tags, self.description = group, tags, description

    def label(self, prefix: str = "") -> str:
        return prefix + self.group


LABEL = {"parameters": [{"name": "prefix", "type": TEXT, "required": False}], "variadic": False, "returns": TEXT}
SHOUT = {"parameters": [{"name": "text", "type": TEXT, "required": True}], "variadic": False, "returns": TEXT}
SCOPE: Mapping[str, Any] = {
    "text": TEXT,
    "n": INTEGER,
    "x": {"type": "number"},
    "flag": {"type": "boolean"},
    "nothing": {"type": "null"},
    "maybe": {"type": ["string", "null"]},
    "words": TEXTS,
    "numbers": {"type": "array", "items": INTEGER},
    "pair": {"type": "array", "prefixItems": [TEXT, INTEGER], "items": False},
    "meta": {"type": "object"},
    "row": {"type": "object", "properties": {"name": TEXT, "size": INTEGER}, "required": ["name", "size"], "additionalProperties": False},
    "asset": {
        "x-record": "Asset",
        "properties": {
            "group": TEXT,
            "tags": {"type": "object", "additionalProperties": TEXT},
            "description": {"type": ["string", "null"]},
            "label": {"x-function": LABEL},
        },
    },
    "thing": {},
    "opaque": {"x-record": "Condition"},
    "shout": {"x-function": SHOUT},
    "env": {"x-env": True},
}  # fmt: skip
ENVIRONMENT = {"HOST": "db", "EMPTY": ""}
VALUES: Mapping[str, Any] = {
    "text": "a/b",
    "n": 3,
    "x": 0.5,
    "flag": True,
    "nothing": None,
    "maybe": None,
    "words": ["b", "a"],
    "numbers": [2, 1],
    "pair": ("a", 1),
    "meta": {"a": 1, "b": {"c": "d"}},
    "row": {"name": "orders", "size": 2},
    "asset": Asset("raw", {"team": "a"}, None),
    "thing": {"a": [1]},
    "opaque": object(),
    "shout": lambda text: text.upper(),
    "env": Env(ENVIRONMENT),
}


def told(text: str, **given: Any) -> list[tuple[str, str]]:
    return [(one.code, one.message) for one in infer(text, SCOPE, env=ENVIRONMENT, **given).mistakes]


def conforms(value: Any, of: Mapping[str, Any]) -> bool:
    """Whether a value is of a type, as far as the type says."""
    if "anyOf" in of:
        return any(conforms(value, one) for one in of["anyOf"])
    kinds = {"null": type(None), "boolean": bool, "integer": int, "number": (int, float), "string": str}
    kinds |= {"array": (list, tuple, range, set, Iterator, MappingView), "object": Mapping}
    names = [of["type"]] if isinstance(of.get("type"), str) else of.get("type", [])
    if names and not any(isinstance(value, kinds[name]) for name in names):
        return False
    if isinstance(value, bool) and names and "boolean" not in names:
        return False
    if "const" in of and value != of["const"]:
        return False
    if isinstance(value, Mapping):
        inner = of.get("properties", {})
        rest = of.get("additionalProperties", True)
        return all(conforms(one, inner[name]) if name in inner else rest is not False for name, one in value.items())
    if isinstance(value, list | tuple) and isinstance(of.get("items"), Mapping):
        return all(conforms(one, of["items"]) for one in value)
    return True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ n }}", INTEGER),
        ("{{ n }}\n", INTEGER),
        ("no. {{ n }}", TEXT),
        ("{{ n }}{{ n }}", TEXT),
        ("{% if flag %}1{% endif %}", TEXT),
        ("{{ '3' }}", {**TEXT, "const": "3"}),
        ("{{ 1 + 2 }}", {**INTEGER, "const": 3}),
        ("{{ none }}", {"type": "null"}),
        ("{{ n + 1 }}", INTEGER),
        ("{{ n + x }}", {"type": "number"}),
        ("{{ n / 2 }}", {"type": "number"}),
        ("{{ n // 2 }}", INTEGER),
        ("{{ n ** 2 }}", {"type": "number"}),
        ("{{ -n }}", INTEGER),
        ("{{ text * n }}", TEXT),
        ("{{ '%03d' % n }}", TEXT),
        ("{{ text ~ n }}", TEXT),
        ("{{ words + words }}", TEXTS),
        ("{{ words * 2 }}", TEXTS),
        ("{{ n > 2 }}", {"type": "boolean"}),
        ("{{ not n }}", {"type": "boolean"}),
        ("{{ n in numbers }}", {"type": "boolean"}),
        ("{{ n is even }}", {"type": "boolean"}),
        ("{{ text if flag else n }}", {"anyOf": [TEXT, INTEGER]}),
        ("{{ maybe or text }}", TEXT),
        ("{{ maybe and n }}", {"anyOf": [TEXT, {"type": "null"}, INTEGER]}),
        ("{{ [n, text] }}", {"type": "array", "items": {"anyOf": [INTEGER, TEXT]}}),
        ("{{ {'a': n}.a }}", INTEGER),
        ("{{ words[0] }}", TEXT),
        ("{{ words[1:] }}", TEXTS),
        ("{{ text[0] }}", TEXT),
        ("{{ pair[0] }}", {"anyOf": [TEXT, INTEGER]}),
        ("{{ row.size }}", INTEGER),
        ("{{ row['size'] }}", INTEGER),
        ("{{ meta.anything.at.all }}", {}),
        ("{{ thing.anything() }}", {}),
        ("{{ opaque.anything }}", {}),
        ("{{ asset.tags.team }}", TEXT),
        ("{{ asset.label('a') }}", TEXT),
        ("{{ asset.description.upper() }}", TEXT),
        ("{{ text.split('/') }}", TEXTS),
        ("{{ text.find('a') }}", INTEGER),
        ("{{ text.startswith('a') }}", {"type": "boolean"}),
        ("{{ row.keys() }}", TEXTS),
        ("{{ shout(text) }}", TEXT),
        ("{{ range(n) }}", {"type": "array", "items": INTEGER}),
        ("{{ dict(a=n) }}", {"type": "object"}),
        ("{{ env.HOST }}", TEXT),
        ("{{ env('HOST') }}", TEXT),
        ("{{ env('PORT', 5432) }}", {"anyOf": [TEXT, INTEGER]}),
        ("{{ env.PORT | default('d') }}", TEXT),
        ("{{ env.HOST | int }}", INTEGER),
        ("{{ maybe | default('d', true) }}", TEXT),
        ("{{ words | join(', ') }}", TEXT),
        ("{{ words | map('length') | list }}", {"type": "array", "items": INTEGER}),
        ("{{ words | map('length') | sum }}", INTEGER),
        ("{{ words | select | list }}", TEXTS),
        ("{{ words | first }}", TEXT),
        ("{{ numbers | max }}", INTEGER),
        ("{{ text | list }}", TEXTS),
        ("{{ text | length }}", INTEGER),
        ("{{ n | abs }}", INTEGER),
        ("{{ x | round(2) }}", {"type": "number"}),
        ("{{ text | float }}", {"type": "number"}),
        ("{{ text | int(text) }}", {"anyOf": [INTEGER, TEXT]}),
        ("{{ meta | tojson }}", TEXT),
        ("{{ words | reverse }}", TEXTS),
        ("{{ text | reverse }}", TEXT),
        ("{{ text | format(n) }}", TEXT),
    ],
)  # fmt: skip
def test_types(text, expected):
    """
    The type of what a text gives is as narrow as its parts tell.
    """
    found = infer(text, SCOPE, env=ENVIRONMENT)
    assert (expected, ()) == (found.type, found.mistakes)


@pytest.mark.parametrize(
    "text",
    [
        "{{ txt }}",
        "a/{{ txt }}",
        "{{ [n, txt] }}",
        "{{ shout(txt) }}",
        "{{ 'x' ~ txt }}",
        "{% if txt %}a{% endif %}",
        "{{ row.nam }}",
        "{{ row['nam'] }}",
        "{{ text.uper() }}",
        "{{ nothing.name }}",
        "{{ n.name }}",
        "{{ n[0] }}",
        "{{ {'a': n}.b }}",
        "{{ n",
        "{{ n | uper }}",
        "{{ n is evn }}",
        "{{ n }}/{{ a b }}",
        "{{ }}",
        "{{ 1 / 0 }}",
        "{{ 'loom ' + 7 }}",
        "{{ n + text }}",
        "{{ text + n }}",
        "{{ words + n }}",
        "{{ n < text }}",
        "{{ n in n }}",
        "{{ -text }}",
        "{{ n | list }}",
        "{{ n | join(', ') }}",
        "{{ flag | length }}",
        "{{ shout }}/a",
        "{{ 'a' ~ shout }}",
        "{{ env.HOSTS }}",
        "{{ env.QQQ ~ 'a' }}",
        "{{ env('QQQ') }}",
        "{{ env['HOST'] }}",
        "{{ env.__class__ }}",
        "{{ text.__class__ }}",
        "{{ text['__class__'] }}",
        "{{ text.encode() }}",
        "{{ words.append('a') }}",
        "{{ meta.__class__ }}",
        "{{ row.update(a=1) }}",
        "{{ 'a' * 10**10 }}",
        "{{ range(10**9) }}",
        "{{ 9**(9**9) }}",
        "{{ text ~ 'a' * 10**10 }}",
        "{% include 'x' %}",
        "{% macro m() %}{% endmacro %}",
        "{% set a = 1 %}{{ a + text }}",
        "{% set a = n %}{{ a.b }}",
        "{{ " + "[" * 400 + "1" + "]" * 400 + " }}",
        "{{ n" + " + 1" * 2_400 + " }}",
    ],
)  # fmt: skip
def test_mistakes_in_the_words_of_rendering(text):
    """
    What is told without values is told with the same words as when a text is rendered.
    """
    with pytest.raises(ProjectError) as caught:
        render(text, VALUES)
    found = infer(text, SCOPE, env=ENVIRONMENT).mistakes
    assert list(map(without_reason, caught.value.diagnostics)) == list(map(without_reason, found))


def without_reason(diagnostic) -> tuple[str, str, str, str]:
    # Only rendering knows the type of an object that isn't known.
    why = re.sub(r" of '[A-Za-z]+' can't", " can't", diagnostic.why)
    return diagnostic.code, diagnostic.message, re.sub("(float|bool)", "int", why), diagnostic.fix


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ asset.tgas }}", ("TRD302", "'asset' has no 'tgas' in '{{ asset.tgas }}'")),
        ("{{ asset._private }}", ("TRD304", "'{{ asset._private }}' is not allowed")),
        ("{{ shout() }}", ("TRD308", "'shout' is called without 'text' in '{{ shout() }}'")),
        ("{{ shout(1, 2) }}", ("TRD308", "'shout' takes 1 argument, not 2, in '{{ shout(1, 2) }}'")),
        ("{{ shout(txt=1) }}", ("TRD308", "'shout' has no parameter 'txt' in '{{ shout(txt=1) }}'")),
        ("{{ shout(1, text=2) }}", ("TRD308", "'shout' is given 'text' twice in '{{ shout(1, text=2) }}'")),
        ("{{ text() }}", ("TRD308", "'text' is not a function in '{{ text() }}'")),
        ("{{ asset() }}", ("TRD308", "'asset' is not a function in '{{ asset() }}'")),
        ("{{ text.upper(1) }}", ("TRD308", "'text.upper' takes no arguments, not 1, in '{{ text.upper(1) }}'")),
        ("{{ text | upper(1) }}", ("TRD308", "'upper' takes no arguments, not 1, in '{{ text | upper(1) }}'")),
        ("{{ env() }}", ("TRD308", "'env' is called without 'name' in '{{ env() }}'")),
        ("{{ range() }}", ("TRD308", "'range' is called without 'start' in '{{ range() }}'")),
        ("{{ 'a' if flag else txt }}", ("TRD302", "there is no variable 'txt' in \"{{ 'a' if flag else txt }}\"")),
        ("{{ txt.a | default('z') }}", ("TRD302", "there is no variable 'txt' in \"{{ txt.a | default('z') }}\"")),
        ("{% for a in words %}{{ b }}{% endfor %}", ("TRD302", "there is no variable 'b' in '{% for a in words %}{{ b }}{% endfor %}'")),
    ],
)  # fmt: skip
def test_mistakes(text, expected):
    """
    Names and calls are told wherever they stand, also where rendering would not come by today.
    """
    assert [expected] == told(text)


def test_all_at_once():
    """
    Every mistake of a text is told, each of them once.
    """
    found = told("{{ txt }}/{{ n.a }}/{{ txt }}/{{ n | uper }}")
    assert ["TRD302", "TRD302", "TRD301"] == [code for code, _ in found]


@pytest.mark.parametrize(
    "text",
    [
        "{{ txt | default('z') }}",
        "{{ txt | d('z') }}",
        "{{ row.nam | default('z') }}",
        "{{ row['nam'] | default('z') }}",
        "{{ env.QQQ | default('z') }}",
        "{{ ('a' if n > 5) | default('z') }}",
        "{{ (txt if flag else n) | default('z') }}",
        "{{ [txt, 'z'] | select('defined') | first }}",
        "{{ [txt, row.nam] | map('default', 'z') | join }}",
        "{{ txt is defined }}",
        "{{ row.nam is undefined }}",
        "{{ txt if txt is defined else 'z' }}",
        "{{ txt.a.b if txt is defined else 'z' }}",
        "{{ txt is defined and txt.a }}",
        "{% if txt is defined %}{{ txt }}{% endif %}",
        "{% if txt is undefined %}{% set txt = 1 %}{% endif %}{{ txt }}",
        "{{ env.QQQ if env.HOST == 'prod' else 'z' }}",
        "{{ 'z' if flag else 1 / 0 }}",
        "{{ n + text if false else 'z' }}",
        "{{ maybe.upper() }}",
        "{{ thing + 1 }}",
        "{{ thing.a.b.c }}",
        "{{ meta.get('a') }}",
        "{{ meta._underscore }}",
        "{{ shout(*words) }}",
        "{{ shout(**meta) }}",
        "{{ text % n }}",
        "{% for a in words %}{{ loop.index }}{{ a.upper() }}{% else %}none{% endfor %}",
        "{% for a, b in meta.items() %}{{ a }}{{ b }}{% endfor %}",
        "{% with a = n %}{{ a + 1 }}{% endwith %}",
        "{% set a %}x{% endset %}{{ a.upper() }}",
        "{% filter upper %}x{% endfilter %}",
        "{# txt #}{{ n }}",
        "{% if flag %}{% set a = 1 %}{% else %}{% set a = 'b' %}{% endif %}{{ a + 1 }}",
    ],
)
def test_nothing_is_told_of_what_may_work(text):
    """
    What may be missing where it stands, what isn't known, and what isn't certain to be reached are let be.
    """
    assert [] == told(text)


def test_open_scopes():
    """
    A name that isn't in an open scope may exist all the same.
    """
    assert [] == told("{{ txt.a + 1 }}", is_open=True)
    assert [("TRD302", "'row' has no 'nam' in '{{ row.nam }}'")] == told("{{ row.nam }}", is_open=True)


def test_unknown_environment():
    """
    Without an environment, any variable may be set.
    """
    assert () == infer("{{ env.QQQ }}", SCOPE).mistakes


def test_results_are_remembered_by_scope():
    """
    The same text in another scope has another type, and the same scope gives the same answer.
    """
    first = infer("{{ a }}", scope := {"a": TEXT})
    assert INTEGER == infer("{{ a }}", {"a": INTEGER}).type
    assert first is infer("{{ a }}", scope)


def test_types_stay_small():
    """
    A value that holds itself twice, again and again, takes no time.
    """
    twice = "{% set a = {'x': a, 'y': [a, a]} %}{% set b = {'x': b, 'y': [b, b]} %}"
    text = "{% set a = n %}{% set b = n %}" + twice * 40 + "{{ [a, b] | tojson }}"
    assert [] == told(text)


LEAVES = [*SCOPE.keys() - {"env"}, "1", "2.5", "'a'", "'12'", "true", "none", "[]", "[1, 'a']", "{'a': 1}", "range(3)"]
LEAVES += ["env.HOST", "env('PORT', 'd')", "env.QQQ", "env('QQQ')"]
FILTERS = ["abs", "default('d')", "d(1, true)", "first", "last", "float", "int", "int('a')", "join('-')", "length"]
FILTERS += ["list", "lower", "map('string')", "map('length')", "max", "min", "replace('a', 'b')", "reverse", "round"]
FILTERS += ["select", "reject", "sort", "string", "sum", "title", "tojson", "trim", "truncate(3)", "unique", "upper"]
FILTERS += ["wordcount", "items", "dictsort", "center(4)", "capitalize", "count", "format(1)", "indent", "urlencode"]
FILTERS += ["map('default', 'd')", "map(attribute='name')", "selectattr('a')", "sum(start=1)", "first | upper"]
MEMBERS = [
    "name",
    "a",
    "group",
    "tags",
    "tags.team",
    "description",
    "size",
    "upper()",
    "split('/')",
    "label()",
    "keys()",
]
MEMBERS += ["get('a')", "items()", "values()", "count('a')", "index('a')", "label", "find('a', 1)", "strip('a')", "b.c"]
OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "~", "<", "<=", "==", "!=", "in", "not in", "and", "or"]


def expressions() -> st.SearchStrategy[str]:
    return st.recursive(
        st.sampled_from(LEAVES),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(OPERATORS), inner).map(lambda it: f"({it[0]} {it[1]} {it[2]})"),
            st.tuples(inner, st.sampled_from(FILTERS)).map(lambda it: f"({it[0]} | {it[1]})"),
            st.tuples(inner, st.sampled_from(MEMBERS)).map(lambda it: f"({it[0]}).{it[1]}"),
            st.tuples(inner, inner).map(lambda it: f"({it[0]})[{it[1]}]"),
            st.tuples(inner, inner, inner).map(lambda it: f"({it[0]} if {it[1]} else {it[2]})"),
            st.tuples(inner, inner).map(lambda it: f"[{it[0]}, {it[1]}]"),
            inner.map(lambda it: f"{{'a': {it}}}"),
            inner.map(lambda it: f"(not {it})"),
            inner.map(lambda it: f"(-{it})"),
            inner.map(lambda it: f"shout({it})"),
            inner.map(lambda it: f"asset.label({it})"),
            st.tuples(inner, st.sampled_from(["string", "none", "defined", "even", "mapping"])).map(lambda it: f"({it[0]} is {it[1]})"),
        ),
        max_leaves=6,
    )  # fmt: skip


values = st.fixed_dictionaries(
    {
        "text": st.sampled_from(["", "a", "a/b", "12"]),
        "n": st.integers(-3, 3),
        "x": st.sampled_from([0.0, 0.5, -2.0, 1]),
        "flag": st.booleans(),
        "maybe": st.sampled_from([None, "", "a"]),
        "words": st.lists(st.sampled_from(["", "a", "b"]), max_size=3) | st.just(("a",)),
        "numbers": st.lists(st.integers(-3, 3), max_size=3),
        "meta": st.sampled_from([{}, {"a": 1}, {"a": {"name": "b"}, "b": [1]}]),
        "row": st.fixed_dictionaries({"name": st.sampled_from(["", "a"]), "size": st.integers(0, 3)}),
        "asset": st.builds(Asset, st.just("g"), st.sampled_from([{}, {"team": "a"}]), st.sampled_from([None, "d"])),
        "thing": st.sampled_from([1, "a", [1], {"a": 1}, None, Asset("g", {}, None)]),
    }
)


@settings(max_examples=600, deadline=None)
@given(text=expressions(), chosen=values)
def test_what_renders_has_no_mistakes(text, chosen):
    """
    Whatever renders has the inferred type, and nothing is told of it but names and calls that are not reached.
    """
    found = infer(f"{{{{ {text} }}}}", SCOPE, env=ENVIRONMENT)
    try:
        value = render(f"{{{{ {text} }}}}", {**VALUES, **chosen})
    except ProjectError:
        return
    # Rendering doesn't come by every part, it doesn't look into a list that is only counted, and what isn't there is
    # no text, no number, and so on.
    anywhere = {"TRD301", "TRD302", "TRD304", "TRD308"} if re.search(r"\b(if|and|or|is)\b|[\[{]", text) else set()
    uncounted = {"TRD303"} if re.search(r"[\[{]", text) else set()
    assert {one.code for one in found.mistakes} <= anywhere | uncounted
    assert conforms(value, found.type), (value, found.type)


@settings(max_examples=300, deadline=None)
@given(text=expressions())
def test_names_that_are_not_there_are_always_told(text):
    """
    A variable that the scope doesn't have is told wherever it stands.
    """
    scope = {**SCOPE, "shout": SCOPE["shout"]}
    missing = f"{{{{ [{text}, nowhere] }}}}"
    found = infer(missing, scope, env=ENVIRONMENT).mistakes
    assert any(one.code == "TRD302" and "'nowhere'" in one.message for one in found)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(plain)
def test_values_conform_to_their_type(value):
    """
    The type of a value describes it, and is JSON.
    """
    of = of_value(value)
    assert conforms(value, of)
    assert json.loads(json.dumps(of)) == of


@given(st.text(alphabet=st.sampled_from("{}%# nx.'|()[]+~*-,1\n")))
def test_any_text_is_read(text):
    """
    Whatever someone writes, nothing is raised; and what renders is told to be without mistakes.
    """
    scope = {"n": INTEGER, "x": TEXT}
    if not any(mark in text for mark in ("{{", "{%", "{#")):
        return
    found = infer(text, scope)
    try:
        render(text, {"n": 3, "x": "a"})
    except ProjectError:
        assert all(one.fix for one in found.mistakes)
    else:
        assert () == found.mistakes
