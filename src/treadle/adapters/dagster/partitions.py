"""Partitions as Dagster has them, where both mean the same keys."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from treadle.ir import (
    AllMapping,
    DynamicPartitions,
    IdentityMapping,
    LastMapping,
    MultiPartitions,
    PartitionMapping,
    Partitions,
    StaticMapping,
    TimeWindowMapping,
    TimeWindowPartitions,
)
from treadle.ir.cron import cron_in_fields
from treadle.ir.plain import plain_mapping, plain_partitions
from treadle.runner.cron import next_tick

__all__ = ["cron_for_dagster", "mapping_for_dagster", "partitions_for_dagster"]


_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def cron_for_dagster(cron: str) -> str:
    """The same schedule in five fields, in words that both read alike.

    >>> cron_for_dagster("@daily")
    '0 0 * * *'

    Raises:
        ValueError: when they don't.
    """
    fields = cron_in_fields(cron).split()
    if fields[2] != "*" and fields[4] != "*":
        raise ValueError(f"{cron!r} names days of the month and of the week, which Dagster understands otherwise")
    if next_tick(cron, "UTC", after=_ANY_TIME) is None:
        raise ValueError(f"{cron!r} never ticks")
    return " ".join(fields).lower()


def partitions_for_dagster(partitions: Partitions | None) -> dict[str, Any] | None:
    """Partitions as plain values.

    Raises:
        ValueError: why Dagster can't have them.
    """
    match partitions:
        case DynamicPartitions(name=name):
            raise ValueError(f"the keys of the dynamic partitions {name!r} are in Treadle's store")
        case MultiPartitions(dimensions=dimensions):
            if len(dimensions) != 2:
                raise ValueError(f"Dagster's partitions have two dimensions at most, these have {len(dimensions)}")
            return {
                "type": "multi",
                "dimensions": {name: partitions_for_dagster(dimensions[name]) for name in sorted(dimensions)},
            }
        case TimeWindowPartitions(cron=cron):
            return {**(plain_partitions(partitions) or {}), "cron": cron_for_dagster(cron)}
    return plain_partitions(partitions)


def mapping_for_dagster(mapping: PartitionMapping) -> dict[str, Any]:
    """A partition mapping as plain values.

    Raises:
        ValueError: why Dagster can't have it.
    """
    match mapping:
        case LastMapping(count=count) if count != 1:
            raise ValueError(f"Dagster's mapping is to the last partition, not to the last {count}")
        case IdentityMapping() | AllMapping() | LastMapping() | TimeWindowMapping() | StaticMapping():
            return plain_mapping(mapping)
    raise ValueError("mappings between dimensions aren't exported")
