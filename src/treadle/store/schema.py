"""Brings the tables of a database up to date: numbered files, each applied once."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, insert, inspect, select, text, update

from treadle.errors import UsageError
from treadle.store.dialect import READ_ONLY, lock_migrations
from treadle.store.tables import schema_version

__all__ = ["bring_up_to_date"]

_FOLDER = Path(__file__).with_name("migrations")


def bring_up_to_date(engine: Engine) -> None:
    """Apply the migrations that a database lacks; all of them or none.

    Raises:
        UsageError: when the database was written by a newer Treadle.
    """
    migrations = _migrations()
    with engine.connect().execution_options(**{READ_ONLY: True}) as connection:
        version = _version(connection)
    if version < len(migrations):
        with engine.begin() as connection:
            lock_migrations(connection)
            # Asked again, because another process may have done it while this one waited for the lock.
            version = _version(connection)
            for number, migration in enumerate(migrations[version:], start=version + 1):
                _apply(connection, number, migration)
    if version > len(migrations):
        raise UsageError(
            f"the store was written by a newer Treadle: its tables have version {version}, "
            f"and this one knows versions up to {len(migrations)}",
            fix="upgrade treadle, or name another store",
        )


def _migrations() -> list[Path]:
    files = sorted(_FOLDER.glob("*.sql"))
    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1)), "migrations are numbered from 1"
    return files


def _version(connection: Connection) -> int:
    if not inspect(connection).has_table(schema_version.name):
        return 0
    return connection.execute(select(schema_version.c.version)).scalar() or 0


def _apply(connection: Connection, number: int, migration: Path) -> None:
    if number == 1:
        connection.execute(text("CREATE TABLE schema_version (version INTEGER NOT NULL)"))
        connection.execute(insert(schema_version).values(version=0))
    lines = migration.read_text(encoding="utf-8").splitlines()
    script = "\n".join(line for line in lines if not line.startswith("--"))
    for statement in filter(None, map(str.strip, script.split(";"))):
        connection.execute(text(statement))
    connection.execute(update(schema_version).values(version=number))
