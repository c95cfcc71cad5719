"""Conditions of checks: a check follows the asset that it checks, and what it reads besides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from treadle.ir import Asset, AssetKey, Check, CheckKey, Definitions, StaticPartitions, Step, link
from treadle.ir.conditions import parse_condition
from treadle.runner.automation import View, as_lines, evaluate
from treadle.store import AssetState

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ORDERS, RATES = AssetKey.parse("orders"), AssetKey.parse("rates")
SOUND = CheckKey(ORDERS, "sound")
BOTH = frozenset({ORDERS, SOUND})


def graph_of(condition: str, *, together: bool = False, subset: bool = False, partitions=None, automation=None):
    """Orders and a check of them, which also reads rates; in one step when they are made together."""
    assets = [
        Asset(key=ORDERS, partitions=partitions, automation=automation and parse_condition(automation)),
        Asset(key=RATES),
    ]
    check = Check(name="sound", asset=ORDERS, additional_deps=[RATES], automation=parse_condition(condition))
    steps = [
        Step(name="rates", run=print, assets=[RATES]),
        Step(name="make", run=print, assets=[ORDERS], checks=[SOUND] if together else [], can_subset=subset),
        *([] if together else [Step(name="look", run=print, checks=[SOUND])]),
    ]
    graph, mistakes = link(Definitions(assets=assets, checks=[check], steps=steps))
    assert () == mistakes
    return graph


def written(minutes: float, run: str = "r", partition: str | None = None) -> Mapping[str | None, AssetState]:
    at = NOON + minutes * MINUTE
    keys = {None, partition}
    return {each: AssetState(asset=ORDERS, partition=each, run_id=run, materialized_at=at) for each in keys}


def asked(graph, *views: View) -> list[list[str]]:
    """What evaluations request, one a minute."""
    state: Mapping[str, object] = {}
    found = []
    for minute, view in enumerate(views):
        evaluation = evaluate(graph, view, state, now=NOON + minute * MINUTE)
        state = evaluation.state
        found.append(
            [
                *map(str, evaluation.requested),
                *(f"{key} {sorted(map(str, each))}" for key, each in evaluation.checks.items()),
            ]
        )
    return found


BEGIN = View(states={ORDERS: written(-60), RATES: written(-60), SOUND: written(-50)})


def later(**changes: object) -> View:
    things = {"orders": ORDERS, "rates": RATES, "sound": SOUND}
    states = {**BEGIN.states, **{things[name]: each for name, each in changes.items() if name in things}}
    return View(states=states, **{name: each for name, each in changes.items() if name not in things})


@pytest.mark.parametrize(
    ("views", "expected"),
    [
        pytest.param([later(orders=written(0.5, "r1"))], [["orders:sound ['None']"]], id="the-asset-was-written"),
        pytest.param([later(rates=written(0.5, "r1"))], [["orders:sound ['None']"]], id="what-it-also-reads"),
        pytest.param(
            [later(orders=written(0.5, "r1"), sound=written(0.6, "r1"), planned={"r1": BOTH})], [[]], id="made-with-it"
        ),
        pytest.param([later(orders=written(0.5, "r1"), running={SOUND: frozenset({None})})], [[]], id="being-made"),
        pytest.param([later(orders=written(0.5, "r1"))] * 2, [["orders:sound ['None']"], []], id="once"),
        pytest.param([BEGIN], [[]], id="nothing-new"),
    ],
)
def test_an_eager_check_is_made_when_what_it_reads_was_written(views, expected) -> None:
    """
    A check with a condition is requested without its asset, once for each update, and not when the run made both.
    """
    assert [[], *expected] == asked(graph_of("eager"), BEGIN, *views)


@pytest.mark.parametrize(
    ("together", "subset", "expected"),
    [
        pytest.param(False, False, True, id="a-step-of-its-own"),
        pytest.param(True, True, True, id="a-part-of-a-step"),
        pytest.param(True, False, False, id="never-without-the-asset"),
    ],
)
def test_only_a_check_that_can_be_made_alone_is_requested(together, subset, expected) -> None:
    """
    What a step always makes together with assets isn't requested: the assets would be made again.
    """
    graph = graph_of("missing", together=together, subset=subset)
    evaluation = evaluate(graph, View(), now=NOON)
    assert ({SOUND} if expected else set()) == evaluation.checks.keys()
    assert {} == evaluation.requested


def test_a_check_is_asked_for_with_its_asset() -> None:
    """
    When the asset is requested, the check that follows it is too, for the same run.
    """
    graph = graph_of("any_deps_updated", automation="missing")
    assert [["orders", "orders:sound ['None']"]] == asked(graph, View(states={RATES: written(-60)}))


def test_a_check_of_partitions_is_about_the_one_that_was_written() -> None:
    """
    Of an asset with partitions, the check of the partition that was written is requested alone.
    """
    graph = graph_of("any_deps_updated", partitions=StaticPartitions(keys=("eu", "us")))
    assert [[], ["orders:sound ['us']"]] == asked(graph, BEGIN, later(orders=written(0.5, "r1", "us")))


def test_a_check_says_why() -> None:
    """
    The reasons are told in words for checks, which are made and not materialized.
    """
    evaluation = evaluate(graph_of("missing"), View(), now=NOON)
    assert ["yes  missing: orders:sound was never made"] == list(as_lines(evaluation.explanations[SOUND]))
