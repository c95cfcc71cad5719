"""What commands show of all the projects of a workspace, and the option `--workspace`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.cli.diagnostics import relative, show
from treadle.cli.showing import first_line, json_option, show_objects
from treadle.cli.tables import table
from treadle.errors import Severity

if TYPE_CHECKING:
    from treadle.ir import AssetGraph
    from treadle.workspace import Joined

__all__ = ["list_workspace_assets", "load_workspace", "projects", "workspace_option"]


def workspace_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option `--workspace`, which is its parameter `whole`."""
    return click.option(
        "--workspace", "whole", is_flag=True, help="All projects of the workspace, each in its own environment."
    )(command)


@click.command()
@json_option
@click.pass_obj
def projects(folder: Path, as_json: bool) -> None:
    """List the projects of the workspace, and by which interpreter each is asked.

    No project is loaded. A project has the interpreter that the workspace names for it, or that of its own `.venv`,
    or that of the workspace's; where there is none of these, the one that runs now.
    """
    from treadle.workspace import find_workspace

    workspace = find_workspace(folder)
    objects = [
        {"name": each.name, "folder": str(each.root), "python": str(each.python), "python_of": each.chosen_by}
        for each in workspace.projects
    ]
    whose = {"setting": "settings", "project": "project", "workspace": "workspace", "this": "none: this one"}
    rows = [(each.name, whose[each.chosen_by], relative(each.python)) for each in workspace.projects]
    show_objects(as_json, objects, lambda: table(("Project", "Environment of", "Python"), rows, empty=""))


def load_workspace(folder: Path) -> tuple[Joined, int]:
    """All projects of the workspace as one, and the exit code that says whether something is wrong; that is told."""
    from treadle.cli.main import EXIT_PROJECT
    from treadle.workspace import find_workspace, join, tell

    joined = join(tell(find_workspace(folder)))
    show(joined.diagnostics)
    return joined, EXIT_PROJECT if any(each.severity is Severity.ERROR for each in joined.diagnostics) else 0


def list_workspace_assets(folder: Path, selection: str, as_json: bool) -> int:
    """Print the assets of all projects, or those of a selection; gives the exit code."""
    joined, code = load_workspace(folder)
    graph = joined.graph
    selected = graph.select(selection)
    keys = [key for key in sorted(selected) if graph.is_declared(key)]
    facts = _facts(joined)
    objects = [{"project": (name := joined.project_of(key)), **facts[name, str(key)]} for key in keys]

    def draw() -> None:
        rows = [
            (
                str(key),
                joined.project_of(key) or "",
                graph.assets[key].group,
                " ".join(sorted(graph.assets[key].kinds)),
                str(len(graph.checks_of(key)) or ""),
                first_line(graph.assets[key].description),
            )
            for key in keys
        ]
        titles = ("Asset", "Project", "Group", "Kinds", "Checks", "Description")
        table(titles, rows, empty=_nothing(graph, selection))

    show_objects(as_json, objects, draw)
    return code


def _facts(joined: Joined) -> dict[tuple[str | None, str], dict[str, Any]]:
    """What each project says of each of its assets; by the project's name, as several may declare one."""
    return {
        (each.project.name, asset["key"]): {name: value for name, value in asset.items() if name not in _INNER}
        for each in joined.told
        for asset in (each.facts["assets"] if each.facts else ())
    }


_INNER = ("column", "detail")
"""What is only there for messages."""


def _nothing(graph: AssetGraph, selection: str) -> str:
    return f"There is nothing in the selection {selection}." if graph.assets else "The projects have no assets yet."
