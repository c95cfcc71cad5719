"""The time windows that there are, listed once where many of them are looked up, or followed to those of another cut."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from treadle.ir import TimeWindowMapping, TimeWindowPartitions
from treadle.runner.partitions.ticks import Ticks
from treadle.runner.partitions.windows import Windows, first_tick, written

__all__ = ["Timeline", "made_from", "timeline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The keys of windows in order, the place of each, and when each begins, in seconds since 1970."""

    keys: Sequence[str]
    places: Mapping[str, int]
    begins: Sequence[float]
    ticks: Ticks

    def begin(self, place: int) -> float:
        """When the window of a place begins, whether it has ended or not."""
        return self.begins[place] if place < len(self.begins) else self.ticks[place].timestamp()


def timeline(partitions: TimeWindowPartitions, *, now: datetime) -> Timeline:
    """The windows that have ended.

    >>> from datetime import UTC
    >>> days = TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01")
    >>> timeline(days, now=datetime(2026, 1, 3, tzinfo=UTC)).keys
    ('2026-01-01', '2026-01-02')
    """
    return _listed(partitions, len(Windows(partitions, now=now)))


@lru_cache(maxsize=64)
def _listed(partitions: TimeWindowPartitions, count: int) -> Timeline:
    # Windows only become more, so how many there are says which.
    ticks = first_tick(partitions)
    keys = tuple(written(ticks[place], partitions) for place in range(count))
    return Timeline(
        keys=keys,
        places={key: place for place, key in enumerate(keys)},
        begins=tuple(ticks[place].timestamp() for place in range(count)),
        ticks=ticks,
    )


def made_from(key: str, mapping: TimeWindowMapping, *, downstream: Timeline, upstream: Timeline) -> Sequence[str]:
    """The upstream windows that a downstream one is made from, of those that have ended.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 20, 12, tzinfo=UTC)
    >>> days = timeline(TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01"), now=noon)
    >>> weeks = timeline(TimeWindowPartitions(cron="0 0 * * mon", start="2026-01-01"), now=noon)
    >>> found = made_from("2026-01-05", TimeWindowMapping(), downstream=weeks, upstream=days)
    >>> len(found), found[0], found[-1]
    (7, '2026-01-05', '2026-01-11')
    """
    place = downstream.places[key]
    first, last = max(0, place + mapping.start_offset), place + mapping.end_offset
    if first > last:
        return ()
    begin, end = downstream.begin(first), downstream.begin(last + 1)
    around = bisect_right(upstream.begins, begin) - 1
    if around == len(upstream.keys) - 1 and around >= 0 and upstream.begin(around + 1) <= begin:
        return ()  # the last one that there is has ended before
    return upstream.keys[max(0, around) : bisect_left(upstream.begins, end)]
