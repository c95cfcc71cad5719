"""The template variables that every attribute sees, whatever the component."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from treadle.ir import (
    AssetKey,
    BackfillPolicy,
    DynamicPartitions,
    FreshnessPolicy,
    MultiPartitions,
    StaticPartitions,
    TimeWindowPartitions,
)
from treadle.ir.conditions import CONDITIONS
from treadle.ir.cron import check_cron
from treadle.templating import Env

if TYPE_CHECKING:
    from treadle.components.component import Component, OtherComponents

__all__ = ["ProjectScope", "base_variables", "place_variables"]


def _conditions() -> SimpleNamespace:
    """Named conditions as functions: `automation.eager()`, `automation.all_of(a, b)`."""
    return SimpleNamespace(**CONDITIONS)


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


def _dynamic(name: str) -> DynamicPartitions:
    return DynamicPartitions(name=name)


def _multi(
    partitions_defs: dict[str, StaticPartitions | TimeWindowPartitions | DynamicPartitions],
) -> MultiPartitions:
    return MultiPartitions(dimensions=partitions_defs)


def _single_run() -> BackfillPolicy:
    return BackfillPolicy()


def _multi_run(max_partitions_per_run: int = 1) -> BackfillPolicy:
    return BackfillPolicy(max_partitions_per_run=max_partitions_per_run)


class LoadedComponent:
    """A component in templates: its attributes, and the methods that its type defines."""

    __slots__ = ("_component",)

    def __init__(self, component: Component) -> None:
        self._component = component

    def __getattr__(self, name: str) -> object:
        component = self._component
        if name.startswith("_") or not (name in type(component).model_fields or name in _own_names(type(component))):
            raise AttributeError(name)
        return getattr(component, name)


def _own_names(component_type: type[Component]) -> set[str]:
    """What a type defines by itself: nothing of what every component, or every pydantic model, has."""
    from treadle.components.component import Component

    own = component_type.__mro__[: component_type.__mro__.index(Component)]
    return {name for each in own for name in vars(each)} - set(dir(Component))


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionsView:
    """What components declare, in templates."""

    asset_keys: Sequence[AssetKey]

    def resolve_all_asset_keys(self) -> list[AssetKey]:
        """The keys of the assets; the name is Dagster's."""
        return list(self.asset_keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectScope:
    """`context` in templates: what an attribute may know of the place it is written in."""

    project_root: str
    _others: OtherComponents | None = field(default=None, repr=False)

    def load_component(self, path: str) -> Any:
        """Another component, by the path of its folder below the defs folder."""
        return LoadedComponent(self._found().load_component(path))

    def build_defs(self, path: str) -> DefinitionsView:
        """What another component, or a folder of components, declares."""
        found = self._found().build_defs(path)
        return DefinitionsView(asset_keys=[each.key for each in found.assets])

    def _found(self) -> OtherComponents:
        if self._others is None:
            raise ValueError("other components can only be loaded in a project")
        return self._others


def place_variables(project_root: str, others: OtherComponents | None = None) -> dict[str, object]:
    """The variables that know where they are used: `context`, and two older names of Dagster's for its parts."""
    context = ProjectScope(project_root=project_root, _others=others)
    return {
        "context": context,
        "load_component_at_path": context.load_component,
        "build_defs_at_path": context.build_defs,
    }


def base_variables(*, project_root: str, env: Mapping[str, str]) -> dict[str, object]:
    """What attributes may use: `project_root`, `context`, `env`, `automation`, `datetime`, `dg`.

    `dg` holds what Dagster users write in YAML; each gives our own record.

    >>> variables = base_variables(project_root="/p", env={})
    >>> sorted(variables)
    ['automation', 'automation_condition', 'build_defs_at_path', 'context', 'datetime', 'dg', 'env', 'load_component_at_path', 'project_root']
    >>> print(variables["dg"].AutomationCondition.on_cron("0 6 * * *"))
    on_cron('0 6 * * *')
    """
    conditions = _conditions()
    return {
        "project_root": project_root,
        **place_variables(project_root),
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
            DynamicPartitionsDefinition=_dynamic,
            MultiPartitionsDefinition=_multi,
            BackfillPolicy=SimpleNamespace(single_run=_single_run, multi_run=_multi_run),
        ),
    }
