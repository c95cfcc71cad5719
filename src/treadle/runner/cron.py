"""The moments at which a cron schedule ticks, in its time zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from treadle.ir.cron import cron_in_fields

__all__ = ["last_tick", "next_tick", "ticks", "zone_of"]


def zone_of(name: str) -> tzinfo:
    """A time zone; UTC is known without a time zone database."""
    return UTC if name == "UTC" else ZoneInfo(name)


def ticks(cron: str, timezone: str, *, after: datetime) -> Iterator[datetime]:
    """The moments, in UTC, at which a schedule ticks after another moment.

    When clocks are put back, what is due in the hour that comes twice is due once; when they are put forward, what is
    due in the hour that is left out is due right after it.

    >>> vienna = ticks("30 2 * * *", "Europe/Vienna", after=datetime(2026, 10, 24, 12, tzinfo=UTC))
    >>> [f"{next(vienna):%d %H:%M}" for _ in range(2)]
    ['25 00:30', '26 01:30']
    """
    return _moments(cron, after.astimezone(zone_of(timezone)), reverse=False)


def next_tick(cron: str, timezone: str, *, after: datetime) -> datetime | None:
    """The next one; None when there is none in the next fifty years."""
    return next(ticks(cron, timezone, after=after), None)


def last_tick(cron: str, timezone: str, *, until: datetime) -> datetime | None:
    """The last one that isn't after a moment; None when there was none in fifty years.

    >>> last_tick("0 6 * * mon", "UTC", until=datetime(2026, 11, 25, tzinfo=UTC))
    datetime.datetime(2026, 11, 23, 6, 0, tzinfo=datetime.timezone.utc)
    """
    # What is looked for lies before the start: a tick at the very moment counts too.
    start = (until + timedelta(microseconds=1)).astimezone(zone_of(timezone))
    return next(_moments(cron, start, reverse=True), None)


def _moments(cron: str, start: datetime, *, reverse: bool) -> Iterator[datetime]:
    try:
        found = CronSim(cron_in_fields(cron), start, reverse=reverse)
    except CronSimError:  # like the 30th of February: it can be written, and never comes
        return
    yield from (each.astimezone(UTC) for each in found)
