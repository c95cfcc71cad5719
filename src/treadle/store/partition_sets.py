"""Named sets of partition keys, to which keys are added while the platform runs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, select

from treadle.store.database import Database, now
from treadle.store.recording import insert_into
from treadle.store.tables import partition_sets

__all__ = ["PartitionSets"]


class PartitionSets:
    """The keys of dynamic partitions, by the name of their set."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keys(self, name: str) -> list[str]:
        """The keys of a set, in the order in which they were added."""
        with self._database.reading() as connection:
            return _keys(connection, name)

    def add(self, name: str, keys: Iterable[str]) -> int:
        """Add keys to a set, and tell how many are new."""
        with self._database.writing() as connection:
            return _add(connection, name, keys, now())

    def delete(self, name: str, keys: Iterable[str]) -> int:
        """Take keys out of a set, and tell how many were in it."""
        with self._database.writing() as connection:
            return _delete(connection, name, keys)


def _keys(connection: Connection, name: str) -> list[str]:
    """The keys of a set, in the order in which they were added."""
    query = select(partition_sets.c.partition_key).where(partition_sets.c.name == name)
    ordered = query.order_by(partition_sets.c.created_at, partition_sets.c.partition_key)
    return list(connection.execute(ordered).scalars())


def _add(connection: Connection, name: str, keys: Iterable[str], moment: datetime) -> int:
    """Add keys to a set, and tell how many are new."""
    added = 0
    for key in keys:
        row = {"name": name, "partition_key": key, "created_at": moment}
        statement = insert_into(connection, partition_sets).values(row).on_conflict_do_nothing()
        added += connection.execute(statement.returning(partition_sets.c.name)).first() is not None
    return added


def _delete(connection: Connection, name: str, keys: Iterable[str]) -> int:
    """Take keys out of a set, and tell how many were in it."""
    these = partition_sets.c.name == name, partition_sets.c.partition_key.in_(list(keys))
    return connection.execute(delete(partition_sets).where(*these)).rowcount
