"""The YAML model of a test: what is given, and what is expected."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from treadle.components import Attributes

__all__ = [
    "Expectations",
    "ExpectedAsset",
    "ExpectedCheck",
    "ExpectedJob",
    "ExpectedMistake",
    "ExpectedSchedule",
    "ExpectedSensor",
    "ExpectedStep",
    "Given",
    "TestAttributes",
]


class Given(Attributes):
    """What the component sees, instead of what it would see outside of the test."""

    document: int | None = Field(default=None, ge=0)
    """Which document of the `defs.yaml` is meant, counted from 0; all of them, when it is left out."""
    env: dict[str, str] = Field(default_factory=dict)
    """Environment variables; nothing else of the shell's, and nothing of the `.env` file, is there."""
    variables: dict[str, Any] = Field(default_factory=dict)
    """Values of template variables; the functions that would give them aren't called."""
    attributes: dict[str, Any] = Field(default_factory=dict)
    """Attributes in place of those of the document: mappings are merged, everything else is replaced."""


class ExpectedAsset(Attributes):
    """What has to be true of an asset. What isn't written isn't looked at."""

    deps: list[str] | None = None
    """All keys that it depends on, in any order."""
    description: str | None = None
    """Its description."""
    group: str | None = None
    """Its group."""
    owners: list[str] | None = None
    """All of its owners, in any order."""
    tags: dict[str, Any] | None = None
    """Tags that it has, maybe among others."""
    kinds: list[str] | None = None
    """All of its kinds, in any order."""
    columns: list[str] | None = None
    """The names of all of its columns, in any order."""
    checks: list[str] | None = None
    """The names of all of its checks, in any order."""
    metadata: dict[str, Any] | None = None
    """Metadata that it has, maybe beside others; the same holds below."""
    code_version: str | None = None
    """The version of its code."""
    partitions: dict[str, Any] | None = None
    """What its partitions are, as `treadle list assets --json` shows them; null when it has none."""
    automation: str | None = None
    """Its automation condition, as `treadle list assets --json` shows it; null when it has none."""
    freshness: dict[str, Any] | None = None
    """By when it has to be there, as `treadle list assets --json` shows it; null when nothing is said."""
    backfill: dict[str, Any] | None = None
    """How a range of its partitions is run, as `treadle list assets --json` shows it; null when nothing is said."""
    skippable: bool | None = None
    """Whether its step may finish without writing it."""


class ExpectedCheck(Attributes):
    """What has to be true of a check."""

    description: str | None = None
    """Its description."""
    severity: str | None = None
    """What a failure means: `error` or `warn`."""
    blocking: bool | None = None
    """Whether a failure stops what is downstream of the asset."""
    additional_deps: list[str] | None = None
    """All other assets that it reads, in any order."""
    metadata: dict[str, Any] | None = None
    """Metadata that it has, maybe beside others."""
    automation: str | None = None
    """Its automation condition."""


class ExpectedStep(Attributes):
    """What has to be true of a step."""

    assets: list[str] | None = None
    """All assets that it writes, in any order."""
    checks: list[str] | None = None
    """All checks that it makes (`ASSET:NAME`), in any order."""
    can_subset: bool | None = None
    """Whether less than all of that may be asked for."""
    description: str | None = None
    """Its description."""
    tags: dict[str, Any] | None = None
    """Tags that it has, maybe among others."""
    pool: str | None = None
    """The pool that it belongs to."""
    retries: int | None = None
    """How often it is tried again."""
    timeout: float | None = None
    """After how many seconds it is ended."""
    metadata: dict[str, Any] | None = None
    """Metadata that it has, maybe beside others."""


class ExpectedSchedule(Attributes):
    """What has to be true of a schedule."""

    cron: str | None = None
    """When it ticks."""
    selection: str | None = None
    """What it runs."""
    timezone: str | None = None
    """The time zone of the ticks."""
    description: str | None = None
    """Its description."""
    job: str | None = None
    """The job that it runs."""
    tags: dict[str, Any] | None = None
    """Tags that it gives to runs, maybe among others."""
    enabled: bool | None = None
    """Whether it ticks without being turned on."""


class ExpectedSensor(Attributes):
    """What has to be true of a sensor."""

    selection: str | None = None
    """What it runs."""
    interval: float | None = None
    """How many seconds lie between two looks."""
    description: str | None = None
    """Its description."""


class ExpectedJob(Attributes):
    """What has to be true of a job."""

    selection: str | None = None
    """What it runs."""
    tags: dict[str, Any] | None = None
    """Tags that it has, maybe among others."""
    description: str | None = None
    """Its description."""


class ExpectedMistake(Attributes):
    """A mistake that has to be told."""

    code: str = Field(pattern=r"^TRD\d{3}$")
    """Its code."""
    at: str | None = None
    """The path of what is wrong in the document, like `attributes.assets.0.key`."""
    message: str | None = None
    """A part of what has to be said of it."""


class Expectations(Attributes):
    """What the component has to declare, by name; with nothing here, it has to be without mistakes."""

    assets: dict[str, ExpectedAsset | None] | None = None
    """Assets, by key."""
    checks: dict[str, ExpectedCheck | None] | None = None
    """Checks, by `ASSET:NAME`."""
    steps: dict[str, ExpectedStep | None] | None = None
    """Steps, by name."""
    schedules: dict[str, ExpectedSchedule | None] | None = None
    """Schedules, by name."""
    sensors: dict[str, ExpectedSensor | None] | None = None
    """Sensors, by name."""
    jobs: dict[str, ExpectedJob | None] | None = None
    """Jobs, by name."""
    exactly: bool = False
    """Whether there may be no other assets, checks… than those named here (in the lists that are written)."""
    mistakes: list[ExpectedMistake] | None = None
    """Mistakes that have to be told; any other error fails the test."""


class TestAttributes(Attributes):
    """A document of a `defs.test.yaml`: one test of the `defs.yaml` beside it."""

    __test__ = False  # pytest would take the class for a test of its own

    name: str = Field(min_length=1)
    """What the test claims; unique in its file."""
    given: Given = Field(default_factory=Given)
    """What the component sees."""
    expect: Expectations
    """What the component has to declare."""
