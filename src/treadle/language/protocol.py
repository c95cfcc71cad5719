"""Between the records of this room and those of the Language Server Protocol."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlparse

from lsprotocol import types
from pygls.uris import from_fs_path, to_fs_path

from treadle.errors import Diagnostic, Severity, Span
from treadle.language.positions import Cursor, Range, line_of, lines_of, range_of, to_character, to_utf16
from treadle.language.records import Kind, Suggestion

__all__ = [
    "SOURCE",
    "cursor_of",
    "lines_in",
    "path_of",
    "real_path",
    "to_diagnostic",
    "to_item",
    "to_location",
    "to_range",
    "uri_of",
]

SOURCE = "treadle"
"""Who tells what editors show."""

_KINDS: dict[Kind, types.CompletionItemKind] = {
    "type": types.CompletionItemKind.Class,
    "attribute": types.CompletionItemKind.Property,
    "value": types.CompletionItemKind.Value,
    "variable": types.CompletionItemKind.Variable,
    "function": types.CompletionItemKind.Function,
    "filter": types.CompletionItemKind.Function,
    "asset": types.CompletionItemKind.Reference,
    "file": types.CompletionItemKind.File,
    "snippet": types.CompletionItemKind.Snippet,
}


def path_of(uri: str) -> Path | None:
    """The file that a URI names; None for what isn't a file: unsaved buffers, files inside of archives."""
    parsed = urlparse(uri)
    if parsed.scheme != "file" or "\0" in unquote(uri):
        return None
    found = to_fs_path(uri)
    return Path(found) if found and Path(found).is_absolute() else None


def real_path(file: Path) -> Path:
    """A file with the real place of its project's folder; links inside of a project stay as they are."""
    for folder in file.parents:
        if (folder / "pyproject.toml").is_file() or (folder / "dg.toml").is_file():
            return Path(os.path.realpath(folder), file.relative_to(folder))
    return file


def uri_of(file: Path) -> str:
    """The URI of a file."""
    return from_fs_path(str(file)) or file.as_uri()


def cursor_of(lines: list[str], position: types.Position) -> Cursor:
    """Where a position of the protocol is."""
    return Cursor(line=position.line, column=to_character(line_of(lines, position.line), position.character))


def to_range(at: Range, lines: list[str]) -> types.Range:
    """A range as the protocol counts it."""
    return types.Range(start=_position(at.start, lines), end=_position(at.end, lines))


def _position(cursor: Cursor, lines: list[str]) -> types.Position:
    return types.Position(line=cursor.line, character=to_utf16(line_of(lines, cursor.line), cursor.column))


def lines_in(file: Path) -> list[str]:
    """The lines of a file; none when it can't be read."""
    try:
        return lines_of(file.read_text(encoding="utf-8-sig", errors="replace"))
    except OSError:
        return []


def to_location(file: Path, line: int, column: int, texts: Mapping[Path, str]) -> types.Location:
    """A place in a file; line and column count from 1."""
    lines = lines_of(texts[file]) if file in texts else lines_in(file)
    start = Cursor(line=max(line - 1, 0), column=max(column - 1, 0))
    return types.Location(uri=uri_of(file), range=to_range(Range(start=start, end=start), lines))


def to_diagnostic(diagnostic: Diagnostic, file: Path, lines: list[str]) -> types.Diagnostic:
    """A diagnostic as editors show it."""
    span = diagnostic.span or Span(file=file)
    elsewhere = span.file != file
    shown = range_of(Span(file=file) if elsewhere else span, lines)
    parts = [diagnostic.message, diagnostic.why, f"fix: {diagnostic.fix}" if diagnostic.fix else ""]
    related = None
    if elsewhere:
        there = types.Position(line=max(span.line - 1, 0), character=max(span.column - 1, 0))
        location = types.Location(uri=uri_of(span.file), range=types.Range(start=there, end=there))
        related = [types.DiagnosticRelatedInformation(location=location, message="here")]
    return types.Diagnostic(
        range=to_range(shown, lines),
        message="\n".join(each for each in parts if each),
        severity=types.DiagnosticSeverity.Error
        if diagnostic.severity is Severity.ERROR
        else types.DiagnosticSeverity.Warning,
        code=diagnostic.code,
        source=SOURCE,
        related_information=related,
    )


def to_item(suggestion: Suggestion, lines: list[str]) -> types.CompletionItem:
    """A suggestion as editors show it."""
    documentation = None
    if suggestion.documentation:
        documentation = types.MarkupContent(kind=types.MarkupKind.Markdown, value=suggestion.documentation)
    return types.CompletionItem(
        label=suggestion.label,
        kind=_KINDS[suggestion.kind],
        detail=suggestion.detail or None,
        documentation=documentation,
        sort_text=f"{suggestion.order}{suggestion.label}",
        # What is typed is compared with what is replaced, which may start with a quotation mark.
        filter_text=_filter_text(suggestion, lines),
        insert_text_mode=types.InsertTextMode.AsIs,
        text_edit=types.TextEdit(range=to_range(suggestion.range, lines), new_text=suggestion.insert),
        tags=[types.CompletionItemTag.Deprecated] if suggestion.deprecated else None,
    )


def _filter_text(suggestion: Suggestion, lines: list[str]) -> str:
    start = suggestion.range.start
    written = line_of(lines, start.line)[start.column :]
    return written[0] + suggestion.label if written[:1] in ("'", '"') else suggestion.label
