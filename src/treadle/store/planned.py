"""Reading what runs and backfills were asked for, and haven't made yet."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice

from sqlalchemy import Connection, and_, or_, select

from treadle.ir import AssetKey, CheckKey
from treadle.store.records import PlannedPart, RunStatus, StepStatus
from treadle.store.tables import backfill_parts, backfills, runs, steps

__all__ = ["asked_of_runs", "list_unfinished", "list_unfinished_of_backfills"]

_MOST_NAMED = 500
_OPEN_RUNS = [status.value for status in RunStatus if not status.is_final]
_OPEN_STEPS = [status.value for status in StepStatus if not status.is_final]


def list_unfinished(connection: Connection, project: str) -> list[PlannedPart]:
    """The steps that haven't ended of runs that haven't."""
    query = (
        select(
            steps.c.run_id, steps.c.assets, steps.c.checks, runs.c.project, runs.c.partition_key, runs.c.partition_keys
        )
        .join(runs, runs.c.id == steps.c.run_id)
        .where(runs.c.status.in_(_OPEN_RUNS), steps.c.status.in_(_OPEN_STEPS))
        .order_by(steps.c.run_id, steps.c.position)
    )
    # Few runs are open, and many are of the project: SQLite, which doesn't know that, would look through the latter.
    return [
        PlannedPart(
            run_id=row.run_id,
            assets=tuple(map(_key, row.assets)),
            checks=tuple(_check_key(*each) for each in row.checks),
            partition_keys=tuple(row.partition_keys) or ((row.partition_key,) if row.partition_key else ()),
        )
        for row in connection.execute(query)
        if (row.assets or row.checks) and row.project == project
    ]


def list_unfinished_of_backfills(connection: Connection, project: str) -> list[tuple[str, tuple[str, ...]]]:
    """The parts of backfills that haven't ended which have no run yet, or one that hasn't ended."""
    waiting = or_(backfill_parts.c.run_id.is_(None), runs.c.status.in_(_OPEN_RUNS))
    query = (
        select(backfills.c.selection, backfill_parts.c.partition_keys)
        .join(backfill_parts, backfill_parts.c.backfill_id == backfills.c.id)
        .outerjoin(runs, runs.c.id == backfill_parts.c.run_id)
        .where(and_(backfills.c.project == project, backfills.c.ended_at.is_(None)), waiting)
        .order_by(backfills.c.id, backfill_parts.c.position)
    )
    return [(row.selection, tuple(row.partition_keys)) for row in connection.execute(query)]


def asked_of_runs(connection: Connection, run_ids: Collection[str]) -> dict[str, frozenset[AssetKey | CheckKey]]:
    """The assets and checks of all steps of each run."""
    found: dict[str, set[AssetKey | CheckKey]] = {}
    columns = steps.c.run_id, steps.c.assets, steps.c.checks
    for some in _batches(sorted(run_ids)):
        for row in connection.execute(select(*columns).where(steps.c.run_id.in_(some))):
            asked = found.setdefault(row.run_id, set())
            asked.update(map(_key, row.assets))
            asked.update(_check_key(*each) for each in row.checks)
    return {run_id: frozenset(asked) for run_id, asked in found.items()}


def _batches(names: list[str]) -> Iterator[list[str]]:
    """A statement can't hold any number of values."""
    rest = iter(names)
    while some := list(islice(rest, _MOST_NAMED)):
        yield some


def _check_key(asset: str, name: str) -> CheckKey:
    return CheckKey(_key(asset), name)


def _key(text: str) -> AssetKey:
    return AssetKey(tuple(text.split("/")))
