"""What every model of YAML attributes has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, WithJsonSchema

__all__ = ["STRICT", "TEMPLATE_SCHEMA", "Attributes"]

STRICT = ConfigDict(
    extra="forbid",
    frozen=True,
    arbitrary_types_allowed=True,
    use_attribute_docstrings=True,
    populate_by_name=True,
    defer_build=True,  # a command uses a few of these models; building all costs as much as the rest of a start
)
"""Unknown names are mistakes, nothing changes afterwards, and docstrings below fields document them."""


class Attributes(BaseModel):
    """A part of a component's attributes: a mapping in YAML that has fields of its own.

    >>> class Destination(Attributes):
    ...     path: str
    ...     overwrite: bool = False
    >>> Destination(path="out").overwrite
    False
    """

    model_config = STRICT


TEMPLATE_SCHEMA = WithJsonSchema({"type": "string", "pattern": r"\{\{[\s\S]*\}\}", "title": "Template"})
"""For fields that take records: only a template gives one, and a template is what a schema can say of them."""
