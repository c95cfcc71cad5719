"""The keys of time windows: how they are written, and which window each one means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import overload

from treadle.errors import UsageError, cut
from treadle.ir import TimeWindow, TimeWindowPartitions
from treadle.runner.cron import zone_of
from treadle.runner.partitions.ticks import Ticks, ticks_of

__all__ = ["Windows", "first_tick", "read", "written"]

_WITH_OFFSET = "%z"


def written(moment: datetime, partitions: TimeWindowPartitions) -> str:
    """The key of the window that starts at a moment of the partitions' time zone.

    When the clocks are put back an hour comes twice: the second one's key ends with its distance from UTC.

    >>> hours = TimeWindowPartitions(cron="0 * * * *", start="2026-10-25", format="%H:%M", timezone="Europe/Vienna")
    >>> twice = datetime(2026, 10, 25, 2, tzinfo=zone_of("Europe/Vienna"))
    >>> written(twice, hours), written(twice.replace(fold=1), hours)
    ('02:00', '02:00+0100')
    """
    text = moment.strftime(partitions.format)
    if not moment.fold or _WITH_OFFSET in partitions.format:
        return text
    return text + moment.strftime(_WITH_OFFSET)


def read(text: str, partitions: TimeWindowPartitions) -> datetime:
    """The moment that is written so, in the partitions' time zone.

    Raises:
        ValueError: when it isn't written in their format.
    """
    zone = zone_of(partitions.timezone)
    try:
        moment = datetime.strptime(text, partitions.format)
    except ValueError:
        if _WITH_OFFSET in partitions.format:
            raise
        moment = datetime.strptime(text, partitions.format + _WITH_OFFSET)
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


@lru_cache(maxsize=256)
def first_tick(partitions: TimeWindowPartitions) -> Ticks:
    """The ticks of the partitions' schedule from their start on.

    Raises:
        UsageError: when the start can't be read, or their format gives two windows one key.
    """
    ticks = ticks_of(partitions.cron, partitions.timezone, _bound(partitions.start, partitions, "start"))
    try:
        if written(ticks[0], partitions) == written(ticks[1], partitions):
            raise UsageError(
                f"the format {partitions.format!r} gives several windows of {partitions.cron!r} the same key",
                fix="write a format that tells them apart: '%Y-%m-%d-%H:%M'",
            )
    except IndexError:
        raise UsageError(f"{partitions.cron!r} never ticks twice, so there are no windows") from None
    return ticks


class Windows(Sequence[str]):
    """The keys of the windows that have ended by a moment, in order; none is made before it is asked for.

    >>> days = TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01")
    >>> keys = Windows(days, now=datetime(2026, 2, 1, 12, tzinfo=UTC))
    >>> len(keys), keys[-1], keys.index("2026-01-03"), "2026-02-01" in keys
    (31, '2026-01-31', 2, False)
    """

    __slots__ = ("_ends_before", "_length", "_ticks", "partitions")

    def __init__(self, partitions: TimeWindowPartitions, *, now: datetime) -> None:
        self.partitions = partitions
        self._ticks = first_tick(partitions)
        end = None if partitions.end is None else _bound(partitions.end, partitions, "end")
        self._ends_before = end
        limit = now if end is None or end.astimezone(UTC) > now.astimezone(UTC) else end
        count = self._ticks.count_before(limit)
        # A window has ended when the tick after it has come, also when that is this very moment.
        has_come = self._ticks[count].astimezone(UTC) == limit.astimezone(UTC)
        self._length = max(0, count + has_come - 1)

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return tuple(self.key(number) for number in range(self._length)[index])
        return self.key(range(self._length)[index])

    def __iter__(self) -> Iterator[str]:
        return map(self.key, range(self._length))

    def __contains__(self, key: object) -> bool:
        number = self.number(key) if isinstance(key, str) else None
        return number is not None and number < self._length

    def index(self, key: str, start: int = 0, stop: int | None = None) -> int:
        """The place of a key.

        Raises:
            ValueError: when there is no such key.
        """
        number = self.number(key)
        if number is None or number not in range(self._length)[start:stop]:
            raise ValueError(f"{key!r} is not one of the keys")
        return number

    def number(self, key: str) -> int | None:
        """The place that a key has, or will have when its window has ended; None when no window is written so."""
        try:
            moment = read(key, self.partitions)
        except ValueError:
            return None
        number = self._ticks.count_before(moment)
        return number if self.key(number) == key else None

    def window(self, number: int) -> TimeWindow:
        """From when to when the window of a place is."""
        return TimeWindow(self._ticks[number], self._ticks[number + 1])

    def is_beyond_the_end(self, number: int) -> bool:
        """Whether the window of a place would end after the partitions' own end."""
        end = self._ends_before
        return end is not None and self._ticks[number + 1].astimezone(UTC) > end.astimezone(UTC)

    def overlapping(self, window: TimeWindow) -> range:
        """The places of the windows that share time with a window, whether they have ended or not."""
        return range(max(0, self.around(window.start)), self._ticks.count_before(window.end))

    def around(self, moment: datetime) -> int:
        """The place of the window that a moment is in; -1 before the first one."""
        number = self._ticks.count_before(moment)
        starts_now = self._ticks[number].astimezone(UTC) == moment.astimezone(UTC)
        return number if starts_now else number - 1

    def key(self, number: int) -> str:
        """The key of a place, whether its window has ended or not."""
        return written(self._ticks[number], self.partitions)


def _bound(text: str, partitions: TimeWindowPartitions, which: str) -> datetime:
    try:
        return read(text, partitions)
    except ValueError:
        raise UsageError(
            f"the {which} of the partitions, {cut(text)}, isn't written like {partitions.format}"
        ) from None
