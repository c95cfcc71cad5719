"""A whole project in one picture: each group is an area, and areas come in the order in which data goes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from treadle.ir import AssetGraph, AssetKey
from treadle.server.drawing.blocks import SHAPE, Block, block

__all__ = ["Area", "Drawing", "draw"]

_MARGIN = 1.5
_TITLE = 2.5
_BETWEEN = 3.0
_FACTORS = (0.9, 1.0, 1.1, 1.2, 1.35, 1.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Where the assets of a group are."""

    name: str
    x: float
    y: float
    width: float
    height: float
    assets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A picture of a graph: the places of its assets, dependencies first, and the edges between their numbers.

    `area_of` has the number of each asset's area. A row is 1 high.
    """

    keys: Sequence[AssetKey]
    area_of: Sequence[int]
    x: Sequence[float]
    y: Sequence[float]
    edges: Sequence[tuple[int, int]]
    areas: Sequence[Area]
    width: float
    height: float


def draw(graph: AssetGraph) -> Drawing:
    """The picture of a graph. Pure, and the same each time.

    >>> from treadle.ir import Asset, Definitions, link
    >>> graph, _ = link(Definitions(assets=(Asset(key="a"), Asset(key="b", deps=["a"]))))
    >>> picture = draw(graph)
    >>> [str(each) for each in picture.keys], picture.edges, picture.x[0] < picture.x[1]
    (['a', 'b'], [(0, 1)], True)
    """
    keys = graph.topological()
    number = {key: each for each, key in enumerate(keys)}
    # In a circle, which is a mistake of the project, an edge leads back: that one is drawn, and moves nothing.
    edges = [(number[parent], each) for each, key in enumerate(keys) for parent in sorted(graph.parents(key))]
    members: dict[str, list[int]] = {}
    for each, key in enumerate(keys):
        members.setdefault(graph.assets[key].group, []).append(each)
    names = _in_order(members, edges)
    place = {each: number for number, name in enumerate(names) for each in members[name]}
    area_of = [place[each] for each in range(len(keys))]
    groups = [members[name] for name in names]
    blocks = list(map(_block, groups, _within(edges, area_of, len(names))))
    corners = _packed(blocks)
    areas = [
        Area(name=name, x=left, y=top, width=_width(each), height=_height(each), assets=len(members[name]))
        for name, each, (left, top) in zip(names, blocks, corners, strict=True)
    ]
    x, y = _places(len(keys), groups, blocks, corners)
    return Drawing(
        keys=keys,
        area_of=area_of,
        x=x,
        y=y,
        edges=edges,
        areas=areas,
        width=max((each.x + each.width for each in areas), default=0.0),
        height=max((each.y + each.height for each in areas), default=0.0),
    )


def _places(
    count: int, groups: Sequence[Sequence[int]], blocks: Sequence[Block], corners: Sequence[tuple[float, float]]
) -> tuple[list[float], list[float]]:
    """Where each asset is in the whole picture."""
    x, y = [0.0] * count, [0.0] * count
    for members, drawn, (left, top) in zip(groups, blocks, corners, strict=True):
        for each, across, down in zip(members, drawn.x, drawn.y, strict=True):
            x[each], y[each] = round(left + _MARGIN + across, 2), round(top + _TITLE + down, 2)
    return x, y


def _within(edges: Sequence[tuple[int, int]], area_of: Sequence[int], count: int) -> list[list[tuple[int, int]]]:
    """The edges that don't leave an area, by area."""
    found: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    for source, target in edges:
        if area_of[source] == area_of[target]:
            found[area_of[source]].append((source, target))
    return found


def _block(members: Sequence[int], edges: Sequence[tuple[int, int]]) -> Block:
    place = {each: number for number, each in enumerate(members)}
    parents: list[list[int]] = [[] for _ in members]
    children: list[list[int]] = [[] for _ in members]
    for source, target in edges:
        if source < target:
            parents[place[target]].append(place[source])
            children[place[source]].append(place[target])
    return block(parents, children)


def _in_order(members: Mapping[str, Sequence[int]], edges: Sequence[tuple[int, int]]) -> list[str]:
    """The groups in the order in which data goes; where it goes in circles between them, as it mostly does."""
    group_of = {each: name for name, numbers in members.items() for each in numbers}
    flows = Counter((group_of[source], group_of[target]) for source, target in edges)
    middle = {name: sum(numbers) / len(numbers) for name, numbers in members.items()}
    rank: dict[str, int] = {}
    for name in sorted(members, key=lambda each: (middle[each], each)):
        rank[name] = 0
    before: dict[str, list[str]] = {name: [] for name in members}
    for (source, target), count in flows.items():
        if source != target and count > flows.get((target, source), 0):
            before[target].append(source)
    for name in list(rank):
        rank[name] = 1 + max((rank[each] for each in before[name] if middle[each] < middle[name]), default=-1)
    return sorted(members, key=lambda each: (rank[each], middle[each], each))


def _packed(blocks: Sequence[Block]) -> Sequence[tuple[float, float]]:
    """The upper left corners of blocks, in columns that together have the shape of a screen, as nearly as may be."""
    total = sum((_width(each) + _BETWEEN) * (_height(each) + _BETWEEN) for each in blocks)
    least = max(map(_height, blocks), default=0.0)
    tries = [_stacked(blocks, max(least, factor * math.sqrt(total / SHAPE))) for factor in _FACTORS]
    return min(tries, key=lambda each: abs(math.log(each[1] / SHAPE)))[0]


def _stacked(blocks: Sequence[Block], full: float) -> tuple[list[tuple[float, float]], float]:
    """The corners of blocks that are put below each other until a column is full, and how wide all is for its height."""
    corners: list[tuple[float, float]] = []
    left = top = widest = tallest = 0.0
    for each in blocks:
        if top > 0 and top + _height(each) > full:
            left, top, widest = left + widest + _BETWEEN, 0.0, 0.0
        corners.append((round(left, 2), round(top, 2)))
        top += _height(each) + _BETWEEN
        widest, tallest = max(widest, _width(each)), max(tallest, top)
    return corners, (left + widest) / tallest if tallest else SHAPE


def _width(drawn: Block) -> float:
    return round(drawn.width + 2 * _MARGIN, 2)


def _height(drawn: Block) -> float:
    return round(drawn.height + _MARGIN + _TITLE, 2)
