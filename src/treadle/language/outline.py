"""Reads YAML that may not parse yet: keys, items and texts by their indentation, one line at a time.

It is what an editor needs to know of a place while somebody types there; everything else asks
`treadle.documents`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from treadle.language.positions import lines_of

__all__ = ["Entry", "Outline", "Path", "outlines", "read_scalar"]

Path = tuple[str | int, ...]

_SEPARATOR = re.compile(r"---(\s|$)")
_KEY = re.compile(
    r"""("(?:[^"\\]|\\.)*"[ ]*|'(?:[^']|'')*'[ ]*|[^\s#\-\[\]{},"'&*!|>%@`:][^#:]*|-[^\s#:][^#:]*):(?=\s|$)"""
)
_BLOCK = re.compile(r"(?:[!&]\S+\s+)*[|>][0-9+-]*\s*(?:#.*)?$")
_DECORATION = re.compile(r"(?:[!&]\S*\s+)+")
_DEEPEST = 100
_COMMENT = re.compile(r"\s#.*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A key with its value, or an item of a list.

    `indent` is the column that what stands in the same mapping or list starts at; `start` to `end`
    is the key (an item's dash), `value_start` where its value begins on that line. `text` is the
    value as it is written there, without quotation marks; `block` says that it goes on below.
    """

    path: Path
    line: int
    indent: int
    start: int
    end: int
    value_start: int
    value_end: int
    text: str
    is_item: bool = False
    block: bool = False
    last_line: int = 0


@dataclass(slots=True, kw_only=True)
class Outline:
    """One document of a file: its entries in the order of lines. `first` and `last` are its lines."""

    first: int
    last: int
    index: int = 0
    entries: list[Entry] = field(default_factory=list)

    def at(self, path: Path) -> Entry | None:
        """The entry of a path; of several, the first."""
        return next((each for each in self.entries if each.path == path), None)

    def text(self, *path: str | int) -> str:
        """What is written as a value; nothing when it isn't there."""
        found = self.at(path)
        return found.text if found else ""

    def names(self, path: Path) -> list[str]:
        """The keys of a mapping."""
        size = len(path) + 1
        return [
            each.path[-1]
            for each in self.entries
            if len(each.path) == size and each.path[:-1] == path and isinstance(each.path[-1], str)
        ]

    def value(self, path: Path = ()) -> Any:
        """What a path holds, as far as it can be read: mappings, lists and scalars."""
        below = [each for each in self.entries if each.path[: len(path)] == path and len(each.path) == len(path) + 1]
        if not below:
            own = self.at(path)
            return read_scalar(own.text) if own and own.text else None
        if isinstance(below[0].path[-1], int):
            return [self.value(each.path) for each in below]
        return {each.path[-1]: self.value(each.path) for each in below}


def outlines(text: str) -> list[Outline]:
    """The documents of a text.

    >>> (outline,) = outlines("type: a\\nattributes:\\n  deps: [x, \\n  assets:\\n  - key: b")
    >>> [each.path for each in outline.entries]
    [('type',), ('attributes',), ('attributes', 'deps'), ('attributes', 'deps', 0), ('attributes', 'assets'), \
('attributes', 'assets', 0), ('attributes', 'assets', 0, 'key')]
    """
    lines = lines_of(text)
    starts = [0, *(number + 1 for number, line in enumerate(lines) if _SEPARATOR.match(line))]
    ends = [*(start - 2 for start in starts[1:]), len(lines) - 1]
    found = [_Reader(lines, Outline(first=start, last=end)).read() for start, end in zip(starts, ends, strict=True)]
    # A first document of comments only is the head of the file.
    counted = 0
    for each in found:
        each.index = counted
        counted += bool(each.entries)
    return found


def read_scalar(text: str) -> Any:
    """A plain scalar as a value; what isn't obvious is text."""
    words: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None}
    if text.lower() in words:
        return words[text.lower()]
    return int(text) if re.fullmatch(r"[-+]?\d{1,18}", text) else text


@dataclass(slots=True)
class _Open:
    """Something that lines below may belong to: a mapping or a list that starts at a column."""

    indent: int
    path: Path
    is_item: bool
    items: int = 0


class _Reader:
    """Reads the lines of one document."""

    def __init__(self, lines: Sequence[str], outline: Outline) -> None:
        self._lines = lines
        self._outline = outline
        self._open: list[_Open] = []
        self._items: dict[Path, int] = {}

    def read(self) -> Outline:
        """The outline, with everything that is in the lines."""
        number = self._outline.first
        while number <= self._outline.last:
            number = self._line(number) + 1
        return self._outline

    def _line(self, number: int) -> int:
        """Read a line; gives the last line that its value takes."""
        line = self._lines[number]
        column = len(line) - len(line.lstrip(" "))
        rest = line[column:]
        if not rest.strip() or rest.startswith(("#", "%", "...")):
            return number
        while (rest.startswith("- ") or rest == "-") and len(self._open) <= _DEEPEST:
            self._item(number, line, column)
            width = len(rest) - len(rest[1:].lstrip(" "))
            column, rest = column + width, rest[width:]
        found = _KEY.match(rest)
        if found:
            return self._key(number, line, column, found)
        if rest[:1] in ("[", "{"):
            return self._flow(number, column, self._parent(column))
        return number

    def _parent(self, column: int, *, item: bool = False) -> Path:
        """What a line that starts at a column belongs to."""
        while self._open:
            top = self._open[-1]
            # The items of a list may stand below its key, at the same column.
            if top.indent < column or (item and top.indent == column and not top.is_item):
                return top.path
            self._open.pop()
        return ()

    def _item(self, number: int, line: str, column: int) -> None:
        parent = self._parent(column, item=True)
        index = self._items.get(parent, 0)
        self._items[parent] = index + 1
        path = (*parent, index)
        self._open.append(_Open(column, path, True))
        after = line[column + 1 :]
        start = column + 1 + len(after) - len(after.lstrip(" "))
        self._add(path, number, column, (column, column + 1), start, is_item=True)

    def _key(self, number: int, line: str, column: int, found: re.Match[str]) -> int:
        written_name = found[1].rstrip()
        name = _unquoted(written_name)
        path = (*self._parent(column), name)
        self._open.append(_Open(column, path, False))
        after = line[column + found.end() :]
        start = column + found.end() + len(after) - len(after.lstrip(" "))
        written = line[start:]
        start += len(decoration[0]) if (decoration := _DECORATION.match(written)) else 0
        written = line[start:]
        ends = column + len(written_name)
        if _BLOCK.match(written):
            return self._block(path, number, column, (column, ends), start)
        self._add(path, number, column, (column, ends), start)
        return self._flow(number, start, path) if written[:1] in ("[", "{") and written[:2] != "{{" else number

    def _block(self, path: Path, number: int, column: int, key: tuple[int, int], start: int) -> int:
        last = number
        for following in range(number + 1, self._outline.last + 1):
            line = self._lines[following]
            if line.strip():
                if len(line) - len(line.lstrip(" ")) <= column:
                    break
                last = following
        text = "\n".join(each.strip() for each in self._lines[number + 1 : last + 1])
        self._add(path, number, column, key, start, text=text, block=True, last_line=last)
        return last

    def _add(
        self,
        path: Path,
        number: int,
        indent: int,
        name: tuple[int, int],
        start: int,
        *,
        text: str | None = None,
        is_item: bool = False,
        block: bool = False,
        last_line: int = 0,
    ) -> None:
        line = self._lines[number]
        written = _without_comment(line[start:])
        shown = "" if is_item and _KEY.match(written) else _unquoted(written)
        self._outline.entries.append(
            Entry(
                path=path,
                line=number,
                indent=indent,
                start=name[0],
                end=name[1],
                value_start=start,
                value_end=start + len(written),
                text=shown if text is None else text,
                is_item=is_item,
                block=block,
                last_line=last_line or number,
            )
        )

    def _flow(self, number: int, column: int, path: Path) -> int:
        flow = _Flow(self._lines, number, column, self._outline.last)
        for each_path, line, start, end, value_start, value_end in flow.read(path):
            key = isinstance(each_path[-1], str)
            self._outline.entries.append(
                Entry(
                    path=each_path,
                    line=line,
                    indent=-1,
                    start=start,
                    end=end,
                    value_start=value_start,
                    value_end=value_end,
                    text=_unquoted(self._lines[line][value_start:value_end].strip()),
                    is_item=not key,
                    last_line=line,
                )
            )
        return flow.line


_Part = tuple[Path, int, int, int, int, int]
_FLOW_TOKEN = re.compile(
    r"""\s+|#.*$|"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|[\[\]{},]|:(?=[\s,\]}]|$)|(?:[^\s,\[\]{}:"']|:(?![\s,\]}]|$))[^,\[\]{}:]*(?::(?=[^\s,\]}])[^,\[\]{}:]*)*"""
)


class _Flow:
    """Reads `[a, b]` and `{a: b}`, over several lines if it must; a bracket that isn't closed ends with its line."""

    def __init__(self, lines: Sequence[str], line: int, column: int, last: int) -> None:
        self._lines = lines
        self.line = line
        self._column = column
        self._last = last

    def read(self, path: Path) -> Iterator[_Part]:
        """The parts of what is inside, with their places."""
        tokens = list(self._tokens())
        yield from _FlowParts(tokens, self._lines).parts(path)

    def _tokens(self) -> Iterator[tuple[str, int, int]]:
        start, depth = self.line, 0
        number, column = self.line, self._column
        collected: list[tuple[str, int, int]] = []
        while number <= self._last:
            line = self._lines[number]
            if number > start and _KEY.match(line.strip()) and not line.rstrip().endswith((",", "}", "]")):
                break  # the bracket was never closed: this is the next key
            for found in _FLOW_TOKEN.finditer(line, column):
                token = found[0]
                if token.isspace() or token.startswith("#"):
                    continue
                depth += (token in "[{") - (token in "]}") if len(token) == 1 else 0
                collected.append((token.rstrip(), number, found.start()))
                if depth == 0:
                    self.line = number
                    yield from collected
                    return
            number, column = number + 1, 0
        yield from (each for each in collected if each[1] == start)


class _FlowParts:
    """Puts the tokens of a flow collection together."""

    def __init__(self, tokens: Sequence[tuple[str, int, int]], lines: Sequence[str]) -> None:
        self._tokens = tokens
        self._at = 0

    def parts(self, path: Path) -> Iterator[_Part]:
        """The parts of the collection that starts here."""
        opening = self._next()
        if opening is None or len(path) > _DEEPEST:
            return
        yield from self._list(path) if opening[0] == "[" else self._mapping(path)

    def _peek(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _next(self) -> tuple[str, int, int] | None:
        if self._at >= len(self._tokens):
            return None
        self._at += 1
        return self._tokens[self._at - 1]

    def _list(self, path: Path) -> Iterator[_Part]:
        index = 0
        while (word := self._next()) is not None and word[0] not in ("]", "}"):
            token, line, start = word
            if token == ",":
                continue
            own = (*path, index)
            index += 1
            if token in ("[", "{"):
                self._at -= 1
                yield own, line, start, start + 1, start, start + 1
                yield from self.parts(own)
            else:
                yield own, line, start, start, start, start + len(token)

    def _mapping(self, path: Path) -> Iterator[_Part]:
        while (word := self._next()) is not None and word[0] not in ("]", "}"):
            token, line, start = word
            if token in (",", ":", "[", "{"):
                continue
            own = (*path, _unquoted(token))
            end = start + len(token)
            if self._peek() != ":":
                continue
            self._at += 1
            following = self._peek()
            if following in ("[", "{"):
                yield own, line, start, end, end + 1, end + 1
                yield from self.parts(own)
            elif following in (",", "}", "]", ""):
                yield own, line, start, end, end + 1, end + 1
            else:
                value = self._next()
                assert value is not None
                yield own, line, start, end, value[2], value[2] + len(value[0])


def _without_comment(text: str) -> str:
    if text[:1] in ("'", '"'):
        closing = re.match(r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')""", text)
        return closing[0] if closing else text.rstrip()
    return "" if text.startswith("#") else _COMMENT.sub("", text).rstrip()


def _unquoted(text: str) -> str:
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return text[1:] if text[:1] in ("'", '"') else text
