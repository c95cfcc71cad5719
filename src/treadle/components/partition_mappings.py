"""The YAML models of partition mappings: which partitions of another asset a partition is made from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from treadle.components.model import Attributes
from treadle.ir import (
    AllMapping,
    DimensionMapping,
    IdentityMapping,
    LastMapping,
    PartitionMapping,
    SharedDimensionsMapping,
    StaticMapping,
    TimeWindowMapping,
)

__all__ = ["PartitionMappingAttributes"]


class IdentityMappingAttributes(Attributes):
    """A partition is made from the one of the same key."""

    type: Literal["identity"]

    def to_mapping(self) -> PartitionMapping:
        """The record that the graph holds."""
        return IdentityMapping()


class AllMappingAttributes(Attributes):
    """A partition is made from all of the other asset's."""

    type: Literal["all"]

    def to_mapping(self) -> PartitionMapping:
        """The record that the graph holds."""
        return AllMapping()


class LastMappingAttributes(Attributes):
    """A partition is made from the last ones that the other asset has."""

    type: Literal["last"]
    count: int = Field(default=1, ge=1)
    """How many."""

    def to_mapping(self) -> PartitionMapping:
        """The record that the graph holds."""
        return LastMapping(count=self.count)


class TimeWindowMappingAttributes(Attributes):
    """A partition is made from those whose windows share time with its own, which may be moved first."""

    type: Literal["time_window"]
    start_offset: int = 0
    """By how many windows its start is moved: -1 is one earlier."""
    end_offset: int = 0
    """By how many windows its end is moved."""

    def to_mapping(self) -> PartitionMapping:
        """The record that the graph holds."""
        return TimeWindowMapping(start_offset=self.start_offset, end_offset=self.end_offset)


class StaticMappingAttributes(Attributes):
    """Says for keys of the other asset which partitions are made from them."""

    type: Literal["static"]
    keys: dict[str, list[str]] = Field(min_length=1, examples=[{"vienna": ["eu"], "austin": ["us"]}])
    """What is made from each key of the other asset."""

    def to_mapping(self) -> PartitionMapping:
        """The record that the graph holds."""
        return StaticMapping(keys=self.keys)


_OneToOne = Annotated[
    IdentityMappingAttributes
    | AllMappingAttributes
    | LastMappingAttributes
    | TimeWindowMappingAttributes
    | StaticMappingAttributes,
    Field(discriminator="type"),
]


class DimensionMappingAttributes(Attributes):
    """Only one of the two has several dimensions: the other's partitions are those of one of them."""

    type: Literal["dimension"]
    dimension: str
    """The name of the dimension."""
    mapping: _OneToOne | None = None
    """How the dimension and the other asset's partitions belong together, when it isn't in the usual way."""

    def to_mapping(self) -> PartitionMapping:
        """The record that the graph holds."""
        return DimensionMapping(
            dimension=self.dimension, mapping=None if self.mapping is None else self.mapping.to_mapping()
        )


class SharedDimensionsMappingAttributes(Attributes):
    """Both have several dimensions: those of one name belong together, of any other all keys do."""

    type: Literal["dimensions"]
    dimensions: dict[str, _OneToOne] = Field(default_factory=dict)
    """How, for dimensions that don't belong together in the usual way."""

    def to_mapping(self) -> PartitionMapping:
        """The record that the graph holds."""
        return SharedDimensionsMapping(dimensions={name: each.to_mapping() for name, each in self.dimensions.items()})


PartitionMappingAttributes = Annotated[
    IdentityMappingAttributes
    | AllMappingAttributes
    | LastMappingAttributes
    | TimeWindowMappingAttributes
    | StaticMappingAttributes
    | DimensionMappingAttributes
    | SharedDimensionsMappingAttributes,
    Field(discriminator="type"),
]
