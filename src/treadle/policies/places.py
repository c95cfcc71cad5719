"""Where in a file a character of an expression stands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from treadle.errors import Span

__all__ = ["place_in"]


def place_in(span: Span | None, text: str, offset: int) -> Span | None:
    """The place of a character of a text that starts at `span`, however the text is written in YAML.

    Quotation marks may stand before it, and `|` or `>` with the text on the lines below; where the file can't be read,
    or doesn't have the text as it is, the place is where it starts.
    """
    if span is None:
        return None
    lines = _lines(span.file)
    if not 0 < span.line <= len(lines):
        return span
    rest = lines[span.line - 1][span.column - 1 :]
    if rest[:1] in ("|", ">"):
        return _in_block(span, lines, text, offset)
    quote = 1 if rest[:1] in ("'", '"') else 0
    if rest[quote:].startswith(text):
        return replace(span, column=span.column + quote + offset)
    return span


def _in_block(span: Span, lines: list[str], text: str, offset: int) -> Span:
    before = text[:offset]
    row, column = before.count("\n"), len(before) - before.rfind("\n") - 1
    wanted = text.split("\n")[row]
    at = span.line + row
    if at < len(lines) and (indent := lines[at].find(wanted)) >= 0 and not lines[at][:indent].strip():
        return Span(file=span.file, line=at + 1, column=indent + column + 1)
    return span


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeError):
        return []
