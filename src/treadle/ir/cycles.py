"""Circles in a directed graph. No recursion: a chain may be longer than Python's stack."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

__all__ = ["cycles", "shortest_cycle"]

N = TypeVar("N", bound=Hashable)


def cycles(edges: Mapping[N, Sequence[N]]) -> list[list[N]]:
    """The sets of nodes that can all reach each other, each in the order of the mapping.

    A node alone is one only when it has an edge to itself. Every neighbour has to be a node.

    >>> cycles({"a": ["b"], "b": ["a"], "c": ["a"], "d": ["d"]})
    [['a', 'b'], ['d']]
    """
    if _ends(edges):
        return []
    order = {node: at for at, node in enumerate(edges)}
    found = [part for part in _components(edges) if len(part) > 1 or part[0] in edges[part[0]]]
    return sorted((sorted(part, key=order.__getitem__) for part in found), key=lambda part: order[part[0]])


def _ends(edges: Mapping[N, Sequence[N]]) -> bool:
    """Whether there is no circle at all, which is nearly always so and quickly seen (Kahn's algorithm)."""
    waiting_for = Counter(neighbour for neighbours in edges.values() for neighbour in neighbours)
    free = [node for node in edges if node not in waiting_for]
    for node in free:
        for neighbour in edges[node]:
            waiting_for[neighbour] -= 1
            if not waiting_for[neighbour]:
                free.append(neighbour)
    return len(free) == len(edges)


def _components(edges: Mapping[N, Sequence[N]]) -> Iterator[list[N]]:
    """Strongly connected components, after Tarjan (https://doi.org/10.1137/0201010)."""
    index: dict[N, int] = {}
    low: dict[N, int] = {}
    stack: list[N] = []
    closed: set[N] = set()
    for root in edges:
        if root in index:
            continue
        path: list[tuple[N, Iterator[N]]] = []
        _enter(root, edges, index, low, stack, path)
        while path:
            node, neighbours = path[-1]
            neighbour = next(neighbours, None)
            if neighbour is None:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == index[node]:
                    part = _leave(node, stack)
                    closed.update(part)
                    yield part
            elif neighbour not in index:
                _enter(neighbour, edges, index, low, stack, path)
            elif neighbour not in closed:
                low[node] = min(low[node], index[neighbour])


def _enter(
    node: N,
    edges: Mapping[N, Sequence[N]],
    index: dict[N, int],
    low: dict[N, int],
    stack: list[N],
    path: list[tuple[N, Iterator[N]]],
) -> None:
    index[node] = low[node] = len(index)
    stack.append(node)
    path.append((node, iter(edges[node])))


def _leave(node: N, stack: list[N]) -> list[N]:
    at = len(stack) - 1
    while stack[at] != node:
        at -= 1
    part = stack[at:]
    del stack[at:]
    return part


def shortest_cycle(edges: Mapping[N, Iterable[N]], among: Sequence[N]) -> list[N]:
    """A shortest way from a node of `among` back to it, with that node at both ends.

    >>> shortest_cycle({"a": ["b"], "b": ["c", "a"], "c": ["a"]}, ["a", "b", "c"])
    ['a', 'b', 'a']
    """
    inside = set(among)
    best: list[N] = []
    # Each start costs a walk over all of `among`: a few starts keep circles of thousands linear.
    for start in among[: max(1, 10_000 // len(among))]:
        way = _way_back(edges, start, inside)
        if way and (not best or len(way) < len(best)):
            best = way
    return best


def _way_back(edges: Mapping[N, Iterable[N]], start: N, inside: set[N]) -> list[N]:
    came_from: dict[N, N] = {}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for neighbour in edges[node]:
            if neighbour == start:
                way = [start]
                while node != start:
                    way.append(node)
                    node = came_from[node]
                return [start, *reversed(way)]
            if neighbour in inside and neighbour not in came_from:
                came_from[neighbour] = node
                waiting.append(neighbour)
    return []
