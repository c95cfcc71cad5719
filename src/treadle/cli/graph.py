"""`treadle graph`: the asset graph with the latest outcomes."""

from __future__ import annotations

import json
from pathlib import Path

import click

from treadle.cli.drawing import draw, edges_json, mermaid
from treadle.cli.loaded import load_for_listing
from treadle.cli.workspaces import workspace_option

__all__ = ["graph"]


@click.command()
@click.argument("selection", default="*")
@click.option("--mermaid", "as_mermaid", is_flag=True, help="Print a Mermaid flowchart.")
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="Print nodes and edges as JSON.")
@click.pass_obj
@click.pass_context
def graph(ctx: click.Context, folder: Path, selection: str, as_mermaid: bool, whole: bool, as_json: bool) -> None:
    """Draw the asset graph, or a SELECTION of it, with the latest outcomes.

    With --workspace, each asset has its project beside it instead.
    """
    if whole:
        from treadle.cli.workspace_graph import show_workspace_graph

        ctx.exit(show_workspace_graph(folder, selection, as_mermaid=as_mermaid, as_json=as_json))
    from treadle.cli.outcomes import outcomes
    from treadle.project.blocked import blocked_assets

    project, code = load_for_listing(folder)
    selected, blocked = project.graph.select(selection), blocked_assets(project)
    if as_mermaid:
        click.echo(mermaid(project.graph, selected, frozenset((*blocked.surely, *blocked.denied))))
    elif as_json:
        nodes = [
            {
                "key": str(key),
                "external": project.graph.is_external(key),
                "blocked_by": list(blocked.surely.get(key, ())),
                "may_be_blocked_by": list(blocked.maybe.get(key, ())),
                "denied_by": list(blocked.denied.get(key, ())),
            }
            for key in sorted(selected)
        ]
        click.echo(json.dumps({"nodes": nodes, "edges": edges_json(project.graph, selected)}, indent=2))
    else:
        notes = outcomes(project.settings, project.graph)
        notes |= {key: click.style(note, fg="red") for key in selected if (note := blocked.of(key))}
        for line in draw(project.graph, selected, notes):
            click.echo(line)
    ctx.exit(code)
