"""Conditions of assets that have partitions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.runner.automation.world import World, a_graph, days, orders
from treadle.ir import Asset, DynamicPartitions, StaticPartitions, TimeWindowPartitions
from treadle.ir.conditions import parse_condition
from treadle.runner.automation import LISTED

SHOPS = StaticPartitions(keys=("graz", "linz", "wien"))
DAILY = TimeWindowPartitions(cron="0 0 * * *", start="2026-06-28")


def by_shop(condition: str) -> World:
    return World(
        a_graph(
            Asset(key="raw", partitions=SHOPS),
            Asset(key="orders", deps=["raw"], partitions=SHOPS, automation=parse_condition(condition)),
        )
    )


def by_day(condition: str, now: datetime = datetime(2026, 7, 1, 12, tzinfo=UTC)) -> World:
    graph = a_graph(
        Asset(key="raw", partitions=DAILY),
        Asset(key="orders", deps=["raw"], partitions=DAILY, automation=parse_condition(condition)),
    )
    return World(graph, keys=days(now), now=now)


@pytest.mark.parametrize(
    ("condition", "history", "expected"),
    [
        pytest.param("missing", "orders[linz] written | look", [["orders[graz]", "orders[wien]"]], id="each-key-alone"),
        pytest.param("newly_updated", "look | orders[linz] written | look | look", [[], ["orders[linz]"], []], id="news"),
        pytest.param("any_deps_updated", "look | raw[wien] written | look", [[], ["orders[wien]"]], id="the-same-key"),
        pytest.param("all_deps_match(execution_failed)", "raw[wien] fails | look", [["orders[wien]"]], id="all-deps"),
        pytest.param("in_progress", "look | orders[graz] starts | look", [[], ["orders[graz]"]], id="run-of-a-key"),
        pytest.param("in_latest_time_window & missing", "orders[graz] written | look", [["orders[linz]", "orders[wien]"]], id="no-windows"),
        pytest.param("eager", "raw[graz] written | look | raw[graz] written | look | look", [[], ["orders[graz]"], []], id="eager"),
        pytest.param("missing & any_downstream_conditions", "look", [[]], id="downstream"),
    ],
)  # fmt: skip
def test_keys_are_looked_at_one_by_one(condition, history, expected):
    """
    What is true of one partition says nothing of the others.
    """
    assert expected == by_shop(condition).tell(history)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        pytest.param("missing & in_latest_time_window", ["orders[2026-06-30]"], id="latest"),
        pytest.param("missing & in_latest_time_window('1d')", ["orders[2026-06-29]", "orders[2026-06-30]"], id="back"),
        pytest.param("missing", [f"orders[2026-06-{day}]" for day in (28, 29, 30)], id="all"),
    ],
)
def test_the_latest_window(condition, expected):
    """
    Of time windows the latest one that has ended is meant, or as many as a condition reaches back for.
    """
    assert [expected] == by_day(condition).tell("look")


def test_a_new_window_is_missing():
    """
    `on_missing` requests each window when it has ended and what it is made from is there; what was missing before stays so.
    """
    world = by_day("on_missing")
    assert [[], []] == world.tell("raw[2026-06-30] written | look | look")
    world.now += timedelta(days=1)
    world.keys = days(world.now)

    assert [[], ["orders[2026-07-01]"], []] == world.tell("look | raw[2026-07-01] written | look | look")


def test_without_partitions_below_partitions():
    """
    An asset without partitions is made from all partitions of another: any of them updates it, one missing holds it up.
    """
    eager = Asset(key="orders", deps=["raw"], automation=parse_condition("eager"))
    world = World(a_graph(Asset(key="raw", partitions=SHOPS), eager))
    some = "raw[graz] written | raw[linz] written"

    assert [[], [], ["orders"], []] == world.tell(
        f"{some} | look | raw[graz] written | look | raw[wien] written | look | look"
    )


def test_partitions_below_an_asset_without():
    """
    An update of an asset without partitions is one of all that is made from it.
    """
    shops = Asset(key="orders", deps=["raw"], partitions=SHOPS, automation=parse_condition("any_deps_updated"))
    world = World(a_graph(Asset(key="raw"), shops))

    assert [[], ["orders[graz]", "orders[linz]", "orders[wien]"]] == world.tell("look | raw written | look")


def test_what_cannot_be_made_in_one_run_waits():
    """
    A dependency with other partitions is made in another run, so what is made from it is requested when that is done.
    """
    missing = parse_condition("missing & ~any_deps_missing")
    world = World(
        a_graph(
            Asset(key="raw", partitions=SHOPS, automation=missing),
            Asset(key="orders", deps=["raw"], automation=missing),
        )
    )
    all_written = " | ".join(f"raw[{shop}] written" for shop in SHOPS.keys)

    assert [["raw[graz]", "raw[linz]", "raw[wien]"], ["orders"]] == world.tell(f"look | {all_written} | look")


def test_only_the_same_partition_is_made_together():
    """
    That a dependency is requested counts only where it has the same partitions, all the way to the asset itself.
    """
    missing, other = parse_condition("missing"), StaticPartitions(keys=("graz", "linz"))
    waits = parse_condition("any_deps_match(will_be_requested)")
    assets = [
        Asset(key="raw", partitions=SHOPS, automation=missing),
        Asset(key="same", deps=["raw"], partitions=SHOPS, automation=waits),
        Asset(key="other", deps=["raw"], partitions=other, automation=waits),
        Asset(key="middle", deps=["raw"], partitions=SHOPS),
        Asset(
            key="end", deps=["middle"], automation=parse_condition("any_deps_match(any_deps_match(will_be_requested))")
        ),
    ]
    by_name = replace(LISTED, upstream=lambda asset, key, dep: SHOPS.keys if key is None else [key])
    (told,) = World(a_graph(*assets), keys=by_name).tell("look")

    assert ["raw", "same"] == sorted({name.split("[")[0] for name in told})


def test_all_partitions_of_a_dependency():
    """
    Something is true of all that an asset is made from when it is so of each partition.
    """
    asset = Asset(key="orders", deps=["raw"], automation=parse_condition("all_deps_match(execution_failed)"))
    world = World(a_graph(Asset(key="raw", partitions=SHOPS), asset))

    assert [[], ["orders"]] == world.tell("raw[graz] fails | raw[linz] fails | look | raw[wien] fails | look")


def test_older_windows_are_not_remembered():
    """
    Where only the latest window can be requested, nothing is kept of the others.
    """
    world = by_day("on_missing")
    world.tell("look")

    assert {"missing.newly_true()": {"orders": ["2026-06-30"]}} == world.state["held"]


def test_partitions_whose_keys_nobody_gives():
    """
    Without functions that know them, keys of windows and sets are none: nothing is requested, and it is said.
    """
    asset = Asset(key="orders", partitions=DynamicPartitions(name="shops"), automation=parse_condition("missing"))
    world = World(a_graph(asset))

    assert [[]] == world.tell("look")
    assert "orders has no partition that this is about" == world.evaluate().explanations[asset.key].why


def test_another_kind_of_partitions_is_a_new_beginning():
    """
    What was remembered of an asset without partitions isn't taken for what its partitions did.
    """
    world = World(orders("initial_evaluation"))
    world.tell("look")
    world.graph = by_shop("initial_evaluation").graph

    assert [["orders[graz]", "orders[linz]", "orders[wien]"], []] == world.tell("look | look")
