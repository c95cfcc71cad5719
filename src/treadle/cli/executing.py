"""What every command that runs something does in the same way."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from treadle.cli.loaded import opened_store

if TYPE_CHECKING:
    from treadle.ir import AssetGraph
    from treadle.project import Project, Settings
    from treadle.runner import Fork, Plan
    from treadle.runner.recorder import Announce
    from treadle.store import RunEvent, RunRecord, Store

__all__ = ["launching", "run_to_its_end"]


@contextmanager
def launching(project: Project) -> Iterator[Fork]:
    """What starts a project's steps: this process, forked as it is now."""
    from treadle.runner import Fork, Spawn, run_step

    launch = Fork(
        run=lambda request: run_step(
            lambda: project.step(request.component, request.step), request, graph=lambda: project.graph
        ),
        steps=project.graph.steps,
        otherwise=Spawn(command=_command),
        platform=project.graph.platform,
    )
    try:
        yield launch
    finally:
        launch.close()


def run_to_its_end(
    project: Project,
    launch: Fork,
    planned: Callable[[Store], tuple[RunRecord, Plan]],
    *,
    jobs: int | None,
    as_json: bool,
) -> int:
    """Run what `planned` finds in the store or puts there, show it, and give the exit code.

    Raises:
        UsageError: when it can't be run now.
    """
    from treadle.cli.hooking import tell_hooks
    from treadle.cli.lineage_sending import tell_lineage
    from treadle.cli.main import EXIT_RUN
    from treadle.cli.observing import observing
    from treadle.cli.progress import Progress
    from treadle.runner import execute
    from treadle.runner.run_json import run_json
    from treadle.store import RunStatus

    settings = project.settings
    limits = settings.limits if jobs is None else replace(settings.limits, jobs=jobs)
    launch.supervisor()  # the last that is forked
    with observing(settings) as observe, opened_store(settings) as store:
        run, plan = planned(store)
        observers = observe(run, plan, store)
        with Progress(plan, quiet=as_json) as progress:
            listen = _both(progress.listen, observers.listen)
            record = execute(
                run,
                plan,
                store=store,
                launch=launch,
                folder=settings.state / "runs",
                project=settings.root,
                limits=limits,
                listen=listen,
                warn=progress.warn,
                announce=_announcing(settings, project.graph, store),
                traceparent=observers.traceparent,
            )
        if as_json:
            click.echo(json.dumps(run_json(store, record), indent=2))
        tell_hooks(settings, store)
        tell_lineage(project, store)
    return 0 if record.status is RunStatus.SUCCEEDED else EXIT_RUN


def _announcing(settings: Settings, graph: AssetGraph, store: Store) -> Announce | None:
    """What says of a run's events what hooks, and catalogues of lineage, have to be told of them."""
    from treadle.cli.hooking import announcing
    from treadle.cli.lineage_sending import noting

    tellers = [each for each in (announcing(settings, graph, store), noting(settings)) if each is not None]
    if len(tellers) < 2:
        return tellers[0] if tellers else None
    return lambda events: [each for tell in tellers for each in tell(events)]


def _both(show: Callable[[RunEvent], object], tell: Callable[[RunEvent], object]) -> Callable[[RunEvent], None]:
    def listen(event: RunEvent) -> None:
        show(event)
        tell(event)

    return listen


def _command(request: Path) -> Sequence[str]:
    # -P: a file of the project named like a module of Python (types.py…) must not stand in for it.
    return [sys.executable, "-P", "-m", "treadle", "step", "run", str(request)]
