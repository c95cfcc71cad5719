"""An opened database: its transactions, for reading and for writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection

from treadle.store.dialect import READ_ONLY, explained, make_engine
from treadle.store.upgrading import bring_up_to_date

__all__ = ["Database", "now"]


class Database:
    """The database of a store. When a transaction for writing ends, what it wrote is kept."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = make_engine(url)
        try:
            with explained(url):
                bring_up_to_date(self._engine)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of it."""
        self._engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write; all of it is kept, or nothing."""
        with explained(self.url), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees the database as it is now."""
        with explained(self.url), self._engine.connect().execution_options(**{READ_ONLY: True}) as connection:
            yield connection


def now() -> datetime:
    """The time that is recorded: in UTC, by the clock of this machine."""
    return datetime.now(UTC)
