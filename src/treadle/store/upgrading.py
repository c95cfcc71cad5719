"""Brings the tables of a database up to date: Alembic's revisions in `migrations/versions`, each applied once."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, inspect, select, text

from treadle.errors import UsageError
from treadle.store.dialect import READ_ONLY, explained, make_engine, migrating

__all__ = ["Upgrade", "bring_up_to_date", "upgrade_store"]

_FOLDER = Path(__file__).with_name("migrations")
_NOTHING, _BEFORE_ALEMBIC = "", "0000"
_FIRST = "0001"
_one_at_a_time = threading.Lock()
"""Alembic keeps the migration that it applies in variables of its modules."""

_alembic_version = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
_schema_version = "schema_version"
"""The table of the first stores, from before there was Alembic. They have the tables of its first revision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """What was done to the tables of a store; `before` is empty when there were none."""

    before: str
    after: str


def bring_up_to_date(engine: Engine) -> None:
    """Make the tables where there are none, and upgrade them in a SQLite file.

    PostgreSQL is shared: others may use it with an older Treadle, so it is upgraded only when somebody says so.

    Raises:
        UsageError: when the tables are those of a newer Treadle, or of an older one in PostgreSQL.
    """
    with engine.connect().execution_options(**{READ_ONLY: True}) as connection:
        version = _version(connection)
    newest = _revisions()[-1]
    if version == newest:
        return
    _refuse_newer(version)
    if version != _NOTHING and engine.dialect.name == "postgresql":
        raise UsageError(
            f"the store was written by an older Treadle: its tables have version {version}, and this one needs {newest}",
            fix="end what uses it with the older one, then: treadle store upgrade",
        )
    _upgrade(engine)


def upgrade_store(url: str) -> Upgrade:
    """Bring the tables of a store up to date; the others who use it have to know the new ones.

    Raises:
        UsageError: when the URL makes no sense, or what it names can't be upgraded.
    """
    engine = make_engine(url)
    try:
        with explained(url):
            return _upgrade(engine)
    finally:
        engine.dispose()


def _upgrade(engine: Engine) -> Upgrade:
    newest = _revisions()[-1]
    with _one_at_a_time, migrating(engine) as connection:
        # Only now is it certain: another process may have done it while this one waited for the lock.
        version = _version(connection)
        _refuse_newer(version)
        if version != newest:
            _migrate(connection, version)
    return Upgrade(before=version, after=newest)


def _revisions() -> list[str]:
    """The revisions that this Treadle knows. Names of files say it, because importing Alembic takes long."""
    return sorted(file.name[:4] for file in _FOLDER.glob("versions/[0-9]*.py"))


def _version(connection: Connection) -> str:
    tables = inspect(connection)
    if tables.has_table(_alembic_version.name):
        return connection.execute(select(_alembic_version.c.version_num)).scalar() or _NOTHING
    return _BEFORE_ALEMBIC if tables.has_table(_schema_version) else _NOTHING


def _refuse_newer(version: str) -> None:
    known = _revisions()
    if version not in (_NOTHING, _BEFORE_ALEMBIC, *known):
        raise UsageError(
            f"the store was written by a newer Treadle: its tables have version {version}, "
            f"and this one knows versions up to {known[-1]}",
            fix="upgrade treadle, or name another store",
        )


def _migrate(connection: Connection, version: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    if version == _BEFORE_ALEMBIC:
        command.stamp(config, _FIRST)
        connection.execute(text(f"DROP TABLE {_schema_version}"))
    command.upgrade(config, "head")
