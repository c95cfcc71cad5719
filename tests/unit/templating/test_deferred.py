"""Values that are rendered later, and attributes that are rendered now."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import AliasChoices, BaseModel, Field, TypeAdapter

from treadle.documents import parse_yaml
from treadle.errors import ProjectError
from treadle.templating import Template, Unrendered, deferred_paths, resolve


class NodeScope:
    node: Mapping[str, Any]


class Translation(BaseModel, extra="forbid", populate_by_name=True):
    key: str | None = None
    group: str | None = Field(default=None, validation_alias=AliasChoices("group", "group_name"))
    tags: dict[str, str] = {}


class Rule(BaseModel, extra="forbid"):
    type: Literal["rule"] = "rule"
    key: Template[str, NodeScope]
    folder: str = ""


class Plain(BaseModel, extra="forbid"):
    type: Literal["plain"]
    key: str


class Dbt(BaseModel, extra="forbid", populate_by_name=True):
    project: str
    translation: Template[Translation, NodeScope] | None = Field(
        default=None, validation_alias=AliasChoices("translation", "translate")
    )
    rules: list[Rule] = []
    named: dict[str, Rule] = {}
    one: Annotated[Rule | Plain, Field(discriminator="type")] | None = None
    children: "list[Dbt]" = []
    retries: int = 0


VARIABLES = {"root": "/p", "n": 3, "braces": "{{ node.name }}"}


def load(text: str) -> Dbt:
    (document,) = parse_yaml(Path("f"), text.encode())
    return Dbt.model_validate(resolve(Dbt, document.value, VARIABLES, locate=document.locate))


def told(text: str, **node: object) -> list[tuple[str, str, str]]:
    with pytest.raises(ProjectError) as caught:
        load(text).translation.render(node=node)
    return [(one.code, f"{one.span.line}:{one.span.column}", one.message) for one in caught.value.diagnostics]


def test_renders_later():
    """
    A template is rendered once per item, with the variables from where it is written and those of its scope.
    """
    dbt = load("project: '{{ root }}/a'\nretries: '{{ n }}'\ntranslation: {key: '{{ root }}/{{ node.name }}'}\n")
    assert ("/p/a", 3) == (dbt.project, dbt.retries)
    assert ["/p/a", "/p/b"] == [dbt.translation.render(node={"name": name}).key for name in "ab"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param("{project: a, translate: {key: '{{ node.name }}'}}", lambda d: d.translation.raw["key"], id="alias"),
        pytest.param("{project: a, rules: [{key: '{{ node.name }}', folder: x}]}", lambda d: d.rules[0].key.raw, id="list"),
        pytest.param("{project: a, named: {b: {key: '{{ node.name }}'}}}", lambda d: d.named["b"].key.raw, id="mapping"),
        pytest.param("{project: a, one: {type: rule, key: '{{ node.name }}'}}", lambda d: d.one.key.raw, id="union"),
        pytest.param("{project: a, children: [{project: b, rules: [{key: '{{ node.name }}'}]}]}", lambda d: d.children[0].rules[0].key.raw, id="recursive"),
    ],
)  # fmt: skip
def test_templates_are_found(text, read):
    """
    Template fields stay as they are written, however deep in the model they are.
    """
    assert "{{ node.name }}" == read(load(text))


def test_everything_else_is_rendered():
    """
    What is beside a template field is rendered at once, also in a branch of a union without templates.
    """
    dbt = load("{project: a, rules: [{key: k, folder: '{{ root }}'}], one: {type: plain, key: '{{ root }}'}}")
    assert ("/p", "/p") == (dbt.rules[0].folder, dbt.one.key)


def test_values_are_not_rendered_again():
    """
    Braces that a variable holds stay text, now and later.
    """
    dbt = load("{project: '{{ braces }}', translation: {key: '{{ node.raw }}'}}")
    assert "{{ node.name }}" == dbt.project
    assert "{{ x }}" == dbt.translation.render(node={"raw": "{{ x }}"}).key


def test_deferred_paths():
    """
    A model tells where it holds templates; a model inside of itself is told once.
    """
    assert {
        ("translation",),
        ("rules", "*", "key"),
        ("named", "*", "key"),
        ("one", "key"),
    } == deferred_paths(Dbt)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{{ x y }}", ("TRD301", "3:8", "the template '{{ x y }}' can't be read"), id="syntax"),
        pytest.param("{{ nod.name }}", ("TRD302", "3:8", "there is no variable 'nod' in '{{ nod.name }}'"), id="variable"),
    ],
)  # fmt: skip
def test_mistakes_before_the_first_item(text, expected):
    """
    Templates that can't work for any item are told without one.
    """
    assert [expected] == told(f"project: a\ntranslation:\n  key: '{text}'\n")


def test_unknown_names_before_the_first_item():
    """
    So are names that the result doesn't have.
    """
    text = "project: a\ntranslation:\n  gruop: '{{ node.name }}'\n"
    assert [("TRD203", "3:3", "unknown attribute 'gruop'")] == told(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("key: '{{ node.nam }}'", ("TRD302", "3:8", "'node' has no 'nam' in '{{ node.nam }}'"), id="undefined"),
        pytest.param("key: '{{ node.n }}'", ("TRD204", "3:8", "key: expected text, found number 1"), id="type"),
        pytest.param("tags: {a: '{{ node.n }}'}", ("TRD204", "3:13", "tags.a: expected text, found number 1"), id="inside"),
        pytest.param("tags: '{{ node.name }}'", ("TRD204", "3:9", "tags: expected a mapping, found text 'a'"), id="whole"),
    ],
)  # fmt: skip
def test_mistakes_of_an_item(text, expected):
    """
    What only an item shows is told at the place in the YAML.
    """
    assert [expected] == told(f"project: a\ntranslation:\n  {text}\n", name="a", n=1)


def test_all_mistakes_at_once():
    """
    Mistakes of attributes and of templates are told together.
    """
    with pytest.raises(ProjectError) as caught:
        load("project: '{{ x }}'\nretries: '{{ y }}'\ntranslation: {key: '{{ z }}'}\n")
    assert ["1:10", "2:10", "3:20"] == [f"{d.span.line}:{d.span.column}" for d in caught.value.diagnostics]


def test_whole_template():
    """
    One template may give the whole value.
    """
    dbt = load("{project: a, translation: '{{ node.meta }}'}")
    assert {"a": "1"} == dbt.translation.render(node={"meta": {"tags": {"a": "1"}}}).tags


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param({"key": "{{ node.name }}"}, id="value"),
        pytest.param(Translation(key="a"), id="result"),
        pytest.param(Unrendered(raw={"key": "{{ node.name }}"}), id="unrendered"),
        pytest.param(Template({"key": "{{ node.name }}"}, result=Translation), id="template"),
    ],
)
def test_from_python(raw):
    """
    In Python, a template field takes what YAML would hold, the result, or a template.
    """
    dbt = Dbt(project="a", translation=raw)
    assert "a" == dbt.translation.render(node={"name": "a"}).key
    assert Dbt(project="a", translation=raw) == dbt


def test_json_schema():
    """
    The schema of a template is that of its result: that it may be a template goes without saying.
    """
    schema = TypeAdapter(Dbt).json_schema()
    field = schema["$defs"]["Dbt"]["properties"]["translation"]["anyOf"][0]
    assert {"$ref": "#/$defs/Translation"} == field


def test_dumps_as_written():
    """
    A model with templates is dumped as it was written.
    """
    dbt = load("{project: a, translation: {key: '{{ node.name }}'}}")
    assert {"key": "{{ node.name }}"} == dbt.model_dump()["translation"]
