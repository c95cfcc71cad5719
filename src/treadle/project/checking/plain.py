"""Diagnostics as JSON, for what is kept from one check to the next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from treadle.errors import Diagnostic, Edit, Severity, Span

__all__ = ["diagnostic_of", "plain"]


def plain(diagnostic: Diagnostic) -> list[Any]:
    """A diagnostic as JSON has it."""
    span = _place(diagnostic.span) if diagnostic.span else None
    edits = [[_place(each.span), each.old, each.new] for each in diagnostic.edits]
    return [
        diagnostic.code,
        diagnostic.message,
        diagnostic.why,
        diagnostic.fix,
        span,
        diagnostic.severity.value,
        edits,
    ]


def _place(span: Span) -> list[Any]:
    return [str(span.file), span.line, span.column]


def diagnostic_of(written: list[Any]) -> Diagnostic:
    """What `plain` made JSON of.

    >>> diagnostic_of(plain(Diagnostic(code="TRD101", message="no")))
    Diagnostic(code='TRD101', message='no', why='', fix='', span=None, severity=<Severity.ERROR: 'error'>, edits=())
    """
    code, message, why, fix, span, severity, edits = written
    return Diagnostic(
        code=code,
        message=message,
        why=why,
        fix=fix,
        span=_span(span) if span else None,
        severity=Severity(severity),
        edits=tuple(Edit(span=_span(each), old=old, new=new) for each, old, new in edits),
    )


def _span(place: list[Any]) -> Span:
    return Span(file=Path(place[0]), line=place[1], column=place[2])
