"""When a cron schedule ticks, by number: any tick of many years is found at once."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import takewhile

from cronsim import CronSim, CronSimError

from treadle.errors import UsageError
from treadle.ir.cron import cron_in_fields
from treadle.runner.cron import zone_of

__all__ = ["Ticks", "ticks_of"]

_DAY = timedelta(days=1)
_A_MOMENT = timedelta(seconds=1)
_YEARS_WITHOUT_A_TICK = 50


class Ticks:
    """The ticks of a cron schedule in a time zone, from the first at or after a moment on.

    On a day on which the clocks aren't changed the ticks are the hours and minutes of the schedule, so it
    is enough to count them; cronsim lists those of the other days: of an hour that there is twice, or never.

    >>> ticks = ticks_of("0 0 * * *", "Europe/Vienna", datetime(2026, 1, 1, tzinfo=zone_of("Europe/Vienna")))
    >>> ticks[31].isoformat()
    '2026-02-01T00:00:00+01:00'
    >>> ticks.count_before(ticks[31])
    31
    """

    def __init__(self, cron: str, timezone: str, start: datetime) -> None:
        self._zone = zone_of(timezone)
        self._cron = cron_in_fields(cron)
        local = start.astimezone(self._zone)
        self._schedule = CronSim(self._cron, local)
        self._times = [
            (hour, minute) for hour in sorted(self._schedule.hours) for minute in sorted(self._schedule.minutes)
        ]
        # Days that have ticks, and how many there are before each, and at last after all of them.
        self._days: list[int] = []
        self._counts = [0]
        self._next = local.toordinal()
        self._latest: tuple[int, list[datetime]] = (0, [])  # keys are asked for one after the other
        self._skipped = 0
        self._skipped = self.count_before(start)

    def __getitem__(self, number: int) -> datetime:
        """A tick; they are counted from 0.

        Raises:
            IndexError: when there is no such tick, however long one waits.
        """
        wanted = number + self._skipped
        while self._counts[-1] <= wanted:
            if self._next - (self._days[-1] if self._days else self._next) > _YEARS_WITHOUT_A_TICK * 366:
                raise IndexError(f"{self._cron!r} has no tick {number}")
            self._count_days(self._next + 366)
        at = bisect_right(self._counts, wanted) - 1
        return self._of_day(self._days[at])[wanted - self._counts[at]]

    def count_before(self, moment: datetime) -> int:
        """How many ticks there are before a moment; that is the number of the first tick at or after it."""
        day = moment.astimezone(self._zone).toordinal()
        self._count_days(day)
        at = bisect_right(self._days, day) - 1
        if at < 0 or self._days[at] != day:
            return max(0, self._counts[at + 1] - self._skipped)
        # Moments of one time zone are compared by what the clock shows, which it shows twice when it is put back.
        instant = moment.astimezone(UTC)
        earlier = sum(tick.astimezone(UTC) < instant for tick in self._of_day(day))
        return max(0, self._counts[at] + earlier - self._skipped)

    def _count_days(self, last: int) -> None:
        months, is_day = self._schedule.months, self._schedule.match_day
        for ordinal in range(self._next, min(last, date.max.toordinal() - 1) + 1):
            day = date.fromordinal(ordinal)
            if day.month in months and is_day(day):
                count = len(self._times) if self._is_regular(day) else len(self._of_day(ordinal))
                if count:
                    self._days.append(ordinal)
                    self._counts.append(self._counts[-1] + count)
            self._next = ordinal + 1

    def _is_regular(self, day: date) -> bool:
        """Whether the clocks aren't changed on that day."""
        if self._zone is UTC:
            return True
        midnight = datetime(day.year, day.month, day.day, tzinfo=self._zone)
        return midnight.utcoffset() == (midnight + _DAY).utcoffset()

    def _of_day(self, ordinal: int) -> list[datetime]:
        latest, ticks = self._latest
        if latest != ordinal:
            ticks = self._make(date.fromordinal(ordinal))
            self._latest = ordinal, ticks
        return ticks

    def _make(self, day: date) -> list[datetime]:
        midnight = datetime(day.year, day.month, day.day, tzinfo=self._zone)
        if self._is_regular(day):
            return [midnight.replace(hour=hour, minute=minute) for hour, minute in self._times]
        before = (midnight.astimezone(UTC) - _A_MOMENT).astimezone(self._zone)
        return list(takewhile(lambda tick: tick.date() == day, CronSim(self._cron, before)))


@lru_cache(maxsize=256)
def ticks_of(cron: str, timezone: str, start: datetime) -> Ticks:
    """The ticks of a schedule; they are counted once, whoever asks."""
    try:
        return Ticks(cron, timezone, start)
    except (CronSimError, ValueError, OSError) as error:
        raise UsageError(f"partitions can't be cut by {cron!r} in {timezone!r}: {error}") from error
    except KeyError as error:
        raise UsageError(f"there is no time zone {timezone!r}") from error
