"""What the static check accepts is what loading accepts, and the other way round."""

import os
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, SecretStr, StrictBool, StrictInt, StringConstraints, ValidationError

from tests.unit.schemas.generating import attributes
from treadle.components import Attributes
from treadle.components.descriptors import describe
from treadle.components.descriptors.schema import attributes_schema
from treadle.components.paths import FOLDER
from treadle.errors import Severity, Span
from treadle.project.post_processing import PostProcessing
from treadle.schemas import compile_schema
from treadle.templating import explain


class Level(IntEnum):
    LOW = 1
    HIGH = 2


@dataclass
class Row:
    name: str
    size: int = 0


class Inner(BaseModel):
    """
    A model of somebody who doesn't know Treadle's.
    """

    a: int = Field(default=0, alias="called")
    inner: "Inner | None" = None


class Zoo(Attributes):
    """
    Every kind of field that people may write.
    """

    count: int = Field(default=1, gt=0, lt=10, multiple_of=2)
    ratio: float = Field(default=0.5, ge=0, le=1)
    name: str = Field(default="abc", min_length=2, max_length=4, pattern="^[a-z]+$")
    level: Level = Level.LOW
    one: Literal[1, "b", True] = 1
    day: date | None = None
    moment: datetime | None = None
    clock: time | None = None
    wait: timedelta = timedelta(0)
    id: UUID | None = None
    price: Decimal = Decimal(1)
    secret: SecretStr = SecretStr("")
    pair: tuple[int, str] = (1, "a")
    several: tuple[int, ...] = ()
    words: set[str] = Field(default_factory=set, min_length=0, max_length=2)
    by_number: dict[int, str] = Field(default_factory=dict)
    by_any: dict[Any, Any] = Field(default_factory=dict)
    by_level: dict[Literal["a", "b"], float] = Field(default_factory=dict, max_length=1)
    anything: Any = None
    row: Row | None = None
    inner: Inner = Inner()
    mixed: int | bool | list[int] | dict[str, int] | None = None
    children: list["Zoo"] = Field(default_factory=list, max_length=2)


TYPES = {each.name: each for each in entry_points(group="treadle.components") if each.module.startswith("treadle.")}
MODELS = {name: each.load for name, each in TYPES.items()}
MODELS |= {"post_processing": lambda: PostProcessing, "zoo": lambda: Zoo}
EXAMPLES = int(os.environ.get("TREADLE_EXAMPLES", "60"))


def place(path):
    return Span(file=Path("/".join(map(str, path)) or "."))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("component")
    (folder / "script.py").write_text("")
    (folder / "folder").mkdir()
    return folder


def loaded(component_type, value, folder):
    try:
        component_type.model_validate(value, context={FOLDER: folder})
    except ValidationError as error:
        return explain(error, component_type, locate=place)
    return ()


@cache
def static(name):
    """
    The schema of a type, ready to check, and what generates attributes for it.
    """
    schema = dict(describe(name, TYPES[name].load()).schema) if name in TYPES else attributes_schema(MODELS[name]())
    return compile_schema(schema), attributes(schema)


def told(diagnostics):
    mistakes = (each for each in diagnostics if each.severity is Severity.ERROR)
    return sorted((each.code, str(each.span), each.message, each.edits) for each in mistakes)


@pytest.mark.parametrize("name", sorted(MODELS))
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_same_answers(name, folder, data):
    """
    Without templates, the static check tells of attributes what loading tells, in the same words and at the same places.
    """
    schema, written = static(name)
    value = data.draw(written)
    assert told(loaded(MODELS[name](), value, folder)) == told(schema.check(value, locate=place, folder=folder))


def test_a_format_of_nothing_fits_no_date(folder):
    """
    It isn't taken for one that wasn't given.
    """
    schema, _ = static("treadle.PythonScript")
    partitions = {"type": "time_window", "cron": "0 6 * * *", "format": "", "start": "2026-01-01"}
    value = {"execution": {"path": "script.py"}, "assets": [{"key": "a", "partitions": partitions}]}
    found = told(schema.check(value, locate=place, folder=folder))
    assert ["TRD204"] == [code for code, *_ in found]
    assert told(loaded(MODELS["treadle.PythonScript"](), value, folder)) == found


class Size(NamedTuple):
    width: int
    height: int = 1


class Exact(Attributes):
    """
    Fields whose text is changed before it is looked at, or stands for nothing else.
    """

    code: Annotated[
        str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=3, pattern="^[a-zA-Z]+$")
    ] = ""
    word: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2)] = "ab"
    count: StrictInt = 1
    fast: StrictBool = False
    size: Size = Size(1)


@pytest.mark.parametrize(
    ("value", "is_right"),
    [
        pytest.param({"code": "  ABC "}, True, id="right once it is stripped and in lower case"),
        pytest.param({"code": " A1 "}, False, id="wrong even then"),
        pytest.param({"word": " a "}, False, id="too short once it is stripped"),
        pytest.param({"count": 5}, True, id="a whole number"),
        pytest.param({"count": "5"}, False, id="text for a strict number"),
        pytest.param({"count": True}, False, id="true for a strict number"),
        pytest.param({"fast": "yes"}, False, id="text for a strict boolean"),
        pytest.param({"size": [2]}, True, id="a tuple without what has a default"),
        pytest.param({"size": []}, False, id="a tuple without what has none"),
        pytest.param({"size": [1, 2, 3]}, False, id="a tuple with too much"),
    ],
)
def test_what_an_annotation_does_to_text_is_known(value, is_right, folder):
    """
    Text that is stripped, put into lower case or taken strictly is accepted as loading accepts it.
    """
    checked = compile_schema(attributes_schema(Exact)).check(value, locate=place, folder=folder)
    assert is_right is not bool(checked)
    assert told(loaded(Exact, value, folder)) == told(checked)


WINDOWS = {"type": "time_window", "cron": "0 0 * * *", "start": 5, "format": "%Y%m%d"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("treadle.DbtProject", {"project": "a", "select": "a", "selector": True}, id="alone"),
        pytest.param(
            "treadle.DbtProject", {"project": "a", "translation": {"partitions": WINDOWS}}, id="a date in a format"
        ),
    ],
)
def test_what_depends_on_its_neighbours_is_not_mended_alone(name, value, folder):
    """
    A value that is only right beside certain others gets no edit that could make it wrong in another way.
    """
    schema, _ = static(name)
    checked = schema.check(value, locate=place, folder=folder)
    assert [()] == [each.edits for each in checked]
    assert told(loaded(MODELS[name](), value, folder)) == told(checked)
