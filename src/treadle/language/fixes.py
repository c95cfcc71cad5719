"""Changes that an editor can make by itself: those that come with diagnostics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from treadle.errors import Diagnostic, Edit
from treadle.language.positions import Cursor, Range
from treadle.language.records import Fix

__all__ = ["fix_all", "fixes_for", "place"]


def fixes_for(diagnostic: Diagnostic) -> list[Fix]:
    """What mends a diagnostic."""
    if not diagnostic.edits:
        return []
    return [Fix(title=_title(diagnostic), edits=diagnostic.edits, code=diagnostic.code)]


def _title(diagnostic: Diagnostic) -> str:
    if len(diagnostic.edits) == 1 and "\n" not in (only := diagnostic.edits[0]).old + only.new:
        if only.old and only.new:
            return f"Replace {only.old} with {only.new}"
        return f"Insert {only.new}" if only.new else f"Remove {only.old}"
    return (diagnostic.fix[:1].upper() + diagnostic.fix[1:]) if diagnostic.fix else f"Mend {diagnostic.code}"


def fix_all(diagnostics: Iterable[Diagnostic], file: Path, lines: Sequence[str]) -> list[tuple[Range, str]]:
    """Every edit of a file that can be made at once: those that can't be placed or overlap others are left out."""
    made: list[tuple[Range, str]] = []
    for diagnostic in diagnostics:
        if any(edit.span.file != file for edit in diagnostic.edits):
            continue
        places = [(place(edit, lines), edit.new) for edit in diagnostic.edits]
        wanted = [(at, new) for at, new in places if at is not None]
        if len(wanted) == len(places) and not any(_overlap(at, other) for at, _ in wanted for other, _ in made):
            made += wanted
    return made


def place(edit: Edit, lines: Sequence[str]) -> Range | None:
    """Where an edit is made; None when the text doesn't hold there what it replaces.

    >>> from treadle.errors import Span
    >>> edit = Edit(span=Span(file=Path("a"), line=1, column=4), old="b", new="c")
    >>> place(edit, ["a: 'b'"]).start, place(edit, ["a: d"])
    (Cursor(line=0, column=4), None)
    """
    line, column = edit.span.line - 1, edit.span.column - 1
    if not 0 <= line < len(lines) or not 0 <= column <= len(lines[line]):
        return None
    for start in (column, column + 1) if lines[line][column : column + 1] in ("'", '"') else (column,):
        if (end := _end(edit.old, lines, line, start)) is not None:
            return Range(start=Cursor(line=line, column=start), end=end)
    return None


def _end(old: str, lines: Sequence[str], line: int, column: int) -> Cursor | None:
    parts = old.split("\n")
    if line + len(parts) > len(lines):
        return None
    for index, part in enumerate(parts):
        start = column if index == 0 else 0
        whole = lines[line + index]
        if whole[start : start + len(part)] != part or (index < len(parts) - 1 and len(whole) != start + len(part)):
            return None
    last = len(parts) - 1
    return Cursor(line=line + last, column=(column if last == 0 else 0) + len(parts[-1]))


def _overlap(one: Range, other: Range) -> bool:
    def at(cursor: Cursor) -> tuple[int, int]:
        return cursor.line, cursor.column

    starts, ends = max(at(one.start), at(other.start)), min(at(one.end), at(other.end))
    return starts < ends or at(one.start) == at(other.start)
