"""What becomes of the values that steps report."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treadle.ir import AssetKey
from treadle.runner.metadata import LONGEST_TEXT, MOST_ITEMS, MOST_TEXT, json_safe


class Color(Enum):
    RED = "red"


class Scalar:
    """What NumPy's numbers look like."""

    shape = ()

    def __init__(self, value: object) -> None:
        self._value = value

    def item(self) -> object:
        return self._value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({1: (1, 2)}, {"1": [1, 2]}, id="keys-and-tuples"),
        pytest.param(math.inf, None, id="infinite"),
        pytest.param(Scalar(3), 3, id="scalar"),
        pytest.param(Scalar(math.nan), None, id="scalar-nan"),
        pytest.param(datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00+00:00", id="moment"),
        pytest.param(date(2026, 1, 1), "2026-01-01", id="day"),
        pytest.param(timedelta(seconds=1.5), 1.5, id="duration"),
        pytest.param(Path("/a"), "/a", id="path"),
        pytest.param(frozenset({2, 1}), [1, 2], id="set"),
        pytest.param(Color.RED, "red", id="enum"),
        pytest.param(b"abc", "3 bytes", id="bytes"),
        pytest.param(Decimal("1.10"), "1.10", id="decimal"),
        pytest.param(AssetKey.of("a", "b"), "a/b", id="key"),
        pytest.param(10**5000, "an integer of 16610 bits", id="huge"),
        pytest.param("\0\udce9", "�?", id="not-text"),
        pytest.param(True, True, id="bool"),
    ],
)
def test_values_become_json(value, expected):
    """
    Values of Python have a plain form that says the same.
    """
    assert {"x": expected} == json_safe({"x": value})


def test_long_texts_are_cut():
    """
    A text beyond the bound is cut, and ends in an ellipsis.
    """
    [text] = json_safe({"x": "a" * (LONGEST_TEXT + 1)}).values()
    assert "a" * (LONGEST_TEXT - 1) + "…" == text


def test_long_lists_are_cut():
    """
    A list beyond the bound says how many are missing.
    """
    [values] = json_safe({"x": list(range(MOST_ITEMS + 10))}).values()
    assert f"… {MOST_ITEMS + 10 - len(values) + 1} more" == values[-1]


def test_a_structure_that_holds_itself_ends():
    """
    What is nested without end is cut.
    """
    endless: list[object] = []
    endless.append(endless)
    assert "…" in json.dumps(json_safe({"x": endless}), ensure_ascii=False)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text("abc", max_size=5), json_values, max_size=5))
def test_json_stays_as_it_is(value):
    """
    What is JSON already, and within the bounds, isn't changed.
    """
    assert value == json_safe(value)


@given(st.dictionaries(st.text(), st.lists(st.text() | st.binary() | st.floats() | st.dates()) | st.text()))
def test_everything_becomes_json(value):
    """
    Whatever is reported can be written as JSON that every reader takes.
    """
    text = json.dumps(json_safe(value), allow_nan=False)
    assert len(text) < 20 * MOST_TEXT
    text.encode("ascii")
