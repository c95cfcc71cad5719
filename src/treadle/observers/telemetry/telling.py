"""What the process that sends is told: a line for what is known of a run, and one for whatever is over in it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic_core import to_json

from treadle.ir import CheckResult, LogLine, Materialization, Phase
from treadle.ir.observing import ToCollector
from treadle.observers.telemetry.identity import Trace
from treadle.observers.telemetry.sender import Sender
from treadle.store import (
    AttemptRecord,
    RunEnded,
    RunEvent,
    RunInterrupted,
    RunRecord,
    RunStarted,
    StepEnded,
    StepReported,
    StepStarted,
)

__all__ = ["TelemetryOfRun", "TracedStep"]

_MOST_IN_A_LINE = 16
_MOST_ASSETS = 64
_LONGEST = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedStep:
    """What spans say of a step of a plan."""

    address: str
    component: str = ""
    assets: Sequence[str] = ()
    checks: int = 0
    partition: str | None = None
    after: Sequence[str] = ()


class TelemetryOfRun:
    """Is told the events of one run, and puts them into the pipe."""

    def __init__(
        self,
        sender: Sender,
        trace: Trace,
        run: RunRecord,
        steps: Sequence[TracedStep],
        *,
        attempts: Sequence[AttemptRecord] = (),
    ) -> None:
        self.trace = trace
        self._sender = sender
        self._events: list[dict[str, object]] = []
        sender.put(_line(_about_run(sender.collector, trace, run, steps, attempts)))

    def listen(self, event: RunEvent) -> None:
        """Pass an event on; never waits, and never fails."""
        about = _about(event)
        about["at"] = time.time_ns()
        self._events.append(about)
        if not _is_told_later(event) or len(self._events) >= _MOST_IN_A_LINE:
            self._sender.put(_line(self._events))
            self._events.clear()


def _about_run(
    collector: ToCollector,
    trace: Trace,
    run: RunRecord,
    steps: Sequence[TracedStep],
    attempts: Sequence[AttemptRecord],
) -> dict[str, object]:
    """The first line: all that is known before anything happens."""
    return {
        "kind": "run",
        "signals": sorted(collector.signals if trace.is_sampled else collector.signals - {"traces"}),
        "trace": {"run_id": run.id, "trace_id": trace.trace_id, "parent": trace.parent, "life": trace.life},
        "is_sampled": trace.is_sampled,
        "flush": collector.flush,
        "selection": run.selection,
        "partition": run.partition,
        "launched_by": run.launched_by,
        "rerun_of": run.rerun_of,
        "tags": {name: value[:_LONGEST] for name, value in run.tags.items() if not name.startswith("treadle/")},
        "queued": _nanoseconds(run.created_at.timestamp()),
        "started": None if run.started_at is None else _nanoseconds(run.started_at.timestamp()),
        "last_seen": None if run.heartbeat_at is None else _nanoseconds(run.heartbeat_at.timestamp()),
        "steps": {
            each.address: {
                "component": each.component,
                "assets": list(each.assets[:_MOST_ASSETS]),
                "checks": each.checks,
                "partition": each.partition,
                "after": list(each.after),
            }
            for each in steps
        },
        "attempts": [
            {
                "step": each.step,
                "attempt": each.attempt,
                "started": _nanoseconds(each.started_at.timestamp()),
                "is_over": each.ended_at is not None,
            }
            for each in attempts
        ],
    }


def _is_told_later(event: RunEvent) -> bool:
    """Whether nothing is sent of an event before its step is over: then it needs no line of its own."""
    return isinstance(event, StepStarted) or (
        isinstance(event, StepReported) and isinstance(event.report, (Materialization, CheckResult))
    )


def _about(event: RunEvent) -> dict[str, object]:
    match event:
        case RunStarted():
            return {"kind": "started", "is_resumed": event.is_resumed}
        case RunInterrupted():
            return {"kind": "interrupted", "reason": event.reason}
        case StepStarted():
            return {"kind": "step_started", "step": event.step, "attempt": event.attempt}
        case StepEnded():
            return {
                "kind": "step_ended",
                "step": event.step,
                "attempt": event.attempt,
                "status": event.status.value,
                "error": event.error[:_LONGEST],
                "exit_code": event.exit_code,
                "seconds": event.seconds,
                "is_last": event.retry_at is None,
                "peak_memory": event.peak_memory,
                "cpu_seconds": event.cpu_seconds,
                "peak_gpu_memory": event.peak_gpu_memory,
            }
        case RunEnded():
            return {"kind": "ended", "status": event.status.value, "error": event.error[:_LONGEST]}
        case StepReported():
            return {"step": event.step, "attempt": event.attempt, **_reported(event.report)}


def _reported(report: Materialization | CheckResult | LogLine | Phase) -> dict[str, object]:
    match report:
        case Materialization():
            return {
                "kind": "materialized",
                "asset": str(report.asset),
                "partition": report.partition,
                "data_version": report.data_version,
            }
        case CheckResult():
            return {
                "kind": "checked",
                "asset": str(report.asset),
                "check": report.check,
                "passed": report.passed,
                "severity": report.severity.value,
                "description": (report.description or "")[:_LONGEST],
            }
        case LogLine():
            return {
                "kind": "logged",
                "level": report.level,
                "message": report.message,
                "asset": None if report.asset is None else str(report.asset),
            }
        case Phase():
            return {
                "kind": "phase",
                "name": report.name,
                "id": report.id,
                "parent": report.parent,
                "started": _nanoseconds(report.started),
                "ended": _nanoseconds(report.ended),
                "error": report.error[:_LONGEST],
                "attributes": dict(report.attributes),
            }


def _line(about: object) -> bytes:
    return to_json(about) + b"\n"


def _nanoseconds(seconds: float) -> int:
    return int(seconds * 1_000_000) * 1000
