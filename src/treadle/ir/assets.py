"""What the platform keeps up to date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from treadle.ir.automation import AutomationCondition, FreshnessPolicy
from treadle.ir.keys import AssetKey
from treadle.ir.origin import Origin
from treadle.ir.partitions import Partitions

__all__ = ["EMPTY", "Asset", "Column"]

EMPTY: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of an asset; `type` is as the source writes it, or None when it isn't known."""

    name: str
    type: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """Something persistent that the platform keeps up to date.

    An asset that no step produces is external: it is shown in lineage and never materialized.

    >>> Asset(key=AssetKey.parse("orders"), deps=frozenset({AssetKey.parse("raw_orders")})).group
    'default'
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
    automation: AutomationCondition | None = None
    freshness: FreshnessPolicy | None = None
    skippable: bool = False
    origin: Origin | None = None
