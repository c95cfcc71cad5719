"""What starts runs: schedules, sensors and conditions; their ticks and their switches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query

from treadle.errors import UsageError
from treadle.runner.scheduling.listing import automations_of, kind_of
from treadle.server.context import Context, Here
from treadle.server.errors import NotFoundError, error_responses
from treadle.server.identity.journal import Noting
from treadle.server.identity.needs import Who, need_all_of, needs
from treadle.server.models.automations import Automation, AutomationList, Switch, Tick, TickPage
from treadle.server.routes.assets import place_of
from treadle.server.routes.paging import Limit
from treadle.store import TickStatus

if TYPE_CHECKING:
    from treadle.store import TickRecord

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["automations"])


@router.get("/automations")
def list_automations(here: Here) -> AutomationList:
    """Everything that starts runs: whether it is on, when it is due, and what it did last."""
    return AutomationList(items=_all(here))


@router.put("/automations/{name}", dependencies=[needs("launcher")], responses=error_responses(404))
def switch_automation(here: Here, who: Who, note: Noting, name: str, asked: Switch) -> Automation:
    """Turn a schedule, a sensor, or all `conditions`, on or off; or let it be as it is declared."""
    try:
        kind = kind_of(here.snapshot.graph, name)
    except UsageError as error:
        raise NotFoundError(error.message, fix=error.fix) from None
    note.details = "as declared" if asked.on is None else "on" if asked.on else "off"
    graph = here.snapshot.graph
    started = graph.schedules.get(name) or graph.sensors.get(name)
    need_all_of(who, "launcher", here.snapshot, started.selection if started else None)
    here.store.automations.switch(here.project, kind, name, is_enabled=asked.on)
    found = [each for each in _all(here) if (each.kind, each.name) == (kind, name)]
    if not found:
        raise NotFoundError("no asset has a condition")
    return found[0]


@router.get("/ticks")
def list_ticks(
    here: Here,
    name: Annotated[str | None, Query(max_length=1000, description="Of this automation alone.")] = None,
    status: Annotated[list[TickStatus] | None, Query(description="Only such. (repeatable)")] = None,
    cursor: Annotated[int | None, Query(ge=0, le=2**62, description="`next` of the page before.")] = None,
    limit: Limit = 50,
) -> TickPage:
    """Looks at whether runs were due, the newest first: what was decided, and why."""
    found = here.store.automations.ticks(here.project, name=name, statuses=status or (), before=cursor, limit=limit + 1)
    page = found[:limit]
    return TickPage(items=list(map(_tick_of, page)), next=str(page[-1].id) if len(found) > limit else None)


def _all(here: Context) -> list[Automation]:
    return [
        Automation(
            kind=each.kind,
            name=each.name,
            when=each.when,
            description=each.description,
            selection=each.selection,
            on=each.is_on,
            next_at=each.next_at if each.is_on else None,
            last_tick=None if each.last is None else _tick_of(each.last),
            place=place_of(each.origin),
        )
        for each in automations_of(here.snapshot.graph, here.store, project=here.project)
    ]


def _tick_of(tick: TickRecord) -> Tick:
    return Tick(
        id=tick.id,
        kind=tick.kind,
        name=tick.name,
        due_at=tick.due_at,
        status=tick.status.value,
        reason=tick.reason,
        run_ids=list(tick.run_ids),
    )
