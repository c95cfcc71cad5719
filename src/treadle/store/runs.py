"""Reading and writing the tables `runs` and `steps`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from treadle.errors import UsageError, cut, did_you_mean, listing
from treadle.ir import AssetKey, CheckKey
from treadle.store.ids import ALPHABET
from treadle.store.records import PendingStep, RunRecord, RunStatus, StepRecord, StepStatus
from treadle.store.tables import runs, steps

__all__ = ["add_run", "change_run", "change_step", "find_run", "list_runs", "list_steps"]

_MOST_SUGGESTED = 1_000


def add_run(connection: Connection, run: RunRecord, pending: Iterable[PendingStep]) -> None:
    """Write a new run and its steps."""
    connection.execute(
        insert(runs).values(
            id=run.id,
            status=run.status.value,
            project=run.project,
            selection=run.selection,
            partition_key=run.partition,
            created_at=run.created_at,
            error="",
        )
    )
    rows = [
        {
            "run_id": run.id,
            "position": position,
            "step": step.step,
            "status": StepStatus.PENDING.value,
            "assets": [str(key) for key in step.assets],
            "checks": [[str(key.asset), key.name] for key in step.checks],
            "output": "",
            "attempts": 0,
            "error": "",
        }
        for position, step in enumerate(pending, start=1)
    ]
    if rows:
        connection.execute(insert(steps), rows)


def change_run(connection: Connection, run_id: str, **values: object) -> None:
    """Set columns of a run."""
    changed = connection.execute(update(runs).where(runs.c.id == run_id).values(values))
    assert changed.rowcount == 1, f"no run {run_id}"


def change_step(connection: Connection, run_id: str, step: str, **values: object) -> None:
    """Set columns of a step."""
    changed = connection.execute(update(steps).where(steps.c.run_id == run_id, steps.c.step == step).values(values))
    assert changed.rowcount == 1, f"no step {step} in run {run_id}"


def find_run(connection: Connection, prefix: str) -> RunRecord:
    """The run with this id, or the only one whose id begins so."""
    wanted = prefix.strip().lower()
    query = select(runs).where(runs.c.id.startswith(wanted, autoescape=True)).order_by(runs.c.id).limit(20)
    found = [_run(row) for row in connection.execute(query)] if wanted and set(wanted) <= set(ALPHABET) else []
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
    connection: Connection, *, limit: int | None, status: RunStatus | None, project: str | None
) -> list[RunRecord]:
    """Runs, the newest first."""
    query = select(runs).order_by(runs.c.created_at.desc(), runs.c.id.desc())
    if status is not None:
        query = query.where(runs.c.status == status.value)
    if project is not None:
        query = query.where(runs.c.project == project)
    return [_run(row) for row in connection.execute(query.limit(limit))]


def list_steps(connection: Connection, run_id: str) -> list[StepRecord]:
    """The steps of a run, in the order of its plan."""
    query = select(steps).where(steps.c.run_id == run_id).order_by(steps.c.position)
    return [_step(row) for row in connection.execute(query)]


def _run(row: Row[Any]) -> RunRecord:
    return RunRecord(
        id=row.id,
        status=RunStatus(row.status),
        project=row.project,
        selection=row.selection,
        partition=row.partition_key,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        error=row.error,
    )


def _step(row: Row[Any]) -> StepRecord:
    return StepRecord(
        run_id=row.run_id,
        position=row.position,
        step=row.step,
        status=StepStatus(row.status),
        assets=tuple(AssetKey(tuple(key.split("/"))) for key in row.assets),
        checks=tuple(CheckKey(AssetKey(tuple(asset.split("/"))), name) for asset, name in row.checks),
        output=row.output,
        attempts=row.attempts,
        exit_code=row.exit_code,
        error=row.error,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )
