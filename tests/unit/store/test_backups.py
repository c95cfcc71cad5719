"""A backup is a store, whole, of one moment."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.postgres import Server, binaries
from tests.unit.store.living import a_life
from treadle.errors import UsageError
from treadle.ir import AssetKey, Materialization
from treadle.store import backup_store, open_store

WRITER = Path(__file__).parent / "fixtures" / "write_a_lot.py"


@pytest.fixture
def pg_dump(monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs of the server are found first."""
    monkeypatch.setenv("PATH", f"{binaries()}{os.pathsep}{os.environ['PATH']}")


def filled(url: str) -> None:
    with open_store(url) as store:
        a_life(store).reports("load", Materialization(asset=AssetKey.of("cloth"), metadata={"who": "Zoë"}))


def content(url: str) -> list[object]:
    with open_store(url) as store:
        return [store.runs(), store.steps(store.runs()[0].id), store.materializations()]


def test_a_backup_of_sqlite_takes_the_place_of_the_store(tmp_path: Path) -> None:
    """
    A backup is one file that holds all that the store does, also what isn't in its main file yet.
    """
    url = f"sqlite:///{tmp_path / 'treadle.db'}"
    with open_store(url):
        filled(url)
        backup_store(url, tmp_path / "copies.db")
    expected = content(url)
    assert ["copies.db"] == [each.name for each in tmp_path.glob("copies*")]
    assert expected == content(f"sqlite:///{tmp_path / 'copies.db'}")


def test_a_backup_is_whole_while_others_write(tmp_path: Path) -> None:
    """
    Every backup that is made while a process writes can be used, and knows no result without its run.
    """
    url = f"sqlite:///{tmp_path / 'treadle.db'}"
    with open_store(url):
        pass
    writer = subprocess.Popen(
        [sys.executable, str(WRITER), url, "writer", "60"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdin
    assert writer.stdout
    assert "ready\n" == writer.stdout.readline()
    writer.stdin.close()
    backups = []
    while writer.poll() is None:
        backups.append(tmp_path / f"{len(backups)}.db")
        backup_store(url, backups[-1])
    writer.stdout.close()

    assert 0 == writer.returncode
    assert len(backups) > 1
    for file in backups:
        with closing(sqlite3.connect(file)) as database:
            assert [("ok",)] == database.execute("PRAGMA integrity_check").fetchall()
            assert [] == database.execute("PRAGMA foreign_key_check").fetchall()


@pytest.mark.usefixtures("pg_dump")
def test_a_backup_of_postgres_is_restored_by_its_own_program(
    postgres_server: Server, postgres_url: str, tmp_path: Path
) -> None:
    """
    What pg_restore makes of a backup is the store.
    """
    filled(postgres_url)
    backup_store(postgres_url, tmp_path / "store.dump")
    with postgres_server.database() as other:
        target = other.replace("+psycopg", "")
        subprocess.run([binaries() / "pg_restore", f"--dbname={target}", tmp_path / "store.dump"], check=True)
        assert content(postgres_url) == content(other)


@pytest.mark.usefixtures("pg_dump")
def test_a_database_that_is_not_there_leaves_no_backup(postgres_server: Server, tmp_path: Path) -> None:
    """
    When pg_dump fails, its words are told, a password isn't, and no file is left.
    """
    url = postgres_server.url("nowhere").replace("postgres@", "postgres:secret@")
    with pytest.raises(UsageError, match='database "nowhere" does not exist') as refused:
        backup_store(url, tmp_path / "store.dump")
    assert "secret" not in f"{refused.value.message} {refused.value.fix}"
    assert [] == list(tmp_path.iterdir())


def test_without_pg_dump_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Who has no pg_dump is told to install it.
    """
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="pg_dump, which isn't on the PATH"):
        backup_store("postgresql+psycopg://somebody@somewhere/mill", tmp_path / "store.dump")
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("file", "message"),
    [
        pytest.param("there.db", "there is already something at", id="exists"),
        pytest.param("no/folder/x.db", "can't be written to", id="no-folder"),
        pytest.param("there.db/x.db", "can't be written to", id="in-a-file"),
    ],
)
def test_a_backup_replaces_nothing(tmp_path: Path, file: str, message: str) -> None:
    """
    A backup goes where nothing is, in a folder that is there.
    """
    url = f"sqlite:///{tmp_path / 'treadle.db'}"
    filled(url)
    (tmp_path / "there.db").write_text("older", encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        backup_store(url, tmp_path / file)
    assert "older" == (tmp_path / "there.db").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(None, "there is no store at", id="missing"),
        pytest.param(b"this is a text, and no database\n" * 40, "file is not a database", id="other-file"),
    ],
)
def test_what_is_no_store_has_no_backup(tmp_path: Path, content: bytes | None, message: str) -> None:
    """
    A store that isn't there isn't made for its backup, and what is something else isn't copied.
    """
    store = tmp_path / "treadle.db"
    if content:
        store.write_bytes(content)
    with pytest.raises(UsageError, match=message):
        backup_store(f"sqlite:///{store}", tmp_path / "copy.db")
    assert [] == [each.name for each in tmp_path.iterdir() if each != store]
    assert bool(content) == store.exists()
