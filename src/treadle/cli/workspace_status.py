"""`treadle status --workspace`: how the assets of all projects stand, each by what its own project's store has of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.cli.standings import StandingLine, show_standings

if TYPE_CHECKING:
    from treadle.workspace import Answer

__all__ = ["show_workspace_status"]


def show_workspace_status(folder: Path, selection: str, only: Sequence[str], *, as_json: bool) -> int:
    """Print how the assets of all projects stand, or those of a selection; gives the exit code."""
    from treadle.cli.diagnostics import show
    from treadle.cli.main import EXIT_PROJECT
    from treadle.workspace import ask, find_workspace

    selected = _selected(folder, selection)
    answers = ask(find_workspace(folder), ["status", "--json"])
    show([mistake for each in answers for mistake in each.mistakes])
    for each in answers:
        if each.code and not each.mistakes:
            click.echo(f"{each.project.name}:\n{each.said}", err=True)
    found = [each for each in _standings(answers) if selected is None or each["asset"] in selected]
    if as_json:
        click.echo(json.dumps([each for each in found if not only or each["status"] in only], indent=2))
    else:
        show_standings(list(map(_line, found)), only)
    return EXIT_PROJECT if any(each.mistakes or each.code for each in answers) else 0


def _selected(folder: Path, selection: str) -> frozenset[str] | None:
    """The keys that a selection means among all projects; None for all, which needs no graph."""
    if selection == "*":
        return None
    from treadle.workspace import find_workspace, join, tell

    graph = join(tell(find_workspace(folder))).graph
    return frozenset(map(str, graph.select(selection)))


def _standings(answers: Sequence[Answer]) -> Iterator[dict[str, Any]]:
    """What each project says of its assets, in the order of their names."""
    said = (
        {"project": answer.project.name, **each}
        for answer in answers
        for each in (answer.found if isinstance(answer.found, list) else ())
    )
    yield from sorted(said, key=lambda each: (each["asset"], each["project"]))


def _line(each: dict[str, Any]) -> StandingLine:
    at = each["materialized_at"]
    return StandingLine(
        asset=each["asset"],
        status=each["status"],
        reasons=each["reasons"],
        materialized_at=datetime.fromisoformat(at) if at else None,
        project=each["project"],
    )
