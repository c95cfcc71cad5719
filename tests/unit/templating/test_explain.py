"""What a model refuses is said where it is written, in the words of YAML."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from treadle.documents import parse_yaml
from treadle.templating import Env, explain, render


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True, use_attribute_docstrings=True)


class Level(StrEnum):
    WARN = "warn"
    ERROR = "error"


def _group(text: str) -> str:
    if not text.isidentifier():
        raise ValueError(f"{text!r} is not a group name")
    return text


def _tag(value: Any) -> Any:
    return str(value) if isinstance(value, int) else value


class Asset(Strict):
    key: str
    """Its name."""
    deps: list[str] = []
    """What it is made from."""
    group: Annotated[str, AfterValidator(_group)] | None = Field(
        default=None, validation_alias=AliasChoices("group", "group_name")
    )
    tags: dict[str, Annotated[str, BeforeValidator(_tag)]] = {}
    level: Level = Level.ERROR


class Daily(Strict):
    type: Literal["daily"]
    start: str
    hour: int = Field(default=0, ge=0, le=23)


class Static(Strict):
    type: Literal["static"]
    keys: list[str] = Field(min_length=1)


class Internal:
    pass


@dataclass
class Row:
    name: str
    size: int = 0


class Range(Strict):
    low: int
    high: int

    @model_validator(mode="after")
    def ordered(self):
        if self.low > self.high:
            raise ValueError("low is above high")
        return self


class Root(Strict):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    asset: Asset | None = None
    assets: list[Asset] = []
    partitions: Annotated[Daily | Static, Field(discriminator="type")] | None = None
    mixed: Annotated[Daily | Static, Field(discriminator="type")] | Internal | None = None
    undiscriminated: Daily | Static | None = None
    text_or_list: str | list[str] | None = None
    text_or_asset: str | Asset = ""
    number_or_flag: int | bool | None = None
    kind: Literal["table", "view"] = "table"
    count: int = Field(default=0, gt=0, lt=10, multiple_of=2)
    ratio: float = 1.0
    flag: bool = False
    name: str = Field(default="abc", min_length=3, max_length=5, pattern="^[a-z]+$")
    internal: Internal | None = None
    file: Path | None = None
    pair: tuple[int, str] | None = None
    numbers: dict[str, list[int]] = {}
    keyed: dict[Literal["a", "b"], int] = {}
    row: Row | None = None
    range: Range | None = None
    inner: "Root | None" = None
    aliased: int = Field(default=0, alias="called")


def told(text: str, model: Any = Root, variables: Any = None) -> list[tuple[str, str, str, str]]:
    (document,) = parse_yaml(Path("f"), text.encode())
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(model).validate_python(render(document.value, variables or {}))
    diagnostics = explain(caught.value, model, locate=document.locate)
    return [(one.code, f"{one.span.line}:{one.span.column}", one.message, one.fix) for one in diagnostics]


@pytest.mark.parametrize(
    ("text", "code", "place", "message", "fix"),
    [
        pytest.param("asset: {key: a, gruop: b}", "TRD203", "1:17", "unknown attribute 'gruop' in asset", "did you mean 'group'?", id="unknown"),
        pytest.param("asset: {key: a, gruop_name: b}", "TRD203", "1:17", "unknown attribute 'gruop_name' in asset", "did you mean 'group_name'?", id="unknown-alias"),
        pytest.param("assets: [{key: a}, {key: b, zzz: b}]", "TRD203", "1:29", "unknown attribute 'zzz' in assets[1]", "", id="unknown-in-a-list"),
        pytest.param("kindd: a", "TRD203", "1:1", "unknown attribute 'kindd'", "did you mean 'kind'?", id="unknown-at-the-top"),
        pytest.param("1: a", "TRD203", "1:1", "unknown attribute 1", "", id="number-as-name"),
        pytest.param("asset: {kye: a}", "TRD203", "1:9", "unknown attribute 'kye' in asset", "did you mean 'key'?", id="misspelled-required"),
        pytest.param("asset: {deps: []}", "TRD205", "1:8", "missing attribute 'key' in asset", "add 'key: …'", id="missing"),
        pytest.param("assets:\n- {deps: []}", "TRD205", "2:3", "missing attribute 'key' in assets[0]", "add 'key: …'", id="missing-in-a-list"),
        pytest.param("asset: {key: a, deps: up/st}", "TRD204", "1:23", "asset.deps: expected a list, found text 'up/st'", "put it into a list: [up/st]", id="text-for-a-list"),
        pytest.param("asset: {key: a, deps: {b: c}}", "TRD204", "1:23", "asset.deps: expected a list, found a mapping with b", "begin each item with '- '", id="mapping-for-a-list"),
        pytest.param("asset: {key: a, deps: [1]}", "TRD204", "1:24", "asset.deps[0]: expected text, found number 1", 'quote it: "1"', id="number-for-text"),
        pytest.param("asset: {key: true}", "TRD204", "1:14", "asset.key: expected text, found true", 'quote it: "true"', id="flag-for-text"),
        pytest.param("asset: {key: }", "TRD204", "1:14", "asset.key: expected text, found nothing", "", id="nothing-for-text"),
        pytest.param("asset: key:a", "TRD204", "1:8", "asset: expected a mapping, found text 'key:a'", "put a space after the colon of 'key:'", id="no-space"),
        pytest.param("asset: [a]", "TRD204", "1:8", "asset: expected a mapping, found a list of 1", "write 'name: value' lines without dashes", id="list-for-a-mapping"),
        pytest.param("asset: {key: a, group: b-c}", "TRD204", "1:24", "asset.group: 'b-c' is not a group name", "", id="validator"),
        pytest.param("asset: {key: a, group_name: 1}", "TRD204", "1:29", "asset.group_name: expected text, found number 1", 'quote it: "1"', id="alias"),
        pytest.param("asset: {key: a, tags: {b: [1]}}", "TRD204", "1:27", "asset.tags.b: expected text, found a list of 1", "", id="before-validator"),
        pytest.param("asset: {key: a, level: eror}", "TRD204", "1:24", "asset.level: expected 'warn' or 'error', found text 'eror'", "did you mean 'error'?", id="enum"),
        pytest.param("kind: tabel", "TRD204", "1:7", "kind: expected 'table' or 'view', found text 'tabel'", "did you mean 'table'?", id="literal"),
        pytest.param("kind: 3", "TRD204", "1:7", "kind: expected 'table' or 'view', found number 3", "", id="literal-of-another-kind"),
        pytest.param("count: 0", "TRD204", "1:8", "count: expected more than 0, found number 0", "", id="gt"),
        pytest.param("count: 12", "TRD204", "1:8", "count: expected less than 10, found number 12", "", id="lt"),
        pytest.param("count: 3", "TRD204", "1:8", "count: expected a multiple of 2, found number 3", "", id="multiple"),
        pytest.param("count: x", "TRD204", "1:8", "count: expected a whole number, found text 'x'", "write digits, without quotation marks", id="text-for-a-number"),
        pytest.param("count: 1.5", "TRD204", "1:8", "count: expected a whole number, found number 1.5", "", id="fraction"),
        pytest.param("called: x", "TRD204", "1:9", "called: expected a whole number, found text 'x'", "write digits, without quotation marks", id="plain-alias"),
        pytest.param("ratio: x", "TRD204", "1:8", "ratio: expected a number, found text 'x'", "write digits, without quotation marks", id="float"),
        pytest.param("flag: maybe", "TRD204", "1:7", "flag: expected true or false, found text 'maybe'", "write true or false, without quotation marks", id="flag"),
        pytest.param("name: ab", "TRD204", "1:7", "name: expected at least 3 characters, found text 'ab'", "", id="short"),
        pytest.param("name: abcdef", "TRD204", "1:7", "name: expected at most 5 characters, found text 'abcdef'", "", id="long"),
        pytest.param("name: ABC", "TRD204", "1:7", "name: expected text that matches ^[a-z]+$, found text 'ABC'", "", id="pattern"),
        pytest.param("internal: x", "TRD204", "1:11", "internal: expected a value of type Internal, found text 'x'", 'write a template that gives one: "{{ … }}"', id="python-object"),
        pytest.param("file: 3", "TRD204", "1:7", "file: expected a path, found number 3", "", id="path"),
        pytest.param("pair: [1, 2]", "TRD204", "1:11", "pair[1]: expected text, found number 2", 'quote it: "2"', id="tuple"),
        pytest.param("pair: [1]", "TRD204", "1:7", "pair[1]: there is no item here", "", id="short-tuple"),
        pytest.param("numbers: {a: [1, x]}", "TRD204", "1:18", "numbers.a[1]: expected a whole number, found text 'x'", "write digits, without quotation marks", id="deep"),
        pytest.param("numbers: {1: []}", "TRD204", "1:11", "the name 1 in numbers: expected text, found number 1", 'quote it: "1"', id="name-of-another-kind"),
        pytest.param("keyed: {c: 1}", "TRD204", "1:9", "the name 'c' in keyed: expected 'a' or 'b', found text 'c'", "", id="name-of-a-choice"),
        pytest.param("row: {name: a, size: x}", "TRD204", "1:22", "row.size: expected a whole number, found text 'x'", "write digits, without quotation marks", id="dataclass"),
        pytest.param("row: {size: 1}", "TRD205", "1:6", "missing attribute 'name' in row", "add 'name: …'", id="dataclass-missing"),
        pytest.param("range: {low: 2, high: 1}", "TRD204", "1:8", "range: low is above high", "", id="model-validator"),
        pytest.param("inner: {inner: {count: x}}", "TRD204", "1:24", "inner.inner.count: expected a whole number, found text 'x'", "write digits, without quotation marks", id="recursive"),
        pytest.param("text_or_list: 3", "TRD204", "1:15", "text_or_list: expected text or a list, found number 3", 'quote it: "3"', id="union-of-kinds"),
        pytest.param("text_or_list: [a, 1]", "TRD204", "1:19", "text_or_list[1]: expected text, found number 1", 'quote it: "1"', id="union-list-was-meant"),
        pytest.param("text_or_asset: {key: 3}", "TRD204", "1:22", "text_or_asset.key: expected text, found number 3", 'quote it: "3"', id="union-model-was-meant"),
        pytest.param("text_or_asset: {kye: a}", "TRD203", "1:17", "unknown attribute 'kye' in text_or_asset", "did you mean 'key'?", id="union-model-misspelled"),
        pytest.param("text_or_asset: 3", "TRD204", "1:16", "text_or_asset: expected text or a mapping, found number 3", 'quote it: "3"', id="union-neither"),
        pytest.param("number_or_flag: x", "TRD204", "1:17", "number_or_flag: expected a whole number or true or false, found text 'x'", "write true or false, without quotation marks", id="union-of-scalars"),
        pytest.param("partitions: {type: dayly}", "TRD204", "1:20", "partitions.type: expected 'daily' or 'static', found text 'dayly'", "did you mean 'daily'?", id="discriminator"),
        pytest.param("partitions: {start: a}", "TRD205", "1:13", "missing attribute 'type' in partitions", "add 'type: …' with one of daily, static", id="no-discriminator"),
        pytest.param("partitions: daily", "TRD204", "1:13", "partitions: expected a mapping, found text 'daily'", "", id="discriminated-text"),
        pytest.param("partitions: {type: daily, start: a, hour: 24}", "TRD204", "1:43", "partitions.hour: expected at most 23, found number 24", "", id="discriminated-branch"),
        pytest.param("partitions: {type: static, keys: []}", "TRD204", "1:34", "partitions.keys: expected 1 or more items, found 0", "", id="too-few"),
        pytest.param("mixed: {type: daily, strat: a}", "TRD203", "1:22", "unknown attribute 'strat' in mixed", "did you mean 'start'?", id="discriminated-in-a-union"),
        pytest.param("mixed: daily", "TRD204", "1:8", "mixed: expected a mapping, found text 'daily'", "", id="union-leaves-out-python-objects"),
        pytest.param("undiscriminated: {type: static, keys: [1]}", "TRD204", "1:40", "undiscriminated.keys[0]: expected text, found number 1", 'quote it: "1"', id="union-by-literal"),
    ],
)  # fmt: skip
def test_mistakes(text, code, place, message, fix):
    """
    Each mistake is told once, at its place, with what to write instead where that can be known.
    """
    assert [(code, place, message, fix)] == told(text)


def test_all_at_once():
    """
    Independent mistakes are all told.
    """
    text = "kind: a\nassets: [{key: 1}, {}]\nzzz: 1\n"
    assert ["1:7", "2:16", "2:20", "3:1"] == sorted(place for _, place, _, _ in told(text))


def test_any_type():
    """
    Any type that pydantic knows can be explained, not only models.
    """
    expected = (
        "TRD204",
        "1:5",
        "[1]: expected a whole number, found text 'x'",
        "write digits, without quotation marks",
    )
    assert [expected] == told("[1, x]", list[int])
    assert [("TRD204", "1:1", "expected a list, found text 'x'", "put it into a list: [x]")] == told("x", list[int])


def test_reasons():
    """
    The reason is the attribute's own documentation, or what would be accepted, without second names.
    """
    with pytest.raises(ValidationError) as caught:
        Root.model_validate({"asset": {"deps": "x", "zzz": 1}})
    expected = ["What it is made from.", "Its name.", "accepted here: deps, group, key, level, tags"]
    assert sorted(expected) == sorted(one.why for one in explain(caught.value, Root))


def test_paths_and_places():
    """
    `path` is where the attributes are in their document, and is only used to find places.
    """
    (document,) = parse_yaml(Path("f"), b"attributes:\n  kind: x\n")
    with pytest.raises(ValidationError) as caught:
        Root.model_validate(document.value["attributes"])
    (found,) = explain(caught.value, Root, path=("attributes",), locate=document.locate)
    assert ("f:2:9", True) == (str(found.span), found.message.startswith("kind: "))
    (found,) = explain(caught.value, Root)
    assert found.span is None


@pytest.mark.parametrize(
    "text", ["kind: '{{ env.A }}'", "asset: {key: a, group: '{{ env.A }}-'}", "count: 'x{{ env.A }}'"]
)
def test_secrets_stay_secret(text):
    """
    What came from the environment is in no message.
    """
    assert "s3cret" not in repr(told(text, variables={"env": Env({"A": "s3cret"})}))
