"""Component types: a list of them, and one."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from treadle.assistant.models.given import Answer, Arguments, Given, Limit, Start

__all__ = ["Attribute", "ComponentType", "ComponentTypes", "GetType", "ListTypes", "Model", "TypeSummary"]


class ListTypes(Arguments):
    """Which types."""

    search: str = Field(
        default="", max_length=200, description="Words that are looked for in all that is said of types."
    )
    start: Start = 0
    limit: Limit = 50


class TypeSummary(Given):
    """A type in a list."""

    name: str
    summary: str = ""
    package: str = ""
    deprecated: str = ""


class ComponentTypes(Answer):
    """Types, the best fitting first."""

    items: list[TypeSummary] = []
    total: int | None = None
    next: int | None = None
    hint: str = ""


class GetType(Arguments):
    """Which type."""

    name: str = Field(max_length=1000, description="As in `type:`; other names are known too.")
    models: list[str] = Field(
        default=[], max_length=50, description="Also explain these, of `more_models` in the answer before."
    )
    json_schema: bool = Field(default=False, description="Also give the JSON Schema of the attributes.")


class Attribute(Given):
    """What may be written under `attributes`, or in a model of it."""

    name: str
    type: str
    required: bool = False
    default: str = ""
    description: str = ""
    other_names: list[str] = []
    models: list[str] = Field(default=[], description="The models that it holds.")
    limits: list[str] = []
    examples: list[str] = []
    variables: list[str] = Field(default=[], description="What its templates may name, beside what all may.")
    deprecated: str = ""
    ignored: str = ""


class Model(Given):
    """An object that attributes hold."""

    name: str
    description: str = ""
    attributes: list[Attribute] = []


class ComponentType(Answer):
    """Everything that is needed to write a component of a type."""

    name: str = ""
    other_names: list[str] = []
    package: str = ""
    version: str = ""
    description: str = ""
    deprecated: str = ""
    attributes: list[Attribute] = []
    models: list[Model] = Field(
        default=[], description="Those that the attributes hold, and those that were asked for."
    )
    more_models: list[str] = Field(default=[], description="Those that models hold.")
    variables: list[str] = Field(default=[], description="What every `{{ }}` may name.")
    examples: list[str] = Field(default=[], description="Component files that are right.")
    least: str = Field(default="", description="A component file with nothing but what has to be said.")
    scaffold: str = Field(default="", description="The command that makes one.")
    json_schema: dict[str, Any] = {}
