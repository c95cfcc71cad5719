"""How an asset is cut into addressable slices. The records only; windows are computed where runs are planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = [
    "BackfillPolicy",
    "DynamicPartitions",
    "MultiPartitions",
    "Partitions",
    "StaticPartitions",
    "TimeWindowPartitions",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticPartitions:
    """A fixed set of keys, in order."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWindowPartitions:
    """One partition a tick of a cron schedule.

    `start` and `end` are written in `format` (strftime), in `timezone` (an IANA name).
    """

    cron: str
    start: str
    end: str | None = None
    format: str = "%Y-%m-%d"
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamicPartitions:
    """A named set of keys that is kept in the store."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiPartitions:
    """One partition for each combination of its dimensions' keys."""

    dimensions: Mapping[str, StaticPartitions | TimeWindowPartitions | DynamicPartitions]


Partitions = StaticPartitions | TimeWindowPartitions | DynamicPartitions | MultiPartitions


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillPolicy:
    """How many partitions of a range one run takes at most; all of them when that is None."""

    max_partitions_per_run: int | None = None
