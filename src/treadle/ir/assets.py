"""What the platform keeps up to date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from treadle.ir.automation import AutomationCondition, FreshnessPolicy
from treadle.ir.keys import AssetKey, as_key, as_keys, settle
from treadle.ir.origin import Origin
from treadle.ir.partition_mappings import PartitionMapping
from treadle.ir.partitions import BackfillPolicy, Partitions
from treadle.ir.sql import ColumnSource

__all__ = ["EMPTY", "Asset", "Column"]

EMPTY: Mapping[str, object] = MappingProxyType({})
_NO_MAPPINGS: Mapping[AssetKey, PartitionMapping] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of an asset; `type` is as the source writes it, or None when it isn't known.

    `sources` are the columns that it is made from, where somebody says them; what SQL says of that is read from it.
    """

    name: str
    type: str | None = None
    description: str | None = None
    sources: tuple[ColumnSource, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """Something persistent that the platform keeps up to date.

    Keys may be given as text, and collections as whatever holds them.

    An asset that no step produces is external: it is shown in lineage and never materialized.

    `partition_mappings` says which partitions of an asset that it depends on a partition is made from,
    where that isn't the usual: the same partition, the same time, the same dimension, or else all.

    >>> Asset(key="orders", deps=["raw_orders"], group="marts").deps
    frozenset({AssetKey(parts=('raw_orders',))})
    """

    key: AssetKey
    deps: frozenset[AssetKey] = frozenset()
    description: str | None = None
    group: str = "default"
    owners: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    kinds: frozenset[str] = frozenset()
    metadata: Mapping[str, object] = field(default_factory=lambda: EMPTY)
    columns: tuple[Column, ...] = ()
    code_version: str | None = None
    partitions: Partitions | None = None
    partition_mappings: Mapping[AssetKey, PartitionMapping] = field(default_factory=lambda: _NO_MAPPINGS)
    backfill: BackfillPolicy | None = None
    automation: AutomationCondition | None = None
    freshness: FreshnessPolicy | None = None
    skippable: bool = False
    origin: Origin | None = None

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            key: AssetKey | str,
            deps: Iterable[AssetKey | str] = (),
            description: str | None = None,
            group: str = "default",
            owners: Iterable[str] = (),
            tags: Mapping[str, str] = ...,
            kinds: Iterable[str] = (),
            metadata: Mapping[str, object] = ...,
            columns: Iterable[Column] = (),
            code_version: str | None = None,
            partitions: Partitions | None = None,
            partition_mappings: Mapping[AssetKey, PartitionMapping] | Mapping[str, PartitionMapping] = ...,
            backfill: BackfillPolicy | None = None,
            automation: AutomationCondition | None = None,
            freshness: FreshnessPolicy | None = None,
            skippable: bool = False,
            origin: Origin | None = None,
        ) -> None: ...

    def __post_init__(self) -> None:
        if isinstance(self.key, str):
            settle(self, key=as_key(self.key))
        if self.partition_mappings:
            mappings = {as_key(key): mapping for key, mapping in self.partition_mappings.items()}
            settle(self, partition_mappings=MappingProxyType(mappings))
        settle(
            self,
            deps=as_keys(self.deps),
            owners=tuple(self.owners),
            kinds=frozenset(self.kinds),
            columns=tuple(self.columns),
        )
