"""The moments at which a cron schedule ticks, in its time zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

__all__ = ["last_tick", "next_tick", "ticks"]


def ticks(cron: str, timezone: str, *, after: datetime) -> Iterator[datetime]:
    """The moments, in UTC, at which a schedule ticks after another moment.

    When clocks are put back, what is due in the hour that comes twice is due once; when they are put forward, what is
    due in the hour that is left out is due right after it.

    >>> vienna = ticks("30 2 * * *", "Europe/Vienna", after=datetime(2026, 10, 24, 12, tzinfo=UTC))
    >>> [f"{next(vienna):%d %H:%M}" for _ in range(2)]
    ['25 00:30', '26 01:30']
    """
    return (each.astimezone(UTC) for each in CronSim(_five(cron), after.astimezone(_zone(timezone))))


def next_tick(cron: str, timezone: str, *, after: datetime) -> datetime | None:
    """The next one; None when there is none in the next fifty years."""
    return next(ticks(cron, timezone, after=after), None)


def last_tick(cron: str, timezone: str, *, until: datetime) -> datetime | None:
    """The last one that isn't after a moment.

    >>> last_tick("0 6 * * mon", "UTC", until=datetime(2026, 11, 25, tzinfo=UTC))
    datetime.datetime(2026, 11, 23, 6, 0, tzinfo=datetime.timezone.utc)
    """
    # What is looked for lies before the start: a tick at the very moment counts too.
    start = (until + timedelta(microseconds=1)).astimezone(_zone(timezone))
    found = next(CronSim(_five(cron), start, reverse=True), None)
    return None if found is None else found.astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


_NAMES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


def _five(cron: str) -> str:
    return _NAMES.get(cron.strip().lower(), cron)
