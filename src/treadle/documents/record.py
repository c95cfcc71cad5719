"""What a YAML document is once it has been read: a value, and the place of everything in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from treadle.errors import Span

__all__ = ["KEY", "Document", "NodePath", "Place", "Places"]

NodePath = tuple[str | int, ...]
"""The way from the top of a document to a value: `("attributes", "assets", 0, "key")`."""

KEY = "<key>"
"""Appended to the path of a value, it means the name that the value is written under."""


class Place(NamedTuple):
    """Where a value starts, and the places of what it holds.

    The tree of places has the shape of the value, and values that an alias repeats share one
    subtree: expanding them would make an alias bomb of the positions.
    """

    line: int
    column: int
    children: Mapping[Any, Place] | None = None
    names: Mapping[Any, tuple[int, int]] | None = None


class Places(Mapping[NodePath, Span]):
    """The spans of a document's values (or of their names) by path, looked up in the tree of places."""

    __slots__ = ("_file", "_names", "_root")

    def __init__(self, file: Path, root: Place, *, names: bool = False) -> None:
        self._file, self._root, self._names = file, root, names

    def __getitem__(self, path: NodePath) -> Span:
        """The span of what is at exactly this path."""
        found = self._name(path) if self._names else self._value(path)
        if found is None:
            raise KeyError(path)
        return Span(file=self._file, line=found[0], column=found[1])

    def __iter__(self) -> Iterator[NodePath]:
        """Every path, a value before what it holds."""
        for path in _paths(self._root, ()):
            if not self._names or self._name(path) is not None:
                yield path

    def __len__(self) -> int:
        """How many places are known."""
        return sum(1 for _ in self)

    def _value(self, path: NodePath) -> tuple[int, int] | None:
        place = _walk(self._root, path)
        return None if place is None else (place.line, place.column)

    def _name(self, path: NodePath) -> tuple[int, int] | None:
        parent = _walk(self._root, path[:-1]) if path else None
        return None if parent is None or parent.names is None else parent.names.get(path[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One YAML document of a file: its value, and where everything in it is written.

    `index` counts the documents of the file that hold something. `span` and `key_span` always
    answer: with the nearest place around it for what isn't written in the file.

    >>> from treadle.documents import parse_yaml
    >>> (document,) = parse_yaml(Path("a.yaml"), b"type: x\\nattributes:\\n  deps: [a, b]\\n")
    >>> document.value
    {'type': 'x', 'attributes': {'deps': ['a', 'b']}}
    >>> str(document.span(("attributes", "deps", 1))), str(document.key_span(("attributes", "deps")))
    ('a.yaml:3:13', 'a.yaml:3:3')
    """

    file: Path
    index: int
    value: Any
    root: Place = field(default=Place(1, 1), repr=False, compare=False)

    @property
    def spans(self) -> Mapping[NodePath, Span]:
        """The place of every value."""
        return Places(self.file, self.root)

    @property
    def key_spans(self) -> Mapping[NodePath, Span]:
        """The place of the name of every value that has one."""
        return Places(self.file, self.root, names=True)

    def locate(self, path: NodePath) -> Span | None:
        """The place of exactly this value, or of its name when the path ends in `KEY`; None when there is none."""
        if (place := _walk(self.root, path)) is not None:
            return Span(file=self.file, line=place.line, column=place.column)
        return self.key_spans.get(path[:-1]) if path and path[-1] == KEY else None

    def span(self, path: NodePath) -> Span:
        """The place of a value, or the nearest known place around it."""
        while (found := self.locate(path)) is None:
            path = path[:-1]
        return found

    def key_span(self, path: NodePath) -> Span:
        """The place of the name that a value is written under, or the nearest known place around it."""
        return self.key_spans.get(path) or self.span(path)


def _walk(place: Place, path: NodePath) -> Place | None:
    for part in path:
        following = place.children.get(part) if place.children else None
        if following is None:
            return None
        place = following
    return place


def _paths(place: Place, path: NodePath) -> Iterator[NodePath]:
    yield path
    for part, child in (place.children or {}).items():
        yield from _paths(child, (*path, part))
