"""Events become values and places in one pass, within a budget of nodes and of depth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from treadle.documents import mistakes
from treadle.documents.events import NextEvent
from treadle.documents.merge import MERGE, merge_into
from treadle.documents.record import Document, Place
from treadle.documents.scalars import CORE_TAGS, NumberTooLongError, read_plain
from treadle.errors import Diagnostic, Span

__all__ = ["Builder", "RefusedError"]

_MOST_NODES = 250_000
_DEEPEST = 200

_Node = tuple[Any, Place]

# Keys that no document can hold: the merge key until it is merged, and keys that were refused.
_MERGE = object()
_UNUSABLE = object()


class RefusedError(Exception):
    """The file can't be read any further; what is wrong is among the builder's diagnostics."""


@dataclass(frozen=True, slots=True)
class _Anchor:
    value: Any
    place: Place
    nodes: int
    height: int


class Builder:
    """Reads one file's events; it keeps going after mistakes that leave the rest readable."""

    def __init__(self, file: Path, following: NextEvent) -> None:
        self.documents: list[Document] = []
        self.diagnostics: list[Diagnostic] = []
        self.last_scalar: ScalarEvent | None = None
        self.open_brackets: list[Event] = []
        self._file = file
        self._following = following
        self._nodes = 0
        self._deepest = 0
        self._anchors: dict[str, _Anchor | None] = {}

    def read(self) -> None:
        """Read every document that holds something."""
        while not isinstance(event := self._following(), StreamEndEvent):
            if isinstance(event, ScalarEvent | AliasEvent | SequenceStartEvent | MappingStartEvent):
                value, place = self._node(event, 0)
                if value is not None:
                    self.documents.append(Document(file=self._file, index=len(self.documents), value=value, root=place))
            elif isinstance(event, DocumentEndEvent):
                self._anchors.clear()

    def span(self, mark: Any) -> Span:
        """The span of a mark of the parser."""
        return Span(file=self._file, line=mark.line + 1, column=mark.column + 1)

    def _node(self, event: Any, depth: int) -> _Node:
        if type(event) is AliasEvent:
            return self._alias(event, depth)
        if event.anchor is not None:
            return self._anchored(event, depth)
        return self._bare(event, depth)

    def _bare(self, event: Any, depth: int) -> _Node:
        self._nodes += 1
        if self._nodes > _MOST_NODES:
            self._spend(0, depth, event)
        if type(event) is ScalarEvent:
            mark: Any = event.start_mark
            return self._scalar(event), Place(mark.line + 1, mark.column + 1)
        self._spend(0, depth, event)
        if event.tag not in (None, "!", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"):
            self.diagnostics.append(mistakes.unknown_tag(event.tag, self.span(event.start_mark)))
        if event.flow_style:
            self.open_brackets.append(event)
        node = self._sequence(event, depth) if type(event) is SequenceStartEvent else self._mapping(event, depth)
        if event.flow_style:
            self.open_brackets.pop()
        return node

    def _anchored(self, event: Any, depth: int) -> _Node:
        # None marks an anchor whose value is still being read: an alias to it would be a loop.
        self._anchors[event.anchor] = None
        nodes, deepest, self._deepest = self._nodes, self._deepest, depth
        value, place = self._bare(event, depth)
        height = self._deepest - depth
        self._anchors[event.anchor] = _Anchor(value, place, self._nodes - nodes, height)
        self._deepest = max(self._deepest, deepest)
        return value, place

    def _alias(self, event: Any, depth: int) -> _Node:
        mark = event.start_mark
        anchor = self._anchors.get(event.anchor)
        if anchor is None:
            loop = event.anchor in self._anchors
            self.diagnostics.append(mistakes.unusable_alias(event.anchor, self._anchors, self.span(mark), loop=loop))
            return None, Place(mark.line + 1, mark.column + 1)
        self._spend(anchor.nodes, depth + anchor.height, event)
        return anchor.value, anchor.place._replace(line=mark.line + 1, column=mark.column + 1)

    def _spend(self, nodes: int, depth: int, event: Any) -> None:
        self._nodes += nodes
        self._deepest = max(self._deepest, depth)
        if self._nodes > _MOST_NODES:
            self.diagnostics.append(mistakes.too_many_nodes(_MOST_NODES, self.span(event.start_mark)))
        elif depth > _DEEPEST:
            self.diagnostics.append(mistakes.too_deep(_DEEPEST, self.span(event.start_mark)))
        else:
            return
        raise RefusedError

    def _scalar(self, event: ScalarEvent) -> Any:
        self.last_scalar = event
        try:
            if event.tag is not None:
                return self._tagged(event)
            return read_plain(event.value) if event.implicit[0] else event.value
        except NumberTooLongError:
            self.diagnostics.append(mistakes.number_too_long(self.span(event.start_mark)))
            return event.value

    def _tagged(self, event: ScalarEvent) -> Any:
        tag = event.tag or ""
        read = CORE_TAGS.get(tag)
        try:
            if read is not None:
                return read(event.value)
            self.diagnostics.append(mistakes.unknown_tag(tag, self.span(event.start_mark)))
        except NumberTooLongError:
            raise
        except ValueError:
            self.diagnostics.append(mistakes.unfit_tag(tag, event.value, self.span(event.start_mark)))
        return event.value

    def _sequence(self, start: Any, depth: int) -> _Node:
        values: list[Any] = []
        places: dict[Any, Place] = {}
        while type(event := self._following()) is not SequenceEndEvent:
            value, place = self._node(event, depth + 1)
            places[len(values)] = place
            values.append(value)
        mark = start.start_mark
        return values, Place(mark.line + 1, mark.column + 1, places)

    def _mapping(self, start: Any, depth: int) -> _Node:
        mapping: dict[Any, Any] = {}
        places: dict[Any, Place] = {}
        names: dict[Any, tuple[int, int]] = {}
        while type(event := self._following()) is not MappingEndEvent:
            mark = event.start_mark
            at = (mark.line + 1, mark.column + 1)
            key = self._key(start, event, depth)
            value, place = self._node(self._following(), depth + 1)
            if key in mapping:
                name = MERGE if key is _MERGE else key
                self.diagnostics.append(mistakes.duplicate_key(name, names[key], self.span(mark)))
            elif key is not _UNUSABLE:
                mapping[key], places[key], names[key] = value, place, at
        mark = start.start_mark
        place = Place(mark.line + 1, mark.column + 1, places, names)
        return self._merge(mapping, place) if _MERGE in mapping else (mapping, place)

    def _merge(self, mapping: dict[Any, Any], place: Place) -> _Node:
        value = mapping.pop(_MERGE)
        children, names = dict(place.children or {}), dict(place.names or {})
        source = children.pop(_MERGE)
        del names[_MERGE]
        place = place._replace(children=children, names=names)
        if (merged := merge_into(mapping, place, value, source)) is None:
            at = Span(file=self._file, line=source.line, column=source.column)
            self.diagnostics.append(mistakes.unmergeable(value, at))
            return mapping, place
        return merged

    def _key(self, mapping: Any, event: Any, depth: int) -> Any:
        value, _ = self._node(event, depth + 1)
        if type(event) is ScalarEvent:
            if event.value == MERGE and event.implicit[0]:
                return _MERGE
        elif type(event) is MappingStartEvent and mistakes.is_template(mapping, event):
            self.diagnostics.append(mistakes.unquoted_template(self.span(mapping.start_mark)))
            return _UNUSABLE
        if isinstance(value, dict | list | float):
            self.diagnostics.append(mistakes.unusable_key(value, self.span(event.start_mark)))
            return _UNUSABLE
        return value
