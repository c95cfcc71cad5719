"""What conditions with names are made of, and which can't be evaluated."""

from __future__ import annotations

import pytest

from treadle.ir import Asset, AutomationCondition, Check, Definitions, link
from treadle.ir.condition_meanings import MEANINGS, PRIMITIVES, meaning_of
from treadle.ir.condition_mistakes import condition_mistakes
from treadle.ir.conditions import CONDITIONS, parse_condition


def meaning(text: str) -> str:
    return str(meaning_of(parse_condition(text)))


@pytest.mark.parametrize("name", sorted(CONDITIONS.keys() - {"all_of", "any_of", "not_"}))
def test_every_condition_has_a_meaning(name):
    """
    Whatever can be written is made of what can be looked at, and what it is made of can be written.
    """
    given = {"all_deps_match": "(missing)", "any_deps_match": "(missing)"}.get(
        name, "('@daily')" if "cron" in name else ""
    )
    said = meaning(name + given)

    assert said == meaning(said)
    assert (name in MEANINGS) != (name in PRIMITIVES or name in ("all_deps_match", "any_deps_match"))


@pytest.mark.parametrize(
    ("written", "means"),
    [
        pytest.param("(missing & newly_updated) & in_latest_time_window", "missing & newly_updated & in_latest_time_window", id="flat"),
        pytest.param("(missing & newly_updated).without(missing)", "newly_updated", id="without"),
        pytest.param("on_missing.without(~any_deps_missing)", "in_latest_time_window & newly_missing.since_last_handled()", id="named"),
        pytest.param("(missing | any_deps_updated).since(newly_updated).without(any_deps_updated)", "missing.since(newly_updated)", id="inside"),
        pytest.param("in_progress.replace('in_progress', missing)", "missing", id="replace-all"),
        pytest.param("any_deps_in_progress.replace(in_progress, missing)", "any_deps_match(missing)", id="replace-a-part"),
        pytest.param("(missing & newly_updated).replace(missing, in_progress | missing)", "(in_progress | missing) & newly_updated", id="replace-with-several"),
        pytest.param("(missing.with_label('gone') & newly_updated).replace('gone', newly_requested)", "newly_requested & newly_updated", id="by-label"),
        pytest.param("(missing & ~any_deps_missing).ignore('a')", "missing & ~any_deps_missing.ignore('a')", id="ignore"),
        pytest.param("any_deps_missing.allow('a').ignore('b')", "any_deps_match(missing & ~will_be_requested).allow('a').ignore('b')", id="both"),
    ],
)  # fmt: skip
def test_what_is_made_of_others_means(written, means):
    """
    Parts can be left out, replaced and narrowed, wherever they are.
    """
    assert meaning(means) == meaning(written)


@pytest.mark.parametrize(
    ("written", "told", "fix"),
    [
        pytest.param("eager.without(any_deps_missing)", "has no part 'any_deps_missing'", "did you mean '~any_deps_missing'?", id="nearly"),
        pytest.param("eager.without(missing)", "'eager' has no part 'missing'", "newly_missing", id="of-a-part"),
        pytest.param("missing.without(in_progress)", "'missing' has no part 'in_progress'", "it has no parts", id="no-parts"),
        pytest.param("eager.replace('any_dep_missing', missing)", "has no part 'any_dep_missing'", "did you mean 'any_deps_missing'?", id="label"),
        pytest.param("(missing & missing).without(missing)", "nothing is left without 'missing'", "correct", id="nothing"),
        pytest.param("all_of()", "needs one at least", "correct", id="empty"),
        pytest.param("missing.ignore('a')", "'missing' says nothing about dependencies", "correct", id="no-deps"),
        pytest.param("eager.ignore('rwa')", "no asset is named 'rwa'", "did you mean 'raw'?", id="unknown-asset"),
        pytest.param("eager.allow('group:')", "the selection 'group:' can't be used: expected a value", "quote values", id="unreadable"),
    ],
)  # fmt: skip
def test_a_condition_that_cannot_be_evaluated_is_told(written, told, fix):
    """
    The check names the asset, says what is wrong with its condition, and what to write.
    """
    asset = Asset(key="orders", deps=["raw"], automation=parse_condition(written))
    (found,) = condition_mistakes(link(Definitions(assets=[asset]))[0])

    assert "TRD430" == found.code
    assert found.message.startswith("the automation condition of asset 'orders' can't be evaluated: ")
    assert told in found.message
    assert fix in found.fix


def test_a_condition_made_in_python_is_checked_too():
    """
    A misspelled name gets a hint, on an asset as on a check; a circle of a thousand `not`s is no traceback.
    """
    slip = AutomationCondition(name="eagre")
    deep = AutomationCondition(name="missing")
    for _ in range(5_000):
        deep = AutomationCondition(name="not", operands=(deep,))
    check = Check(name="rows", asset="orders", automation=slip)
    graph, _ = link(Definitions(assets=[Asset(key="orders", automation=deep)], checks=[check]))

    assert [
        (
            "the automation condition of asset 'orders' can't be evaluated: it is nested too deeply",
            "make it of fewer parts",
        ),
        (
            "the automation condition of check 'orders:rows' can't be evaluated: 'eagre' is not an automation condition",
            "did you mean 'eager'?",
        ),
    ] == [(found.message, found.fix) for found in condition_mistakes(graph)]
