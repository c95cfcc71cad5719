"""What is known of a project's assets at a moment, as conditions look at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from treadle.ir import AssetKey, CheckKey
from treadle.store import AssetState

__all__ = ["NO_KEYS", "WHOLE", "Key", "KeySet", "Thing", "View"]

Thing = AssetKey | CheckKey
"""What a condition may be of."""

Key = str | None
"""A partition key; None stands for an asset that has no partitions, or for all of one that has."""

KeySet = frozenset[Key]

WHOLE: KeySet = frozenset({None})
NO_KEYS: KeySet = frozenset()

_NOBODY: Mapping[Thing, KeySet] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is known of assets, checks and their partitions.

    `states` is what was last of each. `running` is what a queued or running run is still going to make, `backfilling`
    the same of backfills. `planned` says what the runs were asked for that materialized something last. A check has been
    materialized, here, when it was made.
    """

    states: Mapping[Thing, Mapping[Key, AssetState]] = field(default_factory=lambda: MappingProxyType({}))
    running: Mapping[Thing, KeySet] = field(default_factory=lambda: _NOBODY)
    backfilling: Mapping[Thing, KeySet] = field(default_factory=lambda: _NOBODY)
    planned: Mapping[str, frozenset[Thing]] = field(default_factory=lambda: MappingProxyType({}))
