"""Reading and writing the tables `steps` and `attempts`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from treadle.ir import AssetKey, CheckKey
from treadle.store.records import AttemptRecord, PendingStep, StepRecord, StepStatus
from treadle.store.tables import attempts, events, runs, steps

__all__ = ["add_steps", "assets_of", "list_attempts", "list_steps"]


def add_steps(connection: Connection, run_id: str, pending: Iterable[PendingStep]) -> None:
    """Write the steps of a new run."""
    rows = [
        {
            "run_id": run_id,
            "position": position,
            "step": step.step,
            "status": StepStatus.PENDING.value,
            "assets": [str(key) for key in step.assets],
            "checks": [[str(key.asset), key.name] for key in step.checks],
            "after": list(step.after),
            "output": "",
            "attempts": 0,
            "error": "",
        }
        for position, step in enumerate(pending, start=1)
    ]
    if rows:
        connection.execute(insert(steps), rows)


def list_steps(connection: Connection, run_id: str) -> list[StepRecord]:
    """The steps of a run, in the order of its plan."""
    query = select(steps).where(steps.c.run_id == run_id).order_by(steps.c.position)
    return [_step(row) for row in connection.execute(query)]


def list_attempts(connection: Connection, run_id: str, step: str | None = None) -> list[AttemptRecord]:
    """The attempts at the steps of a run, in the order in which they began."""
    query = select(attempts).where(attempts.c.run_id == run_id)
    started = select(events.c.step, events.c.attempt, events.c.position).where(
        events.c.run_id == run_id, events.c.kind == "step_started"
    )
    if step is not None:
        query, started = query.where(attempts.c.step == step), started.where(events.c.step == step)
    # Not by the time at which they began: the clock may have been put back since.
    position = {(row.step, row.attempt): row.position for row in connection.execute(started)}
    found = [_attempt(row) for row in connection.execute(query)]
    return sorted(found, key=lambda each: position.get((each.step, each.attempt), 0))


def assets_of(connection: Connection, run_id: str, step: str) -> list[tuple[str, str]]:
    """What a step of a run writes: pairs of asset and partition key, which is empty for the asset as a whole."""
    wanted = steps.c.run_id == run_id, steps.c.step == step
    found = connection.execute(
        select(steps.c.assets, runs.c.partition_key, runs.c.partition_keys)
        .join(runs, runs.c.id == steps.c.run_id)
        .where(*wanted)
    ).one()
    parts = {"", *(found.partition_keys or [found.partition_key or ""])}
    return [(asset, part) for asset in sorted(found.assets) for part in sorted(parts)]


def _step(row: Row[Any]) -> StepRecord:
    return StepRecord(
        run_id=row.run_id,
        position=row.position,
        step=row.step,
        status=StepStatus(row.status),
        assets=tuple(AssetKey(tuple(key.split("/"))) for key in row.assets),
        checks=tuple(CheckKey(AssetKey(tuple(asset.split("/"))), name) for asset, name in row.checks),
        after=tuple(row.after),
        output=row.output,
        attempts=row.attempts,
        exit_code=row.exit_code,
        error=row.error,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


def _attempt(row: Row[Any]) -> AttemptRecord:
    return AttemptRecord(
        run_id=row.run_id,
        step=row.step,
        attempt=row.attempt,
        status=StepStatus(row.status),
        output=row.output,
        exit_code=row.exit_code,
        error=row.error,
        started_at=row.started_at,
        ended_at=row.ended_at,
        seconds=row.seconds,
        peak_memory=row.peak_memory,
        cpu_seconds=row.cpu_seconds,
        peak_gpu_memory=row.peak_gpu_memory,
    )
