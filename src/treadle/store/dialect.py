"""What differs between the databases: how they are opened, and how they lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from sqlite3 import Error as SqliteError

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
)

from treadle.errors import MissingExtraError, UsageError, cut

__all__ = ["READ_ONLY", "StoreUnavailableError", "explained", "make_engine", "migrating", "parse", "shown"]

READ_ONLY = "treadle_read_only"

_MILLISECONDS_TO_WAIT_FOR_A_LOCK = 10_000
_MIGRATION_LOCK = 0x74726561  # any number that other users of the same server are unlikely to choose


class StoreUnavailableError(UsageError):
    """The store can't be used now, and may be usable again soon: it is locked, its disk is full, its server restarts."""


def make_engine(url: str) -> Engine:
    """An engine for a URL; nothing is connected yet, but the folder of a SQLite file exists."""
    parsed = parse(url)
    if parsed.get_backend_name() == "sqlite":
        _make_folder(parsed)
        engine = create_engine(parsed)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        return create_engine(parsed, pool_pre_ping=True)
    except ModuleNotFoundError as missing:
        raise MissingExtraError("postgres", needed_by=f"a store at {cut(shown(parsed))}") from missing


def parse(url: str) -> URL:
    """The URL of a database that a store can be kept in."""
    example = "write it like sqlite:////folder/treadle.db or postgresql+psycopg://user@host/database"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        # The text may hold a password, so it isn't repeated.
        raise UsageError("the URL of the store can't be read", fix=example) from error
    try:
        parsed.get_dialect()
    except NoSuchModuleError as error:
        raise UsageError(f"no database is called {cut(parsed.drivername)}", fix=example) from error
    if (backend := parsed.get_backend_name()) not in ("sqlite", "postgresql"):
        raise UsageError(f"a store can't be kept in {backend}", fix=example)
    return parsed


def _make_folder(url: URL) -> None:
    if url.database and url.database != ":memory:":
        folder = Path(url.database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"the folder of the store can't be made: {folder}: {error.strerror}") from error


def _prepare_sqlite(connection: SqliteConnection, _record: object) -> None:
    # The driver would begin transactions by itself, and only before some statements: `_begin_sqlite` does it.
    connection.isolation_level = None
    # First of all, so that the other settings wait for each other too.
    connection.execute(f"PRAGMA busy_timeout = {_MILLISECONDS_TO_WAIT_FOR_A_LOCK}")
    # Readers and the one writer don't wait for each other, and a commit needs no fsync: after a loss of power
    # the last transactions may be missing, but the file is whole. https://www.sqlite.org/wal.html
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE takes the write lock at once. A plain BEGIN takes it at the first write, and when another process
    # wrote in between that fails without waiting. https://www.sqlite.org/lang_transaction.html
    read_only = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """A transaction in which the tables may be changed: all of it or nothing, and by one process at a time."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            with connection.begin():
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
                yield connection
            return
        # A table that is made anew is dropped on the way, and what refers to its rows would be deleted with it.
        # Between transactions only. https://www.sqlite.org/lang_altertable.html#otheralter
        driver = connection.connection.driver_connection
        assert isinstance(driver, SqliteConnection)
        driver.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
                _check_references(connection)
        finally:
            driver.execute("PRAGMA foreign_keys = ON")


def _check_references(connection: Connection) -> None:
    if lost := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise UsageError(
            f"the store can't be upgraded: a row of {lost[0]!r} belongs to no row of {lost[2]!r}",
            fix="put a backup in its place, or move it away and a new one is made",
        )


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Turn what a database says about its own state into an error that a person can act on."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        said = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
        kind = StoreUnavailableError if _may_pass(error, said) else UsageError
        raise kind(f"the store at {shown(make_url(url))} can't be used: {said}", fix=_advice(said)) from error


def _may_pass(error: DBAPIError, said: str) -> bool:
    """Whether what a database says may be otherwise in a minute."""
    if isinstance(error, InterfaceError):
        return True  # the connection was closed between two statements
    if not isinstance(error, OperationalError):
        return False
    if isinstance(error.orig, SqliteError):
        return any(word in said for word in ("locked", "busy", "disk is full", "disk I/O error"))
    return True  # a server that restarts, a connection that broke, transactions in each other's way


def shown(url: URL) -> str:
    """A URL as it may be printed: a file by its path, and passwords hidden.

    >>> shown(make_url("postgresql+psycopg://me:secret@host/mill?sslpassword=secret"))
    'postgresql+psycopg://me:***@host/mill?sslpassword=***'
    """
    if url.get_backend_name() == "sqlite":
        return url.database or "memory"
    hidden = {key: "***" for key in url.query if "password" in key.lower()}
    return url.update_query_dict(hidden).render_as_string().replace("%2A%2A%2A", "***")


def _advice(said: str) -> str:
    advice = {
        "not a database": "the file is something else: name another one, or move it away and a new one is made",
        "malformed": "the file is damaged: move it away and a new one is made",
        "already exists": "the database belongs to something else: name another one",
        "locked": "another process holds it for long: end that, or wait",
        "readonly": "allow writing to the file and to its folder",
        "unable to open": "the file, or its folder, can't be read or written by this user",
        "disk is full": "free some space",
    }
    return next((fix for words, fix in advice.items() if words in said), "")
