"""What a run tells whoever listens, as it happens. Everything but log lines is in the store before it is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from treadle.ir import CheckResult, LogLine, Materialization
from treadle.runner.planning import Plan, PlannedStep
from treadle.store import RunStatus, StepStatus

__all__ = ["RunEvent", "RunFinished", "RunStarted", "StepEvent", "StepFinished", "StepStarted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """The run has a name now, and its first steps are about to start."""

    run_id: str
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStarted:
    """A step's process runs; `output` is the file it prints to, `attempt` counts from 1."""

    run_id: str
    step: PlannedStep
    output: Path
    attempt: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEvent:
    """A running step reported something."""

    run_id: str
    step: PlannedStep
    event: Materialization | CheckResult | LogLine


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFinished:
    """A step ended, or never started; `error` says why it failed or was skipped."""

    run_id: str
    step: PlannedStep
    status: StepStatus
    error: str = ""
    seconds: float = 0.0
    will_retry: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    """The run is over."""

    run_id: str
    status: RunStatus
    error: str = ""
    seconds: float = 0.0


RunEvent = RunStarted | StepStarted | StepEvent | StepFinished | RunFinished
