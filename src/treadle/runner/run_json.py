"""The documented JSON shape of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from treadle.runner.artifacts import artifacts_of

if TYPE_CHECKING:
    from treadle.store import AttemptRecord, RunRecord, Store

__all__ = ["run_json"]


def run_json(store: Store, record: RunRecord) -> dict[str, Any]:
    """A run with its steps, their attempts, and what they reported."""
    attempts: dict[str, list[AttemptRecord]] = {}
    for each in store.attempts(record.id):
        attempts.setdefault(each.step, []).append(each)
    return {
        "id": record.id,
        "status": record.status.value,
        "selection": record.selection,
        "partition": record.partition,
        "tags": dict(record.tags),
        "launched_by": record.launched_by,
        "rerun_of": record.rerun_of,
        "created_at": record.created_at.isoformat(),
        "started_at": record.started_at.isoformat() if record.started_at else None,
        "ended_at": record.ended_at.isoformat() if record.ended_at else None,
        "error": record.error,
        "steps": [
            {
                "step": step.step,
                "status": step.status.value,
                "error": step.error,
                "output": step.output,
                "assets": list(map(str, step.assets)),
                "attempts": [_attempt_json(each) for each in attempts.get(step.step, ())],
            }
            for step in store.steps(record.id)
        ],
        "materializations": [
            {
                "asset": str(each.asset),
                "step": each.step,
                "created_at": each.created_at.isoformat(),
                "partition": each.partition,
                "data_version": each.data_version,
                "metadata": dict(each.metadata),
            }
            for each in store.materializations(run_id=record.id)
        ],
        "checks": [
            {
                "asset": str(each.check.asset),
                "check": each.check.name,
                "passed": each.passed,
                "severity": each.severity.value,
                "description": each.description,
                "created_at": each.created_at.isoformat(),
                "metadata": dict(each.metadata),
            }
            for each in store.check_results(run_id=record.id)
        ],
    }


def _attempt_json(attempt: AttemptRecord) -> dict[str, Any]:
    return {
        "attempt": attempt.attempt,
        "status": attempt.status.value,
        "error": attempt.error,
        "exit_code": attempt.exit_code,
        "output": attempt.output,
        "artifacts": list(map(str, artifacts_of(attempt.output))),
        "started_at": attempt.started_at.isoformat(),
        "ended_at": attempt.ended_at.isoformat() if attempt.ended_at else None,
        "seconds": None if attempt.seconds is None else round(attempt.seconds, 3),
        "peak_memory": attempt.peak_memory,
        "cpu_seconds": None if attempt.cpu_seconds is None else round(attempt.cpu_seconds, 3),
        "peak_gpu_memory": attempt.peak_gpu_memory,
    }
