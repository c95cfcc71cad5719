"""What `treadle check --workspace` looks at, and how it is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from treadle.cli.diagnostics import summary
from treadle.cli.outcomes import amount
from treadle.errors import Diagnostic, Severity
from treadle.project.diagnostic_json import diagnostic_json
from treadle.workspace import Joined, Told, Workspace, find_workspace, join, tell

__all__ = ["check_workspace", "counted", "rows", "workspace_json"]

_BETWEEN = "between them"


def check_workspace(folder: Path, *, build: bool) -> tuple[Workspace, Joined]:
    """Check all projects of a workspace; what is between them is seen only when they are built.

    Raises:
        ProjectError: when there is no workspace, or its settings can't be used.
    """
    workspace = find_workspace(folder)
    return workspace, join(tell(workspace, check=True, build=build))


def rows(joined: Joined) -> Iterator[str]:
    """A line for each project, and one for what is wrong between them."""
    names = [each.project.name for each in joined.told] + ([_BETWEEN] if joined.conflicts else [])
    width = max(map(len, names), default=0)
    for each in joined.told:
        looked_at = ", ".join(_amounts([each]))
        words = summary(each.diagnostics) + (f" in {looked_at}" if looked_at else "")
        yield f"{_sign(each.diagnostics)} {each.project.name:<{width}}  {words}"
    if joined.conflicts:
        yield f"{_sign(joined.conflicts)} {_BETWEEN:<{width}}  {summary(joined.conflicts)}"


def counted(joined: Joined) -> str:
    """The end of the summary: how much was looked at."""
    return f" in {', '.join((amount(len(joined.told), 'project'), *_amounts(joined.told)))}"


def workspace_json(joined: Joined, found: Sequence[Diagnostic]) -> dict[str, Any]:
    """The documented JSON shape."""
    whose = {mistake: each.project.name for each in joined.told for mistake in each.diagnostics}
    return {
        "diagnostics": [{"project": whose.get(each), **diagnostic_json(each)} for each in found],
        "projects": [_project_json(each) for each in joined.told],
    }


def _project_json(told: Told) -> dict[str, Any]:
    return {
        "name": told.project.name,
        "folder": str(told.project.root),
        "treadle": told.treadle,
        "components": told.components,
        "assets": len(told.facts["assets"]) if told.facts else None,
        "errors": len(told.errors),
        "warnings": len(told.diagnostics) - len(told.errors),
    }


def _amounts(told: Iterable[Told]) -> list[str]:
    """How much was looked at, as far as it is known."""
    several = list(told)
    components = [each.components for each in several if each.components is not None]
    assets = [len(each.facts["assets"]) for each in several if each.facts]
    said = [amount(sum(components), "component")] if components else []
    said += [amount(sum(assets), "asset")] if assets else []
    return said


def _sign(diagnostics: Sequence[Diagnostic]) -> str:
    if any(each.severity is Severity.ERROR for each in diagnostics):
        return click.style("✗", fg="red")
    return click.style("!", fg="yellow") if diagnostics else click.style("✓", fg="green")
