"""Why an asset is requested, or isn't."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.unit.runner.automation.world import World, a_graph, orders
from treadle.ir import Asset, AssetKey, AutomationCondition, Definitions, StaticPartitions, Step, link
from treadle.ir.conditions import parse_condition
from treadle.runner.automation import View, as_lines, evaluate

ORDERS = AssetKey.of("orders")


def why(condition: str, history: str) -> str:
    world = World(orders(condition))
    world.tell(history)
    world.now = world.now.replace(minute=world.now.minute + 1)
    return world.evaluate().explanations[ORDERS].why


@pytest.mark.parametrize(
    ("condition", "history", "expected"),
    [
        ("missing", "look", "orders was never materialized"),
        ("missing", "orders written | look", "orders was materialized 2 min ago"),
        ("newly_updated", "orders written | look", "orders was materialized 2 min ago"),
        ("execution_failed", "look | orders fails", "orders failed 1 min ago"),
        ("run_in_progress", "orders starts", "orders is in a run that hasn't ended"),
        ("in_progress", "look", "orders is in no run now; orders is in no backfill now"),
        ("in_latest_time_window", "look", "orders has no time windows"),
        ("initial_evaluation", "raw written", "orders is evaluated with this condition for the first time"),
        ("initial_evaluation", "look", "orders was evaluated with this condition before"),
        ("code_version_changed", "look | orders coded 2", "orders has another code version than before"),
        ("data_version_changed", "look", "orders has the data version that it had"),
        ("newly_requested", "look", "orders wasn't requested by the last evaluation"),
        ("any_deps_updated", "look | raw written", "raw was materialized 1 min ago"),
        ("any_deps_updated", "look | raw written with orders", "raw was last materialized in the same run that was to make orders; raw isn't requested now"),
        ("any_deps_missing.ignore('raw')", "look", "orders depends on nothing that this is about"),
        ("all_deps_match(missing)", "look | raw written", "raw was materialized 1 min ago"),
        ("run_in_progress.since(newly_updated)", "orders starts | look | orders ends", "it became true at an earlier evaluation, and nothing ended that"),
        ("run_in_progress.since(newly_updated)", "orders starts | look | orders written", "ended by this: orders was materialized 1 min ago"),
        ("missing.newly_true()", "look", "orders was never materialized, as before"),
        ("missing.newly_true()", "raw written", "orders was never materialized, and it wasn't so before"),
        ("any_downstream_conditions", "look", "no condition of anything downstream of orders is true"),
        ("cron_tick_passed('2 12 * * *', 'UTC')", "look | raw written", "'2 12 * * *' ticked 1 min ago, at 2026-07-01 12:02 UTC"),
        ("cron_tick_passed('0 6 * * *', 'Europe/Vienna')", "look", "'0 6 * * *' didn't tick since the last evaluation; it ticks at 2026-07-02 06:00 Europe/Vienna"),
        ("cron_tick_passed('0 0 30 2 *')", "look", "'0 0 30 2 *' never ticks"),
        ("eager", "raw written | orders written | look | raw written", "raw was materialized 1 min ago"),
        ("eager", "raw written | look | raw written | look | orders starts", "ended by this: orders was requested by the last evaluation"),
    ],
)  # fmt: skip
def test_the_reason_is_told(condition, history, expected):
    """
    The reason of a condition is that of the part that decides it, with the asset that it is about.
    """
    assert expected == why(condition, history)


def test_an_explanation_is_a_tree():
    """
    Each part of a condition says whether it is true and why, by the name that it was written with.
    """
    world = World(orders("(missing | any_deps_updated.ignore('orders')) & ~in_progress"))
    world.tell("orders written | look | raw written")

    assert [
        "yes  ((missing or any_deps_updated.ignore('orders')) and not in_progress): raw was materialized just now",
        "yes    (missing or any_deps_updated.ignore('orders')): raw was materialized just now",
        "no       missing: orders was materialized 2 min ago",
        "yes      any_deps_updated.ignore('orders'): raw was materialized just now",
        "yes        ((newly_updated and not executed_with_root_target) or will_be_requested): raw was materialized just now",
        "yes          (newly_updated and not executed_with_root_target): raw was materialized just now",
        "yes            newly_updated: raw was materialized just now",
        "yes            not executed_with_root_target: raw was last materialized in another run than orders",
        "no               executed_with_root_target: raw was last materialized in another run than orders",
        "no           will_be_requested: raw isn't requested now",
        "yes    not in_progress: orders is in no run now; orders is in no backfill now",
        "no       in_progress: orders is in no run now; orders is in no backfill now",
        "no         run_in_progress: orders is in no run now",
        "no         backfill_in_progress: orders is in no backfill now",
    ] == list(as_lines(world.evaluate().explanations[ORDERS]))


def test_partitions_are_named():
    """
    Of an asset with partitions it is told for which of them a condition is true.
    """
    shops = StaticPartitions(keys=("graz", "linz", "wien"))
    world = World(a_graph(Asset(key="orders", partitions=shops, automation=parse_condition("missing"))))
    world.tell("orders[linz] written")
    found = world.evaluate().explanations[ORDERS]

    assert ("graz", "wien") == found.keys
    assert "orders of graz, linz, wien was never materialized (2 of 3 partitions)" == found.why


def test_only_the_first_reasons_are_told():
    """
    Of many dependencies three are named, and how many more there are.
    """
    deps = [f"dep_{number}" for number in range(6)]
    asset = Asset(key="orders", deps=deps, automation=parse_condition("any_deps_missing"))
    world = World(a_graph(*[Asset(key=dep) for dep in deps], asset))

    assert (
        "dep_0 was never materialized; dep_1 was never materialized; dep_2 was never materialized; and 3 more"
        == world.evaluate().explanations[ORDERS].why
    )


def test_what_cannot_be_evaluated_is_not_requested():
    """
    A condition with a mistake requests nothing, says what is wrong, and stops no other.
    """
    deep = AutomationCondition(name="missing")
    for _ in range(5_000):
        deep = ~deep
    assets = [
        Asset(key="good", automation=parse_condition("missing")),
        Asset(key="odd", automation=parse_condition("eager.without(missing)")),
        Asset(key="lost", automation=parse_condition("eager.ignore('nowhere')")),
        Asset(key="deep", automation=deep),
    ]
    graph, _ = link(Definitions(assets=assets, steps=[Step(name="s", assets=[each.key for each in assets], run=print)]))
    found = evaluate(graph, View(), now=datetime(2026, 7, 1, tzinfo=UTC))

    assert ["good"] == [str(key) for key in found.requested]
    assert {
        "good": "good was never materialized",
        "odd": "'eager' has no part 'missing'; did you mean 'newly_missing'?",
        "lost": "no asset is named 'nowhere'",
        "deep": "it can't be evaluated",
    } == {str(key): each.why for key, each in found.explanations.items()}


def test_an_explanation_is_json():
    """
    The tree can be kept and shown elsewhere.
    """
    found = World(orders("~missing")).evaluate().explanations[ORDERS].as_json()

    assert {
        "condition": "not missing",
        "is_true": False,
        "why": "orders was never materialized",
        "keys": [],
        "parts": [
            {"condition": "missing", "is_true": True, "why": "orders was never materialized", "keys": [], "parts": []}
        ],
    } == json.loads(json.dumps(found))
