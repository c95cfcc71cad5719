"""What the store gives back: frozen records, with times in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from treadle.ir import AssetKey, CheckKey, CheckSeverity

__all__ = [
    "AssetState",
    "AttemptRecord",
    "AutomationState",
    "BackfillPart",
    "BackfillRecord",
    "BackfillStatus",
    "CheckResultRecord",
    "CheckState",
    "DeliveryRecord",
    "DeliveryStatus",
    "EventRecord",
    "MaterializationRecord",
    "NewRun",
    "PendingDelivery",
    "PendingStep",
    "PlannedPart",
    "Recorded",
    "RunRecord",
    "RunSearch",
    "RunStatus",
    "Runner",
    "StepRecord",
    "StepStatus",
    "TickRecord",
    "TickStatus",
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
    INTERRUPTED = "interrupted"

    @property
    def is_final(self) -> bool:
        """Whether nothing will change any more."""
        return self not in (StepStatus.PENDING, StepStatus.RUNNING)


class DeliveryStatus(StrEnum):
    """Where a delivery is in its life: it waits for its next attempt, was told, or was given up."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """The process that runs a run. `id` is unique for each time that a run is taken.

    `machine` is the same for all processes that see each other's numbers; `born` tells a process from a later
    one with the same number.
    """

    id: str
    machine: str
    pid: int
    born: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingStep:
    """A step of a run that is about to be recorded: its name, what is asked of it, and which steps come before it."""

    step: str
    assets: tuple[AssetKey, ...] = ()
    checks: tuple[CheckKey, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPart:
    """What a step of a run is still going to make; without partition keys, when the run has no partition."""

    run_id: str
    assets: tuple[AssetKey, ...]
    checks: tuple[CheckKey, ...] = ()
    partition_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSearch:
    """Which runs are looked for: those that fulfil all that is said.

    `text` is in the selection, in the partition or in what launched it, or begins the id; `asset` is made by one of the
    steps; a tag that is None may have any value; `since` and `until` (which is past the last) are when it was asked for.
    """

    text: str = ""
    asset: AssetKey | None = None
    tags: Mapping[str, str | None] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One execution of a selection. `error` says in a line why it didn't succeed.

    `launched_by` is who asked for it: `command`, `schedule NAME`, `sensor NAME`, `automation`, `backfill ID`; who
    gives a `run_key` gets only one run with it.
    `rerun_of` is the run whose failed steps it repeats. `runner` has it now, and said so at `heartbeat_at`.
    """

    id: str
    status: RunStatus
    project: str
    selection: str
    created_at: datetime
    partition: str | None = None
    partition_keys: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    config: Mapping[str, object] = field(default_factory=lambda: _EMPTY)
    priority: int = 0
    launched_by: str = "command"
    run_key: str | None = None
    rerun_of: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    cancel_requested_at: datetime | None = None
    runner: Runner | None = None
    heartbeat_at: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """A step inside a run. `output` is the file with what its last attempt printed; `error` says why it failed or was skipped."""

    run_id: str
    position: int
    step: str
    status: StepStatus
    assets: tuple[AssetKey, ...] = ()
    checks: tuple[CheckKey, ...] = ()
    after: tuple[str, ...] = ()
    output: str = ""
    attempts: int = 0
    exit_code: int | None = None
    error: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRecord:
    """One try of a step; `status` is `interrupted` when its runner was gone before it ended.

    `peak_memory` (bytes) and `cpu_seconds` are what all of its processes used, as far as that was measured;
    `peak_gpu_memory` (bytes) is the most that was in use on its GPUs.
    """

    run_id: str
    step: str
    attempt: int
    status: StepStatus
    output: str = ""
    exit_code: int | None = None
    error: str = ""
    started_at: datetime
    ended_at: datetime | None = None
    seconds: float | None = None
    peak_memory: int | None = None
    cpu_seconds: float | None = None
    peak_gpu_memory: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """Something that happened, as the log of events keeps it. `id` grows; `position` counts inside the run."""

    id: int
    run_id: str
    position: int
    kind: str
    created_at: datetime
    step: str | None = None
    attempt: int | None = None
    asset: AssetKey | None = None
    data: Mapping[str, object] = field(default_factory=lambda: _EMPTY)


class Recorded(NamedTuple):
    """When and where a result was recorded: what lists of results are ordered by."""

    created_at: datetime
    run_id: str
    position: int


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
    code_version: str | None = None
    inputs: Mapping[AssetKey, str] = field(default_factory=lambda: MappingProxyType({}))
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckState:
    """When a check of an asset, or of one of its partitions, was made last, and by which run."""

    check: CheckKey
    made_at: datetime
    run_id: str
    partition: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetState:
    """What was last of an asset, or of one of its partitions: when it was written, and when that failed since.

    `changed_at` is since when its data has the version that it has: written again alike, it hasn't changed.
    """

    asset: AssetKey
    partition: str | None = None
    run_id: str | None = None
    data_version: str | None = None
    materialized_at: datetime | None = None
    failed_run_id: str | None = None
    failed_at: datetime | None = None
    code_version: str | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """A run that somebody asks for; without `steps`, these are planned by the process that runs it."""

    selection: str
    partition: str | None = None
    partition_keys: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    config: Mapping[str, object] = field(default_factory=lambda: _EMPTY)
    priority: int = 0
    run_key: str | None = None
    steps: tuple[PendingStep, ...] = ()


class TickStatus(StrEnum):
    """What came of a look at whether runs are due."""

    FIRED = "fired"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TickRecord:
    """A look at whether runs were due: what was decided, and why. `kind` is `schedule`, `sensor` or `automation`."""

    id: int = 0
    kind: str
    name: str
    due_at: datetime
    status: TickStatus
    reason: str = ""
    run_ids: tuple[str, ...] = ()
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomationState:
    """What is kept of something that starts runs: whether somebody turned it on or off, and how far it has come."""

    kind: str
    name: str
    is_enabled: bool | None = None
    cursor: str | None = None
    holder: str | None = None
    held_until: datetime | None = None
    changed_at: datetime | None = None


class BackfillStatus(StrEnum):
    """Where a backfill is in its life."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillRecord:
    """Partitions of a selection that are materialized by several runs, `runs_at_once` at a time.

    `partitions` is how they were asked for.
    """

    id: str
    status: BackfillStatus
    project: str
    selection: str
    partitions: str
    created_at: datetime
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    priority: int = 0
    runs_at_once: int = 1
    ended_at: datetime | None = None
    cancel_requested_at: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillPart:
    """The partitions that one run of a backfill takes, and the text that names them; `status` is that of the run."""

    position: int
    partition: str
    partition_keys: tuple[str, ...]
    run_id: str | None = None
    status: RunStatus | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingDelivery:
    """Something that a hook has to tell; `message` is JSON and holds no secrets."""

    project: str
    hook: str
    message: Mapping[str, object]
    run_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRecord:
    """Something that a hook has to tell, and whether it has. `error` is why the last attempt failed, or who
    couldn't be told with the others.

    `next_at` is when it is due, again after attempts that failed; who tells it at the moment has put it off.
    """

    id: int
    project: str
    hook: str
    message: Mapping[str, object]
    status: DeliveryStatus
    created_at: datetime
    next_at: datetime
    run_id: str | None = None
    attempts: int = 0
    error: str = ""
    ended_at: datetime | None = None
