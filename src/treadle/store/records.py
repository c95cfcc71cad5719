"""What the store gives back: frozen records, with times in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from treadle.ir import AssetKey, CheckKey, CheckSeverity

__all__ = [
    "CheckResultRecord",
    "MaterializationRecord",
    "PendingStep",
    "RunRecord",
    "RunStatus",
    "StepRecord",
    "StepStatus",
]

_EMPTY: Mapping[str, object] = MappingProxyType({})


class RunStatus(StrEnum):
    """Where a run is in its life.

    >>> [status.value for status in RunStatus if status.is_final]
    ['succeeded', 'failed', 'cancelled']
    """

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing will change any more."""
        return self not in (RunStatus.QUEUED, RunStatus.RUNNING)


class StepStatus(StrEnum):
    """Where a step is in its life."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing will change any more."""
        return self not in (StepStatus.PENDING, StepStatus.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingStep:
    """A step of a run that is about to be recorded: its name, and what is asked of it."""

    step: str
    assets: tuple[AssetKey, ...] = ()
    checks: tuple[CheckKey, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One execution of a selection. `error` says in a line why it didn't succeed."""

    id: str
    status: RunStatus
    project: str
    selection: str
    created_at: datetime
    partition: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """A step inside a run. `output` is the file that holds what it printed; `error` says why it failed or was skipped."""

    run_id: str
    position: int
    step: str
    status: StepStatus
    assets: tuple[AssetKey, ...] = ()
    checks: tuple[CheckKey, ...] = ()
    output: str = ""
    attempts: int = 0
    exit_code: int | None = None
    error: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterializationRecord:
    """An asset was written, by which step of which run, and when."""

    run_id: str
    position: int
    step: str
    asset: AssetKey
    created_at: datetime
    partition: str | None = None
    data_version: str | None = None
    metadata: Mapping[str, object] = field(default_factory=lambda: _EMPTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResultRecord:
    """A check was made, by which step of which run, and when."""

    run_id: str
    position: int
    step: str
    check: CheckKey
    passed: bool
    severity: CheckSeverity
    created_at: datetime
    partition: str | None = None
    description: str | None = None
    metadata: Mapping[str, object] = field(default_factory=lambda: _EMPTY)
