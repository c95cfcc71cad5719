"""The JSON shape of a preview: what saving component files would do to the asset graph."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from treadle.project.comparing import FieldChange, Finding, Part
    from treadle.project.editing.drafting import Preview

__all__ = ["preview_json"]

_LONGEST = 300


def preview_json(found: Preview) -> dict[str, Any]:
    """What was found, without secrets and without what is long."""
    comparison = found.comparison
    hidden = found.secrets.hide(
        {
            "same": comparison.is_same,
            "seconds": found.seconds,
            **{kind: _part(part) for kind, part in comparison.parts.items()},
            "edges_added": [{"from": dep, "to": key} for dep, key in comparison.edges_added],
            "edges_removed": [{"from": dep, "to": key} for dep, key in comparison.edges_removed],
            "stale": [{"asset": each.asset, "reason": each.reason} for each in comparison.stale],
            "new": _findings(comparison.new),
            "mended": _findings(comparison.mended),
        }
    )
    assert isinstance(hidden, dict)
    return hidden


def _part(part: Part) -> dict[str, Any]:
    return {
        "added": list(part.added),
        "removed": list(part.removed),
        "renamed": [{"old": each.old, "new": each.new, "fields": _fields(each.fields)} for each in part.renamed],
        "changed": [{"name": each.name, "fields": _fields(each.fields)} for each in part.changed],
    }


def _fields(fields: Iterable[FieldChange]) -> list[dict[str, Any]]:
    return [{"field": each.field, "old": _text(each.old), "new": _text(each.new)} for each in fields]


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        text = value
    elif isinstance(value, list) and all(isinstance(each, str) for each in value):
        text = ", ".join(value)
    else:
        text = json.dumps(value, ensure_ascii=False, default=str)
    return text if text is None or len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [
        {
            "code": each.code,
            "severity": each.severity.value,
            "message": each.message,
            "fix": each.fix,
            "file": each.file,
            "line": each.line,
        }
        for each in findings
    ]
