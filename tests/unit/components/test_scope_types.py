"""Annotations and values as types of expressions."""

import datetime
import enum
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any, Literal, NewType, NotRequired, Optional, Protocol, TypedDict, TypeVar

import pytest
from pydantic import BaseModel, ConfigDict

from treadle.components.base_types import FILE, base_types, shipped_text
from treadle.components.scope import base_variables
from treadle.components.scope_types import annotation_type, function_of, scope_types
from treadle.templating.inference import infer

TEXT, INTEGER, NULL = {"type": "string"}, {"type": "integer"}, {"type": "null"}


class Color(enum.Enum):
    RED = "red"


class Tone(enum.StrEnum):
    DARK = "dark"


class Named(TypedDict):
    name: str
    size: NotRequired[int]


@dataclass(frozen=True)
class Row:
    name: str
    tags: Mapping[str, str] = field(default_factory=dict)
    parent: "Row | None" = None

    @property
    def label(self) -> str:
        return self.name

    @cached_property
    def size(self) -> int:
        return 1

    def joined(self, by: str, *, times: int = 1) -> str:
        return by * times

    def _private(self) -> None: ...


class Model(BaseModel):
    name: str
    amount: int | None = None


class Loose(BaseModel):
    model_config = ConfigDict(extra="allow")
    name: str


class Shape(Protocol):
    name: str

    def area(self) -> float: ...


class Whatever:
    def __init__(self) -> None:
        self.hidden = 1


Id = NewType("Id", int)


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (str, TEXT),
        (int, INTEGER),
        (float, {"type": "number"}),
        (bool, {"type": "boolean"}),
        (None, NULL),
        (Any, {}),
        (object, {}),
        (bytes, {}),
        (TypeVar("T"), {}),
        ("Nowhere", {}),
        (list, {"type": "array"}),
        (list[int], {"type": "array", "items": INTEGER}),
        (Sequence[str], {"type": "array", "items": TEXT}),
        (Iterator[str], {"type": "array", "items": TEXT}),
        (Iterable[str], {}),
        (set[str], {"type": "array", "items": TEXT}),
        (tuple[str, ...], {"type": "array", "items": TEXT}),
        (tuple[str, int], {"type": "array", "items": {"anyOf": [TEXT, INTEGER]}}),
        (dict, {"type": "object"}),
        (Mapping[str, int], {"type": "object", "additionalProperties": INTEGER}),
        (dict[str, Any], {"type": "object"}),
        (Optional[str], {"anyOf": [TEXT, NULL]}),  # noqa: UP045 - people write it
        (str | int, {"anyOf": [TEXT, INTEGER]}),
        (Literal["a"], {**TEXT, "const": "a"}),
        (Annotated[int, "more"], INTEGER),
        (Id, INTEGER),
        (Tone, {**TEXT, "const": "dark"}),
        (Color, {"x-record": "Color"}),
        (Path, {"x-record": "Path"}),
        (Whatever, {"x-record": "Whatever"}),
        (Loose, {"x-record": "Loose"}),
        (type[Row], {}),
        (Named, {"type": "object", "properties": {"name": TEXT, "size": INTEGER}, "required": ["name"], "additionalProperties": False}),
        (Callable, {"x-function": {"parameters": None, "variadic": False, "returns": {}}}),
        (Callable[..., int], {"x-function": {"parameters": None, "variadic": False, "returns": INTEGER}}),
    ],
    ids=str,
)  # fmt: skip
def test_annotations(annotation, expected):
    """
    An annotation that says what a value is becomes a type; one that doesn't is unknown.
    """
    assert expected == annotation_type(annotation)


def test_records_have_what_their_class_declares():
    """
    Fields, properties and methods of a dataclass are there, what is private isn't, and a circle ends.
    """
    found = annotation_type(Row)
    assert "Row" == found["x-record"]
    assert {"name", "tags", "parent", "label", "size", "joined"} == set(found["properties"])
    assert (TEXT, INTEGER) == (found["properties"]["label"], found["properties"]["size"])
    assert {"anyOf": [{"x-record": "Row"}, NULL]} == found["properties"]["parent"]
    assert ["by", "times"] == [one["name"] for one in found["properties"]["joined"]["x-function"]["parameters"]]


@pytest.mark.parametrize("kind", [Model, Shape], ids=lambda each: each.__name__)
def test_models_and_protocols_are_records(kind):
    """
    What is declared of a model or a protocol can be named, and nothing else.
    """
    scope = {"it": annotation_type(kind)}
    assert TEXT == infer("{{ it.name }}", scope).type
    assert ["did you mean 'name'?"] == [one.fix for one in infer("{{ it.nam }}", scope).mistakes]


def test_callables_take_what_they_say():
    """
    A function that is annotated only by its types takes so many arguments.
    """
    scope = {"f": annotation_type(Callable[[str, int], list[str]])}
    assert {"type": "array", "items": TEXT} == infer("{{ f('a', 1) }}", scope).type
    assert ["TRD308"] == [one.code for one in infer("{{ f('a') }}", scope).mistakes]


def test_functions_by_their_signature():
    """
    A function is described by its parameters and what it says to return.
    """

    def shout(text: str, /, times: int = 1, *more: str, loud: bool, **rest: Any) -> str:
        return text

    found = function_of(shout)["x-function"]
    shown = [(one["name"], one["required"], one.get("kind")) for one in found["parameters"]]
    assert [("text", True, "positional"), ("times", False, None), ("loud", True, "keyword")] == shown
    assert (True, True, TEXT) == (found["variadic"], found["keywords"], found["returns"])


class Base:
    row: Row
    _private: int


class Scope(Base):
    partition_key: str
    broken: "Nowhere"  # type: ignore[name-defined] # noqa: F821 - that is the point


def test_scopes():
    """
    A scope has the variables that its class and those above declare; what can't be told is unknown.
    """
    found = scope_types(Scope)
    assert {"row", "partition_key", "broken"} == set(found)
    assert {} == found["broken"]


def reached(variable: Any, of: Mapping[str, Any], path: str) -> list[str]:
    """Every place where the type of a variable isn't what the variable is."""
    if isinstance(variable, SimpleNamespace):
        wrong = [path] if set(vars(variable)) != set(of["properties"]) else []
        inner = (reached(value, of["properties"][name], f"{path}.{name}") for name, value in vars(variable).items())
        return [*wrong, *(each for one in inner for each in one)]
    if isinstance(variable, str):
        return [] if of == TEXT else [path]
    return [] if not callable(variable) or "x-function" in of or "x-env" in of else [path]


def test_base_types_are_those_of_the_variables():
    """
    What templates are told to find everywhere is what they find there, to the last name.
    """
    variables = base_variables(project_root="/p", env={})
    assert set(variables) == set(base_types())
    assert [] == [path for name, value in variables.items() for path in reached(value, base_types()[name], name)]


def test_base_types_are_shipped_as_they_are():
    """
    What Treadle ships of them is what its code says now.
    """
    assert shipped_text() == FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("{{ automation.eager() }}", "AutomationCondition"),
        ("{{ automation_condition.on_cron('0 6 * * *') }}", "AutomationCondition"),
        ("{{ dg.AutomationCondition.all_of(automation.eager(), automation.missing()) }}", "AutomationCondition"),
        ("{{ dg.DailyPartitionsDefinition('2024-01-01') }}", "TimeWindowPartitions"),
        ("{{ dg.DailyPartitionsDefinition(start_date='2024-01-01') }}", "TimeWindowPartitions"),
        ("{{ dg.StaticPartitionsDefinition(['a']) }}", "StaticPartitions"),
        ("{{ dg.FreshnessPolicy.time_window(fail_window=datetime.timedelta(days=3)) }}", "FreshnessPolicy"),
        ("{{ dg.FreshnessPolicy.cron(deadline_cron='0 6 * * *', lower_bound_delta=datetime.timedelta(hours=1)) }}", "FreshnessPolicy"),
        ("{{ datetime.timedelta(hours=2) }}", "timedelta"),
        ("{{ datetime.datetime(2024, 1, 1) }}", "datetime"),
    ],
)  # fmt: skip
def test_what_people_write_gives_records(text, record):
    """
    Expressions of people's projects are known for what they give.
    """
    found = infer(text, base_types())
    assert (record, ()) == (found.type["x-record"], found.mistakes)


@pytest.mark.parametrize(
    ("text", "code", "fix"),
    [
        ("{{ automation.eagr() }}", "TRD302", "did you mean 'eager'?"),
        ("{{ dg.DailyPartitionsDefinitio('2024-01-01') }}", "TRD302", "did you mean 'DailyPartitionsDefinition'?"),
        ("{{ dg.DailyPartitionsDefinition() }}", "TRD308", "add 'start_date'"),
        ("{{ dg.DailyPartitionsDefinition(start='2024-01-01') }}", "TRD308", "did you mean 'start_date'?"),
        ("{{ datetime.timedelta(day=1) }}", "TRD308", "did you mean 'days'?"),
        ("{{ datetime.date.today() }}", "TRD302", "did you mean 'datetime'?"),
        ("{{ context.project_rot }}", "TRD302", "did you mean 'project_root'?"),
        ("{{ project_rot }}/a", "TRD302", "did you mean 'project_root'?"),
    ],
)
def test_misspelled_names_are_told(text, code, fix):
    """
    A name that is nearly right is told with the right one.
    """
    assert [(code, fix)] == [(one.code, one.fix) for one in infer(text, base_types()).mistakes]


def test_dates_can_be_written_as_text():
    """
    Python's own classes say nothing of what they give; what everybody uses is known all the same.
    """
    scope = {"at": annotation_type(datetime.datetime)}
    assert TEXT == infer("{{ at.strftime('%Y') }}", scope).type
