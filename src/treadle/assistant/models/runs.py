"""Runs: what one would do, which there were, what came of one."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from treadle.assistant.models.given import Answer, Arguments, Given, Limit

__all__ = [
    "FailedCheck",
    "FailedStep",
    "GetRun",
    "LaunchRun",
    "Launched",
    "ListRuns",
    "Plan",
    "PlanRun",
    "PlannedStep",
    "Run",
    "RunDetail",
    "Runs",
]

Status = Literal["queued", "running", "succeeded", "failed", "cancelled"]


class _Selected(Arguments):
    selection: str = Field(default="*", max_length=10_000, description="As of list_assets; all, when it is left out.")
    partition: str | None = Field(default=None, max_length=1000, description="The key that partitioned assets run for.")


class PlanRun(_Selected):
    """Which run."""


class LaunchRun(_Selected):
    """Which run."""

    tags: dict[str, str] = Field(default={}, description="Labels of the run.")


class PlannedStep(Given):
    """A step that a run would take."""

    step: str
    assets: list[str] = []
    checks: list[str] = []
    after: list[str] = []


class Plan(Answer):
    """The steps of a run in order; or `refused`, why it can't be, as `treadle run` says it."""

    refused: list[str] = []
    steps: list[PlannedStep] = []
    assets: int | None = None
    more: int = Field(default=0, description="How many steps are left out here.")
    external: list[str] = Field(default=[], description="What was asked for, and no step makes.")


class ListRuns(Arguments):
    """Which runs."""

    status: Status | None = None
    before: str | None = Field(default=None, max_length=100, description="`next` of the answer before.")
    limit: Limit = 20


class Run(Given):
    """A run. `interrupted` is one that nobody runs any more."""

    id: str
    status: str
    selection: str = ""
    partition: str | None = None
    launched_by: str = ""
    created_at: str = ""
    started_at: str | None = None
    ended_at: str | None = None
    error: str = ""


class Runs(Answer):
    """Runs of the project, the newest first."""

    items: list[Run] = []
    next: str | None = None


class GetRun(Arguments):
    """Which run."""

    run: str = Field(
        default="latest", max_length=100, description="Its id, or how that begins; `latest` is the newest."
    )
    output: int = Field(default=20, ge=0, le=200, description="How many lines of output to give of each failed step.")


class FailedStep(Given):
    """A step that failed, or was cut off: its last error, and the end of what it printed."""

    step: str
    status: str
    assets: list[str] = []
    attempts: int = 0
    error: str = ""
    output: str = ""


class FailedCheck(Given):
    """A check that didn't pass."""

    asset: str
    check: str
    severity: str
    description: str = ""
    metadata: dict[str, Any] = {}


class RunDetail(Answer):
    """What came of a run."""

    run: Run | None = None
    steps: dict[str, int] = Field(default={}, description="How many steps are in which state.")
    materialized: int = 0
    failed: list[FailedStep] = []
    failed_checks: list[FailedCheck] = []


class Launched(Answer):
    """The run that was asked for; or `refused`, why there is none, as `treadle run` says it."""

    refused: list[str] = []
    run: Run | None = None
