"""Writes what happens in a run: the log of events, and what follows from each for the other tables.

The runner numbers its events. Writing the same ones again changes nothing, so it may do that when it can't know
whether a transaction was kept, because the connection broke at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, and_, bindparam, case, select, update
from sqlalchemy.dialects import postgresql, sqlite

from treadle.ir import AssetKey, CheckResult, LogLine, Materialization, Phase
from treadle.store.events import (
    RunEnded,
    RunEvent,
    RunInterrupted,
    RunStarted,
    StepEnded,
    StepReported,
    StepStarted,
)
from treadle.store.records import PendingStep, RunRecord, RunStatus, StepStatus
from treadle.store.runs import add_run
from treadle.store.steps import add_steps, assets_of
from treadle.store.tables import (
    attempts,
    check_results,
    events,
    latest_check_results,
    latest_materializations,
    materializations,
    runs,
    slots,
    steps,
)

__all__ = ["add_queued_run", "insert_into", "is_recorded", "record_events"]

_WHOLE = ""  # the partition key of an asset as a whole

# Made once: to put a statement together takes longer than to execute it, and a step needs fourteen.
_CHANGED_RUN = update(runs).where(runs.c.id == bindparam("of_run"))
_CHANGED_STEP = update(steps).where(steps.c.run_id == bindparam("of_run"), steps.c.step == bindparam("of_step"))
_CHANGED_ATTEMPT = update(attempts).where(
    attempts.c.run_id == bindparam("of_run"),
    attempts.c.step == bindparam("of_step"),
    attempts.c.attempt == bindparam("of_attempt"),
)
_FREED = slots.delete().where(slots.c.run_id == bindparam("of_run"), slots.c.step == bindparam("of_step"))


def record_events(connection: Connection, recorded: Iterable[RunEvent], *, first: int, now: datetime) -> bool:
    """Write events, numbered from `first`, and what follows from them; false when all of them are there already."""
    is_new = False
    reported: list[tuple[int, StepReported]] = []
    for position, event in enumerate(recorded, start=first):
        kind, row = _described(event)
        if not _add_event(connection, event.run_id, position, kind, now=now, **row):
            continue
        is_new = True
        if isinstance(event, StepReported):
            reported.append((position, event))
        else:
            _FOLLOWS[type(event)](connection, event, now)
    _add_reports(connection, reported, now)
    return is_new


def add_queued_run(connection: Connection, run: RunRecord, pending: Iterable[PendingStep], now: datetime) -> None:
    """Write a new run with its steps."""
    add_run(connection, run)
    add_steps(connection, run.id, pending)
    _add_event(connection, run.id, 0, "run_queued", now=now, data={"launched_by": run.launched_by})


def is_recorded(connection: Connection, event: RunEvent, position: int) -> bool:
    """Whether this very event has been written."""
    kind, _ = _described(event)
    query = select(events.c.kind).where(events.c.run_id == event.run_id, events.c.position == position)
    return connection.execute(query).scalar() == kind


def _add_event(
    connection: Connection,
    run_id: str,
    position: int,
    kind: str,
    *,
    now: datetime,
    step: str | None = None,
    attempt: int | None = None,
    asset: str | None = None,
    data: Mapping[str, object] | None = None,
) -> bool:
    """Write a row of the log, and tell whether it is new."""
    row = {
        "run_id": run_id,
        "position": position,
        "kind": kind,
        "step": step,
        "attempt": attempt,
        "asset": asset,
        "data": data or {},
        "created_at": now,
    }
    return connection.execute(_new_event(connection.dialect.name), row).first() is not None


@cache
def _new_event(dialect: str) -> Any:
    return _insertion(dialect, events).on_conflict_do_nothing().returning(events.c.id)


def insert_into(connection: Connection, table: Table) -> Any:
    """An insertion that can say what happens to a row that exists: each database has its own, with the same words."""
    return _insertion(connection.dialect.name, table)


@cache
def _insertion(dialect: str, table: Table) -> Any:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def _described(event: RunEvent) -> tuple[str, dict[str, Any]]:
    match event:
        case RunStarted():
            return ("run_resumed" if event.is_resumed else "run_started"), {}
        case RunInterrupted():
            return "run_interrupted", {"data": {"steps": list(event.steps), "reason": event.reason}}
        case StepStarted():
            return "step_started", {"step": event.step, "attempt": event.attempt}
        case StepEnded():
            data: dict[str, object] = {"status": event.status.value, "error": event.error}
            if event.retry_at is not None:
                data["retry_at"] = event.retry_at.isoformat()
            data.update({name: value for name, value in _used(event).items() if value is not None})
            return "step_ended", {"step": event.step, "attempt": event.attempt or None, "data": data}
        case RunEnded():
            return "run_ended", {"data": {"status": event.status.value, "error": event.error}}
        case StepReported():
            kind, asset, data = _report(event.report)
            return kind, {"step": event.step, "attempt": event.attempt, "asset": asset, "data": data}


def _report(report: Materialization | CheckResult | LogLine | Phase) -> tuple[str, str | None, dict[str, object]]:
    asset = None if isinstance(report, Phase) or report.asset is None else str(report.asset)
    match report:
        case Materialization():
            return "materialized", asset, {"partition": report.partition, "data_version": report.data_version}
        case CheckResult():
            return (
                "checked",
                asset,
                {"check": report.check, "passed": report.passed, "severity": report.severity.value},
            )
        case LogLine():
            return "logged", asset, {"level": report.level, "message": report.message}
        case Phase():
            return "phase", None, {"name": report.name}


# What follows


def _run_started(connection: Connection, event: RunStarted, now: datetime) -> None:
    values: dict[str, object] = {"status": RunStatus.RUNNING.value, "ended_at": None, "error": ""}
    if not event.is_resumed:
        values["started_at"] = now
    _change_run(connection, event.run_id, **values)


def _run_interrupted(connection: Connection, event: RunInterrupted, now: datetime) -> None:
    interrupted = StepStatus.INTERRUPTED.value
    running = attempts.c.run_id == event.run_id, attempts.c.status == StepStatus.RUNNING.value
    values = {"status": interrupted, "ended_at": now, "error": event.reason}
    connection.execute(update(attempts).where(*running).values(values))
    again = steps.c.status.in_([StepStatus.RUNNING.value, StepStatus.CANCELLED.value])
    waiting = {"status": StepStatus.PENDING.value, "ended_at": None, "error": ""}
    connection.execute(update(steps).where(steps.c.run_id == event.run_id, again).values(waiting))
    connection.execute(slots.delete().where(slots.c.run_id == event.run_id))


def _step_started(connection: Connection, event: StepStarted, now: datetime) -> None:
    _change_step(
        connection,
        event.run_id,
        event.step,
        status=StepStatus.RUNNING.value,
        started_at=now,
        ended_at=None,
        output=event.output,
        attempts=event.attempt,
        error="",
        exit_code=None,
    )
    row = {
        "run_id": event.run_id,
        "step": event.step,
        "attempt": event.attempt,
        "status": StepStatus.RUNNING.value,
        "output": event.output,
        "error": "",
        "started_at": now,
    }
    connection.execute(insert_into(connection, attempts), row)


def _used(event: StepEnded) -> dict[str, float | None]:
    return {
        "peak_memory": event.peak_memory,
        "cpu_seconds": event.cpu_seconds,
        "peak_gpu_memory": event.peak_gpu_memory,
    }


def _step_ended(connection: Connection, event: StepEnded, now: datetime) -> None:
    values = {"error": event.error, "exit_code": event.exit_code, "ended_at": now}
    status = StepStatus.PENDING if event.retry_at is not None else event.status
    _change_step(connection, event.run_id, event.step, status=status.value, **values)
    if event.attempt:
        ended = {**values, "status": event.status.value, "seconds": event.seconds, **_used(event)}
        mine = {"of_run": event.run_id, "of_step": event.step, "of_attempt": event.attempt}
        connection.execute(_CHANGED_ATTEMPT, {**mine, **ended})
    connection.execute(_FREED, {"of_run": event.run_id, "of_step": event.step})
    if event.retry_at is None and event.status is not StepStatus.SUCCEEDED:
        _mark_failed(connection, event, now)


def _mark_failed(connection: Connection, event: StepEnded, now: datetime) -> None:
    """What the step should have written, and didn't in this run, has failed."""
    found = assets_of(connection, event.run_id, event.step)
    failed = {"failed_run_id": event.run_id, "failed_at": now}
    rows = [{"asset": asset, "partition_key": key, **failed} for asset, key in found]
    if rows:
        statement = insert_into(connection, latest_materializations).values(rows)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["asset", "partition_key"],
                set_=failed,
                where=latest_materializations.c.run_id.is_distinct_from(event.run_id),
            )
        )


def _run_ended(connection: Connection, event: RunEnded, now: datetime) -> None:
    nobody = dict.fromkeys(("runner", "runner_machine", "runner_pid", "runner_born"))
    values = {"status": event.status.value, "ended_at": now, "error": event.error}
    _change_run(connection, event.run_id, **values, **nobody)
    connection.execute(slots.delete().where(slots.c.run_id == event.run_id))


_FOLLOWS: Mapping[type, Callable[[Connection, Any, datetime], None]] = {
    RunStarted: _run_started,
    RunInterrupted: _run_interrupted,
    StepStarted: _step_started,
    StepEnded: _step_ended,
    RunEnded: _run_ended,
}


def _change_run(connection: Connection, run_id: str, **values: object) -> None:
    connection.execute(_CHANGED_RUN, {"of_run": run_id, **values})


def _change_step(connection: Connection, run_id: str, step: str, **values: object) -> None:
    changed = connection.execute(_CHANGED_STEP, {"of_run": run_id, "of_step": step, **values})
    assert changed.rowcount == 1, f"no step {step} in run {run_id}"


# What steps report


def _add_reports(connection: Connection, reported: list[tuple[int, StepReported]], now: datetime) -> None:
    written: list[dict[str, Any]] = []
    checked: list[dict[str, Any]] = []
    for position, event in reported:
        report = event.report
        if isinstance(report, (LogLine, Phase)):
            continue
        assert report.asset is not None, "a result without an asset"
        row = {
            "run_id": event.run_id,
            "position": position,
            "step": event.step,
            "asset": str(report.asset),
            "partition_key": report.partition,
            "metadata": dict(report.metadata),
            "created_at": now,
        }
        if isinstance(report, Materialization):
            versions = {"data_version": report.data_version, "code_version": event.code_version}
            written.append({**row, **versions, "inputs": _as_text(event.inputs)})
        else:
            result = {"passed": report.passed, "severity": report.severity.value, "description": report.description}
            checked.append({**row, **result, "name": report.check})
    if written:
        connection.execute(insert_into(connection, materializations), written)
        also = ("data_version", "created_at", "failed_run_id", "failed_at", "code_version", "changed_at")
        changed = [{**row, "changed_at": now} for row in written]
        _keep_latest(connection, latest_materializations, changed, ("asset",), also, kept=_kept_of_the_same)
    if checked:
        connection.execute(insert_into(connection, check_results), checked)
        _keep_latest(connection, latest_check_results, checked, ("asset", "name"), ())


def _kept_of_the_same(new: Any) -> dict[str, Any]:
    """What was written again with the version that it had hasn't changed since."""
    before = latest_materializations.c
    is_same = and_(before.data_version == new.data_version, before.changed_at.is_not(None))
    return {"changed_at": case((is_same, before.changed_at), else_=new.changed_at)}


def _nothing_kept(new: Any) -> dict[str, Any]:
    return {}


def _as_text(inputs: Mapping[AssetKey, str]) -> dict[str, str]:
    return {str(key): version for key, version in inputs.items()}


def _keep_latest(
    connection: Connection,
    table: Table,
    rows: list[dict[str, Any]],
    names: tuple[str, ...],
    also: tuple[str, ...],
    *,
    kept: Callable[[Any], dict[str, Any]] = _nothing_kept,
) -> None:
    """Point at the newest rows: for the asset as a whole, and for each partition. The last one written wins.

    `kept` gives, for what the row that is there may keep, what to set.
    """
    key = (*names, "partition_key")
    columns = ("run_id", "position", *also)
    newest: dict[tuple[object, ...], dict[str, Any]] = {}
    for row in rows:
        for partition in {_WHOLE, row["partition_key"] or _WHOLE}:
            found = {**{name: row.get(name) for name in (*names, *columns)}, "partition_key": partition}
            newest[tuple(found[name] for name in key)] = found
    statement = _newest(connection.dialect.name, table, key, columns, kept)
    # In one order, so that two runs that write the same rows at once wait for each other, and never in a circle.
    connection.execute(statement, [newest[each] for each in sorted(newest, key=str)])


@cache
def _newest(
    dialect: str, table: Table, key: tuple[str, ...], columns: tuple[str, ...], kept: Callable[[Any], dict[str, Any]]
) -> Any:
    statement = _insertion(dialect, table)
    return statement.on_conflict_do_update(
        index_elements=list(key),
        set_={name: statement.excluded[name] for name in columns} | kept(statement.excluded),
    )
