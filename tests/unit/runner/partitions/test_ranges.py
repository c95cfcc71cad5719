"""Sets of keys as text: what people write, and what they read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treadle.errors import UsageError
from treadle.ir import MultiPartitions, StaticPartitions, TimeWindowPartitions
from treadle.runner.partitions import keys_of, parse_keys, summary, text_of

NOW = datetime(2026, 1, 8, tzinfo=UTC)
DAILY = TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01")
SHOPS = StaticPartitions(keys=["austin", "berlin", "vienna"])
BY_SHOP = MultiPartitions(dimensions={"shop": SHOPS, "day": DAILY})


@pytest.mark.parametrize(
    ("partitions", "text", "keys"),
    [
        pytest.param(SHOPS, "vienna", "vienna", id="one"),
        pytest.param(SHOPS, " vienna , austin ", "austin vienna", id="several-in-their-order"),
        pytest.param(SHOPS, "austin..berlin", "austin berlin", id="range"),
        pytest.param(SHOPS, "berlin..", "berlin vienna", id="from"),
        pytest.param(SHOPS, "..berlin", "austin berlin", id="up-to"),
        pytest.param(SHOPS, "austin,berlin..", "austin berlin vienna", id="mixed"),
        pytest.param(SHOPS, "all", "austin berlin vienna", id="all"),
        pytest.param(DAILY, "2026-01-06..", "2026-01-06 2026-01-07", id="days"),
        pytest.param(BY_SHOP, "2026-01-01|vienna", "2026-01-01|vienna", id="key-of-dimensions"),
        pytest.param(
            BY_SHOP,
            "day=2026-01-06..,shop=vienna,austin",
            "2026-01-06|austin 2026-01-06|vienna 2026-01-07|austin 2026-01-07|vienna",
            id="range-of-each-dimension",
        ),
        pytest.param(
            BY_SHOP,
            "day=2026-01-06",
            "2026-01-06|austin 2026-01-06|berlin 2026-01-06|vienna",
            id="all-of-what-is-not-named",
        ),
        pytest.param(
            BY_SHOP,
            "2026-01-01|vienna,2026-01-02|austin",
            "2026-01-01|vienna 2026-01-02|austin",
            id="keys-of-dimensions",
        ),
    ],
)
def test_what_a_text_means(partitions, text: str, keys: str) -> None:
    """
    Keys are written alone, as ranges, one after the other, or by dimension.
    """
    assert keys.split() == list(parse_keys(text, partitions, now=NOW))


@pytest.mark.parametrize(
    ("partitions", "text", "message", "fix"),
    [
        pytest.param(SHOPS, "vienna..austin", "ends before it starts", "write austin..vienna", id="turned"),
        pytest.param(SHOPS, "austin,,vienna", "a key is missing", "A..B", id="gap"),
        pytest.param(SHOPS, "austin..viena", "no partition 'viena'", "did you mean 'vienna'?", id="unknown-end"),
        pytest.param(DAILY, "2026-01-05..2026-02-30", "isn't written like %Y-%m-%d", "", id="no-such-day"),
        pytest.param(DAILY, "2026-01-05..2026-01-08", "its window hasn't ended", "'2026-01-07'", id="not-ended"),
        pytest.param(
            BY_SHOP, "2026-01-01|vienna..2026-01-02|vienna", "have dimensions", "day=A..B,shop=A..B", id="flat"
        ),
        pytest.param(
            BY_SHOP, "shop=vienna,dya=2026-01-01", "no dimension 'dya'", "did you mean 'day'?", id="misspelled"
        ),
        pytest.param(
            BY_SHOP, "dya=2026-01-01", "doesn't say which dimension", "did you mean 'day'?", id="first-misspelled"
        ),
        pytest.param(BY_SHOP, "shop=vienna,shop=austin", "'shop' is written twice", "shop=A,B", id="twice"),
        pytest.param(
            TimeWindowPartitions(cron="0 0 * * *", start="2027-01-01"), "all", "no partition yet", "", id="none-yet"
        ),
    ],
)
def test_what_makes_no_sense(partitions, text: str, message: str, fix: str) -> None:
    """
    What can't be read, or isn't there, is refused with what to write instead.
    """
    with pytest.raises(UsageError) as caught:
        parse_keys(text, partitions, now=NOW)
    assert message.replace("a key", "a partition key") in caught.value.message
    assert fix in caught.value.fix


@pytest.mark.parametrize(
    ("partitions", "keys", "text"),
    [
        pytest.param(DAILY, "2026-01-01 2026-01-02 2026-01-03", "2026-01-01..2026-01-03 (3)", id="range"),
        pytest.param(DAILY, "2026-01-01 2026-01-02 2026-01-05", "2026-01-01..2026-01-02, 2026-01-05 (3)", id="gap"),
        pytest.param(DAILY, "2026-01-01", "2026-01-01", id="one"),
        pytest.param(
            BY_SHOP,
            "2026-01-01|austin 2026-01-02|austin",
            "day=2026-01-01..2026-01-02,shop=austin (2)",
            id="dimensions",
        ),
        pytest.param(
            BY_SHOP, "2026-01-01|austin 2026-01-02|vienna", "2026-01-01|austin, 2026-01-02|vienna (2)", id="no-box"
        ),
    ],
)
def test_how_keys_are_shown(partitions, keys: str, text: str) -> None:
    """
    Many keys are shown as ranges, and counted.
    """
    assert text == summary(keys.split(), keys_of(partitions, now=NOW))


@settings(deadline=None)
@given(st.sampled_from([DAILY, SHOPS, BY_SHOP]), st.data())
def test_what_is_written_can_be_read(partitions, data) -> None:
    """
    The text of any set of keys means that set.
    """
    keys = keys_of(partitions, now=NOW)
    chosen = sorted(data.draw(st.sets(st.integers(0, len(keys) - 1), min_size=1)))
    expected = tuple(keys[place] for place in chosen)
    assert expected == parse_keys(text_of(expected, keys), partitions, now=NOW)
