"""`treadle dev`: everything that a project needs while people work on it, in one command."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from treadle.cli.lineage_sending import noting
from treadle.cli.loaded import opened_store
from treadle.cli.serve import HOST, PORT, greet, need_extra, teller

if TYPE_CHECKING:
    from treadle.server.snapshot import Snapshot

__all__ = ["dev"]

_SECONDS_TO_END = 5.0


@click.command()
@click.option("--host", default=HOST, show_default=True, metavar="ADDRESS", help="The address, of this machine.")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, metavar="N", help="The port.")
@click.option("--no-scheduler", is_flag=True, help="Let no schedule, sensor or condition start runs.")
@click.pass_obj
def dev(folder: Path, host: str, port: int, no_scheduler: bool) -> None:
    """Serve the web app and the HTTP API of the project, and run its scheduler, until it is told to stop.

    Whenever a file changes, the project is loaded again; of what is broken then, what was known before goes on being
    shown. Runs go on when this ends.
    """
    need_extra("treadle dev")
    from treadle.project import find_settings
    from treadle.server import running

    settings = find_settings(folder)
    tell = teller(has_mistakes=no_scheduler)  # otherwise the scheduler tells them
    with (
        running.listening(host, port) as door,
        opened_store(settings) as store,
        _scheduling(settings.root, is_wanted=not no_scheduler) as scheduling,
    ):

        def told(snapshot: Snapshot) -> None:
            tell(snapshot)
            if snapshot.state != "failed":
                scheduling.start()

        running.serve(settings, store, door, watch=True, announce=noting(settings), started=greet, told=told)
    click.echo("stopped; runs that were started go on")


class _Scheduling:
    """The scheduler, a process of its own; it follows changes by itself, and ends when it can't load the project."""

    def __init__(self, root: Path, *, is_wanted: bool) -> None:
        self._root = root
        self._is_wanted = is_wanted
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, unless it runs."""
        if self._is_wanted and (self._process is None or self._process.poll() is not None):
            command = [sys.executable, "-P", "-m", "treadle", "-C", str(self._root), "scheduler", "--with-parent"]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    def end(self) -> None:
        """End it, if it runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_SECONDS_TO_END)
            self._process.kill()
            self._process.wait()


@contextmanager
def _scheduling(root: Path, *, is_wanted: bool) -> Iterator[_Scheduling]:
    scheduling = _Scheduling(root, is_wanted=is_wanted)
    try:
        yield scheduling
    finally:
        scheduling.end()
