"""Diagnostics as plain values, and back; nothing of them is lost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from treadle.errors import Diagnostic, Edit, Severity, Span

__all__ = ["diagnostic_facts", "diagnostic_from"]


def diagnostic_facts(diagnostic: Diagnostic) -> dict[str, Any]:
    """A diagnostic as JSON has it, its edits as they are written."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "why": diagnostic.why,
        "fix": diagnostic.fix,
        "place": _place(diagnostic.span) if diagnostic.span else None,
        "edits": [{"place": _place(each.span), "old": each.old, "new": each.new} for each in diagnostic.edits],
    }


def diagnostic_from(facts: Mapping[str, Any]) -> Diagnostic:
    """The diagnostic that `diagnostic_facts` told of.

    >>> mistake = Diagnostic(code="TRD109", message="twice", span=Span(file=Path("a.yaml"), line=2, column=3))
    >>> diagnostic_from(diagnostic_facts(mistake)) == mistake
    True
    """
    return Diagnostic(
        code=facts["code"],
        severity=Severity(facts["severity"]),
        message=facts["message"],
        why=facts["why"],
        fix=facts["fix"],
        span=_span(facts["place"]) if facts["place"] else None,
        edits=tuple(Edit(span=_span(each["place"]), old=each["old"], new=each["new"]) for each in facts["edits"]),
    )


def _place(span: Span) -> dict[str, Any]:
    return {"file": str(span.file), "line": span.line, "column": span.column}


def _span(place: Mapping[str, Any]) -> Span:
    return Span(file=Path(place["file"]), line=int(place["line"]), column=int(place["column"]))
