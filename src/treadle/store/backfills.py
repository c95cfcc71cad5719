"""Backfills: many partitions, some runs at a time, followed as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from treadle.errors import UsageError, cut, did_you_mean
from treadle.store.automations import add_runs
from treadle.store.database import Database, now
from treadle.store.ids import run_id
from treadle.store.records import BackfillPart, BackfillRecord, BackfillStatus, NewRun, RunRecord, RunStatus
from treadle.store.tables import backfill_parts, backfills, runs

__all__ = ["Backfills"]


class Backfills:
    """Backfills of all projects that share the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self,
        parts: Iterable[tuple[str, Sequence[str]]],
        *,
        project: str,
        selection: str,
        partitions: str,
        tags: Mapping[str, str] | None = None,
        priority: int = 0,
        runs_at_once: int = 1,
    ) -> BackfillRecord:
        """Record a new backfill, and the partitions that each of its runs takes: the text that names them, and keys."""
        moment = now()
        backfill = BackfillRecord(
            id=run_id(moment),
            status=BackfillStatus.RUNNING,
            project=project,
            selection=selection,
            partitions=partitions,
            tags=tags or {},
            priority=priority,
            runs_at_once=runs_at_once,
            created_at=moment,
        )
        with self._database.writing() as connection:
            _add(connection, backfill, parts)
        return backfill

    def find(self, prefix: str) -> BackfillRecord:
        """The backfill with this id, or the only one whose id begins so.

        Raises:
            UsageError: when there is none, or more than one.
        """
        with self._database.reading() as connection:
            return _find(connection, prefix)

    def all(
        self, *, project: str | None = None, statuses: Iterable[BackfillStatus] = (), limit: int | None = None
    ) -> list[BackfillRecord]:
        """Backfills, the newest first."""
        with self._database.reading() as connection:
            return _list(connection, project=project, statuses=statuses, limit=limit)

    def parts(self, backfill_id: str) -> list[BackfillPart]:
        """The parts of a backfill, in order, with what became of their runs."""
        with self._database.reading() as connection:
            return _parts(connection, backfill_id)

    def queue(self, backfill: BackfillRecord, parts: Iterable[BackfillPart]) -> list[RunRecord]:
        """Queue a run for each of some parts that have none; who comes second queues nothing."""
        with self._database.writing() as connection:
            return _queue(connection, backfill, parts, now())

    def end(self, backfill: BackfillRecord, status: BackfillStatus, *, error: str = "") -> bool:
        """Record how a running backfill ended; false when it has ended before."""
        with self._database.writing() as connection:
            values = {"status": status.value, "error": error, "ended_at": now()}
            return _change(connection, backfill.id, BackfillStatus.RUNNING, **values)

    def request_cancel(self, backfill_id: str) -> bool:
        """Ask for a backfill to be cancelled; false when it is over."""
        with self._database.writing() as connection:
            return _change(connection, backfill_id, BackfillStatus.RUNNING, cancel_requested_at=now())

    def reopen(self, backfill: BackfillRecord) -> int:
        """Let a backfill go on that ended, with the parts that didn't succeed; tell how many these are."""
        again = {"status": BackfillStatus.RUNNING.value, "ended_at": None, "cancel_requested_at": None, "error": ""}
        with self._database.writing() as connection:
            return _reopen(connection, backfill.id) if _change(connection, backfill.id, backfill.status, **again) else 0


def _add(connection: Connection, backfill: BackfillRecord, parts: Iterable[tuple[str, Sequence[str]]]) -> None:
    """Write a new backfill and the partitions that each of its runs takes."""
    connection.execute(
        insert(backfills).values(
            id=backfill.id,
            status=backfill.status.value,
            project=backfill.project,
            selection=backfill.selection,
            partitions=backfill.partitions,
            tags=dict(backfill.tags),
            priority=backfill.priority,
            runs_at_once=backfill.runs_at_once,
            created_at=backfill.created_at,
            error="",
        )
    )
    rows = [
        {"backfill_id": backfill.id, "position": position, "partition": text, "partition_keys": list(keys)}
        for position, (text, keys) in enumerate(parts, start=1)
    ]
    connection.execute(insert(backfill_parts), rows)


def _change(connection: Connection, backfill_id: str, seen: BackfillStatus, **values: object) -> bool:
    """Set columns of a backfill that is still as it was seen."""
    same = backfills.c.id == backfill_id, backfills.c.status == seen.value
    return connection.execute(update(backfills).where(*same).values(values)).rowcount == 1


def _find(connection: Connection, prefix: str) -> BackfillRecord:
    """The backfill with this id, or the only one whose id begins so.

    Raises:
        UsageError: when there is none, or more than one.
    """
    wanted = prefix.strip().lower()
    query = select(backfills).where(backfills.c.id.startswith(wanted, autoescape=True)).limit(2)
    found = [_backfill(row) for row in connection.execute(query)] if wanted else []
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{cut(prefix)} is the beginning of more than one backfill", fix="write more of the id")
    hint = did_you_mean(wanted, list(connection.execute(select(backfills.c.id).limit(1000)).scalars()))
    raise UsageError(f"no backfill is called {cut(prefix)}", fix=hint or "see `treadle backfills list`")


def _list(
    connection: Connection, *, project: str | None, statuses: Iterable[BackfillStatus], limit: int | None
) -> list[BackfillRecord]:
    """Backfills, the newest first."""
    query = select(backfills).order_by(backfills.c.created_at.desc(), backfills.c.id.desc())
    if project is not None:
        query = query.where(backfills.c.project == project)
    if wanted := [each.value for each in statuses]:
        query = query.where(backfills.c.status.in_(wanted))
    return [_backfill(row) for row in connection.execute(query.limit(limit))]


def _parts(connection: Connection, backfill_id: str) -> list[BackfillPart]:
    """The parts of a backfill, in order, with what became of their runs."""
    query = (
        select(backfill_parts, runs.c.status)
        .outerjoin(runs, runs.c.id == backfill_parts.c.run_id)
        .where(backfill_parts.c.backfill_id == backfill_id)
        .order_by(backfill_parts.c.position)
    )
    return [
        BackfillPart(
            position=row.position,
            partition=row.partition,
            partition_keys=tuple(row.partition_keys),
            run_id=row.run_id,
            status=None if row.status is None else RunStatus(row.status),
        )
        for row in connection.execute(query)
    ]


def _queue(
    connection: Connection, backfill: BackfillRecord, parts: Iterable[BackfillPart], moment: datetime
) -> list[RunRecord]:
    """Queue a run for each of some parts that have none; who comes second queues nothing."""
    made: list[RunRecord] = []
    # The row is locked until the transaction ends, so only one process queues at a time.
    if not _change(connection, backfill.id, BackfillStatus.RUNNING, error=""):
        return made
    free = {part.position for part in _parts(connection, backfill.id) if part.run_id is None}
    for part in parts:
        if part.position not in free:
            continue
        new = NewRun(
            selection=backfill.selection,
            partition=part.partition,
            partition_keys=part.partition_keys,
            tags=backfill.tags,
            priority=backfill.priority,
        )
        [run] = add_runs(connection, backfill.project, [new], launched_by=f"backfill {backfill.id}", now=moment)
        mine = backfill_parts.c.backfill_id == backfill.id, backfill_parts.c.position == part.position
        connection.execute(update(backfill_parts).where(*mine).values(run_id=run.id))
        made.append(run)
    return made


def _reopen(connection: Connection, backfill_id: str) -> int:
    """Let the parts whose runs didn't succeed be queued again, and tell how many these are."""
    lost = [
        part.position
        for part in _parts(connection, backfill_id)
        if part.run_id is not None and part.status not in (RunStatus.SUCCEEDED, RunStatus.RUNNING, RunStatus.QUEUED)
    ]
    these = backfill_parts.c.backfill_id == backfill_id, backfill_parts.c.position.in_(lost)
    connection.execute(update(backfill_parts).where(*these).values(run_id=None))
    return len(lost)


def _backfill(row: Row[Any]) -> BackfillRecord:
    return BackfillRecord(
        id=row.id,
        status=BackfillStatus(row.status),
        project=row.project,
        selection=row.selection,
        partitions=row.partitions,
        tags=MappingProxyType(row.tags),
        priority=row.priority,
        runs_at_once=row.runs_at_once,
        created_at=row.created_at,
        ended_at=row.ended_at,
        cancel_requested_at=row.cancel_requested_at,
        error=row.error,
    )
