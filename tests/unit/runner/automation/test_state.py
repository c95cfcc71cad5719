"""What one evaluation leaves for the next."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.unit.runner.automation.world import START, World, a_graph, orders
from treadle.ir import Asset, AssetKey
from treadle.ir.conditions import parse_condition

RAW = AssetKey.of("raw")


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"version": 0},
        {"version": 1},
        {"version": 1, "evaluated_at": 5},
        {"version": 1, "evaluated_at": "yesterday", "counted": []},
        {"version": 2, "evaluated_at": START.isoformat()},
    ],
)
def test_a_state_that_cannot_be_read_is_none(state):
    """
    After a state that another version wrote, or that is broken, the evaluation is a first one.
    """
    world = World(orders("initial_evaluation"), state=state)

    assert [["orders"], []] == world.tell("look | look")


def test_the_state_does_not_grow():
    """
    However often is looked, and whatever was written, what is kept has one size, and nothing of an asset that is gone.
    """
    world = World(orders("eager | on_cron('* * * * *') | data_version_changed | code_version_changed"))
    once = "raw written | look | orders written | look"
    world.tell(once)
    world.now += timedelta(days=1)
    world.tell(once)
    size = len(json.dumps(world.state))
    for _ in range(50):
        world.now += timedelta(days=1)
        world.tell(once)

    assert abs(size - len(json.dumps(world.state))) < 10
    world.graph = a_graph(Asset(key="other", automation=parse_condition("eager")))
    world.now += timedelta(days=1)
    world.look()
    assert "orders" not in json.dumps(world.state)


def test_what_is_the_same_for_many_is_kept_once():
    """
    The state of assets that wait for news holds the text of their condition once, and their names.
    """
    names = [f"asset_{number:04}" for number in range(1_000)]
    world = World(a_graph(*[Asset(key=name, automation=parse_condition("eager")) for name in names]))
    world.tell(" | ".join(f"{name} written" for name in names))
    world.now += timedelta(days=1)
    world.tell("look | look")

    assert len(json.dumps(world.state)) < len(json.dumps(names)) + 1_000


def test_an_edited_condition_keeps_what_still_has_its_words():
    """
    A part that is in the new condition too goes on where it was; a new part has seen nothing yet.
    """
    world = World(orders("run_in_progress.since(execution_failed)"))
    world.tell("look | orders starts | look | orders ends")
    world.tell("orders conditioned run_in_progress.since(execution_failed) & ~newly_updated")

    assert [["orders"]] == world.tell("look")
    world.tell("orders conditioned run_in_progress.since(newly_updated)")
    assert [[]] == world.tell("look")


def test_an_edited_condition_does_not_start_what_was_handled():
    """
    What happened before a condition was edited is no reason to request by the new one.
    """
    world = World(orders("eager"))
    world.tell("raw written | look | orders starts | raw written | look")
    world.tell("orders conditioned eager.without(~any_deps_missing) | orders ends")

    assert [[], []] == world.tell("look | look")


def test_what_was_recorded_late_is_new_once():
    """
    A materialization that is recorded after an evaluation, with a time before it, is seen by the next one, and by no other.
    """
    world = World(orders("any_deps_updated"))
    world.tell("look | look")
    world.write(RAW, None, at=world.now - timedelta(seconds=30))

    assert [["orders"], [], []] == world.tell("look | look | look")


def test_what_a_fast_clock_recorded_is_new_once():
    """
    A materialization with a time to come is new once as well.
    """
    world = World(orders("any_deps_updated"))
    world.tell("look | look")
    world.write(RAW, None, at=world.now + timedelta(minutes=5))

    assert [["orders"], *[[]] * 20] == world.tell("look | " * 21)


def test_what_happened_while_nobody_looked_is_new():
    """
    After a pause of days, what happened in it is news.
    """
    world = World(orders("any_deps_updated"))
    world.tell("look | look | raw written")
    world.now += timedelta(days=3)

    assert [["orders"], []] == world.tell("look | look")
