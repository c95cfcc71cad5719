"""`treadle graph`: the asset graph with the latest outcomes."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from treadle.cli.loaded import load_for_listing

if TYPE_CHECKING:
    from treadle.ir import AssetGraph, AssetKey

__all__ = ["draw", "graph", "mermaid"]


@click.command()
@click.argument("selection", default="*")
@click.option("--mermaid", "as_mermaid", is_flag=True, help="Print a Mermaid flowchart.")
@click.option("--json", "as_json", is_flag=True, help="Print nodes and edges as JSON.")
@click.pass_obj
@click.pass_context
def graph(ctx: click.Context, folder: Path, selection: str, as_mermaid: bool, as_json: bool) -> None:
    """Draw the asset graph, or a SELECTION of it, with the latest outcomes."""
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
        edges = [
            {"from": str(parent), "to": str(key)}
            for key in sorted(selected)
            for parent in sorted(project.graph.parents(key) & selected)
        ]
        click.echo(json.dumps({"nodes": nodes, "edges": edges}, indent=2))
    else:
        notes = outcomes(project.settings, project.graph)
        notes |= {key: click.style(note, fg="red") for key in selected if (note := blocked.of(key))}
        for line in draw(project.graph, selected, notes):
            click.echo(line)
    ctx.exit(code)


def mermaid(graph: AssetGraph, selected: frozenset[AssetKey], blocked: frozenset[AssetKey] = frozenset()) -> str:
    """The graph as a Mermaid flowchart; what is blocked or denied is drawn with broken lines."""
    ordered = [key for key in graph.topological() if key in selected]
    names = {key: f"a{number}" for number, key in enumerate(ordered)}
    lines = ["flowchart LR"]
    for key in ordered:
        left, right = ("([", "])") if graph.is_external(key) else ("[", "]")
        label = re.sub(r'[\\"#]', "", str(key))
        lines.append(f'  {names[key]}{left}"{label}"{right}')
    for key in ordered:
        lines += [f"  {names[parent]} --> {names[key]}" for parent in sorted(graph.parents(key) & selected)]
    if marked := [names[key] for key in ordered if key in blocked]:
        lines += [f"  class {','.join(marked)} blocked", "  classDef blocked stroke-dasharray:4"]
    return "\n".join(lines)


def draw(graph: AssetGraph, selected: frozenset[AssetKey], notes: Mapping[AssetKey, str]) -> Iterator[str]:
    """The graph as a tree: each asset stands below the furthest of its parents; the others are named beside it."""
    depth: dict[AssetKey, int] = {}
    below: dict[AssetKey | None, list[AssetKey]] = {}
    for key in graph.topological():
        if key not in selected:
            continue
        parents = sorted(graph.parents(key) & selected, key=lambda each: (-depth.get(each, 0), each))
        depth[key] = depth.get(parents[0], 0) + 1 if parents else 0
        below.setdefault(parents[0] if parents else None, []).append(key)
    if not below:
        yield "There is nothing to draw: no asset is selected."
        return
    rows = list(_rows(graph, selected, below))
    wide = max(len(text) for text, _, _ in rows)
    for text, key, others in rows:
        note = notes.get(key, "external" if graph.is_external(key) else "")
        yield _fit(f"{text:<{wide}}", note, others)


def _rows(
    graph: AssetGraph, selected: frozenset[AssetKey], below: Mapping[AssetKey | None, list[AssetKey]]
) -> Iterator[tuple[str, AssetKey, str]]:
    """Each row's drawing, its asset, and its other parents; without recursion, as graphs may be deeper than the stack."""
    stack: list[tuple[AssetKey, AssetKey | None, str, str]] = [
        (key, None, "", "") for key in reversed(below.get(None, []))
    ]
    while stack:
        key, parent, stem, branch = stack.pop()
        others = sorted(each for each in graph.parents(key) & selected if each != parent)
        yield f"{stem}{branch}{key}", key, ", ".join(map(str, others))
        inner = stem + {"": "", "├─ ": "│  ", "└─ ": "   "}[branch]
        children = below.get(key, [])
        for index in range(len(children) - 1, -1, -1):
            stack.append((children[index], key, inner, "└─ " if index == len(children) - 1 else "├─ "))


def _fit(name: str, note: str, others: str) -> str:
    width = max(shutil.get_terminal_size().columns, 40)
    line = f"{name}  {note}".rstrip()
    plain = click.unstyle(line)
    if others:
        room = width - len(plain) - 4
        also = f"← {others}"
        if room >= 12:
            line += "  " + click.style(also if len(also) <= room else also[: room - 1] + "…", dim=True)
    return line
