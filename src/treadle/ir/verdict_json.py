"""The documented JSON shape of a violation of a policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from treadle.ir.verdicts import Verdict

__all__ = ["verdict_json"]


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """The documented JSON shape of a violation."""
    return {
        "policy": verdict.policy,
        "severity": verdict.severity,
        "target": verdict.target,
        "name": verdict.name,
        "message": " ".join(verdict.message.split()),
        "file": str(verdict.span.file) if verdict.span else None,
        "line": verdict.span.line if verdict.span else None,
    }
