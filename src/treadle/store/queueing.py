"""Runs that wait for a process. Whoever starts one reserves it first, so that never too many run at once.

Who reserves a queued run is written down as its runner; the process that is started for it takes it over from there.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, select, text, update

from treadle.store.ownership import has_fallen_silent
from treadle.store.records import Runner, RunRecord, RunStatus
from treadle.store.runs import run_of
from treadle.store.tables import runs

__all__ = ["COMMAND", "is_reserved", "note_process", "reserve", "times_reserved"]

COMMAND = "command"
"""Who launches runs that it begins itself: `treadle run`."""

_LOCK_OF_QUEUES = 0x71756575  # any number that other users of the same server are unlikely to choose
_MARK = "start"


def is_reserved(run: RunRecord, *, is_alive: Callable[[Runner], bool | None], now: datetime) -> bool:
    """Whether a process was started for a queued run a moment ago, or can be seen to live."""
    if run.status is not RunStatus.QUEUED or run.runner is None:
        return False
    return not has_fallen_silent(run, now) or is_alive(run.runner) is True


def times_reserved(run: RunRecord) -> int:
    """How many processes were started for a run that is still queued."""
    mark, _, rest = ("" if run.runner is None else run.runner.id).partition("-")
    return int(rest.partition("-")[0]) if mark == _MARK else 0


def reserve(
    connection: Connection, project: str, *, most: int, is_alive: Callable[[Runner], bool | None], now: datetime
) -> RunRecord | None:
    """Reserve the run of a project whose turn it is: by priority, then by time. None when there is none, or no room."""
    _one_at_a_time(connection)
    live = runs.c.status.in_([RunStatus.QUEUED.value, RunStatus.RUNNING.value])
    turns = runs.c.priority.desc(), runs.c.created_at, runs.c.id
    query = select(runs).where(live, runs.c.project == project).order_by(*turns)
    found = [run_of(row) for row in connection.execute(query)]
    reserved = {run.id for run in found if is_reserved(run, is_alive=is_alive, now=now)}
    if sum(run.status is RunStatus.RUNNING for run in found) + len(reserved) >= most:
        return None
    for run in found:
        may_start = run.status is RunStatus.QUEUED and run.id not in reserved and run.cancel_requested_at is None
        if may_start and run.launched_by != COMMAND:
            return _reserved(connection, run, now)
    return None


def note_process(connection: Connection, reserved: RunRecord, process: Runner) -> None:
    """Note which process was started for a run that is reserved, unless that has begun already."""
    assert reserved.runner is not None
    mine = runs.c.id == reserved.id, runs.c.status == RunStatus.QUEUED.value, runs.c.runner == reserved.runner.id
    who = {"runner_machine": process.machine, "runner_pid": process.pid, "runner_born": process.born}
    connection.execute(update(runs).where(*mine).values(who))


def _reserved(connection: Connection, run: RunRecord, now: datetime) -> RunRecord:
    token = f"{_MARK}-{times_reserved(run) + 1}-{secrets.token_hex(8)}"
    # No process yet: should whoever reserves it die before there is one, nobody is waited for longer than a while.
    nobody = {"runner": token, "runner_machine": "", "runner_pid": 0, "runner_born": ""}
    connection.execute(update(runs).where(runs.c.id == run.id).values(**nobody, heartbeat_at=now))
    return run_of(connection.execute(select(runs).where(runs.c.id == run.id)).one())


def _one_at_a_time(connection: Connection) -> None:
    """SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_OF_QUEUES})
