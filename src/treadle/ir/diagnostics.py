"""Diagnostics as plain values, and back: for what is kept, told to another process, or printed as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from treadle.errors import Diagnostic, Edit, Severity, Span

__all__ = ["diagnostic_facts", "diagnostic_from"]


def diagnostic_facts(diagnostic: Diagnostic) -> dict[str, Any]:
    """A diagnostic as JSON has it, its edits as they are written; nothing of it is lost.

    >>> diagnostic_facts(Diagnostic(code="TRD403", message="a cycle"))["file"] is None
    True
    """
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "why": diagnostic.why,
        "fix": diagnostic.fix,
        **_place(diagnostic.span),
        "edits": [{**_place(each.span), "old": each.old, "new": each.new} for each in diagnostic.edits],
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
        span=_span(facts) if facts["file"] is not None else None,
        edits=tuple(Edit(span=_span(each), old=each["old"], new=each["new"]) for each in facts["edits"]),
    )


def _place(span: Span | None) -> dict[str, Any]:
    if span is None:
        return {"file": None, "line": None, "column": None}
    return {"file": str(span.file), "line": span.line, "column": span.column}


def _span(facts: Mapping[str, Any]) -> Span:
    return Span(file=Path(facts["file"]), line=int(facts["line"]), column=int(facts["column"]))
