"""Edits as they are in a file: where exactly, and what the file holds once they are made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from treadle.errors import Diagnostic, Edit

__all__ = ["PlacedEdit", "SourceText", "placed_edits"]

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedEdit:
    """An edit of a text: what is between two places, which are offsets and also lines and columns, becomes `new`."""

    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int
    old: str
    new: str

    def overlaps(self, other: PlacedEdit) -> bool:
        """Whether only one of the two can be made; two insertions at one place have no order either."""
        return max(self.start, other.start) < min(self.end, other.end) or self.start == other.start


class SourceText:
    """A file's text, byte for byte: a byte order mark and every line break stay as they are.

    >>> text = SourceText("\\ufeffa: 1\\r\\nb: 2\\r\\n".encode())
    >>> text.position(text.offset(2, 4)), text.encoded() == "\\ufeffa: 1\\r\\nb: 2\\r\\n".encode()
    ((2, 4), True)
    """

    def __init__(self, data: bytes) -> None:
        """Read the text; raises `UnicodeDecodeError` when it isn't UTF-8."""
        text = data.decode("utf-8")
        self._mark = _BOM if text.startswith(_BOM) else ""
        self.text = text.removeprefix(_BOM)
        self._starts = [0, *(found.end() for found in _BREAK.finditer(self.text))]

    def encoded(self) -> bytes:
        """What the file holds."""
        return (self._mark + self.text).encode()

    def offset(self, line: int, column: int) -> int | None:
        """Where a line and column are in the text; None when there is no such place."""
        if not 0 < line <= len(self._starts) or column < 1:
            return None
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        found = self._starts[line - 1] + column - 1
        return found if found <= end else None

    def position(self, offset: int | None) -> tuple[int, int]:
        """The line and column of an offset."""
        from bisect import bisect_right

        at = offset or 0
        line = bisect_right(self._starts, at)
        return line, at - self._starts[line - 1] + 1

    def place(self, edit: Edit) -> PlacedEdit | None:
        """Where an edit is made; None when the file doesn't hold what it replaces."""
        start = self.offset(edit.span.line, edit.span.column)
        if start is None:
            return None
        if (end := self._after(edit.old, start)) is None:
            quoted = self.text[start : start + 1] in ("'", '"')
            start += 1
            if not quoted or (end := self._after(edit.old, start)) is None:
                return None
        line, column = self.position(start)
        end_line, end_column = self.position(end)
        return PlacedEdit(
            start=start,
            end=end,
            line=line,
            column=column,
            end_line=end_line,
            end_column=end_column,
            old=self.text[start:end],
            new=edit.new.replace("\n", self._line_break()),
        )

    def after(self, edits: Iterable[PlacedEdit]) -> bytes:
        """What the file holds once edits are made; they don't overlap."""
        parts, at = [self._mark], 0
        for each in sorted(edits, key=lambda each: each.start):
            parts += [self.text[at : each.start], each.new]
            at = each.end
        return "".join((*parts, self.text[at:])).encode()

    def _after(self, old: str, start: int) -> int | None:
        """What follows a text at an offset, whatever its line breaks are; None when it isn't there."""
        if "\n" not in old:
            return start + len(old) if self.text.startswith(old, start) else None
        pattern = "(?:\r\n|[\n\r\x85\u2028\u2029])".join(map(re.escape, old.split("\n")))
        found = re.compile(pattern).match(self.text, start)
        return found.end() if found else None

    def _line_break(self) -> str:
        found = _BREAK.search(self.text)
        return found[0] if found else "\n"


def placed_edits(diagnostic: Diagnostic) -> Iterator[tuple[Path, PlacedEdit]]:
    """The edits that mend a mistake, as the files are now; none when one of them can't be made."""
    found = []
    for edit in diagnostic.edits:
        text = _text_of(edit.span.file)
        placed = text.place(edit) if text else None
        if placed is None:
            return
        found.append((edit.span.file, placed))
    yield from found


def _text_of(file: Path) -> SourceText | None:
    try:
        state = file.stat()
        return _read(file, state.st_mtime_ns, state.st_size)
    except (OSError, UnicodeDecodeError):
        return None


@lru_cache(maxsize=8)
def _read(file: Path, changed: int, size: int) -> SourceText:
    """The text of a file, kept for the other mistakes in it for as long as it doesn't change."""
    return SourceText(file.read_bytes())
