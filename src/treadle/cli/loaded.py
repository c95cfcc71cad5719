"""The project that a command works on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from treadle.background.opening import make_state, opened_store
from treadle.errors import ProjectError, UsageError

if TYPE_CHECKING:
    from treadle.ir import AssetGraph, AssetKey, Step
    from treadle.project import Project

__all__ = ["RefusedExit", "load_for_listing", "load_for_run", "make_state", "opened_store"]

_MOST_TOLD = 12


class RefusedExit(click.exceptions.Exit):
    """The end of a command whose selection may not run, or can't; all is told, and `why` is the first of it."""

    def __init__(self, why: str) -> None:
        from treadle.cli.main import EXIT_PROJECT

        super().__init__(EXIT_PROJECT)
        self.why = why


def load_for_listing(folder: Path, *, remembered: bool = True) -> tuple[Project, int]:
    """The project, broken components left out, and the exit code that says whether there are any.

    `remembered` says whether steps of unchanged files may be without what makes them run.
    """
    from treadle.cli.diagnostics import show
    from treadle.cli.main import EXIT_PROJECT
    from treadle.project import load
    from treadle.project.last_load import remember_assets

    project = load(folder, remembered=remembered)
    remember_assets(project)
    show(project.diagnostics)
    return project, EXIT_PROJECT if project.errors else 0


def load_for_run(folder: Path, selection: str | Collection[AssetKey]) -> Project:
    """The project, when the selected assets don't depend on anything that is broken; what is wrong is told.

    Raises:
        ProjectError: everything that is wrong, when everything is selected.
        Exit: when something that is selected is blocked, is denied by a policy, or may not use what it names.
    """
    from treadle.cli.diagnostics import show
    from treadle.cli.main import EXIT_PROJECT
    from treadle.ir.platform_use import mistakes_in_use
    from treadle.project import load
    from treadle.project.refusing import why_not

    project = load(folder)
    if not project.errors:
        show(project.diagnostics)
        return project
    if selection == "*":
        raise ProjectError(*project.diagnostics)
    graph = project.graph
    try:
        selected = graph.select(selection) if isinstance(selection, str) else selection
    except UsageError:
        show(project.diagnostics)  # what is asked for may be what a broken component would have declared
        raise
    if told := why_not(project, selected):
        show(project.diagnostics)
        click.echo("\n".join(told[:_MOST_TOLD]), err=True)
        raise RefusedExit(told[0])
    show(project.diagnostics)
    if any(mistakes_in_use(graph, _steps_for(graph, selected))):
        raise click.exceptions.Exit(EXIT_PROJECT)  # what is wrong has just been told
    return project


def _steps_for(graph: AssetGraph, selected: Collection[AssetKey]) -> Iterator[Step]:
    for step in graph.steps.values():
        if any(key in selected for key in (*step.assets, *(check.asset for check in step.checks))):
            yield step
