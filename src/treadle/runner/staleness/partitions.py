"""Which of an asset's partitions were written, which failed, and which are stale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from treadle.ir import Asset
from treadle.store import AssetState

__all__ = ["Partitioned", "PartitionsStanding", "Unsettled", "partitions_standing"]

Unsettled = Literal["failed", "missing", "stale"]
"""How something stands that what is made from it can't be fresh with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionsStanding:
    """Which of the partitions that there are were ever written, which failed since, and which others are stale.

    >>> found = PartitionsStanding(total=10, materialized=frozenset({"a", "b", "c"}), stale=frozenset({"a"}))
    >>> str(found), found.counts["stale"], found.of("b"), found.of("d")
    ('3 of 10 partitions', 1, 'fresh', 'missing')
    """

    total: int
    materialized: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    stale: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{len(self.materialized):,} of {self.total:,} partition{'' if self.total == 1 else 's'}"

    @property
    def counts(self) -> dict[str, int]:
        """How many there are, and how many of them stand how, by the names that programs read."""
        sets = {"materialized": self.materialized, "stale": self.stale, "failed": self.failed}
        return {"total": self.total, **{name: len(each) for name, each in sets.items()}}

    def of(self, key: str) -> Literal["failed", "missing", "stale", "fresh"]:
        """How a partition stands."""
        if key in self.failed:
            return "failed"
        if key not in self.materialized:
            return "missing"
        return "stale" if key in self.stale else "fresh"

    def worst_of(self, keys: Iterable[str]) -> Unsettled | None:
        """How the worst of some partitions stands, when it isn't fresh; they are missing when all of them are."""
        found = {self.of(key) for key in keys}
        if "failed" in found or "stale" in found:
            return "failed" if "failed" in found else "stale"
        return "missing" if found == {"missing"} else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Partitioned:
    """What is known of an asset's partitions, of those that there are; what no step makes stands in no way."""

    asset: Asset
    states: Mapping[str, AssetState]
    standing: PartitionsStanding | None = None


def partitions_standing(
    states: Mapping[str, AssetState], total: int, causes: Mapping[str, Iterable[str]]
) -> PartitionsStanding:
    """How the partitions of an asset stand; `causes` are the keys that each cause makes stale."""
    return PartitionsStanding(
        total=total,
        materialized=frozenset(key for key, state in states.items() if state.materialized_at is not None),
        failed=frozenset(key for key, state in states.items() if state.failed_at is not None),
        stale=frozenset(key for keys in causes.values() for key in keys),
    )
