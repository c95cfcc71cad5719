"""Conditions about the clock, in a time zone that has summer time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.unit.runner.automation.world import World, a_graph, orders
from treadle.ir import Asset
from treadle.ir.conditions import parse_condition
from treadle.runner.cron import last_tick, next_tick

VIENNA = ZoneInfo("Europe/Vienna")


def looks(world: World, start: datetime, *, hours: int, minutes: int = 10) -> list[str]:
    """When `orders` is requested, on the clock in Vienna, when somebody looks every few minutes."""
    found = []
    for look in range(hours * 60 // minutes):
        world.now = start.astimezone(UTC) + look * timedelta(minutes=minutes)
        if "orders" in world.look():
            found.append(f"{world.now.astimezone(VIENNA):%d. %H:%M %Z}")
    return found


@pytest.mark.parametrize(
    ("cron", "day", "expected"),
    [
        pytest.param("30 2 * * *", 29, ["29. 03:00 CEST", "30. 02:30 CEST"], id="an-hour-that-is-skipped"),
        pytest.param("0 3 * * *", 29, ["29. 03:00 CEST", "30. 03:00 CEST"], id="the-hour-after"),
        pytest.param("0 6 * * *", 29, ["29. 06:00 CEST", "30. 06:00 CEST"], id="in-the-morning"),
    ],
)
def test_a_tick_passes_once_a_day_in_spring(cron, day, expected):
    """
    When the clock is put forward each day has its tick, and the one of the hour that isn't there comes right after it.
    """
    world = World(orders(f"cron_tick_passed({cron!r}, 'Europe/Vienna')"))

    assert expected == looks(world, datetime(2026, 3, day, 0, 5, tzinfo=VIENNA) - timedelta(minutes=5), hours=47)


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        pytest.param("30 2 * * *", ["25. 02:30 CEST", "26. 02:30 CET"], id="an-hour-that-is-there-twice"),
        pytest.param("0 3 * * *", ["25. 03:00 CET", "26. 03:00 CET"], id="the-hour-after"),
    ],
)
def test_a_tick_passes_once_a_day_in_autumn(cron, expected):
    """
    When the clock is put back, a tick in the hour that is there twice passes once.
    """
    world = World(orders(f"cron_tick_passed({cron!r}, 'Europe/Vienna')"))

    assert expected == looks(world, datetime(2026, 10, 25, tzinfo=VIENNA), hours=48)


@pytest.mark.parametrize(
    ("start", "ticks"), [pytest.param((3, 29), 23, id="spring"), pytest.param((10, 25), 25, id="autumn")]
)
def test_each_hour_of_a_day_is_one_tick(start, ticks):
    """
    A day on which the clock is changed has 23 or 25 hours, and as many ticks of an hourly schedule.
    """
    month, day = start
    world = World(orders("cron_tick_passed('@hourly', 'Europe/Vienna')"))
    midnight = datetime(2026, month, day, tzinfo=VIENNA)
    world.now = midnight.astimezone(UTC) - timedelta(minutes=30)
    world.look()

    assert ticks == len(looks(world, midnight, hours=ticks))


def test_a_tick_counts_once_wherever_an_evaluation_falls():
    """
    A tick at the very moment of an evaluation belongs to that one alone; ticks that were slept through are one.
    """
    world = World(orders("cron_tick_passed('0 6 * * *')"))
    six = datetime(2026, 7, 1, 6, tzinfo=UTC)
    found = []
    for offset in (-60, 0, 60, 3600 * 24 * 3, 3600 * 24 * 3 + 1):
        world.now = six + timedelta(seconds=offset)
        found.append(world.look())

    assert [[], ["orders"], [], ["orders"], []] == found


def test_a_schedule_that_never_ticks():
    """
    The 30th of February can be written, and never comes.
    """
    now = datetime(2026, 7, 1, tzinfo=UTC)

    assert (None, None) == (
        last_tick("0 0 30 2 *", "UTC", until=now),
        next_tick("0 0 30 2 *", "UTC", after=now),
    )
    assert [[], []] == World(orders("cron_tick_passed('0 0 30 2 *') | updated_since_cron('0 0 30 2 *')")).tell(
        "look | look"
    )


def on_cron() -> World:
    cron = parse_condition("on_cron('0 13 * * *')")
    world = World(
        a_graph(Asset(key="one"), Asset(key="two"), Asset(key="orders", deps=["one", "two"], automation=cron))
    )
    world.now = datetime(2026, 7, 1, 12, 57, tzinfo=UTC)
    return world


def test_on_cron_waits_for_all_dependencies():
    """
    After a tick an asset is requested once, as soon as all it is made from is newer than the tick.
    """
    told = on_cron().tell("look | one written | look | look | one written | look | look | two written | look | look")

    assert [[], [], [], [], [], ["orders"], []] == told


def test_what_was_updated_before_the_tick_is_not_enough():
    """
    An update just before the tick doesn't count for it.
    """
    told = on_cron().tell("look | one written | look | two written | look | one written | look")

    assert [[], [], [], ["orders"]] == told


def test_what_is_made_elsewhere_and_reported_counts():
    """
    Once somebody reported an asset of elsewhere, its updates are waited for.
    """
    cron = parse_condition("on_cron('0 13 * * *')")
    graph = a_graph(Asset(key="source"), Asset(key="orders", deps=["source"], automation=cron), external=["source"])
    world = World(graph, now=datetime(2026, 7, 1, 12, 57, tzinfo=UTC))

    assert [[], [], ["orders"]] == world.tell("source written | look | look | source written | look")


def test_on_cron_without_dependencies_is_a_schedule():
    """
    An asset that is made from nothing, or from what nobody reports, is requested at each tick.
    """
    cron = parse_condition("on_cron('0 13 * * *')")
    source = Asset(key="source")
    for graph in (
        a_graph(Asset(key="orders", automation=cron)),
        a_graph(source, Asset(key="orders", deps=["source"], automation=cron), external=["source"]),
    ):
        world = World(graph, now=datetime(2026, 7, 1, 12, 58, tzinfo=UTC))
        assert [[], ["orders"], []] == world.tell("look | look | look")


def test_a_chain_on_one_cron_is_requested_as_one():
    """
    An asset needn't wait for a dependency that the same evaluation requests.
    """
    cron = parse_condition("on_cron('0 13 * * *')")
    world = World(a_graph(Asset(key="raw", automation=cron), Asset(key="orders", deps=["raw"], automation=cron)))
    world.now = datetime(2026, 7, 1, 12, 58, tzinfo=UTC)

    assert [[], ["orders", "raw"], []] == world.tell("look | look | look")
