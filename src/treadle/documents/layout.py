"""How a YAML text is laid out: where every node begins and ends, in which style, and where the comments are.

A value and its places say what a text means; this says what it looks like, for those who change it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from treadle.documents.events import NextEvent, open_parser

__all__ = ["Comment", "Entry", "Layout", "Node", "lay_out"]

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_COMMENT = re.compile("(?:(?<=[\\s\ufeff])|^)#[^\n\r\x85\u2028\u2029]*", re.MULTILINE)
_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*\s+)*(?:[&!][^\s,\[\]{}]*$)?")
Kind = Literal["scalar", "list", "mapping", "alias"]


@dataclass(slots=True, kw_only=True)
class Node:
    """A node of a text: from `start` (its anchor and tag included; `body` is without) to `end`.

    `style` is what a scalar is written in: `'`, `"`, `|`, `>`, or nothing when it is plain.
    """

    kind: Kind
    start: int
    body: int
    end: int
    style: str = ""
    is_flow: bool = False
    anchor: str = ""
    value: str = ""
    items: list[Node] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Entry:
    """A name and its value in a mapping; `at` counts the entries of `inside`."""

    key: Node
    value: Node
    inside: Node
    at: int

    @property
    def start(self) -> int:
        """Where the name begins."""
        return self.key.start

    @property
    def end(self) -> int:
        """Where the value ends; what has no value ends with its name."""
        return max(self.value.end, self.key.end)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, without the line break that ends it."""

    start: int
    end: int
    text: str


@dataclass(slots=True, kw_only=True)
class Layout:
    """A text's nodes by the place that they begin at (line and column, from 1), and its comments; `roots` are its documents."""

    text: str
    roots: list[Node] = field(default_factory=list)
    entries: dict[tuple[int, int], Entry] = field(default_factory=dict)
    values: dict[tuple[int, int], Node] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    def line_of(self, offset: int) -> int:
        """The number of the line that an offset is in, from 1."""
        return bisect_right(self.starts, offset)

    def line_start(self, offset: int) -> int:
        """Where the line of an offset begins."""
        return self.starts[self.line_of(offset) - 1]

    def line_end(self, offset: int) -> int:
        """Where the line of an offset ends, without its line break."""
        found = _BREAK.search(self.text, offset)
        return found.start() if found else len(self.text)

    def next_line(self, offset: int) -> int:
        """Where the line after that of an offset begins; the end of the text when there is none."""
        found = _BREAK.search(self.text, offset)
        return found.end() if found else len(self.text)

    def column(self, offset: int) -> int:
        """How many characters are before an offset in its line."""
        return offset - self.line_start(offset)

    def comments_in(self, start: int, end: int) -> list[Comment]:
        """The comments that begin between two places."""
        return [each for each in self.comments if start <= each.start < end]

    @property
    def line_break(self) -> str:
        """What ends the lines of the text."""
        found = _BREAK.search(self.text)
        return found[0] if found else "\n"


def lay_out(text: str) -> Layout:
    r"""The layout of a text that is YAML.

    >>> layout = lay_out("a: 1 # one\nb: [x]\n")
    >>> [each.text for each in layout.comments], layout.values[2, 5].value
    (['# one'], 'x')

    Raises:
        yaml.YAMLError: when it isn't.
    """
    layout = Layout(text=text, starts=[0, *(found.end() for found in _BREAK.finditer(text))])
    covered: list[tuple[int, int]] = []
    with open_parser(text) as following:
        builder = _Builder(layout, following, covered)
        while not isinstance(event := following(), StreamEndEvent):
            if not isinstance(event, DocumentStartEvent):
                builder.read(event)
    layout.comments = list(_comments(text, covered))
    return layout


class _Builder:
    def __init__(self, layout: Layout, following: NextEvent, covered: list[tuple[int, int]]) -> None:
        self._layout = layout
        self._following = following
        self._covered = covered

    def read(self, event: Any) -> None:
        """Take a document's node, when the event begins one."""
        if isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent | AliasEvent):
            self._layout.roots.append(self._node(event))

    def _node(self, event: Any) -> Node:
        start, end = self._offset(event.start_mark), self._offset(event.end_mark)
        if type(event) is AliasEvent:
            node = Node(kind="alias", start=start, body=start, end=end, value=event.anchor or "")
        elif type(event) is ScalarEvent:
            node = self._scalar(event, start, end)
        else:
            node = self._collection(event, start)
        node.anchor = event.anchor if type(event) is not AliasEvent and event.anchor else ""
        if node.kind in ("scalar", "alias") and node.end > node.start:
            self._layout.values[self._place(event.start_mark)] = node
        return node

    def _scalar(self, event: Any, start: int, end: int) -> Node:
        text = self._layout.text
        body, style = self._body(event, start, end), event.style or ""
        if style in ("|", ">"):
            header = self._layout.line_end(body)
            end = max(len(text[:end].rstrip()), body + 1)
            self._covered.append((min(header, end), end))
        else:
            self._covered.append((start, end))
        return Node(kind="scalar", start=start, body=body, end=end, style=style, value=event.value)

    def _body(self, event: Any, start: int, end: int) -> int:
        """Where a node begins after its anchor and its tag."""
        if event.anchor is None and event.tag is None:
            return start
        found = _PROPERTIES.match(self._layout.text, start, end)
        return found.end() if found else start

    def _collection(self, event: Any, start: int) -> Node:
        is_list = type(event) is SequenceStartEvent
        body = self._body(event, start, len(self._layout.text))
        node = Node(kind="list" if is_list else "mapping", start=start, body=body, end=start, is_flow=event.flow_style)
        ended = SequenceEndEvent if is_list else MappingEndEvent
        while type(following := self._following()) is not ended:
            first = self._node(following)
            if is_list:
                node.items.append(first)
                node.end = max(node.end, first.end)
                continue
            entry = Entry(key=first, value=self._node(self._following()), inside=node, at=len(node.entries))
            self._layout.entries[self._place(following.start_mark)] = entry
            node.entries.append(entry)
            node.end = max(node.end, entry.end)
        if node.is_flow:
            node.end = self._offset(following.end_mark)
        return node

    def _place(self, mark: Any) -> tuple[int, int]:
        return mark.line + 1, mark.column + 1

    def _offset(self, mark: Any) -> int:
        starts = self._layout.starts
        return min(
            starts[mark.line] + mark.column if mark.line < len(starts) else len(self._layout.text),
            len(self._layout.text),
        )


def _comments(text: str, covered: list[tuple[int, int]]) -> Iterator[Comment]:
    """The comments between scalars: in these, a number sign is text."""
    at = 0
    for start, end in [*sorted(covered), (len(text), len(text))]:
        if start > at:
            # What is before counts: a comment begins after a space, or with its line.
            for found in _COMMENT.finditer(text, at, start):
                yield Comment(found.start(), found.end(), found[0])
        at = max(at, end)
