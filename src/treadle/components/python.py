"""Assets, checks, schedules and sensors as Python functions."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from treadle.errors import Span
from treadle.ir import (
    Asset,
    AssetKey,
    AutomationCondition,
    BackfillPolicy,
    Check,
    CheckKey,
    CheckResult,
    CheckSeverity,
    Definitions,
    FreshnessPolicy,
    Origin,
    PartitionMapping,
    Partitions,
    RetryPolicy,
    Schedule,
    Sensor,
    Step,
    StepContext,
)
from treadle.ir.cron import check_cron, check_timezone
from treadle.ir.steps import names_of

__all__ = ["PythonDefinition", "asset", "call_with", "check", "schedule", "sensor"]

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonDefinition:
    """A decorated function: it can still be called, and it says what it declares."""

    function: Function
    declare: Callable[[str], Definitions]
    key: AssetKey | None = field(default=None)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def definitions(self, component: str = "") -> Definitions:
        """What the function declares, as part of a component (the address of the module's file)."""
        return self.declare(component)


def _origin(function: Function, component: str) -> Origin:
    code = inspect.unwrap(function).__code__
    return Origin(component=component, span=Span(file=Path(code.co_filename), line=code.co_firstlineno))


def _key(value: AssetKey | str | PythonDefinition) -> AssetKey:
    if isinstance(value, PythonDefinition):
        if value.key is None:
            raise ValueError(f"{value.function.__name__!r} is not an asset")
        return value.key
    return value if isinstance(value, AssetKey) else AssetKey.parse(value)


def call_with(function: Function, context: object) -> Any:
    """Call a function with the context if it asks for it: by a parameter that has no default.

    >>> call_with(lambda: "nothing", "context"), call_with(lambda context: context, "context")
    ('nothing', 'context')
    >>> call_with(lambda day="today": day, "context")
    'today'
    """
    asked = [
        parameter
        for parameter in inspect.signature(function).parameters.values()
        if parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
    ]
    return function(context) if asked else function()


def asset(
    function: Function | None = None,
    *,
    key: AssetKey | str | None = None,
    deps: Iterable[AssetKey | str | PythonDefinition] = (),
    description: str | None = None,
    group: str = "default",
    owners: Iterable[str] = (),
    tags: Mapping[str, str] | None = None,
    kinds: Iterable[str] = ("python",),
    metadata: Mapping[str, object] | None = None,
    code_version: str | None = None,
    partitions: Partitions | None = None,
    partition_mappings: Mapping[AssetKey, PartitionMapping]
    | Mapping[str, PartitionMapping]
    | Mapping[PythonDefinition, PartitionMapping]
    | None = None,
    backfill: BackfillPolicy | None = None,
    automation: AutomationCondition | None = None,
    freshness: FreshnessPolicy | None = None,
    pool: str | None = None,
    retries: RetryPolicy | int | None = None,
    timeout: float | None = None,
    compute: str | None = None,
    credentials: str | Iterable[str] = (),
) -> Any:
    """Make an asset of a function that writes it; the function may take a `StepContext`.

    What it returns may be nothing, or a `Materialization` with metadata. Its name is the key, and its
    docstring the description, unless they are given.

    >>> @asset(deps=["raw/orders"], group="marts")
    ... def orders():
    ...     "Orders, cleaned."
    >>> [str(each.key) for each in orders.definitions().assets]
    ['orders']
    """

    def decorate(function: Function) -> PythonDefinition:
        own_key = _key(key) if key is not None else AssetKey.parse(function.__name__)

        def declare(component: str) -> Definitions:
            origin = _origin(function, component)
            declared = Asset(
                key=own_key,
                deps=upstream,
                description=description or inspect.getdoc(function),
                group=group,
                owners=tuple(owners),
                tags=dict(tags or {}),
                kinds=frozenset(kinds),
                metadata=dict(metadata or {}),
                code_version=code_version,
                partitions=partitions,
                partition_mappings=mappings,
                backfill=backfill,
                automation=automation,
                freshness=freshness,
                origin=origin,
            )
            step = Step(
                name=function.__name__,
                run=lambda context: call_with(function, context),
                component=component,
                assets=(own_key,),
                pool=pool,
                retries=retries,
                timeout=timeout,
                compute=compute,
                credentials=needed,
                origin=origin,
            )
            return Definitions(assets=(declared,), steps=(step,))

        return PythonDefinition(function=function, declare=declare, key=own_key)

    upstream, needed = frozenset(map(_key, deps)), names_of(credentials)
    mappings = {_key(each): mapping for each, mapping in (partition_mappings or {}).items()}
    return decorate(function) if function is not None else decorate


def check(
    *,
    asset: AssetKey | str | PythonDefinition,
    name: str | None = None,
    description: str | None = None,
    severity: CheckSeverity = CheckSeverity.ERROR,
    blocking: bool = False,
    additional_deps: Iterable[AssetKey | str | PythonDefinition] = (),
    automation: AutomationCondition | None = None,
    compute: str | None = None,
    credentials: str | Iterable[str] = (),
) -> Callable[[Function], PythonDefinition]:
    """Make a check of a function that returns whether it passed, or a `CheckResult`.

    It is made whenever its asset is, and also by itself when its `automation` condition says so.

    >>> @check(asset="orders")
    ... def has_rows():
    ...     return True
    >>> [str(each.key) for each in has_rows.definitions().checks]
    ['orders:has_rows']
    """
    checked = _key(asset)
    others, needed = frozenset(map(_key, additional_deps)), names_of(credentials)

    def decorate(function: Function) -> PythonDefinition:
        own_name = name or function.__name__

        def run(context: StepContext) -> CheckResult:
            result = call_with(function, context)
            if isinstance(result, bool):
                return CheckResult(passed=result, asset=checked, check=own_name, severity=severity)
            if isinstance(result, CheckResult):
                return result
            raise TypeError(
                f"the check {own_name!r} returned {type(result).__name__}; return True, False or a CheckResult"
            )

        def declare(component: str) -> Definitions:
            origin = _origin(function, component)
            declared = Check(
                name=own_name,
                asset=checked,
                additional_deps=others,
                description=description or inspect.getdoc(function),
                severity=severity,
                blocking=blocking,
                automation=automation,
                origin=origin,
            )
            step = Step(
                name=function.__name__,
                run=run,
                component=component,
                checks=(CheckKey(checked, own_name),),
                compute=compute,
                credentials=needed,
                origin=origin,
            )
            return Definitions(checks=(declared,), steps=(step,))

        return PythonDefinition(function=function, declare=declare)

    return decorate


def schedule(
    *,
    cron: str,
    selection: str = "*",
    name: str | None = None,
    timezone: str = "UTC",
    description: str | None = None,
    tags: Mapping[str, str] | None = None,
    enabled: bool = True,
    missed: Literal["last", "all", "none"] = "last",
) -> Callable[[Function], PythonDefinition]:
    """Make a schedule of a function that may say no by returning False; it may take a `TickContext`.

    >>> @schedule(cron="0 6 * * *", selection="group:marts")
    ... def mornings():
    ...     "Marts, before the office opens."
    >>> mornings.definitions().schedules[0].cron
    '0 6 * * *'

    Raises:
        ValueError: when there is no such schedule or time zone.
    """
    check_cron(cron)
    check_timezone(timezone)

    def decorate(function: Function) -> PythonDefinition:
        def declare(component: str) -> Definitions:
            declared = Schedule(
                name=name or function.__name__,
                cron=cron,
                selection=selection,
                timezone=timezone,
                evaluate=lambda context: call_with(function, context),
                description=description or inspect.getdoc(function),
                tags=dict(tags or {}),
                enabled=enabled,
                missed=missed,
                origin=_origin(function, component),
            )
            return Definitions(schedules=(declared,))

        return PythonDefinition(function=function, declare=declare)

    return decorate


def sensor(
    *,
    selection: str = "*",
    interval: float = 30.0,
    timeout: float = 60.0,
    name: str | None = None,
    description: str | None = None,
    tags: Mapping[str, str] | None = None,
    enabled: bool = True,
) -> Callable[[Function], PythonDefinition]:
    """Make a sensor of a function that says whether a run is due; asked every `interval` seconds.

    It may take a `TickContext`, and return True, a `RunRequest`, several of them, a `SkipReason`, or nothing.

    >>> @sensor(selection="raw/*", interval=60)
    ... def new_files():
    ...     return False
    >>> new_files.definitions().sensors[0].interval
    60
    """

    def decorate(function: Function) -> PythonDefinition:
        def declare(component: str) -> Definitions:
            declared = Sensor(
                name=name or function.__name__,
                selection=selection,
                interval=interval,
                timeout=timeout,
                evaluate=lambda context: call_with(function, context),
                description=description or inspect.getdoc(function),
                tags=dict(tags or {}),
                enabled=enabled,
                origin=_origin(function, component),
            )
            return Definitions(sensors=(declared,))

        return PythonDefinition(function=function, declare=declare)

    return decorate
