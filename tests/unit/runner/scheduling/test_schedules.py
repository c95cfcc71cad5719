"""When schedules tick, and what happens to ticks that were missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from treadle.ir import Schedule
from treadle.runner.cron import last_tick, next_tick
from treadle.runner.scheduling.schedules import decide, due_now, next_due

NOW = datetime(2026, 11, 25, 12, 0, 5, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "zone", "after", "expected"),
    [
        pytest.param(
            "30 2 * * *",
            "Europe/Vienna",
            "2026-03-28T12:00",
            ["2026-03-29T01:00", "2026-03-30T00:30"],
            id="left-out-hour",
        ),
        pytest.param(
            "30 2 * * *",
            "Europe/Vienna",
            "2026-10-24T12:00",
            ["2026-10-25T00:30", "2026-10-26T01:30"],
            id="hour-that-comes-twice",
        ),
        pytest.param(
            "0 * * * *",
            "America/New_York",
            "2026-11-01T04:30",
            ["2026-11-01T05:00", "2026-11-01T06:00", "2026-11-01T07:00"],
            id="hours-in-autumn",
        ),
        pytest.param("@daily", "UTC", "2026-12-31T00:00", ["2027-01-01T00:00"], id="by-name"),
        pytest.param("0 6 * * mon-fri", "UTC", "2026-11-27T06:00", ["2026-11-30T06:00"], id="weekdays"),
    ],
)
def test_ticks_are_at_the_wall_clock_of_their_zone(cron, zone, after, expected):
    """
    Each tick is due once, also when clocks change.
    """
    found, moment = [], utc(after)
    for _ in expected:
        moment = next_tick(cron, zone, after=moment)
        found.append(moment)
    assert list(map(utc, expected)) == found


def test_the_last_tick_counts_at_its_own_moment():
    """
    A tick is the last one from its own moment on, and not a moment before.
    """
    six = utc("2026-11-25T06:00")
    assert [six, six - timedelta(days=1)] == [
        last_tick("0 6 * * *", "UTC", until=until) for until in (six, six - timedelta(seconds=1))
    ]


@pytest.mark.parametrize(
    ("missed", "cursor", "expected"),
    [
        pytest.param("last", "2026-11-25T11:59", ("12:00", 0, "fired"), id="on-time"),
        pytest.param("last", "2026-11-25T08:30", ("12:00", 1, "fired"), id="last-is-made-up-for"),
        pytest.param("all", "2026-11-25T08:30", ("09:00", 0, "fired"), id="all-begin-with-the-first"),
        pytest.param("none", "2026-11-25T08:30", ("12:00", 1, "fired"), id="none-but-the-one-on-time"),
    ],
)
def test_missed_ticks_follow_their_rule(missed, cursor, expected):
    """
    What was missed while no scheduler ran is made up for by the schedule's rule, and told.
    """
    schedule = Schedule(name="hourly", cron="0 * * * *", missed=missed)
    decision = decide(schedule, due_now(schedule, utc(cursor).isoformat(), NOW))
    assert expected == (f"{decision.tick.due_at:%H:%M}", len(decision.passed), decision.tick.status.value)
    assert decision.tick.due_at.isoformat() == decision.cursor


def test_a_late_tick_is_left_out_when_nothing_is_made_up_for():
    """
    A schedule that makes up for nothing skips a tick that is noticed half an hour late.
    """
    schedule = Schedule(name="hourly", cron="30 * * * *", missed="none")
    decision = decide(schedule, due_now(schedule, utc("2026-11-25T11:00").isoformat(), NOW))
    assert ("skipped", (), "it was missed, because no scheduler ran then") == (
        decision.tick.status.value,
        decision.runs,
        decision.tick.reason,
    )


def test_passed_ticks_are_counted_in_one_record():
    """
    Three missed ticks before the one that fires are one line of the history.
    """
    schedule = Schedule(name="hourly", cron="0 * * * *")
    [passed] = decide(schedule, due_now(schedule, utc("2026-11-25T08:30").isoformat(), NOW)).passed
    assert ("11:00", "3 ticks passed while no scheduler ran, since 2026-11-25 08:30 UTC") == (
        f"{passed.due_at:%H:%M}",
        passed.reason,
    )


def test_nothing_is_due_before_its_time():
    """
    A schedule whose next tick lies ahead does nothing, also when the clock was put back.
    """
    schedule = Schedule(name="hourly", cron="0 * * * *")
    assert [None, None] == [
        due_now(schedule, utc(cursor).isoformat(), NOW) for cursor in ("2026-11-25T12:00", "2026-11-26T12:00")
    ]


def test_a_schedule_that_never_ticks_is_never_due():
    """
    The 30th of February can be written, and never comes: who looks for it goes on.
    """
    never = Schedule(name="never", cron="0 0 30 2 *", selection="*")
    now = utc("2026-11-25T12:00")
    assert (None, None) == (next_due(never, None, now), due_now(never, now.isoformat(), now))
