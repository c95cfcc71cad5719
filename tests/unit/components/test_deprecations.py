"""What a class says of its older forms holds wherever its attributes are: when they load, are checked, are edited."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import jsonschema
import pytest
import yaml
from pydantic import AliasChoices, Field

from treadle import (
    Asset,
    Attributes,
    Component,
    Definitions,
    RemovedField,
    RenamedField,
    RenamedType,
    RenamedValue,
    ReplacedType,
    RewrittenField,
    Template,
)
from treadle.components import describe
from treadle.components.descriptors import document_schema
from treadle.language.editor_schema import editor_schema
from treadle.schemas.modernizing import Modernizer
from treadle.testing import build, expect_mistake


class Scope:
    name: str


class Translation(Attributes):
    key: str
    deprecations = (RenamedField("name", to="key"),)


class File(Attributes):
    type: Literal["file"]
    path: str
    deprecations = (RenamedValue("type", {"f": "file"}), RenamedField("name", to="path"))


class Table(Attributes):
    type: Literal["table"]
    name: str


def listed(value: Any) -> list[Any]:
    return [value]


class Loom(Component):
    """Weaves."""

    translation: Template[Translation, Scope]
    either: tuple[File | Table, ...] = ()
    tagged: tuple[Annotated[File | Table, Field(discriminator="type")], ...] = ()
    by_name: dict[str, Translation] = Field(default_factory=dict)
    optional: Translation | None = None
    mode: Literal["quick", "slow"] = Field(default="slow", validation_alias=AliasChoices("mode", "modus"))
    crons: tuple[str, ...] = ()
    deprecations = (
        RenamedValue("mode", {"fast": "quick"}),
        RewrittenField("cron", to="crons", by=listed),
        RemovedField("oil"),
        RenamedField("kind", to="speed"),
        RenamedField("speed", to="mode"),
    )

    def build_defs(self, context: Any) -> Definitions:
        key = self.translation.render(name="n").key
        return Definitions(assets=[Asset(key=key, description=repr(self.model_dump(exclude={"translation"})))])


class FastLoom(Loom):
    """Weaves faster."""

    deprecations = (RenamedField("older", to="by_name"),)


OLDER = """
translation: {name: "x/{{ name }}"}
either: [{type: f, name: a}, {type: table, name: b}]
tagged: [{type: f, name: a}, {type: table, name: b}]
by_name: {u: {name: c}}
optional: {name: d}
mode: fast
cron: "0 6 * * *"
oil: 3
"""
NEWER = """
translation: {key: "x/{{ name }}"}
either: [{type: file, path: a}, {type: table, name: b}]
tagged: [{type: file, path: a}, {type: table, name: b}]
by_name: {u: {key: c}}
optional: {key: d}
mode: quick
crons: ["0 6 * * *"]
"""


def test_the_older_form_means_what_the_newer_one_means() -> None:
    """
    In lists, mappings, unions and templates that are rendered later, an older form loads as the newer one.
    """
    assert build(Loom, NEWER).assets["x/n"].description == build(Loom, OLDER).assets["x/n"].description


def test_a_descriptor_knows_it_too() -> None:
    """
    What a class says is data: the check comes to the same value, but for what only a function knows.
    """
    schema = describe("mill.Loom", Loom).schema
    older = {name: value for name, value in yaml.safe_load(OLDER).items() if name != "cron"}
    newer = {name: value for name, value in yaml.safe_load(NEWER).items() if name != "crons"}
    modern = Modernizer(schema).modernize(older)
    assert (newer, ()) == (modern.value, modern.doubles)
    assert modern == Modernizer(schema).modernize(older)
    assert () == Modernizer(schema).modernize(newer).changes


def test_a_template_may_give_an_older_value() -> None:
    """
    What a template gives is looked at once it is rendered.
    """
    built = build(Loom, {"translation": {"key": "a"}, "mode": "{{ 'fast' }}", "cron": "{{ '@daily' }}"})
    assert "'mode': 'quick', 'crons': ('@daily',)" in str(built.assets["a"].description)


def test_names_that_were_changed_twice_and_those_of_a_base_class_hold() -> None:
    """
    Deprecations are in force in their order; a class adds to those of the class that it derives from.
    """
    built = build(FastLoom, {"translation": {"name": "a"}, "kind": "quick", "older": {"u": {"name": "c"}}})
    assert "'by_name': {'u': {'key': 'c'}}" in str(built.assets["a"].description)
    assert "'mode': 'quick'" in str(built.assets["a"].description)


def test_an_older_value_is_known_under_every_name_of_its_field() -> None:
    """
    A field may have several names, and what is said of it holds for all of them.
    """
    built = build(Loom, {"translation": {"key": "a"}, "modus": "fast"})
    assert "'mode': 'quick'" in str(built.assets["a"].description)


def test_both_forms_at_once_are_a_mistake() -> None:
    """
    Nobody can tell which one is meant.
    """
    with expect_mistake("TRD221", at="attributes.speed", message="'mode'"):
        build(Loom, {"translation": {"key": "a"}, "speed": "quick", "mode": "slow"})


def test_a_mistake_in_an_older_form_is_told_where_it_stands() -> None:
    """
    Places are those of the file, and names those of today.
    """
    with expect_mistake("TRD204", at="attributes.by_name.u.name", message="key"):
        build(Loom, {"translation": {"key": "a"}, "by_name": {"u": {"name": ["c"]}}})


@pytest.mark.parametrize("text", [OLDER, NEWER], ids=["older", "newer"])
def test_editors_accept_both_forms(text: str) -> None:
    """
    The schema for editors takes the older form too, and calls it deprecated.
    """
    schema = editor_schema([describe("mill.Loom", Loom)], document_schema())
    jsonschema.Draft202012Validator(schema).validate({"type": "mill.Loom", "attributes": yaml.safe_load(text)})
    assert "write `mode`" in str(schema)
    assert "x-deprecations" not in str(schema)


def a_class(*deprecations: Any) -> type[Component]:
    def build_defs(self: Component, context: Any) -> Definitions:
        return Definitions()

    members = {"__module__": __name__, "__annotations__": {"new": str, "mode": str}, "build_defs": build_defs}
    return type("Wrong", (Component,), {**members, "deprecations": deprecations})


@pytest.mark.parametrize(
    ("deprecation", "said"),
    [
        pytest.param(RenamedField("mode", to="new"), "'mode' is still a field", id="still-there"),
        pytest.param(RemovedField("mode"), "'mode' is still a field", id="not-removed"),
        pytest.param(RenamedField("old", to="newer"), "no field 'newer'", id="nothing-new"),
        pytest.param(RenamedValue("speed", {"a": "b"}), "no field 'speed'", id="value-of-nothing"),
        pytest.param(RenamedValue("mode", {"a": "b", "b": "c"}), "'b' is a new value and an old one", id="circle"),
        pytest.param(RewrittenField("mode", by=listed), "`written_as`", id="same-field"),
        pytest.param(RewrittenField("old", to="new", by=lambda value: value), "a function of a module", id="lambda"),
        pytest.param("old", "has to be a tuple", id="text"),
    ],
)
def test_a_class_that_contradicts_itself_is_refused(deprecation: Any, said: str) -> None:
    """
    Whoever writes a deprecation is told at once when it can't hold.
    """
    with pytest.raises(TypeError, match=said):
        a_class(deprecation)


def test_types_tell_what_they_were_called_and_what_replaces_them() -> None:
    """
    It is said of the class alone, and not of those that derive from it.
    """
    older = a_class(RenamedType("mill.Older", since="2.0"), ReplacedType(by="mill.Loom", note="it is faster"))
    derived = type("Derived", (older,), {"__module__": __name__})
    told = describe("mill.Old", older)
    assert ["renamed-type", "replaced-type"] == [each["kind"] for each in told.deprecations]
    assert "use mill.Loom instead: it is faster" == told.deprecated
    assert ((), "") == ((found := describe("mill.Derived", derived)).deprecations, found.deprecated)
