"""Where in a document somebody is typing: at a key, at a value, in an expression."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from treadle.language.outline import Entry, Outline, Path
from treadle.language.positions import Cursor, Range

__all__ = ["Spot", "outline_at", "spot_at"]

_QUOTE = "'\""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place where something is typed.

    At a `key`, `path` is the mapping that it is a key of; at a `value`, `path` is the value's. An
    `item` is what follows a dash: a value, or the first key of a mapping. `word` is what is there
    already up to the cursor, `range` all of the word; `text` is the value up to the cursor.
    `indent` is the column that a key there starts at, and `flow` says that it is between brackets.
    """

    outline: Outline
    kind: Literal["key", "value", "item"]
    path: Path
    word: str
    range: Range
    text: str = ""
    indent: int = 0
    flow: bool = False
    has_colon: bool = False
    is_empty_line: bool = False

    @property
    def expression(self) -> str | None:
        """What is written of an expression up to the cursor; None outside of `{{ }}`."""
        opened = [each.end() for each in re.finditer(r"\{\{", self.text)]
        if not opened:
            return None
        inside = self.text[opened[-1] :]
        return None if "}}" in inside else inside


def outline_at(outlines: Sequence[Outline], line: int) -> Outline:
    """The document that a line belongs to."""
    return next((each for each in outlines if each.first <= line <= each.last), outlines[-1])


def spot_at(lines: Sequence[str], outline: Outline, cursor: Cursor) -> Spot:
    """What is typed at a cursor."""
    number = min(max(cursor.line, 0), len(lines) - 1)
    line = lines[number]
    cursor = replace(cursor, line=number, column=min(max(cursor.column, 0), len(line)))
    if (block := _block(outline, cursor, lines)) is not None:
        return _in_block(lines, outline, cursor, block)
    if (opened := _flow_entry(lines, outline, cursor)) is not None:
        found = _in_flow(lines, outline, cursor, opened)
        if found is not None:
            return found
    return _in_line(line, outline, cursor)


def _block(outline: Outline, cursor: Cursor, lines: Sequence[str]) -> Entry | None:
    for each in outline.entries:
        if each.block and each.line < cursor.line and (cursor.line <= each.last_line):
            return each
        trailing = each.block and each.last_line < cursor.line and cursor.column > each.indent
        if trailing and not any(line.strip() for line in lines[each.last_line + 1 : cursor.line + 1]):
            return each
    return None


def _in_block(lines: Sequence[str], outline: Outline, cursor: Cursor, entry: Entry) -> Spot:
    above = "\n".join(lines[entry.line + 1 : cursor.line])
    before = lines[cursor.line][: cursor.column]
    text = f"{above}\n{before}" if above else before
    word = re.search(r"\w*$", before)
    start = word.start() if word else cursor.column
    return Spot(
        outline=outline,
        kind="value",
        path=entry.path,
        word=before[start:],
        range=_range(cursor.line, start, cursor.column),
        text=text,
        indent=entry.indent,
    )


def _flow_entry(lines: Sequence[str], outline: Outline, cursor: Cursor) -> Entry | None:
    """The value in brackets that may be open at the cursor."""
    above = [
        each
        for each in outline.entries
        if each.indent >= 0
        and (each.line < cursor.line or (each.line == cursor.line and each.value_start < cursor.column))
    ]
    if not above:
        return None
    last = above[-1]
    line = lines[cursor.line]
    # What goes on between brackets is further in than their key; otherwise they were never closed.
    if cursor.line > last.line and min(len(line) - len(line.lstrip(" ")), cursor.column) <= last.indent:
        return None
    written = lines[last.line][last.value_start :]
    return last if written[:1] in ("[", "{") and not written.startswith("{{") else None


_TOKEN = re.compile(
    r"""#.*$|"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|[\[\]{},]|:(?=\s|$)|[^\s,\[\]{}:"']+|:|\s+""", re.MULTILINE
)


def _in_flow(lines: Sequence[str], outline: Outline, cursor: Cursor, entry: Entry) -> Spot | None:
    """The place between brackets, or None when they are closed before the cursor."""
    before = "\n".join([*lines[entry.line : cursor.line], lines[cursor.line][: cursor.column]])[entry.value_start :]
    walk = _FlowWalk(list(entry.path))
    for found in _TOKEN.finditer(before):
        walk.take(found[0])
        if not walk.stack:
            return None
    start = cursor.column - len(walk.word.split("\n")[-1])
    in_mapping = walk.stack[-1:] == ["{"] and not walk.key
    return Spot(
        outline=outline,
        kind="key" if in_mapping else "value",
        path=(*walk.path, walk.key) if walk.key else tuple(walk.path),
        word=walk.word.lstrip(_QUOTE),
        range=_range(cursor.line, start, cursor.column),
        text=walk.word,
        flow=True,
    )


@dataclass(slots=True)
class _FlowWalk:
    """Goes through what is between brackets up to the cursor: how deep it is, and at which key or item."""

    path: list[str | int]
    stack: list[str] = field(default_factory=list)
    word: str = ""
    key: str = ""

    def take(self, token: str) -> None:
        """The next token."""
        if token in ("[", "{"):
            self._open(token)
        elif token in ("]", "}"):
            self._close()
        elif token == ",":
            self._next()
        elif token == ":" and self.stack[-1:] == ["{"] and not self.key:
            self.key, self.word = self.word.strip().strip(_QUOTE), ""
        elif not token.startswith("#") and (self.word or not token.isspace()):
            self.word += token

    def _open(self, token: str) -> None:
        if self.key:
            self.path.append(self.key)
        self.stack.append(token)
        if token == "[":
            self.path.append(0)
        self.word = self.key = ""

    def _close(self) -> None:
        if self.stack and self.stack.pop() == "[":
            self.path.pop()
        if self.stack[-1:] == ["{"]:
            self.path.pop()
        self.word = self.key = ""

    def _next(self) -> None:
        if self.stack[-1:] == ["["]:
            index = self.path[-1]
            self.path[-1] = index + 1 if isinstance(index, int) else index
        self.word = self.key = ""


def _in_line(line: str, outline: Outline, cursor: Cursor) -> Spot:
    entry = next(
        (each for each in reversed(outline.entries) if each.line == cursor.line and each.indent >= 0),
        None,
    )
    if entry is None:
        return _new_key(line, outline, cursor)
    if entry.is_item:
        return _item(line, outline, cursor, entry)
    if cursor.column > entry.end:
        return _value(line, outline, cursor, entry)
    return Spot(
        outline=outline,
        kind="key",
        path=entry.path[:-1],
        word=line[entry.start : cursor.column],
        range=_range(cursor.line, min(entry.start, cursor.column), entry.end),
        indent=entry.indent,
        has_colon=True,
    )


def _value(line: str, outline: Outline, cursor: Cursor, entry: Entry) -> Spot:
    start = min(entry.value_start, cursor.column)
    return Spot(
        outline=outline,
        kind="value",
        path=entry.path,
        word=line[start : cursor.column].lstrip(_QUOTE),
        range=_range(cursor.line, start, max(entry.value_end, cursor.column)),
        text=line[start : cursor.column],
        indent=entry.indent,
    )


def _item(line: str, outline: Outline, cursor: Cursor, entry: Entry) -> Spot:
    start = min(entry.value_start, cursor.column)
    return Spot(
        outline=outline,
        kind="item",
        path=entry.path,
        word=line[start : cursor.column].lstrip(_QUOTE),
        range=_range(cursor.line, start, max(entry.value_end, cursor.column)),
        text=line[start : cursor.column],
        indent=start,
    )


def _new_key(line: str, outline: Outline, cursor: Cursor) -> Spot:
    """A line without a key: one is being written, or what its parent's value is."""
    stripped = line.lstrip(" ")
    column = len(line) - len(stripped) if stripped else cursor.column
    start = min(column, cursor.column)
    path: Path = ()
    for each in reversed(outline.entries):
        if each.indent >= 0 and each.line < cursor.line and each.indent < column:
            path = each.path
            break
    return Spot(
        outline=outline,
        kind="key",
        path=path,
        word=line[start : cursor.column],
        range=_range(cursor.line, start, max(cursor.column, len(line.rstrip()))),
        text=line[start : cursor.column],
        indent=start,
        is_empty_line=True,
    )


def _range(line: int, start: int, end: int) -> Range:
    return Range(start=Cursor(line=line, column=start), end=Cursor(line=line, column=end))
