"""What saving a file would do, asked of the process that loads and told as the API tells it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from treadle.background.project_process import NotLoadedError
from treadle.errors import UsageError
from treadle.server.loader import Loader
from treadle.server.models.previews import Preview

if TYPE_CHECKING:
    from treadle.project.comparing import FieldChange, Finding, Part
    from treadle.project.editing.drafting import Preview as Found

__all__ = ["Previewer", "preview_facts"]

_MOST_WAITING = 4  # each of them holds a thread that answers
_LONGEST = 300


class Previewer:
    """Looks at one change at a time."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(_MOST_WAITING)

    def preview(self, texts: Mapping[Path, str]) -> Preview:
        """What component files with these texts would do to the project.

        Raises:
            UsageError: when that can't be told, or takes too long.
        """
        if not self._places.acquire(blocking=False):
            raise UsageError("others are looking at what their changes do", fix="try again in a moment")
        try:
            with self._lock:
                found = json.loads(self._loader.preview(texts))
        except NotLoadedError as error:
            raise UsageError(f"what this would do can't be told: {error}") from None
        finally:
            self._places.release()
        if "error" in found:
            raise UsageError(f"what this would do can't be told: {found['error']}")
        return Preview(**found)


def preview_facts(found: Found) -> bytes:
    """What was found, as JSON."""
    comparison = found.comparison
    facts = found.secrets.hide(
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
    return json.dumps(facts).encode()


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
