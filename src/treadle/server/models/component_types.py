"""Component types, and all that there is to say of one."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from treadle.server.models.given import Given
from treadle.server.models.mistakes import Diagnostic
from treadle.server.models.project import Place

__all__ = [
    "Attribute",
    "AttributeModel",
    "ComponentType",
    "ComponentTypeDetail",
    "ComponentTypeList",
    "ComponentUse",
    "OlderForm",
    "TypeMatch",
    "Variable",
]


class TypeMatch(Given):
    """Where a search has found its words: in what is said of a type, or of one of its attributes."""

    where: Literal["name", "alias", "summary", "description", "attribute"]
    text: str = Field(description="The text around the words.")
    path: str | None = Field(default=None, description="The way to the attribute.", examples=["assets.owners"])


class ComponentType(Given):
    """A component type."""

    name: str = Field(examples=["treadle.PythonScript"])
    aliases: list[str] = []
    package: str | None = None
    version: str | None = None
    summary: str = ""
    deprecated: str | None = None
    used: int = Field(default=0, description="How many components of the project are of this type.")
    matches: list[TypeMatch] = Field(default=[], description="Where a search has found its words, the best first.")


class ComponentTypeList(Given):
    """Component types: every one that the project can use, or those that a search has found, the best first."""

    items: list[ComponentType]
    diagnostics: list[Diagnostic] = Field(default=[], description="Why some of its own types can't be described.")
    hint: str | None = Field(default=None, description="What may have been meant, when nothing was found.")


class Variable(Given):
    """Something that a template may name, and what it has in it."""

    name: str = Field(examples=["node"])
    type: str = Field(examples=["mapping"])
    members: list[Variable] = []


class Attribute(Given):
    """An attribute of a component type, or of an object in one."""

    name: str
    type: str = Field(description="In words.", examples=["list of text"])
    required: bool = False
    default: str | None = Field(default=None, description="As JSON; null when there is none, or nothing in it.")
    description: str = ""
    other_names: list[str] = []
    models: list[str] = Field(default=[], description="The objects that it may hold.")
    limits: list[str] = Field(
        default=[], description="What a value has to fulfil, in words.", examples=[["at least 1"]]
    )
    examples: list[str] = []
    scope: list[Variable] = Field(default=[], description="What its templates may name, beside what all may.")
    takes_any_variable: bool = Field(default=False, description="Whether its templates may name what nobody can tell.")
    deprecated: str | None = Field(default=None, description="What to do instead; null when it isn't deprecated.")
    ignored: str | None = Field(default=None, description="Why it is accepted and means nothing here.")


class AttributeModel(Given):
    """An object that attributes hold."""

    name: str
    description: str = ""
    attributes: list[Attribute] = []


class OlderForm(Given):
    """What was written otherwise once, and `treadle upgrade` rewrites."""

    old: str
    new: str
    since: str | None = None


class ComponentUse(Given):
    """A component of a type."""

    address: str
    state: Literal["loaded", "broken"]


class ComponentTypeDetail(ComponentType):
    """Everything about a component type; `attributes` is the JSON Schema of what a component may say."""

    description: str = ""
    attributes: dict[str, Any] = {}
    template_vars: dict[str, Any] = {}
    scaffold_params: dict[str, str] = {}
    examples: list[dict[str, Any]] = []
    attribute_list: list[Attribute] = Field(default=[], description="The same as `attributes`, for people.")
    models: list[AttributeModel] = []
    variables: list[Variable] = Field(default=[], description="What templates of a component may name because of it.")
    usual_variables: list[Variable] = Field(default=[], description="What every template may name.")
    example_texts: list[str] = Field(default=[], description="The examples as files of YAML.")
    least: str = Field(
        default="", description="What has to be written, as a file of YAML with values that stand for others."
    )
    scaffold: str = Field(default="", description="The command that makes a new component.")
    holds_folder: bool = Field(default=False, description="Whether other components may be in its folder.")
    older_forms: list[OlderForm] = []
    target: str = Field(default="", description="Its class.", examples=["treadle.library.script.PythonScript"])
    place: Place | None = Field(default=None, description="Where its class is written.")
    used_by: list[ComponentUse] = Field(default=[], description="Components of the project, up to a hundred.")
