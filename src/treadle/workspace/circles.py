"""Circles of dependencies that lead through several projects."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise

from treadle.errors import Diagnostic
from treadle.ir import AssetGraph, AssetKey
from treadle.ir.cycles import cycles
from treadle.ir.origin import span_of, where

__all__ = ["circles_between"]

_MOST_NAMED = 20
_MOST_TRIED = 200

Edges = Mapping[AssetKey, Sequence[AssetKey]]


def circles_between(graph: AssetGraph) -> Iterator[Diagnostic]:
    """One mistake for each set of assets of several projects that depend on each other.

    Circles within one project are told by that project.
    """
    edges = {key: sorted(graph.parents(key)) for key in graph.assets}
    for members in cycles(edges):
        if way := _shortest_way(graph, edges, members):
            yield _circle(graph, way)


def _shortest_way(graph: AssetGraph, edges: Edges, members: Sequence[AssetKey]) -> list[AssetKey]:
    """A shortest way around that crosses from one project into another; empty when none does."""
    inside = set(members)
    crossing = [
        (key, parent)
        for key in members
        for parent in edges[key]
        if parent in inside and _project(graph, key) != _project(graph, parent)
    ]
    ways = (_way(edges, parent, key, inside) for key, parent in crossing[:_MOST_TRIED])
    return min(ways, key=len, default=[])


def _way(edges: Edges, start: AssetKey, end: AssetKey, inside: set[AssetKey]) -> list[AssetKey]:
    """A shortest way from `end` to `start` and on to `end` again: the first edge is known, the rest is looked for."""
    came_from: dict[AssetKey, AssetKey] = {}
    waiting = deque([start])
    while waiting and end not in came_from:
        node = waiting.popleft()
        for neighbour in edges[node]:
            if neighbour in inside and neighbour not in came_from and neighbour != start:
                came_from[neighbour] = node
                waiting.append(neighbour)
    way = [end]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return [end, *reversed(way)]


def _circle(graph: AssetGraph, way: list[AssetKey]) -> Diagnostic:
    projects = [name for name, _ in groupby(_project(graph, key) for key in way)]
    shown = [*way[: _MOST_NAMED - 1], way[-1]] if len(way) > _MOST_NAMED else way
    steps = [_step(graph, key, parent) for key, parent in pairwise(shown)]
    return Diagnostic(
        code="TRD547",
        message=f"projects depend on each other in a circle: {' → '.join(projects)}",
        why=f"{' → '.join(map(str, shown))}: none of these assets can be the first to be materialized; {'; '.join(steps)}",
        fix="remove one of these dependencies, or move what both projects need into a third one",
        span=span_of(graph.assets[way[0]].origin),
    )


def _step(graph: AssetGraph, key: AssetKey, parent: AssetKey) -> str:
    place = where(graph.assets[key].origin)
    return f"{str(key)!r} of {_project(graph, key)!r} depends on {str(parent)!r} ({place})"


def _project(graph: AssetGraph, key: AssetKey) -> str:
    origin = graph.assets[key].origin
    return origin.project if origin else ""
