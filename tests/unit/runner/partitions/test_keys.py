"""Which keys there are at a moment, what they mean, and why others don't exist."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import given, settings
from hypothesis import strategies as st

from treadle.errors import UsageError
from treadle.ir import DynamicPartitions, MultiPartitions, StaticPartitions, TimeWindow, TimeWindowPartitions
from treadle.runner.cron import zone_of
from treadle.runner.partitions import check_key, dimensions_of, keys_of, window_of
from treadle.runner.partitions.ticks import ticks_of

HOUR = "%Y-%m-%d-%H:%M"
DAILY = TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01")
SHOPS = StaticPartitions(keys=["austin", "vienna"])
BY_SHOP = MultiPartitions(dimensions={"shop": SHOPS, "day": DAILY})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def hourly(timezone: str, start: str, end: str | None = None) -> TimeWindowPartitions:
    return TimeWindowPartitions(cron="0 * * * *", start=start, end=end, format=HOUR, timezone=timezone)


def hours(window: TimeWindow | None) -> float:
    assert window is not None
    return (window.end.astimezone(UTC) - window.start.astimezone(UTC)) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("partitions", "now", "keys"),
    [
        pytest.param(SHOPS, "2026-01-01", ["austin", "vienna"], id="static"),
        pytest.param(DAILY, "2026-01-03", ["2026-01-01", "2026-01-02"], id="daily"),
        pytest.param(DAILY, "2026-01-02T23:59:59", ["2026-01-01"], id="a-window-that-has-not-ended"),
        pytest.param(DAILY, "2025-06-01", [], id="before-the-start"),
        pytest.param(
            TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01", end="2026-01-03"),
            "2027-01-01",
            ["2026-01-01", "2026-01-02"],
            id="an-end",
        ),
        pytest.param(
            TimeWindowPartitions(cron="0 0 * * 0", start="2026-01-01"),
            "2026-01-20",
            ["2026-01-04", "2026-01-11"],
            id="weekly-from-the-first-sunday",
        ),
        pytest.param(
            TimeWindowPartitions(cron="@monthly", start="2025-12", format="%Y-%m"),
            "2026-02-01",
            ["2025-12", "2026-01"],
            id="monthly-by-name",
        ),
        pytest.param(
            TimeWindowPartitions(cron="0 6 * * 1-5", start="2026-01-01"),
            "2026-01-06T07:00:00",
            ["2026-01-01", "2026-01-02", "2026-01-05"],
            id="mornings-of-working-days",
        ),
        pytest.param(
            MultiPartitions(dimensions={"shop": SHOPS, "day": DAILY}),
            "2026-01-03",
            ["2026-01-01|austin", "2026-01-01|vienna", "2026-01-02|austin", "2026-01-02|vienna"],
            id="dimensions-in-the-order-of-their-names",
        ),
    ],
)
def test_keys_at_a_moment(partitions, now: str, keys: list[str]) -> None:
    """
    Partitions have the keys of what was listed, and of the windows that have ended.
    """
    found = keys_of(partitions, now=at(now))
    assert keys == list(found)
    assert (len(keys), keys[1:], keys[::-1]) == (len(found), list(found[1:]), list(reversed(found)))
    assert list(range(len(keys))) == [found.index(key) for key in keys]


def test_keys_of_a_dynamic_set() -> None:
    """
    The keys of a dynamic set are what whoever keeps it says, in that order.
    """
    kept = {"customers": ["zoe", "ann"]}
    keys = keys_of(DynamicPartitions(name="customers"), now=at("2026-01-01"), dynamic=lambda name: kept[name])
    assert (["zoe", "ann"], True, False) == (list(keys), "ann" in keys, "bob" in keys)


@pytest.mark.parametrize(
    ("timezone", "day", "offset"),
    [
        pytest.param("Europe/Vienna", "2026-10-25", "+0100", id="vienna"),
        pytest.param("America/New_York", "2026-11-01", "-0500", id="new-york"),
    ],
)
def test_an_hour_that_comes_twice_has_two_keys(timezone: str, day: str, offset: str) -> None:
    """
    When the clocks are put back, the second of two hours of one name is written with its distance from UTC.
    """
    keys = keys_of(hourly(timezone, f"{day}-00:00"), now=at("2026-12-01"))
    today = list(keys[:25])
    twice = "02:00" if timezone == "Europe/Vienna" else "01:00"
    assert 25 == len(set(today))
    assert [f"{day}-{twice}", f"{day}-{twice}{offset}"] == [key for key in today if f"-{twice}" in key]
    assert [1.0] * 25 == [hours(window_of(keys.partitions, key)) for key in today]
    assert list(range(25)) == [keys.index(key) for key in today]


@pytest.mark.parametrize(
    ("timezone", "day", "missing"),
    [
        pytest.param("Europe/Vienna", "2026-03-29", "02:00", id="vienna"),
        pytest.param("America/New_York", "2026-03-08", "02:00", id="new-york"),
    ],
)
def test_an_hour_that_never_comes_has_no_key(timezone: str, day: str, missing: str) -> None:
    """
    When the clocks are put forward, the hour that is left out is no partition, and the others follow each other.
    """
    partitions = hourly(timezone, f"{day}-00:00")
    keys = keys_of(partitions, now=at("2026-12-01"))
    assert f"{day}-{missing}" not in keys
    assert f"{day}-23:00" == keys[22]
    ends = [window_of(partitions, key).end.astimezone(UTC) for key in keys[:23]]
    assert [window_of(partitions, key).start.astimezone(UTC) for key in keys[1:24]] == ends
    with pytest.raises(UsageError, match="no window starts then"):
        check_key(f"{day}-{missing}", partitions, now=at("2026-12-01"))


@pytest.mark.parametrize(
    ("timezone", "day", "length"),
    [
        pytest.param("Europe/Vienna", "2026-03-29", 23.0, id="vienna-in-spring"),
        pytest.param("Europe/Vienna", "2026-10-25", 25.0, id="vienna-in-fall"),
        pytest.param("America/New_York", "2026-03-08", 23.0, id="new-york-in-spring"),
        pytest.param("America/New_York", "2026-11-01", 25.0, id="new-york-in-fall"),
        pytest.param("UTC", "2026-10-25", 24.0, id="utc"),
    ],
)
def test_a_day_is_as_long_as_it_is(timezone: str, day: str, length: float) -> None:
    """
    The window of a day on which the clocks are changed has 23 or 25 hours.
    """
    partitions = TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01", timezone=timezone)
    assert length == hours(window_of(partitions, day))


def test_ten_years_of_hours_are_counted_and_not_made() -> None:
    """
    The first, the last and any other key of many are there without the others.
    """
    keys = keys_of(hourly("Europe/Vienna", "2016-01-01-00:00"), now=at("2025-12-31T23:00:00"))
    assert 87_672 == len(keys)
    assert ("2016-01-01-00:00", "2025-12-31-23:00", 50_000) == (keys[0], keys[-1], keys.index(keys[50_000]))
    assert ["2025-12-31-22:00", "2025-12-31-23:00"] == list(keys[-2:])


CRONS = [
    "0 * * * *",
    "*/20 * * * *",
    "30 2 * * *",
    "0,30 1-3 * * *",
    "0 0 * * 0",
    "15 4 29 2 *",
    "0 0 1 * *",
    "5 0 13 * 5",
]
ZONES = ["UTC", "Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "America/Sao_Paulo"]


@settings(deadline=None)
@given(st.sampled_from(CRONS), st.sampled_from(ZONES), st.datetimes(datetime(2010, 1, 1), datetime(2028, 1, 1)))
def test_ticks_are_those_of_cronsim(cron: str, timezone: str, start: datetime) -> None:
    """
    Counting finds the ticks that cronsim finds by walking, whatever the clocks do; and each is found by its moment.
    """
    begin = start.replace(tzinfo=UTC, microsecond=0)
    ticks = ticks_of(cron, timezone, begin)
    walked = list(islice(CronSim(cron, (begin - timedelta(seconds=1)).astimezone(zone_of(timezone))), 60))
    found = [ticks[number] for number in range(60)]
    assert [(each, each.fold) for each in walked] == [(each, each.fold) for each in found]
    assert list(range(60)) == [ticks.count_before(each) for each in found]


@pytest.mark.parametrize(
    ("partitions", "key", "why", "fix"),
    [
        pytest.param(DAILY, "2026-13-01", "it isn't written like %Y-%m-%d", "did you mean '2026-0", id="no-such-month"),
        pytest.param(DAILY, "2026-1-5", "it is written in another way", "write '2026-01-05'", id="another-form"),
        pytest.param(
            DAILY, "2025-12-31", "before the first partition, '2026-01-01'", "latest is '2026-01-09'", id="early"
        ),
        pytest.param(DAILY, "2026-01-10", "its window hasn't ended; it ends at 2026-01-11", "'2026-01-09'", id="today"),
        pytest.param(
            TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01", end="2026-01-03"),
            "2026-01-04",
            "it is after the last partition",
            "the latest is '2026-01-02'",
            id="late",
        ),
        pytest.param(
            TimeWindowPartitions(cron="0 0 * * 0", start="2025-12-01"),
            "2025-12-24",
            "no window starts then",
            "the window around it is '2025-12-21'",
            id="not-a-sunday",
        ),
        pytest.param(SHOPS, "viena", "it is none of its keys", "did you mean 'vienna'?", id="static"),
        pytest.param(SHOPS, "x", "it is none of its keys", "write one of austin, vienna", id="nothing-near"),
        pytest.param(DynamicPartitions(name="customers"), "x", "it has none yet", "", id="empty"),
        pytest.param(BY_SHOP, "vienna", "it isn't written like day|shop", "'2026-01-09|vienna'", id="one-of-two"),
        pytest.param(
            BY_SHOP, "2026-01-01|viena", "of its shop, 'viena', it is none of its keys", "'vienna'?", id="dim"
        ),
    ],
)
def test_why_there_is_no_such_partition(partitions, key: str, why: str, fix: str) -> None:
    """
    Whoever names a partition that there isn't is told precisely why, and what there is.
    """
    with pytest.raises(UsageError) as caught:
        check_key(key, partitions, now=at("2026-01-10T12:00:00"), of="orders")
    assert caught.value.message.startswith(f"orders has no partition {key!r}: ")
    assert why in caught.value.message
    assert fix in caught.value.fix


@pytest.mark.parametrize(
    ("partitions", "message"),
    [
        pytest.param(TimeWindowPartitions(cron="0 * * * *", start="2026-01-01"), "the same key", id="coarse-format"),
        pytest.param(TimeWindowPartitions(cron="0 0 * * *", start="first"), "isn't written like %Y-%m-%d", id="start"),
        pytest.param(TimeWindowPartitions(cron="0 0 * *", start="2026-01-01"), "can't be cut by", id="cron"),
        pytest.param(
            TimeWindowPartitions(cron="0 0 30 2 *", start="2026-01-01"), "can't be cut", id="a-day-that-never-comes"
        ),
    ],
)
def test_partitions_that_have_no_keys(partitions: TimeWindowPartitions, message: str) -> None:
    """
    Time windows that can't be told apart, or can't be found, are refused with a sentence.
    """
    with pytest.raises(UsageError, match=message):
        keys_of(partitions, now=at("2026-02-01"))


def test_what_a_key_of_several_dimensions_means() -> None:
    """
    A key of several dimensions names one of each, and its window is that of the one with time windows.
    """
    key = "2026-01-05|vienna"
    assert {"day": "2026-01-05", "shop": "vienna"} == dict(dimensions_of(BY_SHOP, key))
    assert window_of(DAILY, "2026-01-05") == window_of(BY_SHOP, key)
    assert window_of(SHOPS, "vienna") is None


def test_the_window_of_a_zone_is_in_that_zone() -> None:
    """
    Where a window starts and ends is said in the time zone of its partitions.
    """
    partitions = TimeWindowPartitions(cron="0 6 * * *", start="2026-01-01", timezone="America/New_York")
    zone = ZoneInfo("America/New_York")
    expected = TimeWindow(datetime(2026, 7, 1, 6, tzinfo=zone), datetime(2026, 7, 2, 6, tzinfo=zone))
    assert expected == window_of(partitions, "2026-07-01")
