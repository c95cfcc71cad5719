"""The documented JSON shape of a diagnostic, as `treadle check --json` and all that says the same have it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from treadle.errors import Diagnostic, Span
from treadle.ir.diagnostics import diagnostic_facts
from treadle.project.editing.placed import PlacedEdit, placed_edits

__all__ = ["diagnostic_json"]


def diagnostic_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """A diagnostic with the edits that can be made, and where they end.

    >>> diagnostic_json(Diagnostic(code="TRD403", message="a cycle"))["line"] is None
    True
    """
    span = diagnostic.span
    edits = list(placed_edits(diagnostic))
    end = next(((each.end_line, each.end_column) for file, each in edits if _begins_at(span, file, each)), None)
    found = diagnostic_facts(diagnostic)
    del found["edits"]  # here they are told with their ends, and only those that can be made
    return {
        **found,
        "end_line": end[0] if end else None,
        "end_column": end[1] if end else None,
        "edits": [
            {
                "file": str(file),
                "line": each.line,
                "column": each.column,
                "end_line": each.end_line,
                "end_column": each.end_column,
                "old": each.old,
                "new": each.new,
            }
            for file, each in edits
        ],
    }


def _begins_at(span: Span | None, file: Path, edit: PlacedEdit) -> bool:
    """Whether what an edit replaces is what is wrong."""
    return span is not None and bool(edit.old) and (file, edit.line, edit.column) == (span.file, span.line, span.column)
