"""The shape of a dbt project: who is an asset, what folds away, who comes before whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from treadle.library.dbt.manifest import Manifest, Node

__all__ = ["Lineage", "is_asset"]

_ASSET_TYPES = frozenset(("model", "seed", "snapshot"))


def is_asset(node: Node) -> bool:
    """Whether dbt writes something for it that stays."""
    return node.resource_type in _ASSET_TYPES and node.config.materialized != "ephemeral"


class Lineage:
    """Answers about a manifest's graph; each is found once."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._folded: dict[str, frozenset[str]] = {}
        self._depth: dict[str, int] = {}

    def fold(self, ids: Iterable[str]) -> frozenset[str]:
        """These nodes, with each that isn't an asset or a source replaced by what it is made from."""
        found: set[str] = set()
        for each in ids:
            if each in self._folded:
                found |= self._folded[each]
            else:
                self._folded[each] = frozenset(self._fold(each))
                found |= self._folded[each]
        return frozenset(found)

    def _fold(self, unique_id: str) -> set[str]:
        found: set[str] = set()
        waiting, seen = [unique_id], {unique_id}
        while waiting:
            current = waiting.pop()
            node = self._manifest.nodes.get(current)
            if current in self._manifest.sources or (node is not None and is_asset(node)):
                found.add(current)
                continue
            for parent in self.parents(current):
                if parent not in seen:
                    seen.add(parent)
                    waiting.append(parent)
        return found

    def parents(self, unique_id: str) -> list[str]:
        """What a node is made from, as dbt says it."""
        for part in self._parts():
            if unique_id in part:
                found: list[str] = part[unique_id].parents
                return found
        return []

    def _parts(self) -> tuple[Mapping[str, Any], ...]:
        manifest = self._manifest
        return (manifest.nodes, manifest.functions, manifest.metrics, manifest.semantic_models, manifest.saved_queries)

    def most_downstream(self, ids: Iterable[str]) -> str | None:
        """The one that comes last in the graph; of several, the first by name."""
        candidates = sorted(ids)
        if len(candidates) < 2:
            return candidates[0] if candidates else None
        return min(candidates, key=lambda each: (-self._depth_of(each), each), default=None)

    def _depth_of(self, unique_id: str) -> int:
        """The length of the longest way up; written without recursion, since lineages can be thousands deep."""
        waiting = [unique_id]
        begun: set[str] = set()
        while waiting:
            current = waiting[-1]
            # What was begun and isn't done is on the way here: a cycle, which the graph's linker reports.
            unknown = [each for each in self.parents(current) if each not in self._depth and each not in begun]
            if unknown and current not in begun:
                begun.add(current)
                waiting.extend(each for each in unknown if each != current)
                continue
            waiting.pop()
            self._depth[current] = 1 + max((self._depth.get(each, 0) for each in self.parents(current)), default=0)
        return self._depth[unique_id]
