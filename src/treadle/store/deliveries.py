"""The outbox: what hooks have to tell is written with the event that it is about, and told by whoever takes it first.

Who takes a delivery has it for a time. When that is over and nothing was said of it, anybody may take it again: so
each is told at least once, and twice only when its teller was killed between telling and saying so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from treadle.errors import UsageError
from treadle.store.filling import filled
from treadle.store.records import DeliveryRecord, DeliveryStatus, PendingDelivery
from treadle.store.tables import deliveries

__all__ = [
    "add_deliveries",
    "again",
    "delivery_of",
    "find_delivery",
    "list_deliveries",
    "mark_delivered",
    "mark_failed",
    "take",
]

_PENDING = DeliveryStatus.PENDING.value
_IS_OF_A_HOOK = ~deliveries.c.hook.startswith("@")  # what others have to tell in order is in the spool


def add_deliveries(connection: Connection, pending: Iterable[PendingDelivery], now: datetime) -> None:
    """Write what has to be told; it is due at once."""
    rows = [
        {
            "project": each.project,
            "hook": each.hook,
            "run_id": each.run_id,
            "message": dict(each.message),
            "status": _PENDING,
            "attempts": 0,
            "error": "",
            "created_at": now,
            "next_at": now,
        }
        for each in pending
    ]
    if rows:
        connection.execute(insert(deliveries), rows)


def take(connection: Connection, project: str, *, limit: int, until: datetime, now: datetime) -> list[DeliveryRecord]:
    """Take what is due, the oldest first; nobody else gets it before `until`."""
    due = (
        select(deliveries.c.id)
        .where(
            deliveries.c.project == project, deliveries.c.status == _PENDING, deliveries.c.next_at <= now, _IS_OF_A_HOOK
        )
        .order_by(deliveries.c.next_at, deliveries.c.id)
        .limit(limit)
        # What another process is taking at this moment is passed over, not waited for. SQLite has one writer anyway.
        .with_for_update(skip_locked=True)
    )
    taken: list[int] = list(connection.execute(due).scalars())
    mine = deliveries.c.id.in_(taken)
    connection.execute(update(deliveries).where(mine).values(next_at=until, attempts=deliveries.c.attempts + 1))
    return [delivery_of(row) for row in connection.execute(select(deliveries).where(mine).order_by(deliveries.c.id))]


def mark_delivered(connection: Connection, taken: DeliveryRecord, *, note: str, now: datetime) -> None:
    """Note that it was told."""
    values = {"status": DeliveryStatus.DELIVERED.value, "error": note, "ended_at": now}
    connection.execute(update(deliveries).where(deliveries.c.id == taken.id, _is_pending()).values(values))


def mark_failed(
    connection: Connection, taken: DeliveryRecord, error: str, *, again_in: timedelta | None, now: datetime
) -> None:
    """Note that an attempt failed: it is due again after a time, or it is given up."""
    values: dict[str, object] = {"error": error}
    if again_in is None:
        values |= {"status": DeliveryStatus.FAILED.value, "ended_at": now}
    else:
        values["next_at"] = now + again_in
    # Somebody else who has taken it since knows better.
    mine = deliveries.c.id == taken.id, deliveries.c.attempts == taken.attempts
    connection.execute(update(deliveries).where(*mine, _is_pending()).values(values))


def again(connection: Connection, delivery_id: int, now: datetime) -> None:
    """Let one be told that hasn't been, now and with as many attempts as a new one."""
    found = find_delivery(connection, delivery_id)
    if found.status is DeliveryStatus.DELIVERED:
        raise UsageError(f"delivery {found.id} is over: {found.hook!r} was told")
    values = {"status": _PENDING, "attempts": 0, "next_at": now, "ended_at": None}
    connection.execute(update(deliveries).where(deliveries.c.id == found.id).values(values))


def find_delivery(connection: Connection, delivery_id: int) -> DeliveryRecord:
    """The delivery with this id."""
    row = connection.execute(select(deliveries).where(deliveries.c.id == delivery_id)).first()
    if row is None:
        raise UsageError(f"there is no delivery {delivery_id}", fix="see: treadle hooks deliveries")
    return delivery_of(row)


def list_deliveries(
    connection: Connection,
    *,
    project: str | None,
    hook: str | None,
    run_id: str | None,
    statuses: Iterable[DeliveryStatus],
    limit: int | None,
) -> list[DeliveryRecord]:
    """Deliveries, the newest first."""
    query = select(deliveries).where(_IS_OF_A_HOOK).order_by(deliveries.c.id.desc())
    for column, wanted in (("project", project), ("hook", hook), ("run_id", run_id)):
        if wanted is not None:
            query = query.where(deliveries.c[column] == wanted)
    if values := [status.value for status in statuses]:
        query = query.where(deliveries.c.status.in_(values))
    return [delivery_of(row) for row in connection.execute(query.limit(limit))]


def _is_pending() -> Any:
    return deliveries.c.status == _PENDING


def delivery_of(row: Row[Any]) -> DeliveryRecord:
    """A row of the table."""
    return filled(DeliveryRecord, row, message=MappingProxyType(row.message), status=DeliveryStatus(row.status))
