"""Finds the texts of a value that stand where a schema wants one format: the names of compute profiles, of credentials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from treadle.schemas.reading import Node, alternatives, name_of, resolved
from treadle.templating.places import NodePath, has_template

__all__ = ["Finder"]


@dataclass(slots=True)
class _Spot:
    """A place in a schema: its format, when it is one that is looked for, and what leads to others."""

    format: str = ""
    by_name: dict[str, _Spot] = field(default_factory=dict)
    each: _Spot | None = None

    def __bool__(self) -> bool:
        return bool(self.format or self.by_name or self.each)


class Finder:
    """Knows where a schema wants these formats; a value is walked along these ways alone.

    >>> name = {"type": "string", "format": "credential"}
    >>> finder = Finder({"type": "object", "properties": {"uses": {"type": "array", "items": name}}}, {"credential"})
    >>> list(finder.find({"uses": ["warehouse", "{{ env.X }}"], "other": ["a"]}))
    [(('uses', 0), 'credential', 'warehouse')]
    """

    def __init__(self, schema: Mapping[str, Node], formats: set[str]) -> None:
        self._definitions: Mapping[str, Node] = schema.get("$defs", {})
        self._formats = formats
        self._known: dict[str, _Spot] = {}
        self._root = self._at(schema)

    def find(self, value: object) -> Iterator[tuple[NodePath, str, str]]:
        """Each text with its path and its format; templates aren't known yet."""
        yield from _walk(self._root, value, ())

    def _at(self, schema: Node) -> _Spot:
        if (name := name_of(schema)) is not None:
            if name not in self._known:
                self._known[name] = _Spot()  # a model that holds itself is looked into once
                self._known[name] = self._at(resolved(schema, self._definitions))
            return self._known[name]
        spot = _Spot()
        if not isinstance(schema, dict):
            return spot
        if schema.get("format") in self._formats:
            spot.format = schema["format"]
        for name, each in schema.get("properties", {}).items():
            if inner := self._at(each):
                spot.by_name[name] = inner
        for keyword in ("items", "additionalProperties"):
            if inner := self._at(schema.get(keyword)):
                spot.each = inner
        for branch in alternatives(schema):
            _add(spot, self._at(branch))
        return spot


def _add(spot: _Spot, other: _Spot) -> None:
    spot.format = spot.format or other.format
    spot.each = spot.each or other.each
    for name, each in other.by_name.items():
        spot.by_name.setdefault(name, each)


def _walk(spot: _Spot, value: Any, path: NodePath) -> Iterator[tuple[NodePath, str, str]]:
    if isinstance(value, str):
        if spot.format and not has_template(value):
            yield path, spot.format, value
    elif isinstance(value, dict):
        for name, each in value.items():
            if inner := spot.by_name.get(name) or spot.each:
                yield from _walk(inner, each, (*path, name))
    elif isinstance(value, list) and spot.each:
        for index, each in enumerate(value):
            yield from _walk(spot.each, each, (*path, index))
