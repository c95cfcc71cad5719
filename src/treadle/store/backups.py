"""A store in a file: a copy of SQLite's, a dump of PostgreSQL's."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL

from treadle.errors import UsageError
from treadle.store.dialect import parse, shown

__all__ = ["backup_store"]


def backup_store(url: str, file: Path) -> None:
    """Copy a store into a file, as it is at one moment, while others write to it.

    Raises:
        UsageError: when the file exists or can't be written, or the store can't be read.
    """
    store = parse(url)
    if file.exists():
        raise UsageError(f"there is already something at {file}", fix="name another file, or remove it")
    # Under its own name only when it is whole, so that nobody takes half a backup for one.
    part = file.with_name(file.name + ".part")
    try:
        part.write_bytes(b"")
        try:
            (_copy if store.get_backend_name() == "sqlite" else _dump)(store, part)
            part.rename(file)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"the backup can't be written to {file}: {error.strerror}") from error


def _copy(store: URL, file: Path) -> None:
    """SQLite's own online backup: in one go, so that what others write meanwhile is in it or not. https://www.sqlite.org/backup.html"""
    if not store.database or not Path(store.database).is_file():
        raise UsageError(f"there is no store at {shown(store)}", fix="it is made by the first run: treadle run")
    try:
        with closing(sqlite3.connect(store.database)) as source, closing(sqlite3.connect(file)) as target:
            source.backup(target)
    except sqlite3.Error as error:
        raise UsageError(f"the store at {shown(store)} can't be copied: {error}") from error


def _dump(store: URL, file: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise UsageError(
            "a store in PostgreSQL is copied by pg_dump, which isn't on the PATH",
            fix="install PostgreSQL's client programs, as new as the server",
        )
    where, password = _connection(store)
    environment = {**os.environ, "PGPASSWORD": password} if password else dict(os.environ)
    command = [program, "--format=custom", f"--file={file}", f"--dbname={where}"]
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        raise UsageError(f"the store at {shown(store)} can't be copied: {said[0]}", fix=" ".join(said[1:]))


def _connection(store: URL) -> tuple[str, str]:
    r"""Where a database is in the words of PostgreSQL's own programs, and the password, which everybody could read there.

    >>> where, password = _connection(parse("postgresql+psycopg://me:secret@/mill?host=/run/mary's"))
    >>> print(where)
    host='/run/mary\'s' user='me' dbname='mill'
    >>> password
    'secret'
    """
    given = {"host": store.host, "port": store.port, "user": store.username, "dbname": store.database}
    options = {key: value if isinstance(value, str) else ",".join(value) for key, value in store.query.items()}
    words = {key: str(value) for key, value in {**given, **options}.items() if value}
    password = words.pop("password", store.password or "")
    escaped = {key: value.replace("\\", r"\\").replace("'", r"\'") for key, value in words.items()}
    return " ".join(f"{key}='{value}'" for key, value in escaped.items()), password
