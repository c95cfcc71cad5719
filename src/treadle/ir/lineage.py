"""Which assets depend on which: both directions of every edge, and the walks over them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from treadle.ir.assets import Asset
from treadle.ir.keys import AssetKey

__all__ = ["Lineage", "dependencies_first", "lineage_of", "walk"]

N = TypeVar("N", bound=Hashable)

_NONE: frozenset[AssetKey] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """The parents and children of each asset; an asset is neither its own parent nor its own child.

    An asset of time windows may depend on its own earlier windows: that orders its partitions, not the assets.
    """

    above: Mapping[AssetKey, frozenset[AssetKey]]
    below: Mapping[AssetKey, frozenset[AssetKey]]

    def parents(self, key: AssetKey) -> frozenset[AssetKey]:
        """What an asset depends on directly."""
        return self.above.get(key, _NONE)

    def children(self, key: AssetKey) -> frozenset[AssetKey]:
        """What depends directly on an asset."""
        return self.below.get(key, _NONE)

    def upstream(self, keys: Iterable[AssetKey], depth: int | None = None) -> frozenset[AssetKey]:
        """The assets themselves and all they depend on, at most `depth` edges away."""
        return walk(self.above, keys, depth)

    def downstream(self, keys: Iterable[AssetKey], depth: int | None = None) -> frozenset[AssetKey]:
        """The assets themselves and all that depends on them, at most `depth` edges away."""
        return walk(self.below, keys, depth)


def lineage_of(assets: Mapping[AssetKey, Asset]) -> Lineage:
    """The edges among these assets; what they depend on besides is left out.

    >>> a, b = AssetKey.parse("a"), AssetKey.parse("b")
    >>> lineage = lineage_of({a: Asset(key=a), b: Asset(key=b, deps=frozenset({a}))})
    >>> lineage.children(a) == {b}
    True
    """
    above = {key: frozenset(dep for dep in asset.deps if dep in assets and dep != key) for key, asset in assets.items()}
    below: dict[AssetKey, list[AssetKey]] = {key: [] for key in assets}
    for key, parents in above.items():
        for parent in parents:
            below[parent].append(key)
    return Lineage(above=above, below={key: frozenset(children) for key, children in below.items()})


def walk(edges: Mapping[N, Iterable[N]], starts: Iterable[N], depth: int | None = None) -> frozenset[N]:
    """Everything that can be reached in at most `depth` edges, the (known) starts among it.

    >>> sorted(walk({1: [2], 2: [3], 3: []}, [1], depth=1))
    [1, 2]
    """
    edge = [start for start in starts if start in edges]
    seen = set(edge)
    while edge and (depth is None or depth > 0):
        reached = {neighbour for node in edge for neighbour in edges[node]} - seen
        seen |= reached
        edge = list(reached)
        depth = None if depth is None else depth - 1
    return frozenset(seen)


def dependencies_first(above: Mapping[AssetKey, frozenset[AssetKey]]) -> Iterator[AssetKey]:
    """Every asset after those it depends on; otherwise in the order of the mapping.

    The order is the same in each process, and total even where assets depend on each other in a circle.
    """
    seen: set[AssetKey] = set()
    for start in above:
        if start in seen:
            continue
        seen.add(start)
        # Depth first without recursion: a chain of assets may be longer than Python's stack.
        path = [(start, iter(sorted(above[start])))]
        while path:
            key, parents = path[-1]
            parent = next((parent for parent in parents if parent not in seen), None)
            if parent is None:
                path.pop()
                yield key
            else:
                seen.add(parent)
                path.append((parent, iter(sorted(above[parent]))))
