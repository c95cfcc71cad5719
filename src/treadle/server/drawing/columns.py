"""Nodes of a graph in columns: each right of what it is made from, near what it hangs together with."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["Neighbours", "in_columns", "middle"]

Neighbours = Sequence[Sequence[int]]
"""For each node, the numbers of others."""

_SWEEPS = 3  # there and back; more of them hardly change anything


def in_columns(parents: Neighbours, children: Neighbours) -> list[list[int]]:
    """The columns of a graph, whose nodes have higher numbers than their parents, each from its top to its bottom.

    >>> in_columns([[], [], [1], [0]], [[3], [2], [], []])
    [[0, 1], [3, 2]]
    """
    levels = _levels(parents, children)
    columns: list[list[int]] = [[] for _ in range(max(levels, default=-1) + 1)]
    parts = _parts(parents, children)
    for node in sorted(range(len(parents)), key=lambda each: (parts[each], each)):
        columns[levels[node]].append(node)
    _untangle(columns, parts, parents, children)
    return columns


def middle(nodes: Sequence[int], height: Sequence[float], otherwise: float) -> float:
    """The mean of the heights of nodes; something else when there are none.

    >>> middle([0, 2], [1.0, 5.0, 2.0], 0.0), middle([], [], 7.0)
    (1.5, 7.0)
    """
    return sum(map(height.__getitem__, nodes)) / len(nodes) if nodes else otherwise


def _levels(parents: Neighbours, children: Neighbours) -> list[int]:
    """How far to the right each node is: as far left as it may be, and sources next to what is made from them."""
    levels: list[int] = []
    for above in parents:
        levels.append(1 + max((levels[each] for each in above), default=-1))
    for node, below in enumerate(children):
        if below and not parents[node]:
            levels[node] = min(levels[each] for each in below) - 1
    return levels


def _parts(parents: Neighbours, children: Neighbours) -> list[int]:
    """The number of the part that each node hangs together with, the largest part first."""
    part = [-1] * len(parents)
    sizes: list[int] = []
    for start in range(len(parents)):
        if part[start] >= 0:
            continue
        part[start] = len(sizes)
        waiting, size = [start], 0
        while waiting:
            node = waiting.pop()
            size += 1
            for each in (*parents[node], *children[node]):
                if part[each] < 0:
                    part[each] = len(sizes)
                    waiting.append(each)
        sizes.append(size)
    rank = {each: place for place, each in enumerate(sorted(range(len(sizes)), key=lambda each: -sizes[each]))}
    return [rank[each] for each in part]


def _untangle(columns: list[list[int]], parts: Sequence[int], parents: Neighbours, children: Neighbours) -> None:
    """Order each column so that few edges cross: by the middle of a node's parents, then of its children, and so on."""
    height = [0.0] * len(parents)
    for column in columns:
        _measure(column, height)
    for _ in range(_SWEEPS):
        for column in columns:
            _order(column, parts, parents, height)
        for column in reversed(columns):
            _order(column, parts, children, height)


def _order(column: list[int], parts: Sequence[int], neighbours: Neighbours, height: list[float]) -> None:
    wanted = {node: middle(neighbours[node], height, height[node]) for node in column}
    column.sort(key=lambda node: (parts[node], wanted[node]))
    _measure(column, height)


def _measure(column: Sequence[int], height: list[float]) -> None:
    # Columns are of different lengths: how far down a node is, is told by its share of its own.
    for place, node in enumerate(column):
        height[node] = (place + 0.5) / len(column)
