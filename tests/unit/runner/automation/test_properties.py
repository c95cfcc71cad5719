"""The algebra of conditions, over any history."""

from __future__ import annotations

from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.runner.automation.world import World, a_graph
from treadle.ir import Asset, AutomationCondition
from treadle.ir.conditions import CONDITIONS, parse_condition

LEAVES = [
    parse_condition(name + {"all_deps_match": "(missing)", "any_deps_match": "(missing)"}.get(name, ""))
    for name in sorted(CONDITIONS.keys() - {"all_of", "any_of", "not_"})
    if "cron" not in name
] + [parse_condition(f"{name}('*/3 * * * *')") for name in sorted(CONDITIONS) if "cron" in name]


def _larger(inner: st.SearchStrategy[AutomationCondition]) -> st.SearchStrategy[AutomationCondition]:
    return (
        st.builds(AutomationCondition.__and__, inner, inner)
        | st.builds(AutomationCondition.__or__, inner, inner)
        | inner.map(AutomationCondition.__invert__)
        | inner.map(AutomationCondition.newly_true)
        | inner.map(AutomationCondition.since_last_handled)
        | st.builds(AutomationCondition.since, inner, inner)
        | inner.map(CONDITIONS["any_deps_match"])
        | inner.map(CONDITIONS["all_deps_match"])
    )


conditions = st.recursive(st.sampled_from(LEAVES), _larger, max_leaves=5)
words = st.builds(
    "{} {}".format,
    st.sampled_from(["raw", "orders", "report"]),
    st.sampled_from(["written", "fails", "starts", "ends"]),
)
histories = st.lists(words | st.just("look") | st.just("raw written with orders"), max_size=12).map(" | ".join)


def a_world(condition: AutomationCondition) -> World:
    """Three assets in a chain, the last two with a condition."""
    return World(
        a_graph(
            Asset(key="raw"),
            Asset(key="orders", deps=["raw"], automation=condition),
            Asset(key="report", deps=["orders"], automation=condition),
        )
    )


def told(condition: AutomationCondition, history: str) -> list[list[str]]:
    return a_world(condition).tell(f"{history} | look | look")


@settings(deadline=None)
@given(conditions, histories)
def test_not_not(condition, history):
    """
    What isn't not so is so.
    """
    assert told(condition, history) == told(~~condition, history)


@settings(deadline=None)
@given(conditions, conditions, histories)
def test_de_morgan(one, two, history):
    """
    Neither of two conditions is true exactly when not one of them is.
    """
    assert told(~one & ~two, history) == told(~(one | two), history)
    assert told(~one | ~two, history) == told(~(one & two), history)


@settings(deadline=None)
@given(st.lists(conditions, min_size=2, max_size=4), histories)
def test_the_order_of_parts_does_not_matter(parts, history):
    """
    `and` and `or` mean the same from both ends.
    """
    for join in (AutomationCondition.__and__, AutomationCondition.__or__):
        assert told(reduce(join, parts), history) == told(reduce(join, reversed(parts)), history)


@settings(deadline=None)
@given(conditions, histories)
def test_a_condition_and_its_text_mean_the_same(condition, history):
    """
    What a condition prints as does the same when it is read again.
    """
    assert told(condition, history) == told(parse_condition(str(condition)), history)


@settings(deadline=None)
@given(st.sampled_from(["eager", "on_missing", "on_cron('*/3 * * * *')"]).map(parse_condition), histories)
def test_without_news_nothing_is_requested_again(condition, history):
    """
    Whatever happened: what was requested isn't requested once more before anything else happens.
    """
    world = a_world(condition)
    world.tell(f"{history} | look")
    # The same moment again: no tick passes.
    assert [[], []] == [world.look(), world.look()]


@settings(deadline=None)
@given(conditions, histories)
def test_every_explanation_agrees_with_what_was_requested(condition, history):
    """
    An asset is requested exactly when its explanation says that its condition is true, and every part has a reason.
    """
    world = a_world(condition)
    world.tell(history)
    found = world.evaluate()

    assert found.requested.keys() == {key for key, each in found.explanations.items() if each.is_true}
    parts = list(found.explanations.values())
    while parts:
        part = parts.pop()
        assert part.condition
        assert part.why
        parts += part.parts
