"""Places as editors count them: lines from 0, and columns in UTF-16 code units.

Everything else here counts characters, from 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from treadle.errors import Span

__all__ = ["Cursor", "Range", "line_of", "lines_of", "range_of", "to_character", "to_utf16"]

_BREAK = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A place in a text; line and column count characters from 0."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Part of a text; what it ends before isn't in it."""

    start: Cursor
    end: Cursor


def lines_of(text: str) -> list[str]:
    """The lines of a text, broken where YAML breaks them.

    >>> lines_of("a\\r\\nb\\n")
    ['a', 'b', '']
    """
    return _BREAK.split(text)


def line_of(lines: list[str], number: int) -> str:
    """A line, or nothing where the text has none."""
    return lines[number] if 0 <= number < len(lines) else ""


def to_character(line: str, utf16: int) -> int:
    """The character that a column of an editor means; a column behind the end is the end.

    >>> to_character("🧵ab", 3)
    2
    """
    units = 0
    for index, character in enumerate(line):
        if units >= utf16:
            return index
        units += 2 if ord(character) > 0xFFFF else 1
    return len(line)


def to_utf16(line: str, column: int) -> int:
    """The column of a character in an editor.

    >>> to_utf16("🧵ab", 2)
    3
    """
    return sum(2 if ord(character) > 0xFFFF else 1 for character in line[:column])


def range_of(span: Span, lines: list[str]) -> Range:
    """The word, the quoted text or the rest of the line that a span points at.

    >>> range_of(Span(file=__import__("pathlib").Path("a"), line=1, column=4), ["a: b c # d"])
    Range(start=Cursor(line=0, column=3), end=Cursor(line=0, column=6))
    """
    number = min(max(span.line - 1, 0), max(len(lines) - 1, 0))
    line = line_of(lines, number)
    start = min(max(span.column - 1, 0), len(line))
    return Range(start=Cursor(line=number, column=start), end=Cursor(line=number, column=_end(line, start)))


_TOKEN = re.compile(r"""\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s:,#\]}][^:,#\]}]*(?:[:#](?=\S)[^:,#\]}]*)*)""")


def _end(line: str, start: int) -> int:
    if line[start : start + 1] in ("[", "{"):
        return start + 1
    found = _TOKEN.match(line, start)
    end = len(line[: found.end()].rstrip()) if found else start
    # Editors show nothing for an empty range.
    return max(end, min(start + 1, len(line)), start)
