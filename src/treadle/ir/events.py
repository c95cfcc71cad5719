"""What a step reports while it runs; each is recorded as it comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from treadle.ir.assets import EMPTY
from treadle.ir.checks import CheckSeverity
from treadle.ir.keys import AssetKey

__all__ = ["CheckResult", "Event", "LogLine", "Materialization", "Phase"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Materialization:
    """An asset was written. `metadata` holds JSON values: `rows_affected`, `execution_time` (seconds)…

    A Python function may return one without a key when it produces a single asset.
    """

    asset: AssetKey | None = None
    metadata: Mapping[str, object] = field(default_factory=lambda: EMPTY)
    data_version: str | None = None
    partition: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """A check was made. `severity` says what a failure means; a Python function may leave the names out."""

    passed: bool
    asset: AssetKey | None = None
    check: str | None = None
    severity: CheckSeverity = CheckSeverity.ERROR
    description: str | None = None
    partition: str | None = None
    metadata: Mapping[str, object] = field(default_factory=lambda: EMPTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """Something a person should read: progress, a warning, what went wrong."""

    message: str
    level: Literal["debug", "info", "warning", "error"] = "info"
    asset: AssetKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A part of a step's work that took its time, like a cell of a notebook; it becomes a span, and isn't recorded.

    `started` and `ended` are seconds since 1970, `id` is 16 hexadecimal digits, and `parent` is the id of the phase that
    it is a part of. `attributes` holds JSON values.
    """

    name: str
    id: str
    started: float
    ended: float
    parent: str | None = None
    error: str = ""
    attributes: Mapping[str, object] = field(default_factory=lambda: EMPTY)


Event = Materialization | CheckResult | LogLine | Phase
