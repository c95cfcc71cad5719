"""The spool: what observers have to tell in order. It is kept among the deliveries, under a name that no hook can have.

Whoever takes the oldest of a name has all of that name for a time, so that nothing overtakes anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update

from treadle.store.database import Database, now
from treadle.store.deliveries import delivery_of
from treadle.store.records import DeliveryRecord, DeliveryStatus
from treadle.store.tables import deliveries

__all__ = ["Spool"]


class Spool:
    """The door to what observers of a project have to tell."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(
        self, project: str, name: str, *, limit: int, lease: timedelta, is_patient: bool = True
    ) -> list[DeliveryRecord]:
        """Take the oldest; nothing while somebody else has them, or (for who `is_patient`) they are put off."""
        with self._database.writing() as connection:
            moment = now()
            oldest = select(deliveries).where(*_of(project, name)).order_by(deliveries.c.id).limit(limit)
            rows = connection.execute(oldest.with_for_update()).all()
            # Who has taken them has cleared the error: only what failed is put off.
            if not rows or (rows[0].next_at > moment and (is_patient or not rows[0].error)):
                return []
            ids = [row.id for row in rows]
            values = {"next_at": moment + lease, "error": "", "attempts": deliveries.c.attempts + 1}
            connection.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(values))
            return [delivery_of(row) for row in rows]

    def told(self, taken: Sequence[DeliveryRecord]) -> None:
        """Forget what was told."""
        with self._database.writing() as connection:
            connection.execute(delete(deliveries).where(deliveries.c.id.in_([each.id for each in taken])))

    def put_off(self, taken: Sequence[DeliveryRecord], *, error: str, again_in: timedelta) -> None:
        """Note that what was taken couldn't be told, or (without an error) that somebody else may take it now."""
        with self._database.writing() as connection:
            ids = [each.id for each in taken]
            values = {"error": error, "next_at": now() + again_in}
            connection.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(values))

    def waiting(self, project: str, name: str) -> tuple[int, datetime | None, str]:
        """How many wait, since when the oldest does, and why it couldn't be told."""
        with self._database.reading() as connection:
            number = connection.execute(
                select(func.count()).select_from(deliveries).where(*_of(project, name))
            ).scalar()
            oldest = select(deliveries).where(*_of(project, name)).order_by(deliveries.c.id).limit(1)
            row = connection.execute(oldest).first()
            return (number or 0, None, "") if row is None else (number or 0, row.created_at, row.error)

    def shed(self, project: str, name: str, *, most: int) -> int:
        """Forget the oldest of more than so many, and tell how many that were."""
        with self._database.writing() as connection:
            kept = select(deliveries.c.id).where(*_of(project, name)).order_by(deliveries.c.id.desc()).limit(most)
            last = connection.execute(select(func.min(kept.subquery().c.id))).scalar()
            if last is None:
                return 0
            gone = connection.execute(delete(deliveries).where(*_of(project, name), deliveries.c.id < last))
            return gone.rowcount


def _of(project: str, name: str) -> tuple[Any, ...]:
    pending = deliveries.c.status == DeliveryStatus.PENDING.value
    return deliveries.c.project == project, deliveries.c.hook == name, pending
