"""What templates give."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treadle.errors import ProjectError, Span
from treadle.templating import Env, render

VARIABLES = {
    "project_root": "/p",
    "env": Env({"HOST": "db", "TOKEN": "s3cret", "EMPTY": ""}),
    "node": {"name": "orders", "items": [1, 2], "meta": {"a": None}},
    "n": 3,
    "join": lambda *parts: "/".join(parts),
    "braces": "{{ n }}",
}


def told(value: object, variables=VARIABLES, **place) -> list[tuple[str, str, str]]:
    with pytest.raises(ProjectError) as caught:
        render(value, variables, **place)
    return [(one.code, one.message, one.fix) for one in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ n }}", 3),
        ("{{ n }}\n", 3),
        (" {{ n }}", " 3"),
        ("no. {{ n }}", "no. 3"),
        ("{{ n }}{{ n }}", "33"),
        ("{{ '3' }}", "3"),
        ("{{ none }}", None),
        ("{{ true }}", True),
        ("{{ [n, 'a'] }}", [3, "a"]),
        ("{{ {'a': n} }}", {"a": 3}),
        ("{{ '}}' }}", "}}"),
        ("{{ '{{' }}", "{{"),
        ("{{ project_root }}/a", "/p/a"),
        ("{{ node.name }}", "orders"),
        ("{{ node['name'] }}", "orders"),
        ("{{ node.items }}", [1, 2]),
        ("{{ node.meta.items() }}", [("a", None)]),
        ("{{ node.items[1] }}", 2),
        ("{{ node.name.upper() }}", "ORDERS"),
        ("{{ node.name | upper }}", "ORDERS"),
        ("{{ node.name ~ '-' ~ n }}", "orders-3"),
        ("{{ n + 1 }}", 4),
        ("{{ 2 ** 10 }}", 1024),
        ("{{ '%03d' % n }}", "003"),
        ("{{ 'a' * n }}", "aaa"),
        ("{{ range(n) }}", [0, 1, 2]),
        ("{{ range(n) | map('string') }}", ["0", "1", "2"]),
        ("{{ [1, 2] | reverse }}", [2, 1]),
        ("{{ [[1, 2] | reverse, node.items | map('string')] }}", [[2, 1], ["1", "2"]]),
        ("{{ node.items | join(', ') }}", "1, 2"),
        ("{{ node.meta | tojson }}", '{"a": null}'),
        ("{{ 'a' | center(3) }}", " a "),
        ("{{ 'aba' | replace('a', 'c') }}", "cbc"),
        ("{{ join('a', node.name) }}", "a/orders"),
        ("{{ 'yes' if n > 2 else 'no' }}", "yes"),
        ("{{ nope | default('z') }}", "z"),
        ("{{ node.nope | default('z') }}", "z"),
        ("{{ ('a' if n > 5) | default('z') }}", "z"),
        ("{{ nope is defined }}", False),
        ("{{ 'a' in ['a', 'b'] }}", True),
        ("{{ env.HOST }}", "db"),
        ("{{ env('HOST') }}:{{ env('PORT', '5432') }}", "db:5432"),
        ("{{ env.EMPTY }}", ""),
        ("{{ env.PORT | default('5432') }}", "5432"),
        ("{% for i in range(n) %}{{ i }}{% endfor %}", "012"),
        ("{% if n > 2 %}big{% else %}small{% endif %}", "big"),
        ("{% set x = n * 2 %}{{ x }}", "6"),
        ("{# note #}x", "x"),
        ("a\n{{ n }}\n", "a\n3\n"),
    ],
)
def test_values(text, expected):
    """
    A template that is the whole text keeps the kind of its value; text around it makes text.
    """
    found = render(text, VARIABLES)
    assert expected == found
    assert isinstance(found, type(expected))


@given(st.text().filter(lambda text: not any(mark in text for mark in ("{{", "{%", "{#"))))
def test_text_without_templates_is_not_touched(text):
    """
    Text without braces is the same object afterwards, whatever it looks like.
    """
    assert render([text], {})[0] is text


@given(st.text())
def test_values_are_never_rendered_again(text):
    """
    What a variable holds is not a template, whatever it looks like.
    """
    assert [text, f"a{text}"] == render(["{{ x }}", "a{{ x }}"], {"x": text})


@given(st.text(alphabet=st.sampled_from("{}%# nx.'|()[]+~*-,1\n")))
def test_any_text_renders_or_is_refused(text):
    """
    Whatever someone writes, it renders or there are diagnostics; nothing else is raised.
    """
    try:
        render(text, {"n": 3, "x": "a"})
    except ProjectError as error:
        assert all(one.code.startswith("TRD3") and one.fix for one in error.diagnostics)  # noqa: PT017 - or nothing


def test_walks_everything_but_names():
    """
    Lists, tuples and mappings are walked, and never changed; names of entries are not templates.
    """
    value = {"{{ n }}": ["{{ n }}", ("{{ n }}", 1)], "b": {"c": "{{ braces }}"}}
    assert {"{{ n }}": [3, (3, 1)], "b": {"c": "{{ n }}"}} == render(value, VARIABLES)
    assert "{{ n }}" == value["{{ n }}"][0]


@pytest.mark.parametrize(
    ("text", "code", "message", "fix"),
    [
        pytest.param("{{ nod.name }}", "TRD302", "there is no variable 'nod' in '{{ nod.name }}'", "did you mean 'node'?", id="variable"),
        pytest.param("a/{{ nod }}", "TRD302", "there is no variable 'nod' in 'a/{{ nod }}'", "did you mean 'node'?", id="inside-of-text"),
        pytest.param("{{ node.nam }}", "TRD302", "'node' has no 'nam' in '{{ node.nam }}'", "did you mean 'name'?", id="entry"),
        pytest.param("{{ node['nam'] }}", "TRD302", "'node' has no 'nam' in \"{{ node['nam'] }}\"", "did you mean 'name'?", id="subscript"),
        pytest.param("{{ [1, nope] }}", "TRD302", "there is no variable 'nope' in '{{ [1, nope] }}'", "did you mean 'node'?", id="in-a-list"),
        pytest.param("{{ join(nope) }}", "TRD302", "there is no variable 'nope' in '{{ join(nope) }}'", "did you mean 'node'?", id="in-a-call"),
        pytest.param("{{ node.items[nope] }}", "TRD302", "there is no variable 'nope' in '{{ node.items[nope] }}'", "did you mean 'node'?", id="as-an-index"),
        pytest.param("{{ 'x' % nope }}", "TRD302", "there is no variable 'nope' in \"{{ 'x' % nope }}\"", "did you mean 'node'?", id="formatted"),
        pytest.param("{{ 'x' ~ nope }}", "TRD302", "there is no variable 'nope' in \"{{ 'x' ~ nope }}\"", "did you mean 'node'?", id="joined"),
        pytest.param("{% if nope %}a{% endif %}", "TRD302", "there is no variable 'nope' in '{% if nope %}a{% endif %}'", "did you mean 'node'?", id="in-a-statement"),
        pytest.param("a{{ 'x' if n > 5 }}", "TRD302", "\"a{{ 'x' if n > 5 }}\" gives nothing", "write … if … else …, or pipe it through default('…')", id="no-else"),
        pytest.param("{{ x", "TRD301", "the template in '{{ x' is never closed", "put '}}' at its end", id="unclosed"),
        pytest.param("{{ n | uper }}", "TRD301", "there is no filter 'uper' in '{{ n | uper }}'", "did you mean 'upper'?", id="filter"),
        pytest.param("{{ n }}/{{ a b }}", "TRD301", "the template '{{ a b }}' can't be read", "write {{ name }} or {{ name.part | filter }}; literal braces are written {{ '{{' }}", id="syntax"),
        pytest.param("{{ }}", "TRD301", "the template '{{ }}' can't be read", "write {{ name }} or {{ name.part | filter }}; literal braces are written {{ '{{' }}", id="nothing"),
        pytest.param("{{ 1 / 0 }}", "TRD305", "'{{ 1 / 0 }}' fails", "check the values that it is made from", id="failing"),
        pytest.param("{{ join }}/a", "TRD305", "'{{ join }}/a' fails", "check the values that it is made from", id="function-as-text"),
        pytest.param("{{ env.HOSTS }}", "TRD303", "the environment variable 'HOSTS' is not set", "did you mean 'HOST'? Otherwise set it, add it to .env, or give a default: env('HOSTS', 'default')", id="env"),
        pytest.param("{{ env('QQQ') }}", "TRD303", "the environment variable 'QQQ' is not set", "set it, add it to .env, or give a default: env('QQQ', 'default')", id="env-called"),
        pytest.param("{{ env['HOST'] }}", "TRD303", "environment variables aren't read with env['HOST']", "write env.HOST, or env('HOST', 'default')", id="env-subscript"),
        pytest.param("{{ env | list }}", "TRD303", "templates can't list the environment", "name the variable: env.NAME", id="env-listed"),
    ],
)  # fmt: skip
def test_mistakes(text, code, message, fix):
    """
    Whatever isn't there is an error that says what is, wherever it is used.
    """
    assert [(code, message, fix)] == told(text)


def test_every_mistake_at_its_place():
    """
    All mistakes of a value are told at once, each where it is written, or at the nearest known place.
    """
    spans = {(): Span(file=Path("f"), line=1), ("a", 1): Span(file=Path("f"), line=3, column=7)}
    with pytest.raises(ProjectError) as caught:
        render({"a": ["{{ n }}", "{{ x }}"], "b": "{{ y }}"}, VARIABLES, path=(), locate=spans.get)
    assert ["f:3:7", "f:1:1"] == [str(one.span) for one in caught.value.diagnostics]


def test_available_variables_are_named():
    """
    An unknown variable comes with those that exist.
    """
    with pytest.raises(ProjectError) as caught:
        render("{{ x }}", {"b": 1, "a": 2})
    assert "available: a, b" == caught.value.diagnostics[0].why


@pytest.mark.parametrize(
    "text",
    [
        "{{ env.TOKEN | int + 'a' }}",
        "{{ [][env.TOKEN | length] }}",
        "{{ env.TOKEN + 1 }}",
        "{{ {}[env.TOKEN] }}",
        "{{ node[env.TOKEN] }}",
        "{{ node.name.index(env.TOKEN) }}",
        "{{ fail(env.TOKEN) }}",
    ],
)
def test_secrets_stay_secret(text):
    """
    What the environment holds is in no message.
    """

    def fail(value):
        raise ValueError(value)

    with pytest.raises(ProjectError) as caught:
        render(text, {**VARIABLES, "fail": fail})
    assert "s3cret" not in repr(caught.value.diagnostics)


def test_a_function_may_raise_diagnostics():
    """
    Mistakes that a template's function tells itself are told at the place of the template.
    """

    def fail():
        render("{{ nope }}", {})

    with pytest.raises(ProjectError) as caught:
        render("{{ fail() }}", {"fail": fail}, locate={(): Span(file=Path("f"), line=2)}.get)
    assert [("TRD302", "f:2:1")] == [(one.code, str(one.span)) for one in caught.value.diagnostics]


def test_env_from_python():
    """
    The environment is the same from Python.
    """
    env = Env({"A": "1"})
    assert ("1", "1", "2") == (env.A, env("A"), env("B", "2"))
    assert "env" == repr(env)
    with pytest.raises(ProjectError, match="'B' is not set"):
        _ = env.B
