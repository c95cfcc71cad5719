"""Where in a file a character of an expression stands."""

from __future__ import annotations

from pathlib import Path

from treadle.errors import Span

__all__ = ["place_in"]


def place_in(span: Span | None, text: str, offset: int) -> Span | None:
    """The place of a character of a text that starts at `span`, however the text is written in YAML.

    Quotation marks may stand before it, or `|` or `>` with the text on the lines below, and lines may be folded; where
    the file can't be read, or has another text there, the place is where it starts.
    """
    if span is None:
        return None
    lines = _lines(span.file)
    if not 0 < span.line <= len(lines):
        return span
    row, column = span.line - 1, span.column - 1
    start = lines[row][column : column + 1]
    if start in ("|", ">"):
        row, column = row + 1, 0
    elif start in ("'", '"'):
        column += 1
    found = _walk(lines, row, column, text[: offset + 1])
    return span if found is None else Span(file=span.file, line=found[0] + 1, column=found[1] + 1)


def _walk(lines: list[str], row: int, column: int, text: str) -> tuple[int, int] | None:
    """Row and column of the last character of a text, whatever blanks are between the others; None for another text.

    >>> _walk(["a: >", "  b and", "  c"], 1, 0, "b and c")
    (2, 2)
    """
    last = row, column
    for character in text:
        if character.isspace():
            # Blanks may be written as a line break and an indentation; the next character says where they end.
            last = last[0], last[1] + 1
            continue
        while row < len(lines) and not lines[row][column:].strip():
            row, column = row + 1, 0
        if row == len(lines):
            return None
        column += len(lines[row][column:]) - len(lines[row][column:].lstrip())
        if lines[row][column] != character:
            return None
        last = row, column
        column += 1
    return last


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeError):
        return []
