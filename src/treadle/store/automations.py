"""What starts runs: switches, cursors, ticks, and the runs that they ask for. Each tick happens once, whoever looks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, or_, select, update

from treadle.store.database import Database, now
from treadle.store.ids import run_id as new_run_id
from treadle.store.recording import add_queued_run, insert_into
from treadle.store.records import AutomationState, NewRun, RunRecord, RunStatus, TickRecord, TickStatus
from treadle.store.tables import automations, runs, ticks

__all__ = ["Automations", "add_runs"]


class Automations:
    """What starts the runs of projects. `kind` is `schedule`, `sensor`, `automation` or `freshness`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def states(self, project: str) -> list[AutomationState]:
        """What is kept of a project's automations."""
        with self._database.reading() as connection:
            return _states(connection, project)

    def switch(self, project: str, kind: str, name: str, *, is_enabled: bool | None) -> None:
        """Turn one on or off, or let it be as it is declared (None)."""
        with self._database.writing() as connection:
            _switch(connection, project, kind, name, is_enabled=is_enabled, now=now())

    def hold(
        self,
        project: str,
        kind: str,
        name: str,
        *,
        holder: str,
        seconds: float,
        is_gone: Callable[[str], bool] = lambda holder: False,
    ) -> bool:
        """Let one scheduler at a time look at an automation, for so long at most.

        `is_gone` is asked whether the one that holds it can be seen to be gone; then nobody waits for it.
        """
        moment = now()
        until = moment + timedelta(seconds=seconds)
        with self._database.writing() as connection:
            return _hold(connection, project, kind, name, holder=holder, until=until, is_gone=is_gone, now=moment)

    def release(self, project: str, kind: str, name: str, *, holder: str) -> None:
        """Let others look at an automation at once."""
        with self._database.writing() as connection:
            _release(connection, project, kind, name, holder=holder)

    def commit(
        self,
        project: str,
        tick: TickRecord,
        asked: Iterable[NewRun] = (),
        *,
        seen: str | None,
        cursor: str | None,
        holder: str | None = None,
        passed: Iterable[TickRecord] = (),
        is_told: bool = True,
    ) -> list[RunRecord] | None:
        """Record a tick, those that were `passed` over, the runs that it asks for, and how far the automation has come.

        A tick of which there is nothing to tell only moves the cursor.

        None is given, and nothing happens, when it has come further than was `seen`, or another scheduler holds it. A
        tick of a schedule that is recorded already isn't made again either.
        """
        with self._database.writing() as connection:
            return _commit(
                connection,
                project,
                tick,
                asked,
                seen=seen,
                cursor=cursor,
                holder=holder,
                told=(*passed, tick) if is_told else tuple(passed),
                now=now(),
            )

    def set_cursor(self, project: str, kind: str, name: str, *, seen: str | None, cursor: str | None) -> bool:
        """Say how far one has come without a tick; false when it has come further than was `seen`."""
        with self._database.writing() as connection:
            return _set_cursor(connection, project, kind, name, seen=seen, cursor=cursor, now=now())

    def ticks(
        self,
        project: str,
        *,
        kind: str | None = None,
        name: str | None = None,
        statuses: Collection[TickStatus] = (),
        before: int | None = None,
        limit: int | None = None,
    ) -> list[TickRecord]:
        """Ticks, the newest first; the next page is what came `before` the last one's id."""
        with self._database.reading() as connection:
            return _ticks(connection, project, kind=kind, name=name, statuses=statuses, before=before, limit=limit)


def _states(connection: Connection, project: str) -> list[AutomationState]:
    """What is kept of a project's automations."""
    return [_state(row) for row in connection.execute(select(automations).where(automations.c.project == project))]


def _switch(
    connection: Connection, project: str, kind: str, name: str, *, is_enabled: bool | None, now: datetime
) -> None:
    """Turn an automation on or off, or let it be as it is declared."""
    _change(connection, project, kind, name, now=now, is_enabled=is_enabled)


def _hold(
    connection: Connection,
    project: str,
    kind: str,
    name: str,
    *,
    holder: str,
    until: datetime,
    is_gone: Callable[[str], bool],
    now: datetime,
) -> bool:
    """Let one scheduler at a time look at an automation, for so long at most."""
    _make(connection, project, kind, name, now)
    free = or_(_is_free(now), automations.c.holder == holder)
    other = connection.execute(select(automations.c.holder).where(*_this(project, kind, name))).scalar()
    if other is not None and other != holder and is_gone(other):
        free = or_(free, automations.c.holder == other)
    held = update(automations).where(*_this(project, kind, name), free).values(holder=holder, held_until=until)
    return connection.execute(held).rowcount == 1


def _release(connection: Connection, project: str, kind: str, name: str, *, holder: str) -> None:
    mine = *_this(project, kind, name), automations.c.holder == holder
    connection.execute(update(automations).where(*mine).values(holder=None, held_until=None))


def _is_free(now: datetime) -> ColumnElement[bool]:
    """Nobody holds it; or who did was killed, and its time is over."""
    return or_(automations.c.holder.is_(None), automations.c.held_until < now)


def _is_recorded(connection: Connection, project: str, tick: TickRecord) -> bool:
    """Whether a schedule has had this tick: its clock was put back, and it was turned on anew."""
    same = ticks.c.project == project, ticks.c.kind == tick.kind, ticks.c.name == tick.name
    return connection.execute(select(ticks.c.id).where(*same, ticks.c.due_at == tick.due_at)).first() is not None


def _commit(
    connection: Connection,
    project: str,
    tick: TickRecord,
    asked: Iterable[NewRun],
    *,
    seen: str | None,
    cursor: str | None,
    holder: str | None,
    told: Iterable[TickRecord],
    now: datetime,
) -> list[RunRecord] | None:
    """Record a tick with the runs that it asks for, and how far the automation has come.

    Nothing happens, and None is given, when the automation has come further than was `seen`, or is held by another.
    """
    _make(connection, project, tick.kind, tick.name, now)
    as_seen = automations.c.cursor.is_(None) if seen is None else automations.c.cursor == seen
    mine = _is_free(now) if holder is None else automations.c.holder == holder
    moved = connection.execute(
        update(automations)
        .where(*_this(project, tick.kind, tick.name), as_seen, mine)
        .values(cursor=cursor, holder=None, held_until=None, changed_at=now)
    )
    if moved.rowcount != 1:
        if holder is not None:  # it is of no use any more, and nobody has to wait until it ends by itself
            _release(connection, project, tick.kind, tick.name, holder=holder)
        return None
    if tick.kind == "schedule" and _is_recorded(connection, project, tick):
        return None
    launched_by = tick.kind if tick.kind == "automation" else f"{tick.kind} {tick.name}"
    made = add_runs(connection, project, asked, launched_by=launched_by, now=now)
    for each in told:
        row = {
            "project": project,
            "kind": each.kind,
            "name": each.name,
            "due_at": each.due_at,
            "status": each.status.value,
            "reason": each.reason,
            "run_ids": [run.id for run in made] if each is tick else [],
            "created_at": now,
            "ended_at": now,
        }
        connection.execute(insert_into(connection, ticks).values(row).on_conflict_do_nothing())
    return made


def add_runs(
    connection: Connection, project: str, asked: Iterable[NewRun], *, launched_by: str, now: datetime
) -> list[RunRecord]:
    """Queue runs without steps; of those with a key that exists, none is made again."""
    made: list[RunRecord] = []
    for each in asked:
        if each.run_key is not None and _has_key(connection, project, launched_by, each.run_key):
            continue
        run = RunRecord(
            id=_free_id(connection, now),
            status=RunStatus.QUEUED,
            project=project,
            selection=each.selection,
            partition=each.partition,
            partition_keys=each.partition_keys,
            tags=each.tags,
            config=each.config,
            priority=each.priority,
            launched_by=launched_by,
            run_key=each.run_key,
            created_at=now + timedelta(microseconds=len(made)),  # in this order they are started
        )
        add_queued_run(connection, run, each.steps, now)
        made.append(run)
    return made


def _free_id(connection: Connection, now: datetime) -> str:
    while connection.execute(select(runs.c.id).where(runs.c.id == (found := new_run_id(now)))).first():
        pass
    return found


def _has_key(connection: Connection, project: str, launched_by: str, key: str) -> bool:
    same = runs.c.project == project, runs.c.launched_by == launched_by, runs.c.run_key == key
    return connection.execute(select(runs.c.id).where(*same)).first() is not None


def _set_cursor(
    connection: Connection, project: str, kind: str, name: str, *, seen: str | None, cursor: str | None, now: datetime
) -> bool:
    """Say how far an automation has come, without a tick."""
    _make(connection, project, kind, name, now)
    as_seen = automations.c.cursor.is_(None) if seen is None else automations.c.cursor == seen
    moved = update(automations).where(*_this(project, kind, name), as_seen).values(cursor=cursor, changed_at=now)
    return connection.execute(moved).rowcount == 1


def _ticks(
    connection: Connection,
    project: str,
    *,
    kind: str | None,
    name: str | None,
    statuses: Collection[TickStatus],
    before: int | None,
    limit: int | None,
) -> list[TickRecord]:
    """Ticks, the newest first; the next page is what came `before` the last one's id."""
    query = select(ticks).where(ticks.c.project == project).order_by(ticks.c.id.desc())
    if kind is not None:
        query = query.where(ticks.c.kind == kind)
    if name is not None:
        query = query.where(ticks.c.name == name)
    if statuses:
        query = query.where(ticks.c.status.in_([each.value for each in statuses]))
    if before is not None:
        query = query.where(ticks.c.id < before)
    return [_tick(row) for row in connection.execute(query.limit(limit))]


def _this(project: str, kind: str, name: str) -> tuple[Any, ...]:
    return automations.c.project == project, automations.c.kind == kind, automations.c.name == name


def _make(connection: Connection, project: str, kind: str, name: str, now: datetime) -> None:
    row = {"project": project, "kind": kind, "name": name, "changed_at": now}
    connection.execute(insert_into(connection, automations).values(row).on_conflict_do_nothing())


def _change(connection: Connection, project: str, kind: str, name: str, *, now: datetime, **values: object) -> None:
    _make(connection, project, kind, name, now)
    connection.execute(update(automations).where(*_this(project, kind, name)).values(changed_at=now, **values))


def _state(row: Row[Any]) -> AutomationState:
    return AutomationState(
        kind=row.kind,
        name=row.name,
        is_enabled=row.is_enabled,
        cursor=row.cursor,
        holder=row.holder,
        held_until=row.held_until,
        changed_at=row.changed_at,
    )


def _tick(row: Row[Any]) -> TickRecord:
    return TickRecord(
        id=row.id,
        kind=row.kind,
        name=row.name,
        due_at=row.due_at,
        status=TickStatus(row.status),
        reason=row.reason,
        run_ids=tuple(row.run_ids),
        created_at=row.created_at,
    )
