"""`treadle check`: find every mistake in the project, without running it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from treadle.errors import ProjectError, Severity

__all__ = ["check"]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the diagnostics as JSON.")
@click.pass_obj
@click.pass_context
def check(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """Find every mistake in the project, without running it.

    Ends with 0 when there is none, with 1 otherwise; warnings alone end with 0.
    """
    from treadle.cli import diagnostics
    from treadle.cli.main import EXIT_PROJECT
    from treadle.cli.outcomes import amount
    from treadle.project import load

    try:
        project = load(folder)
        found = project.diagnostics
        counted = f" in {amount(len(project.components), 'component')}, {amount(len(project.graph.assets), 'asset')}"
    except ProjectError as error:
        found, counted = error.diagnostics, ""
    if as_json:
        click.echo(json.dumps({"diagnostics": list(map(diagnostics.as_json, found))}, indent=2))
    else:
        diagnostics.show(found)
        click.echo(diagnostics.summary(found) + counted)
    ctx.exit(EXIT_PROJECT if any(each.severity is Severity.ERROR for each in found) else 0)
