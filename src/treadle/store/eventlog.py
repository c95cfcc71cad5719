"""Reading the table `events`."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, func, select

from treadle.ir import AssetKey
from treadle.store.records import EventRecord
from treadle.store.tables import events

__all__ = ["last_event", "list_events", "next_position"]


def list_events(
    connection: Connection, *, run_id: str | None, after: int, step: str | None, limit: int | None
) -> list[EventRecord]:
    """Events in the order in which they were recorded, after the one with the id `after`."""
    query = select(events).where(events.c.id > after).order_by(events.c.id)
    if run_id is not None:
        query = select(events).where(events.c.run_id == run_id, events.c.id > after).order_by(events.c.position)
    if step is not None:
        query = query.where(events.c.step == step)
    return [_event(row) for row in connection.execute(query.limit(limit))]


def last_event(connection: Connection) -> int:
    """The id of the newest event; 0 when there is none."""
    return connection.execute(select(func.max(events.c.id))).scalar() or 0


def next_position(connection: Connection, run_id: str) -> int:
    """The number that the next event of a run gets."""
    last = connection.execute(select(func.max(events.c.position)).where(events.c.run_id == run_id)).scalar()
    return 0 if last is None else last + 1


def _event(row: Row[Any]) -> EventRecord:
    return EventRecord(
        id=row.id,
        run_id=row.run_id,
        position=row.position,
        kind=row.kind,
        step=row.step,
        attempt=row.attempt,
        asset=None if row.asset is None else AssetKey(tuple(row.asset.split("/"))),
        data=MappingProxyType(row.data),
        created_at=row.created_at,
    )
