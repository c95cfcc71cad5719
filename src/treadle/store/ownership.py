"""Who runs a run. One runner has it at a time; whoever lost it can't write to it any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, null, select, update

from treadle.store.records import Runner, RunRecord, RunStatus
from treadle.store.runs import run_of
from treadle.store.tables import runs

__all__ = ["SILENCE", "beat", "claim", "has_fallen_silent", "is_owner", "request_cancel"]

SILENCE = timedelta(seconds=60)
"""A runner that hasn't been heard of for this long is gone."""

_OWN = update(runs).where(runs.c.id == bindparam("of_run"), runs.c.runner == bindparam("of_runner"))


def has_fallen_silent(run: RunRecord, now: datetime) -> bool:
    """Whether a run's runner hasn't been heard of for too long; in the future it can't have been heard of either."""
    return run.heartbeat_at is None or abs(now - run.heartbeat_at) > SILENCE


def claim(connection: Connection, seen: RunRecord, runner: Runner, now: datetime) -> bool:
    """Take a run that is as it was seen: queued (and reserved, or not), or had by the same runner as then. Of several, one wins."""
    # Who goes on with a run that was to be cancelled wants it; a wish that came while it was queued still holds.
    wish = runs.c.cancel_requested_at if seen.status is RunStatus.QUEUED else null()
    had = runs.c.runner.is_(None) if seen.runner is None else runs.c.runner == seen.runner.id
    changed = connection.execute(
        update(runs)
        .where(runs.c.id == seen.id, runs.c.status == seen.status.value, had)
        .values(
            status=RunStatus.RUNNING.value,
            runner=runner.id,
            runner_machine=runner.machine,
            runner_pid=runner.pid,
            runner_born=runner.born,
            heartbeat_at=now,
            cancel_requested_at=wish,
        )
    )
    return changed.rowcount == 1


def is_owner(connection: Connection, run_id: str, runner: str, now: datetime) -> bool:
    """Whether a runner has a run; if so, that it lives is noted, and nobody else can take the run until the transaction ends."""
    seen = {"of_run": run_id, "of_runner": runner, "heartbeat_at": now}
    return connection.execute(_OWN, seen).rowcount == 1


def beat(connection: Connection, run_id: str, runner: str, now: datetime) -> RunRecord | None:
    """Note that a runner lives, and give its run as it is now; None when it has lost it."""
    if not is_owner(connection, run_id, runner, now):
        return None
    return run_of(connection.execute(select(runs).where(runs.c.id == run_id)).one())


def request_cancel(connection: Connection, run_id: str, now: datetime) -> bool:
    """Ask for a run to be cancelled; false when it is over."""
    live = runs.c.status.in_([RunStatus.QUEUED.value, RunStatus.RUNNING.value])
    asked = update(runs).where(runs.c.id == run_id, live).values(cancel_requested_at=now)
    return connection.execute(asked).rowcount == 1
