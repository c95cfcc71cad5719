"""Runs: what they are to do, how far they are, and what they have written down."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field

from treadle.server.models.assets import CheckResult, Materialization
from treadle.server.models.given import Given, Page, Taken

__all__ = [
    "Artifact",
    "Attempt",
    "Event",
    "EventPage",
    "NewRun",
    "PartitionChoice",
    "PlannedStep",
    "Run",
    "RunCheck",
    "RunDetail",
    "RunMaterialization",
    "RunPage",
    "RunPlan",
    "RunStatus",
    "RunStep",
    "StepStatus",
]

RunStatus = Literal["queued", "running", "succeeded", "failed", "cancelled", "interrupted"]
StepStatus = Literal["pending", "running", "succeeded", "failed", "skipped", "cancelled", "interrupted"]


class Run(Given):
    """A run in a list. `interrupted` is a run that nobody runs any more: it can be resumed."""

    id: str
    status: RunStatus
    selection: str
    partition: str | None = None
    tags: dict[str, str] = {}
    priority: int = 0
    launched_by: str = Field(examples=["api", "schedule nightly"])
    rerun_of: str | None = None
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    cancel_requested: bool = False
    error: str = ""


class RunPage(Page[Run]):
    """A page of runs, the newest first."""

    counts: dict[str, int] = Field(
        default={}, description="How many there are in each state, of those that everything but `status` asks for."
    )


class Artifact(Given):
    """A file that an attempt has kept; its name is what `GET /api/runs/{run_id}/artifact` takes."""

    name: str = Field(examples=["train.html"])
    size: int = Field(description="In bytes.")


class Attempt(Given):
    """One try of a step."""

    attempt: int
    status: StepStatus
    error: str = ""
    exit_code: int | None = None
    started_at: datetime
    ended_at: datetime | None = None
    seconds: float | None = None
    peak_memory: int | None = Field(default=None, description="In bytes.")
    cpu_seconds: float | None = None
    peak_gpu_memory: int | None = Field(default=None, description="The most in use on its GPUs, in bytes.")
    artifacts: list[Artifact] = Field(default=[], description="Files that it kept for people.")


class RunStep(Given):
    """A step of a run."""

    step: str
    status: StepStatus
    error: str = ""
    assets: list[str] = []
    after: list[str] = []
    started_at: datetime | None = None
    ended_at: datetime | None = None
    attempts: list[Attempt] = []


class RunMaterialization(Materialization):
    """An asset that a run has written."""

    asset: str


class RunCheck(CheckResult):
    """A check that a run has made."""

    asset: str
    check: str
    step: str


class RunDetail(Run):
    """A run with its steps, and what they reported."""

    config: dict[str, Any] = {}
    partition_keys: list[str] = []
    steps: list[RunStep] = []
    materializations: list[RunMaterialization] = []
    checks: list[RunCheck] = []


class NewRun(Taken):
    """A run that is asked for."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"selection": "+marts/orders", "tags": {"why": "a late delivery"}}]},
    )

    selection: str = Field(default="*", max_length=100_000)
    partition: str | None = None
    partitions: str | None = Field(default=None, description="Several in one run: A..B, A.., A,B or all.")
    tags: dict[str, str] = {}
    config: dict[str, Any] = {}
    priority: int = Field(default=0, ge=-1_000_000, le=1_000_000)


class PlannedStep(Given):
    """A step that a run would take."""

    step: str
    assets: list[str] = []


class PartitionChoice(Given):
    """The partitions that a run can be asked for."""

    count: int
    latest: list[str] = Field(default=[], description="The last keys that there are, the newest first.")
    missing: str = Field(default="", description="Those that something was never written for, as runs take them.")
    failed: str = Field(default="", description="Those that something failed for last, as runs take them.")
    stale: str = Field(default="", description="Those that something is stale of, as runs take them.")
    together: bool = Field(default=False, description="Whether one run may be for several; else it takes a backfill.")


class RunPlan(Given):
    """What a run would do. `partitions` is null when nothing in it is partitioned."""

    steps: list[PlannedStep]
    assets: int
    checks: int
    external: list[str] = Field(default=[], description="What was asked for, and no step makes.")
    partitions: PartitionChoice | None = None


class Event(Given):
    """Something that happened in a run."""

    id: int
    kind: str
    created_at: datetime
    step: str | None = None
    attempt: int | None = None
    asset: str | None = None
    data: dict[str, Any] = {}


class EventPage(Page[Event]):
    """A page of what happened in a run, in order; `next` is the `after` of the next one."""
