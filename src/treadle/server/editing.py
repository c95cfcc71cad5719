"""Between what the language functions tell of a text and what the API says: places, mistakes, documents."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from treadle.documents import Document, read_yaml
from treadle.errors import Diagnostic, Edit, ProjectError, Span
from treadle.language.fixes import fixes_for, place
from treadle.language.positions import Cursor, Range, line_of, lines_of, range_of, to_character, to_utf16
from treadle.language.records import Suggestion as Suggested
from treadle.language.workspace import Workspace
from treadle.server.facts import plain_diagnostic
from treadle.server.models.editor import (
    EditorDiagnosis,
    EditorDocument,
    EditorEdit,
    EditorFix,
    EditorMistake,
    EditorPosition,
    EditorRange,
    EditorSuggestion,
)

__all__ = ["cursor_at", "diagnosis", "edits_between", "range_at", "suggestion"]

NodePath = tuple[str | int, ...]
_OF_THE_WHOLE = frozenset(("TRD205",))
"""What is said where a mapping begins, and isn't about its first name: something is missing in it."""


def cursor_at(lines: list[str], position: EditorPosition) -> Cursor:
    """Where a position of the API is."""
    line = position.line - 1
    return Cursor(line=line, column=to_character(line_of(lines, line), position.column - 1))


def range_at(at: Range, lines: list[str]) -> EditorRange:
    """A range as the API has it."""
    return EditorRange(start=_position(at.start, lines), end=_position(at.end, lines))


def _position(cursor: Cursor, lines: list[str]) -> EditorPosition:
    return EditorPosition(line=cursor.line + 1, column=to_utf16(line_of(lines, cursor.line), cursor.column) + 1)


def suggestion(found: Suggested, lines: list[str]) -> EditorSuggestion:
    """A suggestion as the API has it."""
    return EditorSuggestion(
        label=found.label,
        kind=found.kind,
        insert=found.insert,
        range=range_at(found.range, lines),
        detail=found.detail,
        documentation=found.documentation,
        order=found.order,
        deprecated=found.deprecated,
    )


def diagnosis(workspace: Workspace, file: Path, text: str) -> EditorDiagnosis:
    """Everything that is wrong in a text, what mends it, and what its documents say."""
    lines = lines_of(text)
    documents, unreadable = read_yaml(file, text.encode("utf-8", "replace"))
    paths = _Paths(documents)
    mistakes = [_mistake(each, file, lines, paths) for each in workspace.check(file)]
    return EditorDiagnosis(
        mistakes=mistakes,
        documents=[_document(each, workspace, file) for each in documents],
        readable=not unreadable,
    )


def _mistake(diagnostic: Diagnostic, file: Path, lines: list[str], paths: _Paths) -> EditorMistake:
    here = diagnostic.span if diagnostic.span and diagnostic.span.file == file else None
    document, path = paths.of(here, is_whole=diagnostic.code in _OF_THE_WHOLE)
    return EditorMistake(
        **plain_diagnostic(diagnostic),
        range=range_at(range_of(here or Span(file=file), lines), lines),
        document=document,
        path=list(path),
        fixes=[
            EditorFix(title=fix.title, edits=edits)
            for fix in fixes_for(diagnostic)
            if (edits := _edits(fix.edits, file, lines))
        ],
    )


def _edits(edits: Sequence[Edit], file: Path, lines: list[str]) -> list[EditorEdit]:
    """All edits of a fix, or none when one of them can't be made in this file."""
    places = [(place(each, lines) if each.span.file == file else None, each.new) for each in edits]
    found = [EditorEdit(range=range_at(at, lines), text=new) for at, new in places if at is not None]
    return found if len(found) == len(edits) else []


class _Paths:
    """What is written at a place: the way from the top of its document."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._known: dict[tuple[int, int], tuple[int, NodePath]] = {}
        self._values: dict[tuple[int, int], tuple[int, NodePath]] = {}
        for document in documents:
            for path, span in document.spans.items():
                self._values.setdefault((span.line, span.column), (document.index, path))
            for path, span in document.key_spans.items():
                self._known.setdefault((span.line, span.column), (document.index, path))
        self._starts = [(each.span(()).line, each.index) for each in documents]

    def of(self, span: Span | None, *, is_whole: bool = False) -> tuple[int, NodePath]:
        """The document and the path of a place: of the value there, or of the name that it begins with."""
        if span is None:
            return 0, ()
        place = span.line, span.column
        ways = (self._values, self._known) if is_whole else (self._known, self._values)
        found = next((way[place] for way in ways if place in way), None)
        above = max((index for line, index in self._starts if line <= span.line), default=0)
        return found or (above, ())


def _document(document: Document, workspace: Workspace, file: Path) -> EditorDocument:
    value = document.value
    written = value.get("type") if isinstance(value, dict) else None
    name = written if isinstance(written, str) else ""
    known = ""
    if name:
        try:
            package = workspace.settings.package_of(file.parent)
            known = workspace.checker.descriptors.find(name, package=package).name
        except ProjectError:
            known = ""
    return EditorDocument(index=document.index, line=document.span(()).line, type=name, known=known, value=_json(value))


def _json(value: Any) -> Any:
    """A value as JSON has it: it knows no infinity, and its names are texts."""
    if isinstance(value, dict):
        return {str(name): _json(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_json(each) for each in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def edits_between(before: str, after: str) -> list[EditorEdit]:
    r"""The one change that makes a text another one, as small as it can be.

    >>> [(each.range.start.line, each.text) for each in edits_between("a: 1\nb: 2\n", "a: 1\nb: 3\n")]
    [(2, '3')]
    """
    if before == after:
        return []
    most = min(len(before), len(after))
    start = next((at for at in range(most) if before[at] != after[at]), most)
    same = next((at for at in range(most - start) if before[-1 - at] != after[-1 - at]), most - start)
    lines = lines_of(before)
    places = Range(start=_cursor(before, start), end=_cursor(before, len(before) - same))
    return [EditorEdit(range=range_at(places, lines), text=after[start : len(after) - same])]


def _cursor(text: str, offset: int) -> Cursor:
    above = text.count("\n", 0, offset)
    return Cursor(line=above, column=offset - (text.rfind("\n", 0, offset) + 1))
