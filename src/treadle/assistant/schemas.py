"""The JSON Schemas of tools, without what only says again what is said already: an assistant pays for every word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

__all__ = ["schema_of"]


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of a model.

    >>> class Loom(BaseModel):
    ...     threads: int | None = None
    >>> schema_of(Loom)
    {'properties': {'threads': {'type': 'integer'}}, 'type': 'object'}
    """
    found: dict[str, Any] = _brief(model.model_json_schema())
    found.pop("description", None)  # the tool says it
    return found


def _brief(node: Any) -> Any:
    if isinstance(node, list):
        return [_brief(each) for each in node]
    if not isinstance(node, Mapping):
        return node
    brief = {name: _brief(each) for name, each in node.items() if not _says_nothing(name, each)}
    for name in ("properties", "$defs"):
        if isinstance(node.get(name), Mapping):  # the names in these are no keywords
            brief[name] = {key: _brief(each) for key, each in node[name].items()}
    # What is None is left out of answers, and an argument that isn't given is left out as well.
    rest = [each for each in brief.get("anyOf", ()) if each != {"type": "null"}]
    return {**{name: each for name, each in brief.items() if name != "anyOf"}, **rest[0]} if len(rest) == 1 else brief


def _says_nothing(name: str, value: Any) -> bool:
    return (name == "title" and isinstance(value, str)) or (name == "default" and value in (None, "", 0, False, [], {}))
