"""`treadle graph --workspace`: the assets of all projects, and what depends on what across them."""

from __future__ import annotations

import json
from pathlib import Path

import click

from treadle.cli.drawing import draw, edges_json, mermaid
from treadle.cli.workspaces import load_workspace

__all__ = ["show_workspace_graph"]


def show_workspace_graph(folder: Path, selection: str, *, as_mermaid: bool, as_json: bool) -> int:
    """Print the graph of all projects, or a selection of it; gives the exit code."""
    joined, code = load_workspace(folder)
    graph = joined.graph
    selected = graph.select(selection)
    if as_mermaid:
        click.echo(mermaid(graph, selected, box_of=joined.project_of))
    elif as_json:
        nodes = [
            {"key": str(key), "project": joined.project_of(key), "external": graph.is_external(key)}
            for key in sorted(selected)
        ]
        click.echo(json.dumps({"nodes": nodes, "edges": edges_json(graph, selected)}, indent=2))
    else:
        notes = {key: click.style(name, fg="cyan") for key in selected if (name := joined.project_of(key))}
        for line in draw(graph, selected, notes):
            click.echo(line)
    return code
