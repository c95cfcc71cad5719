"""`treadle scheduler`: let schedules, sensors, backfills and queued runs happen."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from treadle.cli.lineage_sending import noting
from treadle.cli.loaded import opened_store
from treadle.cli.metrics import HOST, listening, serving
from treadle.cli.scheduled import looks
from treadle.errors import ProjectError, UsageError

if TYPE_CHECKING:
    from treadle.project import Project, Settings
    from treadle.runner import Cancel
    from treadle.runner.scheduling import Scheduler
    from treadle.store import RunRecord, Store, TickRecord

__all__ = ["scheduler"]

_AGAIN = "TREADLE_SCHEDULER_RESTARTED"
_IGNORED = {".git", ".venv", ".treadle", "__pycache__", "node_modules", "target", "logs", "dbt_packages"}
_WATCHED = {".py", ".yaml", ".yml", ".toml", ".sql", ".env"}
_WATCHED_FILES = {".env", "policy-baseline.json"}
_SECONDS_BETWEEN_LOOKS = 2.0


@click.command()
@click.option(
    "--metrics-port", type=click.IntRange(0, 65535), metavar="N", help="Serve metrics for Prometheus at this port."
)
@click.option(
    "--metrics-host", default=HOST, show_default=True, metavar="ADDRESS", help="The address to serve them at."
)
@click.option("--with-parent", is_flag=True, hidden=True)  # for `treadle dev`, which may be killed
@click.pass_obj
def scheduler(folder: Path, metrics_port: int | None, metrics_host: str, with_parent: bool) -> None:
    """Let happen what starts by itself, until it is told to stop.

    Schedules and sensors start runs, queued runs get a process, and runs whose runner is gone go on. Any number of
    schedulers may share a store in PostgreSQL: each tick happens once. Runs go on when the scheduler ends. When a
    file of the project changes, it is loaded again.
    """
    from treadle.project import find_settings
    from treadle.runner import Cancel
    from treadle.runner.cancel import signals_cancel

    if with_parent:
        from signal import SIGTERM

        from treadle.runner.processes import end_with_the_parent

        end_with_the_parent(SIGTERM)  # which holds also when it begins again
    with closing(Cancel()) as cancel, signals_cancel(cancel):
        # Begun again in the project's own folder, it watches that also when the settings are broken by now.
        root = folder if _AGAIN in os.environ else find_settings(folder).root
        changes = _Changes(root)
        project = _loaded(root, cancel, changes)
        if project is not None:
            with _opened(project.settings, cancel) as store, _metrics(project, metrics_host, metrics_port):
                if store is not None:
                    _greet(project)
                    _scheduler(project, store).run(cancel, until=changes)
        if not cancel.count():
            _start_again(root, metrics_host, metrics_port)
    click.echo("stopped; runs that were started go on")


def _loaded(folder: Path, cancel: Cancel, changes: Callable[[], bool]) -> Project | None:
    """The project, what is broken left out; None when it couldn't be loaded at all, and has changed since."""
    from treadle.cli.diagnostics import show
    from treadle.project import load

    try:
        project = load(folder)
    except (ProjectError, UsageError) as error:
        if _AGAIN not in os.environ:
            raise
        if isinstance(error, ProjectError):
            show(error.diagnostics)
        else:
            click.echo(error.message, err=True)
        click.echo("waiting for this to be mended…")
        while not cancel.count() and not changes():
            _pause(cancel)
        return None
    show(project.diagnostics)
    return project


@contextmanager
def _opened(settings: Settings, cancel: Cancel) -> Iterator[Store | None]:
    """The store; one that can't be used when the project is loaded again is waited for. None when there is no more time."""
    from treadle.store import StoreUnavailableError

    told = False
    while not cancel.count():
        with ExitStack() as stack:
            try:
                store = stack.enter_context(opened_store(settings))
            except StoreUnavailableError as error:
                if _AGAIN not in os.environ:
                    raise
                if not told:
                    _warn(f"{error.message}; waiting until it can be used again")
                told = True
                _pause(cancel)
                continue
            yield store
            return
    yield None


@contextmanager
def _metrics(project: Project, host: str, port: int | None) -> Iterator[None]:
    """Metrics are served as long as it is a port that is named."""
    if port is None:
        yield
        return
    with listening(host, port) as door, serving(project, door):
        yield


def _pause(cancel: Cancel) -> None:
    import select

    select.select([cancel], [], [], _SECONDS_BETWEEN_LOOKS)


def _scheduler(project: Project, store: Store) -> Scheduler:
    from treadle.runner.scheduling import Scheduler
    from treadle.runner.scheduling.queue import Queue
    from treadle.runner.scheduling.sensors import Surroundings

    settings = project.settings
    name = str(settings.root)

    tell = _Told()

    treadle = [sys.executable, "-P", "-m", "treadle", "-C", name]

    def command(run_id: str) -> Sequence[str]:
        return [*treadle, "runs", "resume", "--unless-cancelled", run_id]

    return Scheduler(
        store=store,
        graph=project.graph,
        project=name,
        around=Surroundings(
            root=settings.root,
            select=project.graph.select,
            states=store.asset_states,
            is_external=project.graph.is_external,
        ),
        queue=Queue(
            store,
            project=name,
            most=settings.limits.runs,
            command=command,
            folder=settings.state / "runs",
            announce=noting(settings),
        ),
        also=looks(project, store, tell),
        tell=tell,
        warn=_warn,
        ask=lambda kind, called, writer: [*treadle, "step", "evaluate", kind, called, str(writer)],
    )


def _greet(project: Project) -> None:
    from treadle.cli.outcomes import amount

    graph = project.graph
    word = "loaded again" if _AGAIN in os.environ else "started"
    conditions = sum(asset.automation is not None for asset in graph.assets.values())
    conditions += sum(check.automation is not None for check in graph.checks.values())
    counts = f"{amount(len(graph.schedules), 'schedule')}, {amount(len(graph.sensors), 'sensor')}"
    counts += f", {amount(conditions, 'automation condition')}" if conditions else ""
    click.echo(f"{_now()}  {word}: {counts}; Ctrl-C ends it")


class _Told:
    """Prints what happens; what a sensor says again and again is printed once."""

    def __init__(self) -> None:
        self._reasons: dict[str, str] = {}

    def __call__(self, what: TickRecord | RunRecord, word: str) -> None:
        from treadle.store import RunRecord, TickStatus

        if isinstance(what, RunRecord):
            if word == "resumed":
                click.echo(f"{_now()}  {click.style('↻', fg='yellow')} run {what.id} goes on: its runner was gone")
            elif word == "failed":
                click.echo(f"{_now()}  {click.style('✗', fg='red')} run {what.id} was given up: it never began")
            elif word.startswith("refused"):
                click.echo(f"{_now()}  {click.style('✗', fg='red')} run {what.id} gets no process: {word}")
            return
        said = self._reasons.get(what.name)
        self._reasons[what.name] = what.reason
        name = f"{what.kind} {click.style(what.name, bold=True)}"
        if what.status is TickStatus.FIRED:
            done = f"run {word}" if word else "the run that it asks for exists"
            click.echo(f"{_now()}  {click.style('▸', fg='blue')} {name}: {done}")
        elif what.status is TickStatus.FAILED and said != what.reason:
            click.echo(f"{_now()}  {click.style('✗', fg='red')} {name}: {what.reason}")
        elif what.kind == "schedule":
            click.echo(f"{_now()}  – {name}: {what.reason}")


def _warn(message: str) -> None:
    click.echo(f"{_now()}  {click.style('!', fg='yellow')} {message}")


def _now() -> str:
    return click.style(f"{datetime.now():%H:%M:%S}", dim=True)


def _start_again(root: Path, metrics_host: str, metrics_port: int | None) -> None:
    """Become a new process, which loads the project as it is now; all that matters is in the store."""
    sys.stdout.flush()
    os.environ[_AGAIN] = "1"
    options = [] if metrics_port is None else ["--metrics-port", str(metrics_port), "--metrics-host", metrics_host]
    os.execv(sys.executable, [sys.executable, "-P", "-m", "treadle", "-C", str(root), "scheduler", *options])


class _Changes:
    """Whether a file of the project is other than it was. No thread watches: a process with threads can't be forked."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._looked = 0.0
        self._files = self._look()

    def __call__(self) -> bool:
        import time

        if time.monotonic() - self._looked < _SECONDS_BETWEEN_LOOKS:
            return False
        self._looked = time.monotonic()
        return self._look() != self._files

    def _look(self) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        for folder, folders, files in os.walk(self._root):
            folders[:] = [each for each in folders if each not in _IGNORED]
            for file in files:
                path = os.path.join(folder, file)
                if os.path.splitext(file)[1] in _WATCHED or file in _WATCHED_FILES:
                    try:
                        about = os.stat(path)
                    except OSError:
                        continue
                    found[path] = about.st_mtime_ns, about.st_size
        return found
