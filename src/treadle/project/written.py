"""The model of a component's document without its post-processing, which few documents have."""

from __future__ import annotations

from typing import Any

from pydantic import Field
from pydantic.config import JsonDict

from treadle.components import Attributes

__all__ = ["Requirements", "Written"]

_VERBATIM: JsonDict = {"x-verbatim": True}
"""Read before there are variables, so a template would be taken for what it is written as."""


class Requirements(Attributes):
    """What a component needs from its surroundings."""

    env: list[str] = Field(default_factory=list)
    """Names of environment variables that have to be set."""


class Written(Attributes):
    """A document of a component file, without its post-processing."""

    type: str
    """The component type."""
    attributes: dict[str, Any] | None = None
    """What the component type asks for."""
    template_vars_module: str | None = Field(default=None, json_schema_extra=_VERBATIM)
    """A Python module whose template variables may be used here."""
    requirements: Requirements | None = Field(default=None, json_schema_extra=_VERBATIM)
    """What the component needs from its surroundings."""
