"""Forgetting what is long over, in transactions that are short enough for others not to notice.

A run goes with all that belongs to it, unless something of today points at it: what was last of an asset, partition or
check, a backfill that stays, a sensor that must not ask for the same run twice. Such a run stays, with its results and
its last event, which says how far its numbers have come. Its other events and its attempts go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, or_, select

from treadle.store.database import Database
from treadle.store.records import RunStatus
from treadle.store.tables import (
    attempts,
    backfill_parts,
    backfills,
    deliveries,
    events,
    latest_check_results,
    latest_materializations,
    runs,
    ticks,
)

__all__ = ["Pruned", "prune"]

_RUNS_AT_ONCE = 500
_ROWS_AT_ONCE = 5_000
_OVER = [status.value for status in RunStatus if status.is_final]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What was deleted. `emptied` are runs that stay, and have lost their events and attempts."""

    runs: int = 0
    emptied: int = 0
    events: int = 0
    ticks: int = 0
    deliveries: int = 0
    backfills: int = 0


def prune(database: Database, before: datetime, *, is_trial: bool) -> Pruned:
    """Delete what was over before a moment, or only count it."""
    over = {
        "backfills": (backfills, backfills.c.ended_at < before),
        "ticks": (ticks, ticks.c.created_at < before),
        "deliveries": (deliveries, deliveries.c.ended_at < before),
    }
    rows = {name: _count_or_delete(database, *each, is_trial=is_trial) for name, each in over.items()}
    gone = emptied = lost = 0
    for batch in _batches(database, before, is_trial=is_trial):
        gone += batch.runs
        emptied += batch.emptied
        lost += batch.events
    return Pruned(runs=gone, emptied=emptied, events=lost, **rows)


def _count_or_delete(database: Database, table: Table, is_over: Any, *, is_trial: bool) -> int:
    """Delete rows, some at a time, or only count them."""
    if is_trial:
        with database.reading() as connection:
            return connection.execute(select(func.count()).select_from(table).where(is_over)).scalar_one()
    some = select(table.c.id).where(is_over).order_by(table.c.id).limit(_ROWS_AT_ONCE)
    deleted = 0
    while True:
        with database.writing() as connection:
            found = connection.execute(delete(table).where(table.c.id.in_(some))).rowcount
        deleted += found
        if found < _ROWS_AT_ONCE:
            return deleted


def _batches(database: Database, before: datetime, *, is_trial: bool) -> Iterator[Pruned]:
    """Go through the runs that are over in the order of their names, a transaction for some of them."""
    last = ""
    while True:
        with _transaction(database, is_trial=is_trial) as connection:
            query = (
                select(runs.c.id)
                .where(runs.c.status.in_(_OVER), runs.c.ended_at < before, runs.c.id > last)
                .order_by(runs.c.id)
                .limit(_RUNS_AT_ONCE)
            )
            # Until the transaction ends nobody can take up a run that was cancelled. SQLite has one writer anyway.
            names: list[str] = list(connection.execute(query if is_trial else query.with_for_update()).scalars())
            batch = _forget(connection, names, before, is_trial=is_trial)
        yield batch
        if len(names) < _RUNS_AT_ONCE:
            return
        last = names[-1]


def _transaction(database: Database, *, is_trial: bool) -> AbstractContextManager[Connection]:
    return database.reading() if is_trial else database.writing()


def _forget(connection: Connection, names: list[str], before: datetime, *, is_trial: bool) -> Pruned:
    """Delete runs, or what can be spared of them, or only count it."""
    held = _held(connection, names, before)
    log = _log(connection, names)
    emptied = {name: last for name, (last, count) in log.items() if name in held and count > 1}
    gone = [name for name in names if name not in held]
    if not is_trial:
        connection.execute(delete(runs).where(runs.c.id.in_(gone)))
        connection.execute(delete(attempts).where(attempts.c.run_id.in_(sorted(held))))
        _cut(connection, emptied)
    lost = sum(count for name, (_, count) in log.items() if name not in held)
    return Pruned(runs=len(gone), emptied=len(emptied), events=lost + sum(log[name][1] - 1 for name in emptied))


def _held(connection: Connection, names: list[str], before: datetime) -> set[str]:
    """Those of some runs that something of today points at."""
    made, checked, parts = latest_materializations.c, latest_check_results.c, backfill_parts.c
    stays = or_(backfills.c.ended_at.is_(None), backfills.c.ended_at >= before)
    queries = (
        select(made.run_id).where(made.run_id.in_(names)),
        select(made.failed_run_id).where(made.failed_run_id.in_(names)),
        select(checked.run_id).where(checked.run_id.in_(names)),
        select(parts.run_id).join(backfills, backfills.c.id == parts.backfill_id).where(parts.run_id.in_(names), stays),
        select(runs.c.id).where(runs.c.id.in_(names), runs.c.run_key.is_not(None)),
    )
    return {row[0] for query in queries for row in connection.execute(query)}


def _log(connection: Connection, names: list[str]) -> dict[str, tuple[int, int]]:
    """The number of the last event of each run, and how many there are."""
    query = (
        select(events.c.run_id, func.max(events.c.position), func.count())
        .where(events.c.run_id.in_(names))
        .group_by(events.c.run_id)
    )
    return {row[0]: (row[1], row[2]) for row in connection.execute(query)}


def _cut(connection: Connection, last: Mapping[str, int]) -> None:
    """Delete all events of runs but the last."""
    earlier = delete(events).where(events.c.run_id == bindparam("of_run"), events.c.position < bindparam("last"))
    if last:
        connection.execute(earlier, [{"of_run": name, "last": position} for name, position in last.items()])
