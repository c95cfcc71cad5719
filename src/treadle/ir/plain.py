"""Records as plain values: what JSON, and whoever compares, has of them."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import timedelta
from typing import Any

from treadle.ir.automation import FreshnessPolicy
from treadle.ir.partition_mappings import DimensionMapping, PartitionMapping, SharedDimensionsMapping, StaticMapping
from treadle.ir.partitions import BackfillPolicy, MultiPartitions, Partitions

__all__ = ["plain_mapping", "plain_partitions", "plain_policy"]


def plain_partitions(partitions: Partitions | None) -> dict[str, Any] | None:
    """Partitions by their kind, in the words of YAML.

    >>> from treadle.ir import StaticPartitions
    >>> plain_partitions(StaticPartitions(keys=("eu", "us")))
    {'type': 'static', 'keys': ['eu', 'us']}
    """
    if partitions is None:
        return None
    if isinstance(partitions, MultiPartitions):
        dimensions = {name: plain_partitions(each) for name, each in partitions.dimensions.items()}
        return {"type": "multi", "dimensions": dimensions}
    kind = type(partitions).__name__.removesuffix("Partitions")
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(partitions).items()}
    return {"type": {"TimeWindow": "time_window"}.get(kind, kind.lower()), **values}


def plain_mapping(mapping: PartitionMapping) -> dict[str, Any]:
    """A partition mapping in the words of YAML.

    >>> from treadle.ir import LastMapping
    >>> plain_mapping(LastMapping(count=7))
    {'type': 'last', 'count': 7}
    """
    match mapping:
        case StaticMapping(keys=keys):
            return {"type": "static", "keys": {key: list(made) for key, made in keys.items()}}
        case DimensionMapping(dimension=name, mapping=inner):
            return {"type": "dimension", "dimension": name, "mapping": plain_mapping(inner) if inner else None}
        case SharedDimensionsMapping(dimensions=dimensions):
            return {
                "type": "dimensions",
                "dimensions": {name: plain_mapping(each) for name, each in dimensions.items()},
            }
    kind = type(mapping).__name__.removesuffix("Mapping")
    return {"type": {"TimeWindow": "time_window"}.get(kind, kind.lower()), **asdict(mapping)}


def plain_policy(policy: BackfillPolicy | FreshnessPolicy | None) -> dict[str, Any] | None:
    """A policy's fields; lengths of time are seconds."""
    if policy is None:
        return None
    values = ((each.name, getattr(policy, each.name)) for each in fields(policy))
    return {name: value.total_seconds() if isinstance(value, timedelta) else value for name, value in values}
