"""When cron schedules tick, in the time zone in which they are meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

__all__ = ["last_tick", "next_tick"]

_NAMED = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_SECOND = timedelta(seconds=1)


def last_tick(cron: str, timezone: str, now: datetime) -> datetime | None:
    """The last tick at or before a moment; None when there was none in living memory.

    >>> last_tick("0 6 * * *", "Europe/Vienna", datetime(2026, 7, 1, 12, tzinfo=UTC)).isoformat()
    '2026-07-01T06:00:00+02:00'
    """
    # A schedule ticks at full minutes, and is asked for what lies strictly before a moment.
    after = now.astimezone(UTC).replace(microsecond=0) + _SECOND
    return _first(cron, timezone, after, reverse=True)


def next_tick(cron: str, timezone: str, now: datetime) -> datetime | None:
    """The first tick after a moment; None when there is none in living memory."""
    return _first(cron, timezone, now, reverse=False)


def _first(cron: str, timezone: str, moment: datetime, *, reverse: bool) -> datetime | None:
    zone: tzinfo = UTC if timezone == "UTC" else ZoneInfo(timezone)
    try:
        return next(CronSim(_NAMED.get(cron.strip().lower(), cron), moment.astimezone(zone), reverse=reverse))
    except (StopIteration, CronSimError):
        # Like the 30th of February: it can be written, and never comes.
        return None
