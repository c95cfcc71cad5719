"""Expressions that are compiled, and the same ones in the sandbox."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treadle.ir import Asset, Check, Column, Definitions, Origin, RetryPolicy, StaticPartitions, Step, link
from treadle.policies import DeclaredComponent, Policy, Rule, Subjects, judge, read_policies
from treadle.policies.finding import Found, find
from treadle.policies.roster import Roster
from treadle.policies.rulebook import Entry
from treadle.policies.views import Scene

ORIGIN = Origin(component="shop")
GRAPH, _ = link(
    Definitions(
        assets=[
            Asset(
                key="raw/orders", description="Orders", owners=["team:a", "bo@x.org"], tags={"pii": "yes"}, kinds=["s3"]
            ),
            Asset(
                key="orders",
                deps=["raw/orders", "elsewhere"],
                group="marts",
                kinds=["dbt", "duckdb"],
                metadata={"rows": 3, "get": 1, "list": [1, "a"], "none": None},
                columns=[Column(name="id", type="int"), Column(name="at", description="When")],
                partitions=StaticPartitions(keys=("eu", "us")),
                origin=ORIGIN,
            ),
            Asset(key="STG_x", deps=["orders"], tags={"get": "x", "layer": "core"}, code_version="2", origin=ORIGIN),
        ],
        checks=[Check(name="has_rows", asset="orders", blocking=True)],
        steps=[
            Step(
                name="a", component="shop", assets=["orders"], run=print, compute="small", retries=RetryPolicy(times=2)
            ),
            Step(name="b", component="shop", assets=["STG_x"], run=print, timeout=3.5),
        ],
    )
)
SUBJECTS = Subjects(
    graph=GRAPH,
    components=(DeclaredComponent(address="shop", type="acme.Shop", attributes={"path": "a.py", "n": 2}),),
    project="mill",
)
PARAMETERS: dict[str, Any] = {
    "least": 1,
    "most": 2.5,
    "names": ["orders", "dbt"],
    "text": "a",
    "flag": True,
    "tag": "pii",
    "map": {"k": 1},
}


def read(text: str) -> Entry:
    entry = read_policies([Policy(name="p", require=Rule(text=text), parameters=PARAMETERS)]).entries["p"]
    assert entry.expression is not None
    return entry


def judged(entry: Entry) -> Found:
    roster = Roster(SUBJECTS)
    return find(entry, range(len(roster.items("asset"))), PARAMETERS, roster, Scene(SUBJECTS))


def seen(found: Found) -> tuple[list[tuple[int, str | None]], dict[int, str]]:
    return found.violations, {number: type(error).__name__ for number, error in found.failed.items()}


def in_sandbox(entry: Entry) -> Entry:
    assert entry.expression is not None
    slow = replace(entry.expression, compiled=None)
    return replace(entry, read=lambda: slow)


TEXTS = st.sampled_from(
    [
        "asset.key",
        "asset.name",
        "asset.group",
        "asset.description",
        "asset.code_version",
        "asset.step.compute",
        "'orders'",
        "'a'",
        "''",
        "parameters.text",
        "asset.tags.pii",
        "asset.tags.get",
        "asset.partitions.type",
        "asset.component.address",
        "asset.metadata.none",
        "asset.path[0]",
    ]
)
NUMBERS = st.sampled_from(
    ["0", "1", "2.5", "-1", "parameters.least", "parameters.most", "asset.metadata.rows", "asset.step.timeout"]
)
LISTS = st.sampled_from(
    [
        "asset.owners",
        "asset.kinds",
        "asset.path",
        "asset.deps",
        "parameters.names",
        "asset.partitions.keys",
        "['a','orders']",
        "[]",
        "asset.metadata.list",
    ]
)
RECORDS = st.sampled_from(["asset.upstream", "asset.downstream", "asset.checks", "asset.columns", "asset.all_upstream"])
MAPPINGS = st.sampled_from(["asset.tags", "asset.metadata", "parameters.map", "asset.component.attributes"])
FLAGS = st.sampled_from(
    ["asset.is_external", "parameters.flag", "true", "none", "asset.step", "asset.partitions", "asset"]
)


def one(*templates: str) -> st.SearchStrategy[str]:
    return st.sampled_from(templates)


def filled(template: str, **parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.fixed_dictionaries(parts).map(lambda values: template.format(**values))


def texts(depth: int) -> st.SearchStrategy[str]:
    if depth == 0:
        return TEXTS
    inner = texts(depth - 1)
    return st.one_of(
        TEXTS,
        filled(
            "{a} | {f}",
            a=inner,
            f=one("lower", "upper", "trim", "title", "first", "default('x')", "default('x', true)"),
        ),
        filled("({a} ~ {b})", a=inner, b=numbers(0) | inner),
        filled("({a} + {b})", a=inner, b=inner),
        filled("({a} * {b})", a=inner, b=NUMBERS),
        filled(
            "{a}.{m}", a=TEXTS, m=one("lower()", "strip('a')", "removeprefix('o')", "replace('a', 'b')", "zfill(5)")
        ),
        filled("({a} if {c} else {b})", a=inner, b=inner, c=FLAGS),
        filled("{l} | {f}", l=lists(depth - 1), f=one("first", "last", "join('-')", "join")),
        filled("{m}.get({k})", m=MAPPINGS, k=inner),
        filled(
            "{m}.get({k}, {d}).{f}",
            m=MAPPINGS,
            k=inner,
            d=inner,
            f=one("lower()", "get('a')", "replace('a', 'bc')", "a"),
        ),
    )


def numbers(depth: int) -> st.SearchStrategy[str]:
    if depth == 0:
        return NUMBERS
    inner = numbers(depth - 1)
    return st.one_of(
        NUMBERS,
        filled("({a} {o} {b})", a=inner, b=inner, o=one("+", "-", "*", "/", "//", "%", "**")),
        filled(
            "{l} | {f}", l=lists(depth - 1) | texts(depth - 1), f=one("length", "count", "int", "sum", "max", "min")
        ),
        filled("-{a}", a=NUMBERS),
        filled("{a}.{m}", a=TEXTS | LISTS, m=one("count('a')", "index('a')", "find('o')")),
    )


def lists(depth: int) -> st.SearchStrategy[str]:
    if depth == 0:
        return LISTS | RECORDS
    inner = lists(depth - 1)
    tests = one("'none'", "'equalto', 'orders'", "'in', parameters.names", "'string'", "'ne', asset.key", "'lt', 2")
    named = one("'key'", "'name'", "'description'", "'group'", "'owners'", "'step.compute'", "'type'")
    return st.one_of(
        LISTS,
        filled("{l} | list", l=inner | MAPPINGS),
        filled("({l} + {m})", l=inner, m=inner),
        filled("{l} | {f}({n})", l=RECORDS, f=one("selectattr", "rejectattr"), n=named),
        filled("{l} | {f}({n}, {t})", l=RECORDS, f=one("selectattr", "rejectattr"), n=named, t=tests),
        filled("{l} | map(attribute={n}) | list", l=RECORDS, n=named),
        filled("{l} | {f}({t})", l=LISTS, f=one("select", "reject"), t=tests),
        filled("{l} | map({f}) | list", l=LISTS, f=one("'lower'", "'length'", "'first'", "'title'")),
        filled("{l} | {f}", l=LISTS, f=one("sort", "unique", "reverse", "list")),
        filled(
            "{l} | map(attribute={m}) | {f} | {g}",
            l=RECORDS,
            m=one("'tags'", "'metadata'", "'step.metadata'"),
            f=one(
                "selectattr('pii', 'defined')",
                "rejectattr('get', 'defined')",
                "selectattr(parameters.tag, 'defined')",
                "map(attribute='layer', default='')",
                "selectattr('rows', 'gt', parameters.least)",
                "map(attribute='items', default='')",
            ),
            g=one("list", "map(attribute='pii') | list", "map(attribute=parameters.tag) | list", "map('lower') | list"),
        ),
        filled("{m}.{f}()", m=MAPPINGS, f=one("keys", "values", "items")),
        filled("{a}.split('_')", a=TEXTS),
        filled("[{a}, {b}]", a=texts(depth - 1), b=numbers(depth - 1)),
        filled("{l}[{n}]", l=inner, n=one("0", "1", "-1", "9")),
    )


def anything(depth: int) -> st.SearchStrategy[str]:
    leaves = st.one_of(texts(depth), numbers(depth), lists(depth), FLAGS, MAPPINGS)
    if depth == 0:
        return leaves
    inner = anything(depth - 1)
    return st.one_of(
        leaves,
        filled("({a} {o} {b})", a=inner, b=inner, o=one("and", "or", "==", "!=", "in", "not in", "<", "<=", ">", ">=")),
        filled("(not {a})", a=inner),
        filled(
            "({a} is {t})",
            a=inner,
            t=one("none", "string", "number", "true", "lower", "iterable", "mapping", "defined"),
        ),
        filled("({a} is {t} {b})", a=inner, b=inner, t=one("equalto", "in", "lt", "divisibleby", "not in")),
        filled("({a} < {b} < {c})", a=numbers(0), b=numbers(0), c=numbers(0)),
    )


@given(anything(2))
@settings(max_examples=400, deadline=None)
def test_a_compiled_expression_gives_what_the_sandbox_gives(text: str) -> None:
    """
    Whatever is asked, both find the same violations, and fail for the same items with the same exception.
    """
    entry = read_policies([Policy(name="p", require=Rule(text=text), parameters=PARAMETERS)]).entries["p"]
    if entry.expression is not None:
        assert seen(judged(in_sandbox(entry))) == seen(judged(entry))


@pytest.mark.parametrize(
    "text",
    [
        "asset.owners",
        "asset.description and asset.description | length > 20",
        "asset.name == asset.name.lower() and not asset.name.startswith('_')",
        "asset.group in ['raw', 'marts']",
        "'pii' not in asset.tags or asset.tags.get('retention')",
        "asset.columns | selectattr('description', 'none') | list | length <= parameters.most",
        "asset.upstream | rejectattr('group', 'equalto', asset.group) | list | length <= 3",
        "asset.step is none or asset.step.compute in parameters.names",
        "asset.partitions is none or asset.partitions.type == 'static'",
        "asset.file == asset.group ~ '/' ~ asset.name ~ '.sql'",
        "asset.upstream | map(attribute='group') | unique | list | length < 2",
        "[asset.key, asset.columns | map(attribute='name') | max]",
    ],
)
def test_what_teams_write_is_compiled(text: str) -> None:
    """
    None of the usual questions needs the sandbox, which takes fifty times as long.
    """
    entry = read(text)
    assert entry.expression is not None
    assert entry.expression.compiled is not None
    assert seen(judged(in_sandbox(entry))) == seen(judged(entry))


def test_a_compiled_expression_may_not_do_more_than_the_sandbox_allows() -> None:
    """
    What repeats a text too often fails in both.
    """
    entry = read("(asset.name * 999) * 999 * 999 != 'x'")
    assert {0: "TooMuchWorkError", 1: "TooMuchWorkError", 2: "TooMuchWorkError"} == seen(judged(entry))[1]


@pytest.mark.parametrize(
    "message",
    [
        "{{ asset.key }} is in {{ asset.group }}, with {{ asset.kinds | length }} kinds",
        "{{ asset.kinds }}",
        "{{ asset.description }}: {{ parameters.least }} {{ parameters.flag }}",
        "{{ asset.step.compute }} of {{ asset.step }}",
        "{{ asset.tags.pii | default('no') }}!",
        "{% if asset.owners %}owned{% else %}not owned{% endif %}",
        "{{ asset.name ~ '?' }}\n",
        "{{ asset.columns | map(attribute='name') | join(', ') }}",
        "{{ '{{' }} {{ asset.name }}",
    ],
)
def test_a_compiled_message_is_what_a_template_gives(message: str) -> None:
    """
    Where something isn't there, both have the usual message, or what the template says then.
    """
    made = Policy(name="p", require=Rule(text="false"), parameters=PARAMETERS, message=message)
    rulebook = read_policies([made])
    entry = replace(rulebook.entries["p"], message=lambda: None)
    assert judge(replace(rulebook, entries={"p": entry}), SUBJECTS) == judge(rulebook, SUBJECTS)
