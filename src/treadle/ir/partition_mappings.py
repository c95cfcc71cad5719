"""Which partitions of an asset a partition of another is made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from treadle.ir.keys import settle

__all__ = [
    "AllMapping",
    "DimensionMapping",
    "IdentityMapping",
    "LastMapping",
    "PartitionMapping",
    "SharedDimensionsMapping",
    "StaticMapping",
    "TimeWindowMapping",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityMapping:
    """The partition of the same key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllMapping:
    """Every partition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastMapping:
    """The last partitions that there are: one, or `count` of them."""

    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWindowMapping:
    """The partitions whose windows share time with the window of the partition that is made from them.

    That window may be moved first: `start_offset=-1` lets it start one window earlier, `end_offset=-1`
    lets it end one earlier. Both together mean the partition before.
    """

    start_offset: int = 0
    end_offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticMapping:
    """What is made from each key: `{"vienna": ["eu"], "austin": ["us"]}`.

    >>> StaticMapping(keys={"vienna": ["eu"]}).keys["vienna"]
    ('eu',)
    """

    keys: Mapping[str, tuple[str, ...]]

    if TYPE_CHECKING:

        def __init__(self, *, keys: Mapping[str, Iterable[str]]) -> None: ...

    def __post_init__(self) -> None:
        settle(self, keys=MappingProxyType({each: tuple(made) for each, made in self.keys.items()}))


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionMapping:
    """Only one side has several dimensions: the other side's partitions are those of this one.

    `mapping` says how the dimension and the other side belong together, when it isn't in the usual way.
    """

    dimension: str
    mapping: PartitionMapping | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedDimensionsMapping:
    """Both sides have several dimensions: those of one name belong together, of any other all keys do.

    `dimensions` says how, for dimensions that don't belong together in the usual way.
    """

    dimensions: Mapping[str, PartitionMapping] = field(default_factory=lambda: MappingProxyType({}))


PartitionMapping = (
    IdentityMapping
    | AllMapping
    | LastMapping
    | TimeWindowMapping
    | StaticMapping
    | DimensionMapping
    | SharedDimensionsMapping
)
