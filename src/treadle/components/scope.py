"""The template variables that every attribute sees, whatever the component."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace

from treadle.ir import AutomationCondition, FreshnessPolicy, StaticPartitions, TimeWindowPartitions
from treadle.ir.cron import check_cron
from treadle.templating import Env

__all__ = ["ProjectScope", "base_variables"]

_CONDITIONS = (
    "all_deps_match",
    "any_deps_in_progress",
    "any_deps_match",
    "any_deps_missing",
    "any_deps_updated",
    "any_downstream_conditions",
    "code_version_changed",
    "cron_tick_passed",
    "eager",
    "execution_failed",
    "in_latest_time_window",
    "in_progress",
    "initial_evaluation",
    "missing",
    "newly_missing",
    "newly_requested",
    "newly_updated",
    "on_cron",
    "on_missing",
)


def _condition(name: str, *arguments: object) -> AutomationCondition:
    operands = tuple(each for each in arguments if isinstance(each, AutomationCondition))
    values = tuple(each for each in arguments if isinstance(each, str | int | float | bool | None))
    if name in ("on_cron", "cron_tick_passed") and values:
        check_cron(str(values[0]))
    return AutomationCondition(name=name, arguments=values, operands=operands)


def _conditions() -> SimpleNamespace:
    """Named conditions as functions: `automation.eager()`, `automation.all_of(a, b)`."""
    named: dict[str, Callable[..., AutomationCondition]] = {name: partial(_condition, name) for name in _CONDITIONS}
    return SimpleNamespace(
        **named, all_of=partial(_condition, "and"), any_of=partial(_condition, "or"), not_=partial(_condition, "not")
    )


def _windows(
    cron: str, format: str, start_date: str, end_date: str | None = None, timezone: str = "UTC"
) -> TimeWindowPartitions:
    return TimeWindowPartitions(cron=cron, start=start_date, end=end_date, format=format, timezone=timezone)


def _time_windows(
    start: str, fmt: str, cron_schedule: str, end: str | None = None, timezone: str = "UTC"
) -> TimeWindowPartitions:
    return TimeWindowPartitions(cron=cron_schedule, start=start, end=end, format=fmt, timezone=timezone)


def _freshness(*, fail_window: datetime.timedelta, warn_window: datetime.timedelta | None = None) -> FreshnessPolicy:
    return FreshnessPolicy(fail_window=fail_window, warn_window=warn_window)


def _deadline(*, deadline_cron: str, lower_bound_delta: datetime.timedelta, timezone: str = "UTC") -> FreshnessPolicy:
    return FreshnessPolicy(
        deadline_cron=check_cron(deadline_cron), lower_bound_delta=lower_bound_delta, timezone=timezone
    )


def _static(partition_keys: list[str]) -> StaticPartitions:
    return StaticPartitions(keys=tuple(partition_keys))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectScope:
    """`context` in templates: what an attribute may know of the place it is written in."""

    project_root: str


def base_variables(*, project_root: str, env: Mapping[str, str]) -> dict[str, object]:
    """What attributes may use: `project_root`, `context`, `env`, `automation`, `datetime`, `dg`.

    `dg` holds what Dagster users write in YAML; each gives our own record.

    >>> variables = base_variables(project_root="/p", env={})
    >>> sorted(variables)
    ['automation', 'automation_condition', 'context', 'datetime', 'dg', 'env', 'project_root']
    >>> print(variables["dg"].AutomationCondition.on_cron("0 6 * * *"))
    on_cron('0 6 * * *')
    """
    conditions = _conditions()
    return {
        "project_root": project_root,
        "context": ProjectScope(project_root=project_root),
        "env": Env(env),
        "automation": conditions,
        "automation_condition": conditions,
        "datetime": SimpleNamespace(datetime=datetime.datetime, timedelta=datetime.timedelta),
        "dg": SimpleNamespace(
            AutomationCondition=conditions,
            FreshnessPolicy=SimpleNamespace(time_window=_freshness, cron=_deadline),
            HourlyPartitionsDefinition=partial(_windows, "0 * * * *", "%Y-%m-%d-%H:%M"),
            DailyPartitionsDefinition=partial(_windows, "0 0 * * *", "%Y-%m-%d"),
            WeeklyPartitionsDefinition=partial(_windows, "0 0 * * 0", "%Y-%m-%d"),
            MonthlyPartitionsDefinition=partial(_windows, "0 0 1 * *", "%Y-%m-%d"),
            TimeWindowPartitionsDefinition=_time_windows,
            StaticPartitionsDefinition=_static,
        ),
    }
