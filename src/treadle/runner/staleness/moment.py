"""When assets are looked at, and which partitions there are then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from treadle.ir import MultiPartitions, Partitions, TimeWindowPartitions
from treadle.runner.partitions.keys import DynamicKeys, Listed, Product, keys_of
from treadle.runner.partitions.timeline import timeline

__all__ = ["Moment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment; the keys of a cut are listed once for all assets that are cut so."""

    now: datetime
    dynamic: DynamicKeys
    _listed: dict[int, tuple[Partitions, Sequence[str]]] = field(default_factory=dict)

    def keys(self, partitions: Partitions) -> Sequence[str]:
        """The keys that there are, in which one is found in no time."""
        # Not all cuts can be hashed. They are kept here, so that no other one comes to have the same id.
        if id(partitions) not in self._listed:
            self._listed[id(partitions)] = (partitions, self._keys(partitions))
        return self._listed[id(partitions)][1]

    def _keys(self, partitions: Partitions) -> Sequence[str]:
        if isinstance(partitions, TimeWindowPartitions):
            return Listed(timeline(partitions, now=self.now).keys)
        if isinstance(partitions, MultiPartitions):
            return Product({name: self.keys(partitions.dimensions[name]) for name in sorted(partitions.dimensions)})
        return keys_of(partitions, now=self.now, dynamic=self.dynamic)
