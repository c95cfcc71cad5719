"""Which partitions an asset's partition is made from, and which are made from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from treadle.ir import (
    AllMapping,
    DimensionMapping,
    IdentityMapping,
    LastMapping,
    MultiPartitions,
    PartitionMapping,
    Partitions,
    SharedDimensionsMapping,
    StaticMapping,
    TimeWindow,
    TimeWindowMapping,
    TimeWindowPartitions,
)
from treadle.ir.mapping_rules import default_mapping
from treadle.runner.partitions.keys import (
    DynamicKeys,
    Listed,
    Product,
    dimensions_of,
    keys_of,
    no_dynamic_keys,
)
from treadle.runner.partitions.windows import Windows

__all__ = ["Upstream", "downstream_keys", "upstream_keys"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """What a partition is made from: keys that there are, and keys that there aren't (yet)."""

    keys: Sequence[str]
    missing: Sequence[str] = ()


def upstream_keys(
    key: str | None,
    mapping: PartitionMapping,
    *,
    downstream: Partitions | None,
    upstream: Partitions,
    now: datetime,
    dynamic: DynamicKeys = no_dynamic_keys,
) -> Upstream:
    """The upstream partitions that a downstream one is made from; `key` is None when downstream has no partitions.

    >>> from datetime import UTC
    >>> days = TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01")
    >>> before = TimeWindowMapping(start_offset=-1, end_offset=-1)
    >>> upstream_keys("2026-01-02", before, downstream=days, upstream=days, now=datetime(2026, 2, 1, tzinfo=UTC)).keys
    ('2026-01-01',)
    """
    return _Between(downstream, upstream, now, dynamic).above(key, mapping)


def downstream_keys(
    key: str,
    mapping: PartitionMapping,
    *,
    downstream: Partitions,
    upstream: Partitions,
    now: datetime,
    dynamic: DynamicKeys = no_dynamic_keys,
) -> Sequence[str]:
    """The downstream partitions, of those that there are, that an upstream one is a part of.

    >>> from datetime import UTC
    >>> days = TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01")
    >>> months = TimeWindowPartitions(cron="0 0 1 * *", start="2026-01-01")
    >>> now = datetime(2026, 2, 3, tzinfo=UTC)
    >>> downstream_keys("2026-01-31", TimeWindowMapping(), downstream=months, upstream=days, now=now)
    ('2026-01-01',)
    """
    return _Between(downstream, upstream, now, dynamic).below(key, mapping)


@dataclass(frozen=True, slots=True)
class _Between:
    """Two assets' partitions at a moment."""

    down: Partitions | None
    up: Partitions
    now: datetime
    dynamic: DynamicKeys

    def keys(self, partitions: Partitions) -> Sequence[str]:
        return keys_of(partitions, now=self.now, dynamic=self.dynamic)

    def dimension(self, down: Partitions | None, up: Partitions) -> _Between:
        return _Between(down, up, self.now, self.dynamic)

    # From a downstream key upwards

    def above(self, key: str | None, mapping: PartitionMapping) -> Upstream:
        """What a downstream key is made from."""
        match mapping:
            case AllMapping():
                return Upstream(keys=self.keys(self.up))
            case LastMapping(count=count):
                return Upstream(keys=self.keys(self.up)[-count:])
            case _ if key is None:
                return Upstream(keys=self.keys(self.up))
            case TimeWindowMapping():
                return self._overlapping(key, mapping)
            case DimensionMapping(dimension=name, mapping=inner):
                return self._above_dimension(key, name, inner)
            case SharedDimensionsMapping(dimensions=said):
                assert isinstance(self.up, MultiPartitions)
                return self._product({name: self._shared(key, name, said) for name in sorted(self.up.dimensions)})
            case StaticMapping(keys=made):
                return self._told_apart([each for each, those in made.items() if key in those])
            case IdentityMapping():
                return self._told_apart([key])

    def _told_apart(self, wanted: Sequence[str]) -> Upstream:
        there = self.keys(self.up)
        return Upstream(
            keys=tuple(each for each in wanted if each in there),
            missing=tuple(each for each in wanted if each not in there),
        )

    def _overlapping(self, key: str, mapping: TimeWindowMapping) -> Upstream:
        down, up = self._windows(self.down), self._windows(self.up)
        number = down.number(key)
        window = None if number is None else _moved(down, number, mapping)
        places = range(0) if window is None else up.overlapping(window)
        ended = min(places.stop, len(up))
        return Upstream(
            keys=tuple(map(up.key, range(places.start, ended))),
            missing=tuple(map(up.key, range(max(places.start, ended), places.stop))),
        )

    def _windows(self, partitions: Partitions | None) -> Windows:
        assert isinstance(partitions, TimeWindowPartitions)
        return Windows(partitions, now=self.now)

    def _above_dimension(self, key: str, name: str, inner: PartitionMapping | None) -> Upstream:
        if isinstance(self.down, MultiPartitions):
            own = self.down.dimensions[name]
            between = self.dimension(own, self.up)
            return between.above(dimensions_of(self.down, key)[name], inner or default_mapping(own, self.up))
        assert isinstance(self.up, MultiPartitions)
        theirs = self.up.dimensions[name]
        mine = self.dimension(self.down, theirs).above(key, inner or default_mapping(self.down, theirs))
        others = {each: Upstream(keys=self.keys(dimension)) for each, dimension in self.up.dimensions.items()}
        return self._product({each: others[each] if each != name else mine for each in sorted(others)})

    def _shared(self, key: str, name: str, said: Mapping[str, PartitionMapping]) -> Upstream:
        assert isinstance(self.up, MultiPartitions)
        assert isinstance(self.down, MultiPartitions)
        theirs, own = self.up.dimensions[name], self.down.dimensions.get(name)
        if own is None:
            return Upstream(keys=self.keys(theirs))
        mapping = said.get(name) or default_mapping(own, theirs)
        return self.dimension(own, theirs).above(dimensions_of(self.down, key)[name], mapping)

    def _product(self, dimensions: Mapping[str, Upstream]) -> Upstream:
        there = Product({name: Listed(each.keys) for name, each in dimensions.items()})
        if not any(each.missing for each in dimensions.values()):
            return Upstream(keys=there)
        every = Product({name: Listed([*each.keys, *each.missing]) for name, each in dimensions.items()})
        return Upstream(keys=there, missing=tuple(each for each in every if each not in there))

    # From an upstream key downwards

    def below(self, key: str, mapping: PartitionMapping) -> Sequence[str]:
        """What an upstream key is a part of."""
        assert self.down is not None
        there = self.keys(self.down)
        match mapping:
            case AllMapping():
                return there
            case LastMapping(count=count):
                return there if key in self.keys(self.up)[-count:] else ()
            case TimeWindowMapping():
                return self._made_of(key, mapping)
            case DimensionMapping(dimension=name, mapping=inner):
                return self._below_dimension(key, name, inner)
            case SharedDimensionsMapping(dimensions=said):
                assert isinstance(self.down, MultiPartitions)
                return Product({name: self._shared_below(key, name, said) for name in sorted(self.down.dimensions)})
            case StaticMapping(keys=made):
                return tuple(each for each in made.get(key, ()) if each in there)
            case IdentityMapping():
                return (key,) if key in there else ()

    def _made_of(self, key: str, mapping: TimeWindowMapping) -> tuple[str, ...]:
        down, up = self._windows(self.down), self._windows(self.up)
        number = up.number(key)
        if number is None:
            return ()
        places = down.overlapping(up.window(number))
        # Those whose moved window may reach this one; which of them do is asked of each.
        near = range(max(0, places.start - mapping.end_offset - 1), places.stop - mapping.start_offset + 1)
        return tuple(
            down.key(place)
            for place in near[: max(0, len(down) - near.start)]
            if (window := _moved(down, place, mapping)) is not None and number in up.overlapping(window)
        )

    def _below_dimension(self, key: str, name: str, inner: PartitionMapping | None) -> Sequence[str]:
        if isinstance(self.up, MultiPartitions):
            theirs = self.up.dimensions[name]
            between = self.dimension(self.down, theirs)
            return between.below(dimensions_of(self.up, key)[name], inner or default_mapping(self.down, theirs))
        assert isinstance(self.down, MultiPartitions)
        own = self.down.dimensions[name]
        mine = self.dimension(own, self.up).below(key, inner or default_mapping(own, self.up))
        others = {each: self.keys(dimension) for each, dimension in self.down.dimensions.items()}
        return Product({each: Listed(mine) if each == name else others[each] for each in sorted(others)})

    def _shared_below(self, key: str, name: str, said: Mapping[str, PartitionMapping]) -> Sequence[str]:
        assert isinstance(self.up, MultiPartitions)
        assert isinstance(self.down, MultiPartitions)
        own, theirs = self.down.dimensions[name], self.up.dimensions.get(name)
        if theirs is None:
            return self.keys(own)
        mapping = said.get(name) or default_mapping(own, theirs)
        return Listed(self.dimension(own, theirs).below(dimensions_of(self.up, key)[name], mapping))


def _moved(windows: Windows, number: int, mapping: TimeWindowMapping) -> TimeWindow | None:
    """The window of a place after it was moved; None when nothing is left of it at or after the first one."""
    first, last = max(0, number + mapping.start_offset), number + mapping.end_offset
    return TimeWindow(windows.window(first).start, windows.window(last).end) if first <= last else None
