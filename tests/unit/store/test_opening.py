"""Opening a store: what is made, what is refused, and what it costs not to."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from treadle.errors import UsageError
from treadle.store import open_store, upgrade_store


def test_the_folder_of_a_store_is_made(tmp_path):
    """
    A SQLite store comes to be where it is named, with its folders.
    """
    file = tmp_path / "deep" / "er" / "treadle.db"
    with open_store(f"sqlite:///{file}") as store:
        assert [] == store.runs()
    assert file.is_file()


def sql(url: str, statement: str) -> list[object]:
    from sqlalchemy import create_engine, text

    engine = create_engine(url)
    with engine.begin() as connection:
        answer = connection.execute(text(statement))
        values = list(answer.scalars()) if answer.returns_rows else []
    engine.dispose()
    return values


def test_a_store_of_a_newer_version_is_refused(url):
    """
    A store that a newer Treadle wrote isn't touched.
    """
    with open_store(url):
        pass
    sql(url, "UPDATE alembic_version SET version_num = '9999'")

    for use in (open_store, upgrade_store):
        with pytest.raises(UsageError, match=r"written by a newer Treadle: its tables have version 9999"):
            use(url)
    assert ["9999"] == sql(url, "SELECT version_num FROM alembic_version")


def spoiled(tmp_path: Path, how: str) -> str:
    file = tmp_path / "treadle.db"
    match how:
        case "other file":
            file.write_bytes(b"this is a text about databases, and it is long enough\n" * 40)
        case "cut":
            with open_store(f"sqlite:///{file}"):
                pass
            file.write_bytes(file.read_bytes()[:5000] + b"\xff" * 20000)
        case "folder":
            file.mkdir()
        case "folder is a file":
            file.write_text("")
            file = file / "treadle.db"
        case "other tables":
            with sqlite3.connect(file) as connection:
                connection.execute("CREATE TABLE runs (distance REAL)")
            connection.close()
    return f"sqlite:///{file}"


@pytest.mark.parametrize(
    ("how", "message", "fix"),
    [
        pytest.param("other file", "file is not a database", "the file is something else", id="other-file"),
        pytest.param("cut", "can't be used", "", id="damaged"),
        pytest.param("folder", "unable to open", "can't be read or written", id="folder"),
        pytest.param("folder is a file", "folder of the store can't be made", "", id="no-folder"),
        pytest.param("other tables", "already exists", "belongs to something else", id="other-tables"),
    ],
)
def test_what_is_no_store_is_refused(tmp_path, how, message, fix):
    """
    What can't be used as a store gives an error that says so and what to do.
    """
    with pytest.raises(UsageError, match=message) as refused:
        open_store(spoiled(tmp_path, how))
    assert fix in refused.value.fix


@pytest.mark.parametrize(
    ("url", "message"),
    [
        pytest.param("treadle.db", "URL of the store can't be read", id="a-path"),
        pytest.param("nosql://host/x", "no database is called 'nosql'", id="unknown"),
        pytest.param("mysql+pymysql://host/x", "kept in mysql", id="not-supported"),
        pytest.param("postgresql+psycopg://u:secret@127.0.0.1:1/x", "can't be used", id="nobody-there"),
        pytest.param("postgresql+psycopg://u@127.0.0.1:1/x?password=secret", "can't be used", id="in-the-query"),
        pytest.param("postgresql+psycopg://u:secret@host:port/x", "can't be read", id="no-port"),
    ],
)
def test_a_url_that_makes_no_sense_is_refused(url, message):
    """
    A URL that names no store is refused, and a password in it is never shown.
    """
    with pytest.raises(UsageError, match=message) as refused:
        open_store(url)
    assert "secret" not in str(refused.value)


LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


def test_a_locked_store_is_an_error_in_the_end(tmp_path, monkeypatch):
    """
    When another process never lets go of the file, writing gives up with an error that says so.
    """
    monkeypatch.setattr("treadle.store.dialect._MILLISECONDS_TO_WAIT_FOR_A_LOCK", 50)
    file = tmp_path / "treadle.db"
    with open_store(f"sqlite:///{file}") as store:
        holder = subprocess.Popen(
            [sys.executable, "-c", LOCK, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        try:
            assert "locked\n" == holder.stdout.readline()
            with pytest.raises(UsageError, match="locked") as refused:
                store.create_run(project="/p", selection="*")
        finally:
            holder.communicate()
        assert refused.value.fix.startswith("another process holds it")
        assert [] == store.runs()


@pytest.mark.parametrize("module", ["treadle.store", "treadle.runner"])
def test_importing_costs_no_sqlalchemy(module):
    """
    Who doesn't open a store doesn't pay for SQLAlchemy.
    """
    code = f"import sys, {module}; print(sorted({{'sqlalchemy', 'rich', 'pydantic', 'yaml'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], env=dict(os.environ), capture_output=True, text=True)
    assert ("[]\n", "") == (done.stdout, done.stderr)


def test_a_store_that_is_up_to_date_costs_no_alembic(url):
    """
    Only who changes the tables pays for Alembic.
    """
    code = "import sys; from treadle.store import open_store; open_store(sys.argv[1]).close(); print('alembic' in sys.modules)"
    opened = [
        subprocess.run([sys.executable, "-c", code, url], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert ["True\n", "False\n"] == opened


def test_threads_that_make_stores_at_once_do_not_mix_them_up(tmp_path):
    """
    A process may open several new stores at once.
    """
    from concurrent.futures import ThreadPoolExecutor

    urls = [f"sqlite:///{tmp_path}/{number}.db" for number in range(12)]
    with ThreadPoolExecutor(max_workers=12) as threads:
        for store in threads.map(open_store, urls):
            store.close()
    assert [0] * 12 == [sql(url, "SELECT count(*) FROM runs")[0] for url in urls]
