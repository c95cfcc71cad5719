"""Diagnostics on their way from one process to another."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from treadle.errors import Diagnostic, Span

__all__ = ["diagnostic_from_json", "diagnostic_to_json"]


def diagnostic_to_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """A diagnostic as JSON has it."""
    span = diagnostic.span
    return {
        "code": diagnostic.code,
        "message": diagnostic.message,
        "why": diagnostic.why,
        "fix": diagnostic.fix,
        "span": [str(span.file), span.line, span.column] if span else None,
    }


def diagnostic_from_json(values: Mapping[str, Any]) -> Diagnostic:
    """What `diagnostic_to_json` wrote.

    >>> mistake = Diagnostic(code="TRD202", message="no", span=Span(file=Path("a.py"), line=2))
    >>> diagnostic_from_json(diagnostic_to_json(mistake)) == mistake
    True
    """
    span = values["span"]
    return Diagnostic(
        code=values["code"],
        message=values["message"],
        why=values["why"],
        fix=values["fix"],
        span=Span(file=Path(span[0]), line=span[1], column=span[2]) if span else None,
    )
