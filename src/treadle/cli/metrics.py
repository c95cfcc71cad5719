"""`treadle metrics`: what a project has of runs, steps and assets, as Prometheus reads it."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from treadle.cli.loaded import load_for_listing, opened_store
from treadle.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from treadle.observers.prometheus import ProjectMetrics
    from treadle.project import Project
    from treadle.store import Store

__all__ = ["HOST", "listening", "metrics", "serving"]

HOST = "127.0.0.1"
"""Where metrics are served when nobody says it: on this machine alone."""


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", help="Serve them at this port, until it is ended.")
@click.option("--host", default=HOST, show_default=True, metavar="ADDRESS", help="The address to serve them at.")
@click.option("--socket", "descriptor", type=int, hidden=True)
@click.pass_obj
def metrics(folder: Path, port: int | None, host: str, descriptor: int | None) -> None:
    """Print metrics for Prometheus, or serve them at /metrics with --port."""
    project, _ = load_for_listing(folder)
    with opened_store(project.settings) as store:
        collector = _collector(project, store)
        from treadle.observers.prometheus import as_text, serve

        if descriptor is not None:
            from signal import SIGTERM

            from treadle.runner.processes import end_with_the_parent

            end_with_the_parent(SIGTERM)
            serve(collector, socket.socket(fileno=descriptor))
        elif port is not None:
            with listening(host, port) as door:
                click.echo(f"serving metrics at {_url(door)}; Ctrl-C ends it", err=True)
                serve(collector, door)
        else:
            click.echo(as_text(collector), nl=False)


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        UsageError: when it can't, because somebody else does.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"metrics can't be served at {host}:{port}: {why}", fix="choose another port") from error


@contextmanager
def serving(project: Project, door: socket.socket) -> Iterator[None]:
    """Let a process of its own answer at a socket: a scheduler with threads couldn't be forked for its sensors."""
    _need_extra()
    number = door.fileno()
    command = [
        sys.executable,
        "-P",
        "-m",
        "treadle",
        "-C",
        str(project.settings.root),
        "metrics",
        "--socket",
        str(number),
    ]
    process = subprocess.Popen(command, pass_fds=(number,), stdin=subprocess.DEVNULL, start_new_session=True)
    click.echo(f"metrics: {_url(door)}")
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _url(door: socket.socket) -> str:
    host, port = door.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/metrics"


def _collector(project: Project, store: Store) -> ProjectMetrics:
    _need_extra()
    from treadle.observers.prometheus import ProjectMetrics
    from treadle.runner.standing import overdue_assets

    settings = project.settings
    return ProjectMetrics(
        store, project=str(settings.root), name=settings.module, overdue=lambda: overdue_assets(project.graph, store)
    )


def _need_extra() -> None:
    from importlib.util import find_spec

    try:
        found = find_spec("prometheus_client")
    except ModuleNotFoundError:
        found = None
    if found is None:
        raise MissingExtraError("prometheus", needed_by="treadle metrics")
