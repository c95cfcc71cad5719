"""What happens in a run, as it is recorded and as listeners are told it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from treadle.ir import AssetKey, CheckResult, LogLine, Materialization, Phase
from treadle.store.records import RunStatus, StepStatus

__all__ = [
    "RunEnded",
    "RunEvent",
    "RunInterrupted",
    "RunStarted",
    "StepEnded",
    "StepReported",
    "StepStarted",
    "is_kept",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """A runner has taken the run: for the first time, or again after it was interrupted."""

    run_id: str
    is_resumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInterrupted:
    """The run's runner was gone; these steps were running then, and will run again."""

    run_id: str
    steps: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStarted:
    """A step's process runs; `output` is the file with what it prints, `attempt` counts from 1."""

    run_id: str
    step: str
    attempt: int = 1
    output: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReported:
    """A running step reported something.

    `code_version` is that of a materialized asset, `inputs` are the data versions of what it was made from.
    """

    run_id: str
    step: str
    report: Materialization | CheckResult | LogLine | Phase
    attempt: int = 1
    code_version: str | None = None
    inputs: Mapping[AssetKey, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEnded:
    """A step ended, or never started (`attempt` is 0 then); `error` says why it failed or was skipped.

    When `retry_at` is given, only this attempt has ended, and the step is tried again then. `peak_memory` (bytes) and
    `cpu_seconds` are what all processes of the attempt used, as far as that was measured.
    """

    run_id: str
    step: str
    status: StepStatus
    attempt: int = 0
    error: str = ""
    exit_code: int | None = None
    seconds: float = 0.0
    retry_at: datetime | None = None
    peak_memory: int | None = None
    cpu_seconds: float | None = None
    peak_gpu_memory: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """The run is over."""

    run_id: str
    status: RunStatus
    error: str = ""
    seconds: float = 0.0


RunEvent = RunStarted | RunInterrupted | StepStarted | StepReported | StepEnded | RunEnded


def is_kept(event: RunEvent) -> bool:
    """Whether an event is recorded: log lines below a warning are in the step's output alone, phases in traces.

    >>> is_kept(StepReported(run_id="r", step="s", report=LogLine(message="half done")))
    False
    """
    if isinstance(event, StepReported) and isinstance(event.report, LogLine):
        return event.report.level in ("warning", "error")
    return not (isinstance(event, StepReported) and isinstance(event.report, Phase))
