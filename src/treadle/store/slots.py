"""Places in pools, which all runs that share the store compete for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, delete, func, or_, select, text, update

from treadle.store.ownership import SILENCE
from treadle.store.recording import insert_into
from treadle.store.records import Runner
from treadle.store.runs import run_of
from treadle.store.tables import runs, slots

__all__ = ["take_slots"]

_LOCK_OF_POOLS = 0x706F6F6C  # any number that other users of the same server are unlikely to choose


def take_slots(
    connection: Connection,
    pools: Mapping[str, int],
    *,
    run_id: str,
    step: str,
    priority: int,
    is_alive: Callable[[Runner], bool | None],
    now: datetime,
) -> bool:
    """Take a place in each of some pools (with their limits), or wait in line for all: by priority, then by time.

    Places of runs whose runner is gone are free. One that hasn't been heard of is gone, unless it can be seen to live:
    a machine that was asleep, or whose clock was put forward, has heard of nobody for long.
    """
    _one_at_a_time(connection)
    _free_the_lost(connection, pools, is_alive, now)
    row = {"run_id": run_id, "step": step, "is_held": False, "priority": priority, "created_at": now}
    rows = [{**row, "pool": pool} for pool in pools]
    connection.execute(insert_into(connection, slots).values(rows).on_conflict_do_nothing())
    mine = and_(slots.c.pool.in_(list(pools)), slots.c.run_id == run_id, slots.c.step == step)
    since: datetime = connection.execute(select(func.min(slots.c.created_at)).where(mine)).scalar_one()
    for pool, limit in pools.items():
        inside = select(func.count()).where(slots.c.pool == pool, slots.c.is_held)
        before = or_(
            slots.c.priority > priority,
            and_(slots.c.priority == priority, slots.c.created_at < since),
        )
        waiting = select(func.count()).where(slots.c.pool == pool, slots.c.is_held.is_(False), before)
        if connection.execute(inside).scalar_one() + connection.execute(waiting).scalar_one() >= limit:
            return False
    connection.execute(update(slots).where(mine).values(is_held=True))
    return True


def _one_at_a_time(connection: Connection) -> None:
    """SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_OF_POOLS})


def _free_the_lost(
    connection: Connection, pools: Iterable[str], is_alive: Callable[[Runner], bool | None], now: datetime
) -> None:
    heard_of = select(runs.c.id).where(runs.c.runner.is_not(None), runs.c.heartbeat_at >= now - SILENCE)
    silent = slots.c.pool.in_(list(pools)), slots.c.run_id.not_in(heard_of)
    found = connection.execute(select(runs).where(runs.c.id.in_(select(slots.c.run_id).where(*silent)))).all()
    lost = [run.id for run in map(run_of, found) if run.runner is None or not is_alive(run.runner)]
    if lost:
        connection.execute(delete(slots).where(slots.c.pool.in_(list(pools)), slots.c.run_id.in_(lost)))
