"""A graph as a block of places: columns side by side, as in a text in lines where they are many."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from treadle.server.drawing.columns import Neighbours, in_columns, middle

__all__ = ["COLUMN", "SHAPE", "Block", "block"]

COLUMN = 7.0
"""How wide a column is, where a row is 1 high."""

SHAPE = 1.6
"""How wide a good picture is for its height: that of a screen."""

_TOO_WIDE = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The places of nodes, from the upper left corner of what they take up together; a row is 1 high."""

    x: Sequence[float]
    y: Sequence[float]
    width: float
    height: float


def block(parents: Neighbours, children: Neighbours) -> Block:
    """The places of a graph, whose nodes have higher numbers than their parents.

    >>> block([[], [0], [0], [1, 2]], [[1, 2], [3], [3], []])
    Block(x=[0.0, 7.0, 7.0, 14.0], y=[0.5, 0.0, 1.0, 0.5], width=21.0, height=2.0)
    """
    count = len(parents)
    tallest = max(8, math.ceil(math.sqrt(count * COLUMN / SHAPE)))
    columns = [piece for column in in_columns(parents, children) for piece in _pieces(column, math.ceil(1.5 * tallest))]
    y = _heights(columns, parents, children)
    lines = _lines(columns)
    x = [0.0] * count
    top = 0.0
    for line in lines:
        nodes = [node for column in line for node in column]
        first, last = min(y[node] for node in nodes), max(y[node] for node in nodes)
        for place, column in enumerate(line):
            for node in column:
                x[node] = place * COLUMN
        for node in nodes:
            y[node] += top - first
        top += last - first + 1 + (1 if len(lines) > 1 else 0)
    width = COLUMN * max((len(line) for line in lines), default=0)
    return Block(x=x, y=[round(each, 2) for each in y], width=width, height=round(top, 2))


def _pieces(column: Sequence[int], most: int) -> list[list[int]]:
    """A column, or several side by side when it is too tall; what was next to each other stays near."""
    number = math.ceil(len(column) / most)
    return [list(column[start::number]) for start in range(number)]


def _lines(columns: Sequence[Sequence[int]]) -> list[Sequence[Sequence[int]]]:
    """The columns in one line, or in several when they would be much wider than high."""
    rows = max(map(len, columns), default=1)
    if COLUMN * len(columns) <= _TOO_WIDE * rows + 10 * COLUMN:
        return [columns] if columns else []
    number = max(1, round(math.sqrt(COLUMN * len(columns) / (SHAPE * (rows + 1)))))
    each = math.ceil(len(columns) / number)
    return [columns[start : start + each] for start in range(0, len(columns), each)]


def _heights(columns: Sequence[Sequence[int]], parents: Neighbours, children: Neighbours) -> list[float]:
    """How far down each node is: in the order of its column, as near as may be to the middle of its neighbours."""
    y = [0.0] * len(parents)
    for column in columns:
        for place, node in enumerate(column):
            y[node] = place - len(column) / 2
    for near, order in ((parents, columns), (children, columns[::-1]), (parents, columns)):
        for column in order:
            wanted = [middle(near[node], y, y[node]) for node in column]
            for node, height in zip(column, _apart(wanted), strict=True):
                y[node] = height
    return y


def _apart(wanted: Sequence[float]) -> list[float]:
    """Heights in the same order, at least 1 apart, as near to those that are wanted as can be.

    >>> _apart([0.0, 0.0, 5.0])
    [-0.5, 0.5, 5.0]
    """
    # Without the distances, what is too near has to be at the mean of the heights that are wanted.
    runs: list[tuple[float, int]] = []  # of nodes that touch: the sum of what they want, and how many they are
    for place, height in enumerate(wanted):
        total, count = height - place, 1
        while runs and runs[-1][0] * count > total * runs[-1][1]:
            before = runs.pop()
            total, count = total + before[0], count + before[1]
        runs.append((total, count))
    means = [total / count for total, count in runs for _ in range(count)]
    return [place + mean for place, mean in enumerate(means)]
