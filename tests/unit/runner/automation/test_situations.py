"""What each condition says in each situation.

A history is told in words: `look` is an evaluation, and the looks at which `orders` is requested are numbered from 1.
`orders` is made from `raw`.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.runner.automation.world import MINUTE, START, World, a_graph, orders
from treadle.ir import Asset, AssetKey
from treadle.ir.conditions import CONDITIONS, parse_condition
from treadle.runner.automation.truth import has_failed
from treadle.store import AssetState


def requested(condition: str, history: str) -> list[int]:
    looks = World(orders(condition)).tell(history)
    return [number for number, names in enumerate(looks, start=1) if "orders" in names]


LOOKED_AT = [
    ("missing", "look | look | orders written | look", [1, 2], "never-written"),
    ("missing", "orders fails | look", [1], "failed-isn't-written"),
    ("newly_missing", "look | look | orders written | look", [1], "missing-at-first"),
    ("newly_updated", "orders written | look | look | orders written | look | look", [3], "since-the-last-look"),
    ("newly_updated", "raw written | look | raw written | look", [], "only-the-asset-itself"),
    ("newly_requested", "look | look", [], "never-requested"),
    ("missing & ~newly_requested", "look | look | look", [1, 3], "requested-by-the-last-look"),
    ("run_in_progress", "look | orders starts | look | orders ends | look", [2], "run"),
    ("backfill_in_progress", "look | orders backfills | look | orders ends | look", [2], "backfill"),
    ("in_progress", "orders starts | look | orders ends | look | orders backfills | look", [1, 3], "either"),
    ("execution_failed", "look | orders fails | look | look | orders written | look", [2, 3], "until-written"),
    ("code_version_changed", "look | look | orders coded 2 | look | look", [3], "code"),
    ("data_version_changed", "orders written as v1 | look | orders written as v1 | look | orders written as v2 | look | look", [3], "data"),
    ("data_version_changed", "look | orders written as v1 | look", [2], "first-data"),
    ("initial_evaluation", "look | look | orders conditioned initial_evaluation | look", [1], "the-same-condition"),
    ("initial_evaluation | missing", "orders written | look | look | orders conditioned initial_evaluation | look | look", [1, 3], "edited"),
    ("will_be_requested", "look | raw written | look", [], "never-itself"),
    ("in_latest_time_window", "look", [1], "without-partitions"),
    ("in_latest_time_window(86400)", "look", [1], "without-partitions-lookback"),
    ("executed_with_root_target", "look", [], "never-written-with-itself"),
    ("any_downstream_conditions", "look", [], "nothing-downstream"),
]  # fmt: skip

OF_DEPENDENCIES = [
    ("any_deps_updated", "raw written | look | look | raw written | look | look", [3], "updated"),
    ("any_deps_updated", "look | raw written with orders | look", [], "in-the-same-run"),
    ("any_deps_missing", "look | raw written | look", [1], "missing"),
    ("any_deps_in_progress", "look | raw starts | look | raw ends | look", [2], "running"),
    ("any_deps_match(execution_failed)", "look | raw fails | look", [2], "any"),
    ("all_deps_match(execution_failed)", "look | raw fails | look", [2], "all"),
    ("any_deps_match(missing).ignore('raw')", "look", [], "none-left-for-any"),
    ("all_deps_match(missing).ignore('raw')", "raw written | look", [1], "none-left-for-all"),
    ("any_deps_match(missing).allow('raw')", "look | raw written | look", [1], "allowed"),
    ("any_deps_match(missing).allow('orders')", "look", [], "others-allowed"),
    ("any_deps_match(missing).allow('raw').allow('orders')", "look", [1], "allowed-first"),
    ("any_deps_match(missing).allow('orders').allow('raw')", "look", [1], "allowed-last"),
    ("any_deps_match(missing).allow('raw').ignore('raw')", "look", [], "ignored-though-allowed"),
    ("any_deps_match(newly_updated.since(execution_failed))", "look | raw written | look | look | raw fails | look", [2, 3], "remembered"),
]  # fmt: skip

COMBINED = [
    ("missing & newly_updated", "look | orders written | look", [], "and"),
    ("missing | newly_updated", "look | orders written | look | look", [1, 2], "or"),
    ("~missing", "look | orders written | look", [2], "not"),
    ("all_of(missing, ~in_progress)", "look | orders starts | look", [1], "all-of"),
    ("any_of(run_in_progress, execution_failed)", "look | orders starts | look | orders fails | look", [2, 3], "any-of"),
    ("not_(missing)", "look | orders written | look", [2], "not-function"),
    ("any_deps_updated.since(newly_updated)", "look | raw written | look | look | orders written | look | look", [2, 3], "since"),
    ("any_deps_updated.since(newly_updated)", "look | raw written | orders written | look | look", [], "reset-wins"),
    ("any_deps_updated.since_last_handled()", "look | raw written | look | look | raw written | look", [2, 4], "handled-by-the-request"),
    ("any_deps_updated.since_last_handled() & ~in_progress", "look | orders starts | raw written | look | look | orders ends | look | look", [4], "waits"),
    ("run_in_progress.newly_true()", "look | orders starts | look | look | orders ends | look | orders starts | look", [2, 5], "newly-true"),
    ("execution_failed.since(run_in_progress.newly_true())", "orders starts | look | orders fails | look", [2], "a-reset-that-remembers"),
    ("missing.newly_true()", "look | look", [1], "newly-true-at-first"),
    ("(missing & run_in_progress).without(run_in_progress)", "look", [1], "without"),
    ("missing.replace(missing, run_in_progress)", "look | orders starts | look", [2], "replace"),
    ("missing.with_label('gone')", "look", [1], "label"),
]  # fmt: skip

READY_MADE = [
    ("eager", "raw written | look | look", [], "eager-leaves-what-was-missing-before"),
    ("eager", "raw written | look | raw written | look | look", [2], "eager-after-a-dep"),
    ("eager", "look | raw fails | look", [], "eager-needs-deps"),
    ("eager", "raw written | look | raw starts | raw written | look | raw ends | look", [3], "eager-waits-for-deps"),
    ("eager", "raw written | look | orders starts | raw written | look | orders ends | look", [3], "eager-waits-for-itself"),
    ("eager", "raw written | look | orders starts | raw written | look | orders written | orders ends | look", [], "eager-handled-by-a-run"),
    ("eager", "raw written | look | raw written with orders | look | orders written | look", [], "eager-made-in-the-same-run"),
    ("eager | (missing & initial_evaluation)", "raw written | look | look", [1], "eager-and-what-is-missing"),
    ("on_missing", "raw written | look | look", [], "on-missing-leaves-what-was-missing-before"),
    ("on_missing.replace('handled', newly_requested | newly_updated)", "look | raw written | look | look", [2], "on-missing-once-deps-are-there"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "history", "expected"),
    [
        pytest.param(condition, history, expected, id=f"{condition.split('(')[0]}-{name}")
        for condition, history, expected, name in [*LOOKED_AT, *OF_DEPENDENCIES, *COMBINED, *READY_MADE]
    ],
)
def test_a_condition_in_a_situation(condition, history, expected):
    """
    An asset is requested at exactly the evaluations at which its condition says so.
    """
    assert expected == requested(condition, history)


def test_what_is_remembered_of_each_dependency():
    """
    Each dependency is looked at each time, though the first may decide already.
    """
    started = parse_condition("run_in_progress.since(execution_failed)")

    def a_world(condition):
        condition = CONDITIONS[condition](started)
        deps = [Asset(key="one"), Asset(key="two")]
        return World(a_graph(*deps, Asset(key="orders", deps=["one", "two"], automation=condition)))

    both = "one starts | two starts | look | two ends | one fails | look"
    assert [["orders"], ["orders"]] == a_world("any_deps_match").tell(both)
    assert [[], ["orders"]] == a_world("all_deps_match").tell("two starts | look | two ends | one starts | look")


def test_what_is_remembered_for_each_asset():
    """
    What one asset remembers of a dependency is nothing that another one saw.
    """
    condition = "any_deps_match(newly_updated.since(execution_failed))"
    own = parse_condition(condition)
    world = World(
        a_graph(Asset(key="raw"), Asset(key="orders", deps=["raw"], automation=own), Asset(key="report", deps=["raw"]))
    )

    assert [[], ["orders"], ["orders"]] == world.tell(
        f"look | raw written | look | report conditioned {condition} | look"
    )


def test_a_failure_is_over_when_the_asset_was_written():
    """
    Of a failure and a materialization the later one counts.
    """
    state = AssetState(asset=AssetKey.of("orders"), failed_at=START, materialized_at=START + MINUTE)

    assert (False, True) == (has_failed(state), has_failed(replace(state, failed_at=START + 2 * MINUTE)))
