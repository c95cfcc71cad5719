"""What starts runs in a project: whether it is on, when it is due, and what it did last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from treadle.errors import UsageError, did_you_mean, listing
from treadle.ir import AssetGraph, Origin
from treadle.runner.scheduling.conditions import CONDITIONS, has_conditions
from treadle.runner.scheduling.schedules import next_due

if TYPE_CHECKING:
    from treadle.store import AutomationState, Store, TickRecord

__all__ = ["Automation", "automations_of", "kind_of"]

Kind = Literal["schedule", "sensor", "automation"]
Last = Callable[[str, str], "TickRecord | None"]
States = Mapping[tuple[str, str], "AutomationState"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Automation:
    """Something that starts runs; `automation` is the kind of all conditions of assets together."""

    kind: Kind
    name: str
    when: str
    is_on: bool
    next_at: datetime | None = None
    last: TickRecord | None = None
    description: str | None = None
    selection: str | None = None
    origin: Origin | None = None


def automations_of(graph: AssetGraph, store: Store, *, project: str) -> list[Automation]:
    """Everything that starts runs: schedules, sensors, and conditions where an asset has one."""
    states = {(state.kind, state.name): state for state in store.automations.states(project)}

    def last(kind: str, name: str) -> TickRecord | None:
        return next(iter(store.automations.ticks(project, kind=kind, name=name, limit=1)), None)

    return [*_schedules(graph, states, last), *_sensors(graph, states, last), *_conditions(graph, states, last)]


def _schedules(graph: AssetGraph, states: States, last: Last) -> list[Automation]:
    now = datetime.now(UTC)
    return [
        Automation(
            kind="schedule",
            name=each.name,
            when=each.cron if each.timezone == "UTC" else f"{each.cron} {each.timezone}",
            is_on=_is_on(states.get(("schedule", each.name)), declared=each.enabled),
            next_at=next_due(each, None, now),
            last=last("schedule", each.name),
            description=each.description,
            selection=each.selection,
            origin=each.origin,
        )
        for each in graph.schedules.values()
    ]


def _sensors(graph: AssetGraph, states: States, last: Last) -> list[Automation]:
    return [
        Automation(
            kind="sensor",
            name=each.name,
            when=f"every {each.interval:g} s",
            is_on=_is_on(states.get(("sensor", each.name)), declared=each.enabled),
            last=last("sensor", each.name),
            description=each.description,
            selection=each.selection,
            origin=each.origin,
        )
        for each in graph.sensors.values()
    ]


def _conditions(graph: AssetGraph, states: States, last: Last) -> list[Automation]:
    if not has_conditions(graph):
        return []
    counts = {
        "asset": sum(asset.automation is not None for asset in graph.assets.values()),
        "check": sum(check.automation is not None for check in graph.checks.values()),
    }
    told = [f"{count:,} {noun}{'' if count == 1 else 's'}" for noun, count in counts.items() if count]
    found = Automation(
        kind="automation",
        name=CONDITIONS,
        when=f"of {' and '.join(told)}",
        is_on=_is_on(states.get(("automation", CONDITIONS)), declared=True),
        last=last("automation", CONDITIONS),
    )
    return [found]


def kind_of(graph: AssetGraph, name: str) -> Kind:
    """The kind of what is called so.

    Raises:
        UsageError: when there is nothing of that name.
    """
    if name in graph.schedules:
        return "schedule"
    if name in graph.sensors:
        return "sensor"
    if name == CONDITIONS:
        return "automation"
    names = [*graph.schedules, *graph.sensors, *([CONDITIONS] if has_conditions(graph) else [])]
    raise UsageError(
        f"there is no schedule or sensor {name!r}",
        fix=did_you_mean(name, names) or (f"there are {listing(names)}" if names else "the project has none"),
    )


def _is_on(state: AutomationState | None, *, declared: bool) -> bool:
    return declared if state is None or state.is_enabled is None else state.is_enabled
