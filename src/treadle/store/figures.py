"""How much there is of what, counted by the database: what a monitoring system asks for every few seconds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, case, func, select

from treadle.store.records import RunStatus
from treadle.store.tables import (
    UtcTime,
    attempts,
    backfills,
    check_results,
    deliveries,
    latest_check_results,
    runs,
    slots,
    steps,
    ticks,
)

__all__ = ["BUCKETS", "Durations", "Figures", "figures"]

BUCKETS = (0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 14400.0, 43200.0)
"""Up to how many seconds attempts are counted together; what took longer is in none of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """How long attempts took: how many took at most so many seconds as each of `BUCKETS`, how many, how long in all."""

    buckets: Sequence[int]
    count: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of one project, what the store has of it now; of pools and of checks, all of the store.

    `ticks` are counted by kind, name and status, and `last_ticks` are when each kind and name had its last. `pools`
    says how many steps hold a place, and how many wait. `checks` counts the last results by whether they passed.
    """

    runs: Mapping[str, int]
    oldest_queued: datetime | None
    steps: Mapping[str, int]
    attempts: Mapping[str, Durations]
    ticks: Mapping[tuple[str, str, str], int]
    last_ticks: Mapping[tuple[str, str], datetime]
    backfills: Mapping[str, int]
    pools: Mapping[tuple[str, bool], int]
    deliveries: Mapping[tuple[str, str], int]
    checks: Mapping[bool, int]


def figures(connection: Connection, project: str) -> Figures:
    """Count everything."""
    mine = runs.c.project == project
    queued = runs.c.status == RunStatus.QUEUED.value

    def rows(query: Select[Any]) -> Iterator[tuple[Any, ...]]:
        yield from map(tuple, connection.execute(query))

    def counted(query: Select[Any]) -> dict[str, int]:
        return dict(rows(query))

    own_ticks = ticks.c.project == project
    last = latest_check_results
    this = (last.c.run_id == check_results.c.run_id) & (last.c.position == check_results.c.position)
    return Figures(
        runs=counted(select(runs.c.status, func.count()).where(mine).group_by(runs.c.status)),
        oldest_queued=connection.execute(
            select(runs.c.created_at).where(mine, queued).order_by(runs.c.created_at).limit(1)
        ).scalar(),
        steps=counted(
            select(steps.c.status, func.count())
            .join(runs, runs.c.id == steps.c.run_id)
            .where(mine)
            .group_by(steps.c.status)
        ),
        attempts=_durations(connection, project),
        ticks={
            (kind, name, status): number
            for kind, name, status, number in rows(
                select(ticks.c.kind, ticks.c.name, ticks.c.status, func.count())
                .where(own_ticks)
                .group_by(ticks.c.kind, ticks.c.name, ticks.c.status)
            )
        },
        last_ticks={
            (kind, name): at
            for kind, name, at in rows(
                select(ticks.c.kind, ticks.c.name, func.max(ticks.c.due_at, type_=UtcTime()))
                .where(own_ticks)
                .group_by(ticks.c.kind, ticks.c.name)
            )
        },
        backfills=counted(
            select(backfills.c.status, func.count()).where(backfills.c.project == project).group_by(backfills.c.status)
        ),
        pools={
            (pool, bool(is_held)): number
            for pool, is_held, number in rows(
                select(slots.c.pool, slots.c.is_held, func.count()).group_by(slots.c.pool, slots.c.is_held)
            )
        },
        deliveries={
            (hook, status): number
            for hook, status, number in rows(
                select(deliveries.c.hook, deliveries.c.status, func.count())
                .where(deliveries.c.project == project)
                .group_by(deliveries.c.hook, deliveries.c.status)
            )
        },
        checks={
            bool(passed): number
            for passed, number in rows(
                select(check_results.c.passed, func.count()).join(last, this).group_by(check_results.c.passed)
            )
        },
    )


def _durations(connection: Connection, project: str) -> dict[str, Durations]:
    seconds = attempts.c.seconds
    counts = [func.sum(case((seconds <= most, 1), else_=0)) for most in BUCKETS]
    query = (
        select(attempts.c.status, func.count(), func.sum(seconds), *counts)
        .join(runs, runs.c.id == attempts.c.run_id)
        .where(runs.c.project == project, seconds.is_not(None))
        .group_by(attempts.c.status)
    )
    found: dict[str, Durations] = {}
    for row in connection.execute(query):
        status, count, total, *buckets = tuple[Any, ...](row)
        found[status] = Durations(buckets=buckets, count=count, seconds=total)
    return found
