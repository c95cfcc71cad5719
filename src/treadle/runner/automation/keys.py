"""Which partitions conditions are about: functions that the caller gives, because keys depend on the time and the store."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from treadle.ir import Asset, Partitions, StaticPartitions
from treadle.runner.automation.view import WHOLE, Key, KeySet

__all__ = ["LISTED", "Keys"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What is asked about partitions, all of it at the moment of the evaluation.

    `there` gives the keys that there are. `latest` gives those in the latest time window (with a number, in the
    windows of so many seconds before its end), or None where partitions have nothing to do with time.
    `upstream` gives the keys of a dependency that a key of an asset is made from: `upstream(asset, key, dep)`;
    the key is None where the asset has no partitions. It is asked only where the dependency has some.
    """

    there: Callable[[Partitions], Collection[str]]
    latest: Callable[[Partitions, float | None], Collection[str] | None]
    upstream: Callable[[Asset, Key, Asset], Collection[str]]

    def of(self, asset: Asset) -> KeySet:
        """All keys of an asset."""
        return WHOLE if asset.partitions is None else frozenset(self.there(asset.partitions))

    def in_latest_window(self, asset: Asset, keys: KeySet, lookback: float | None) -> KeySet:
        """Those of some keys that are in the latest time window; all of them where there are no windows."""
        latest = None if asset.partitions is None else self.latest(asset.partitions, lookback)
        return keys if latest is None else keys & frozenset(latest)

    def above(self, asset: Asset, key: Key, dep: Asset) -> KeySet:
        """The keys of a dependency that a key of an asset is made from."""
        return WHOLE if dep.partitions is None else frozenset(self.upstream(asset, key, dep))


def _listed(partitions: Partitions) -> Collection[str]:
    return partitions.keys if isinstance(partitions, StaticPartitions) else ()


def _never(partitions: Partitions, lookback: float | None) -> Collection[str] | None:
    return None


def _same_or_all(asset: Asset, key: Key, dep: Asset) -> Collection[str]:
    assert dep.partitions is not None
    return (key,) if key is not None and asset.partitions == dep.partitions else _listed(dep.partitions)


LISTED = Keys(there=_listed, latest=_never, upstream=_same_or_all)
"""Only partitions that were declared key by key; others have none."""
