"""What starts runs: conditions on assets, schedules, sensors, and the jobs that they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Literal

from treadle.ir.origin import Origin
from treadle.ir.requests import AssetWatch, FileWatch

__all__ = ["AutomationCondition", "FreshnessPolicy", "Job", "Schedule", "Sensor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomationCondition:
    """When an asset is materialized by itself: a named condition, or a combination of some.

    >>> eager = AutomationCondition(name="eager")
    >>> print(eager & ~AutomationCondition(name="in_progress"))
    (eager and not in_progress)
    >>> print(AutomationCondition(name="on_cron", arguments=("0 6 * * *",)))
    on_cron('0 6 * * *')
    """

    name: str
    arguments: tuple[str | int | float | bool | None, ...] = ()
    operands: tuple[AutomationCondition, ...] = ()
    label: str | None = None

    def since(self, reset: AutomationCondition) -> AutomationCondition:
        """True from when this one becomes true until `reset` does."""
        return AutomationCondition(name="since", operands=(self, reset))

    def since_last_handled(self) -> AutomationCondition:
        """True from when this one becomes true until the asset is requested or written."""
        return AutomationCondition(name="since_last_handled", operands=(self,))

    def newly_true(self) -> AutomationCondition:
        """True where this one has just become true."""
        return AutomationCondition(name="newly_true", operands=(self,))

    def with_label(self, label: str) -> AutomationCondition:
        """The same, by a name for people."""
        return replace(self, label=label)

    def without(self, condition: AutomationCondition) -> AutomationCondition:
        """The same, with one of its parts left out."""
        return AutomationCondition(name="without", operands=(self, condition))

    def replace(self, old: AutomationCondition | str, new: AutomationCondition) -> AutomationCondition:
        """The same, with one of its parts (or what has this label) replaced."""
        if isinstance(old, str):
            return AutomationCondition(name="replace", arguments=(old,), operands=(self, new))
        return AutomationCondition(name="replace", operands=(self, old, new))

    def allow(self, selection: str) -> AutomationCondition:
        """The same, of what it says of dependencies only for those in a selection."""
        return AutomationCondition(name="allow", arguments=(selection,), operands=(self,))

    def ignore(self, selection: str) -> AutomationCondition:
        """The same, of what it says of dependencies not for those in a selection."""
        return AutomationCondition(name="ignore", arguments=(selection,), operands=(self,))

    def __and__(self, other: AutomationCondition) -> AutomationCondition:
        return AutomationCondition(name="and", operands=(self, other))

    def __or__(self, other: AutomationCondition) -> AutomationCondition:
        return AutomationCondition(name="or", operands=(self, other))

    def __invert__(self) -> AutomationCondition:
        return AutomationCondition(name="not", operands=(self,))

    def __str__(self) -> str:
        if self.name == "not":
            return f"not {self.operands[0]}"
        if self.name in ("and", "or"):
            return "(" + f" {self.name} ".join(map(str, self.operands)) + ")"
        if self.name in _METHODS:
            first, *rest = map(str, self.operands)
            first = f"({first})" if first.startswith("not ") else first
            return f"{first}.{self.name}({', '.join([*map(repr, self.arguments), *rest])})"
        inner = ", ".join([*map(repr, self.arguments), *map(str, self.operands)])
        return f"{self.name}({inner})" if inner else self.name


_METHODS = frozenset({"allow", "ignore", "newly_true", "replace", "since", "since_last_handled", "without"})
"""Conditions that are made of another one, and are written behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshnessPolicy:
    """By when an asset must have been materialized: within a time window, or by a deadline on a cron."""

    fail_window: timedelta | None = None
    warn_window: timedelta | None = None
    deadline_cron: str | None = None
    lower_bound_delta: timedelta | None = None
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A named selection of assets that runs as one."""

    name: str
    selection: str = "*"
    description: str | None = None
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Starts a run of `selection` at each tick of `cron`, in `timezone` (an IANA name).

    `evaluate`, where there is one, is asked first and may say no. `job` names the job whose selection
    it is, `tags` are given to the runs; one that isn't `enabled` waits until somebody turns it on.

    `missed` says what happens to ticks at which no scheduler ran: the last one is made up for, or all, or none.
    """

    name: str
    cron: str
    selection: str = "*"
    timezone: str = "UTC"
    evaluate: Callable[..., object] | None = None
    description: str | None = None
    job: str | None = None
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    enabled: bool = True
    missed: Literal["last", "all", "none"] = "last"
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensor:
    """Looks every `interval` seconds whether a run of `selection` is due: it watches something, or asks `evaluate`.

    `evaluate` may take a `TickContext`, and has `timeout` seconds. It returns whether a run is due, or `RunRequest`s,
    or a `SkipReason`.
    """

    name: str
    selection: str = "*"
    interval: float = 30.0
    evaluate: Callable[..., object] | None = None
    watch: FileWatch | AssetWatch | None = None
    timeout: float = 60.0
    description: str | None = None
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    enabled: bool = True
    origin: Origin | None = None
