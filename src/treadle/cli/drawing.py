"""Asset graphs as pictures: a tree for the terminal, a Mermaid flowchart, JSON for programs."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from treadle.ir import AssetGraph, AssetKey

__all__ = ["draw", "edges_json", "mermaid"]


def edges_json(graph: AssetGraph, selected: frozenset[AssetKey]) -> list[dict[str, str]]:
    """The documented JSON shape of what depends on what."""
    return [
        {"from": str(parent), "to": str(key)}
        for key in sorted(selected)
        for parent in sorted(graph.parents(key) & selected)
    ]


def mermaid(
    graph: AssetGraph,
    selected: frozenset[AssetKey],
    blocked: frozenset[AssetKey] = frozenset(),
    *,
    box_of: Callable[[AssetKey], str | None] = lambda key: None,
) -> str:
    """The graph as a Mermaid flowchart; what is blocked or denied is drawn with broken lines.

    `box_of` names the box that an asset is drawn in, if any.
    """
    ordered = [key for key in graph.topological() if key in selected]
    names = {key: f"a{number}" for number, key in enumerate(ordered)}
    lines = ["flowchart LR"]
    boxes = sorted({box for key in ordered if (box := box_of(key))})
    for number, box in enumerate((None, *boxes)):
        indent = "  " if box is None else "    "
        nodes = [f"{indent}{_node(graph, key, names[key])}" for key in ordered if box_of(key) == box]
        lines += nodes if box is None else [f'  subgraph p{number}["{_label(box)}"]', *nodes, "  end"]
    for key in ordered:
        lines += [f"  {names[parent]} --> {names[key]}" for parent in sorted(graph.parents(key) & selected)]
    if marked := [names[key] for key in ordered if key in blocked]:
        lines += [f"  class {','.join(marked)} blocked", "  classDef blocked stroke-dasharray:4"]
    return "\n".join(lines)


def _node(graph: AssetGraph, key: AssetKey, name: str) -> str:
    left, right = ("([", "])") if graph.is_external(key) else ("[", "]")
    return f'{name}{left}"{_label(str(key))}"{right}'


def _label(text: str) -> str:
    return re.sub(r'[\\"#]', "", text)


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
