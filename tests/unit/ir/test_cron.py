"""Which cron schedules can be read."""

from __future__ import annotations

import pytest

from treadle.ir.cron import check_cron


@pytest.mark.parametrize(
    "text",
    ["* * * * *", "*/15 0-6 1,15 jan-mar mon", "0 6 * * 1-5", "5 4 * * SUN", "0 0 1 */3 *", "@daily", "0 22 * * 7"],
)
def test_a_schedule_that_can_be_read_is_given_back(text: str) -> None:
    """
    Numbers, names, ranges, steps and lists of them are understood.
    """
    assert text == check_cron(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("banana", "it has 1 fields", id="word"),
        pytest.param("0 6 * *", "it has 4 fields", id="short"),
        pytest.param("60 * * * *", "the minute '60' is not between 0 and 59", id="minute"),
        pytest.param("* * 0 * *", "the day '0' is not between 1 and 31", id="day"),
        pytest.param("* * * foo *", "the month 'foo'", id="month"),
        pytest.param("*/0 * * * *", "steps of 0", id="step"),
        pytest.param("1- * * * *", "the minute '1-'", id="range"),
        pytest.param("", "it has 0 fields", id="empty"),
        pytest.param("@never", "it has 1 fields", id="name"),
    ],
)
def test_a_schedule_that_cannot_be_read_says_why(text: str, told: str) -> None:
    """
    The field that is wrong is named.
    """
    with pytest.raises(ValueError, match=told):
        check_cron(text)
