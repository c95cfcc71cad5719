"""What is wrong with the arguments of a call, in words that help to call again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from treadle.errors import did_you_mean, listing

if TYPE_CHECKING:
    from pydantic import ValidationError

    from treadle.assistant.tools import Tool

__all__ = ["mistakes_in"]

_MOST = 10


def mistakes_in(tool: Tool, error: ValidationError) -> str:
    """All mistakes in the arguments of a call, a line each."""
    return "\n".join(_told(tool, each) for each in error.errors(include_url=False, include_context=False)[:_MOST])


def _told(tool: Tool, mistake: Mapping[str, Any]) -> str:
    name = ".".join(map(str, mistake["loc"]))
    known = tool.takes.model_fields
    if mistake["type"] == "extra_forbidden":
        hint = did_you_mean(name, known) or f"it takes {listing(known)}"
        return f"{tool.name} takes no argument {name!r}; {hint}"
    if mistake["type"] == "missing":
        return f"{tool.name} needs the argument {name!r}: {known[name].description}"
    return f"the argument {name!r} of {tool.name} is wrong: {mistake['msg'][:1].lower()}{mistake['msg'][1:]}"
