"""Conditions as text."""

from __future__ import annotations

import pytest

from treadle.ir.conditions import parse_condition


@pytest.mark.parametrize(
    "text",
    ["in_latest_time_window('2d')", "eager.replace('handled', missing)", "~all_deps_match(missing).ignore('a')", "(~missing).newly_true()", "~missing.newly_true()", "on_cron('@daily', 'Europe/Vienna')"],
)  # fmt: skip
def test_what_a_condition_prints_as_can_be_read_again(text):
    """
    The text of a condition says the same when it is read.
    """
    condition = parse_condition(text)

    assert condition == parse_condition(str(condition))


@pytest.mark.parametrize("text", ["in_latest_time_window(1e999)", "in_latest_time_window('soon')"])
def test_a_window_reaches_back_for_a_length_of_time(text):
    """
    What is no length of time is refused.
    """
    with pytest.raises(ValueError, match=r"length of time|can't reach back"):
        parse_condition(text)
