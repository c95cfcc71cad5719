"""Reading and writing the table `runs`."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, Text, and_, exists, func, insert, or_, select, type_coerce, update

from treadle.errors import UsageError, cut, did_you_mean, listing
from treadle.store.ids import ALPHABET
from treadle.store.records import Runner, RunRecord, RunSearch, RunStatus
from treadle.store.tables import runs, steps

__all__ = ["add_run", "count_runs", "find_run", "list_runs", "run_of", "set_partition", "unfinished_since"]

_MOST_SUGGESTED = 1_000
_LENGTH = 10  # of a name


def add_run(connection: Connection, run: RunRecord) -> None:
    """Write a new run."""
    connection.execute(
        insert(runs).values(
            id=run.id,
            status=run.status.value,
            project=run.project,
            selection=run.selection,
            partition_key=run.partition,
            partition_keys=list(run.partition_keys),
            tags=dict(run.tags),
            config=dict(run.config),
            priority=run.priority,
            launched_by=run.launched_by,
            run_key=run.run_key,
            rerun_of=run.rerun_of,
            created_at=run.created_at,
            error="",
        )
    )


def set_partition(connection: Connection, run_id: str, partition: str | None, keys: Iterable[str]) -> None:
    """Say which partitions a run is for."""
    values = {"partition_key": partition, "partition_keys": list(keys)}
    connection.execute(update(runs).where(runs.c.id == run_id).values(values))


def find_run(connection: Connection, prefix: str) -> RunRecord:
    """The run with this id, or the only one whose id begins so."""
    wanted = prefix.strip().lower()
    # Between two names: for a pattern, both databases would look at every run.
    named = runs.c.id.between(wanted, wanted + ALPHABET[-1] * _LENGTH), runs.c.id.startswith(wanted, autoescape=True)
    query = select(runs).where(*named).order_by(runs.c.id).limit(20)
    found = [run_of(row) for row in connection.execute(query)] if wanted and set(wanted) <= set(ALPHABET) else []
    exact = [run for run in found if run.id == wanted]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if found:
        raise UsageError(
            f"{cut(prefix)} is the beginning of more than one run: {listing(run.id for run in found)}",
            fix="write more of the id",
        )
    recent = select(runs.c.id).order_by(runs.c.created_at.desc()).limit(_MOST_SUGGESTED)
    hint = did_you_mean(wanted, [row.id for row in connection.execute(recent)])
    raise UsageError(f"no run is called {cut(prefix)}", fix=hint or "see `treadle runs list`")


def list_runs(
    connection: Connection,
    *,
    limit: int | None,
    statuses: Iterable[RunStatus] = (),
    project: str | None = None,
    launched_by: str | None = None,
    search: RunSearch | None = None,
    before: str | None = None,
) -> list[RunRecord]:
    """Runs, the newest first; `before` is the run that the page before ended with."""
    query = select(runs).where(*_found_by(search)).order_by(runs.c.created_at.desc(), runs.c.id.desc())
    if wanted := [status.value for status in statuses]:
        query = query.where(runs.c.status.in_(wanted))
    if project is not None:
        query = query.where(runs.c.project == project)
    if launched_by is not None:
        query = query.where(runs.c.launched_by == launched_by)
    if before is not None:
        query = query.where(_is_before(connection, before))
    return [run_of(row) for row in connection.execute(query.limit(limit))]


def count_runs(
    connection: Connection, *, project: str, launched_by: str | None, search: RunSearch | None
) -> dict[RunStatus, int]:
    """How many runs of a project have which status; those that no run has are left out."""
    query = select(runs.c.status, func.count()).where(runs.c.project == project, *_found_by(search))
    if launched_by is not None:
        query = query.where(runs.c.launched_by == launched_by)
    return {RunStatus(row[0]): row[1] for row in connection.execute(query.group_by(runs.c.status))}


def _found_by(search: RunSearch | None) -> list[Any]:
    """What runs have to fulfil."""
    if search is None:
        return []
    found: list[Any] = []
    if search.text:
        columns = runs.c.selection, runs.c.launched_by, runs.c.partition_key
        said = [column.icontains(search.text, autoescape=True) for column in columns]
        if set(beginning := search.text.lower()) <= set(ALPHABET):
            said.append(runs.c.id.startswith(beginning, autoescape=True))
        found.append(or_(*said))
    if search.asset is not None:
        named = type_coerce(steps.c.assets, Text).contains(json.dumps(str(search.asset)), autoescape=True)
        found.append(exists().where(steps.c.run_id == runs.c.id, named))
    for name, value in search.tags.items():
        # As it is written in the column; a quote within a name or a value is escaped there.
        pair = f"{json.dumps(name)}:{'' if value is None else json.dumps(value)}"
        found.append(type_coerce(runs.c.tags, Text).contains(pair, autoescape=True))
    if search.since is not None:
        found.append(runs.c.created_at >= search.since)
    if search.until is not None:
        found.append(runs.c.created_at < search.until)
    return found


def _is_before(connection: Connection, last: str) -> Any:
    """What comes after a run in the order of a list. By the time alone an index finds it; a run that is gone has none."""
    at = connection.execute(select(runs.c.created_at).where(runs.c.id == last)).scalar()
    if at is None:
        return runs.c.id < last
    return and_(runs.c.created_at <= at, or_(runs.c.created_at < at, runs.c.id < last))


def unfinished_since(connection: Connection, run_ids: Collection[str], moment: datetime) -> set[str]:
    """Which of some runs weren't over at a moment."""
    live = runs.c.status.in_([status.value for status in RunStatus if not status.is_final])
    query = select(runs.c.id).where(runs.c.id.in_(list(run_ids)), or_(live, runs.c.ended_at >= moment))
    return set(connection.execute(query).scalars())


def run_of(row: Row[Any]) -> RunRecord:
    """The record that a row holds."""
    return RunRecord(
        id=row.id,
        status=RunStatus(row.status),
        project=row.project,
        selection=row.selection,
        partition=row.partition_key,
        partition_keys=tuple(row.partition_keys),
        tags=MappingProxyType(row.tags),
        config=MappingProxyType(row.config),
        priority=row.priority,
        launched_by=row.launched_by,
        run_key=row.run_key,
        rerun_of=row.rerun_of,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        cancel_requested_at=row.cancel_requested_at,
        runner=_runner(row),
        heartbeat_at=row.heartbeat_at,
        error=row.error,
    )


def _runner(row: Row[Any]) -> Runner | None:
    if row.runner is None:
        return None
    return Runner(id=row.runner, machine=row.runner_machine, pid=row.runner_pid, born=row.runner_born)
