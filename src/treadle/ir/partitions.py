"""How an asset is cut into addressable slices. The records only; windows are computed where runs are planned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from treadle.errors import cut
from treadle.ir.keys import settle

__all__ = [
    "BackfillPolicy",
    "DynamicPartitions",
    "MultiPartitions",
    "Partitions",
    "StaticPartitions",
    "TimeWindow",
    "TimeWindowPartitions",
    "check_partition_key",
    "check_partition_keys",
]

_RESERVED = (",", "..", "|")


def check_partition_key(key: str) -> str:
    """The key, when it can't be taken for several.

    >>> check_partition_key("eu,us")
    Traceback (most recent call last):
    ValueError: 'eu,us' is not a partition key: it can't hold ',', which stands between keys

    Raises:
        ValueError: what is wrong with it.
    """
    if not key.strip() or key != key.strip() or not key.isprintable():
        raise ValueError(f"{cut(key)} is not a partition key: it is empty, has blanks around it, or can't be printed")
    if sign := next((each for each in _RESERVED if each in key), None):
        raise ValueError(f"{cut(key)} is not a partition key: it can't hold {sign!r}, which stands between keys")
    if key == "all":
        raise ValueError("'all' is not a partition key: it stands for all of them")
    return key


def check_partition_keys(keys: Iterable[str]) -> tuple[str, ...]:
    """The keys, when each can be one, and none is there twice.

    >>> check_partition_keys(["eu", "us"])
    ('eu', 'us')

    Raises:
        ValueError: what is wrong with one of them.
    """
    found = tuple(map(check_partition_key, keys))
    if twice := [key for key, count in Counter(found).items() if count > 1]:
        raise ValueError(f"the partition key {cut(twice[0])} is there twice")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticPartitions:
    """A fixed set of keys, in order.

    Raises:
        ValueError: when a key is there twice, or holds what stands between keys.
    """

    keys: tuple[str, ...]

    if TYPE_CHECKING:

        def __init__(self, *, keys: Iterable[str]) -> None: ...

    def __post_init__(self) -> None:
        settle(self, keys=check_partition_keys(self.keys))


class TimeWindow(NamedTuple):
    """From when to when: two moments with their time zone, of which the second isn't in it any more."""

    start: datetime
    end: datetime


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
