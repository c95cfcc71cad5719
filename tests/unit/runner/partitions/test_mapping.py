"""Which partitions are made from which."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treadle.ir import (
    AllMapping,
    Asset,
    DimensionMapping,
    IdentityMapping,
    LastMapping,
    MultiPartitions,
    SharedDimensionsMapping,
    StaticMapping,
    StaticPartitions,
    TimeWindowMapping,
    TimeWindowPartitions,
)
from treadle.ir.mapping_rules import default_mapping, mapping_between
from treadle.runner.partitions import downstream_keys, keys_of, upstream_keys

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAYS = TimeWindowPartitions(cron="0 0 * * *", start="2026-02-01")
LATER = TimeWindowPartitions(cron="0 0 * * *", start="2026-03-01", end="2026-03-05")
MONTHS = TimeWindowPartitions(cron="0 0 1 * *", start="2026-01-01")
WEEKS = TimeWindowPartitions(cron="0 0 * * 0", start="2026-02-01", timezone="Europe/Vienna")
HOURS = TimeWindowPartitions(cron="0 * * * *", start="2026-03-08-00:00", format="%Y-%m-%d-%H:%M")
CITIES = StaticPartitions(keys=["austin", "graz", "vienna"])
REGIONS = StaticPartitions(keys=["eu", "us"])
BY_REGION = MultiPartitions(dimensions={"day": LATER, "region": REGIONS})
BY_BRAND = MultiPartitions(dimensions={"day": DAYS, "brand": StaticPartitions(keys=["a", "b"])})
BEFORE = TimeWindowMapping(start_offset=-1, end_offset=-1)
IN_REGION = StaticMapping(keys={"vienna": ["eu"], "graz": ["eu"], "austin": ["us"]})


@pytest.mark.parametrize(
    ("downstream", "upstream", "mapping", "key", "keys", "missing"),
    [
        pytest.param(DAYS, DAYS, IdentityMapping(), "2026-03-01", ["2026-03-01"], [], id="identity"),
        pytest.param(CITIES, REGIONS, IdentityMapping(), "graz", [], ["graz"], id="identity-of-what-is-not-there"),
        pytest.param(REGIONS, CITIES, AllMapping(), "eu", ["austin", "graz", "vienna"], [], id="all"),
        pytest.param(None, REGIONS, AllMapping(), None, ["eu", "us"], [], id="all-of-the-unpartitioned"),
        pytest.param(REGIONS, DAYS, LastMapping(count=2), "eu", ["2026-03-08", "2026-03-09"], [], id="last-two"),
        pytest.param(DAYS, DAYS, BEFORE, "2026-03-01", ["2026-02-28"], [], id="the-day-before"),
        pytest.param(DAYS, DAYS, BEFORE, "2026-02-01", [], [], id="before-the-first"),
        pytest.param(
            DAYS,
            DAYS,
            TimeWindowMapping(start_offset=-2),
            "2026-02-02",
            ["2026-02-01", "2026-02-02"],
            [],
            id="three-days",
        ),
        pytest.param(
            DAYS,
            HOURS,
            TimeWindowMapping(),
            "2026-03-09",
            [f"2026-03-09-{hour:02}:00" for hour in range(24)],
            [],
            id="hours-of-a-day",
        ),
        pytest.param(DAYS, MONTHS, TimeWindowMapping(), "2026-02-03", ["2026-02-01"], [], id="month-of-a-day"),
        pytest.param(DAYS, MONTHS, TimeWindowMapping(), "2026-03-03", [], ["2026-03-01"], id="a-month-that-goes-on"),
        pytest.param(LATER, WEEKS, TimeWindowMapping(), "2026-03-01", ["2026-03-01"], [], id="another-time-zone"),
        pytest.param(REGIONS, CITIES, IN_REGION, "eu", ["vienna", "graz"], [], id="static"),
        pytest.param(
            LATER,
            BY_REGION,
            DimensionMapping(dimension="day"),
            "2026-03-02",
            ["2026-03-02|eu", "2026-03-02|us"],
            [],
            id="a-dimension-upstream",
        ),
        pytest.param(
            BY_REGION,
            REGIONS,
            DimensionMapping(dimension="region"),
            "2026-03-02|us",
            ["us"],
            [],
            id="a-dimension-of-mine",
        ),
        pytest.param(
            BY_REGION,
            CITIES,
            DimensionMapping(dimension="region", mapping=IN_REGION),
            "2026-03-02|us",
            ["austin"],
            [],
            id="a-dimension-in-another-way",
        ),
        pytest.param(
            BY_BRAND,
            BY_REGION,
            SharedDimensionsMapping(),
            "a|2026-03-02",
            ["2026-03-02|eu", "2026-03-02|us"],
            [],
            id="shared-dimensions",
        ),
        pytest.param(
            BY_BRAND,
            BY_REGION,
            SharedDimensionsMapping(),
            "a|2026-03-09",
            [],
            ["2026-03-09|eu", "2026-03-09|us"],
            id="shared-dimension-that-is-not-there",
        ),
        pytest.param(
            BY_BRAND,
            BY_BRAND,
            SharedDimensionsMapping(dimensions={"day": BEFORE}),
            "a|2026-02-02",
            ["a|2026-02-01"],
            [],
            id="the-day-before-of-the-same-brand",
        ),
    ],
)
def test_what_a_partition_is_made_from(downstream, upstream, mapping, key, keys, missing) -> None:
    """
    A mapping gives the upstream partitions of a key; those that there aren't (yet) are told apart.
    """
    found = upstream_keys(key, mapping, downstream=downstream, upstream=upstream, now=NOW)
    assert (keys, missing) == (list(found.keys), list(found.missing))


PAIRS = [
    (DAYS, DAYS, IdentityMapping()),
    (CITIES, REGIONS, IdentityMapping()),
    (REGIONS, CITIES, AllMapping()),
    (REGIONS, DAYS, LastMapping(count=3)),
    (DAYS, DAYS, BEFORE),
    (DAYS, DAYS, TimeWindowMapping(start_offset=-3)),
    (DAYS, LATER, TimeWindowMapping(start_offset=-2, end_offset=-1)),
    (LATER, DAYS, TimeWindowMapping(start_offset=1, end_offset=2)),
    (DAYS, HOURS, TimeWindowMapping()),
    (HOURS, DAYS, TimeWindowMapping(start_offset=-30, end_offset=-2)),
    (MONTHS, WEEKS, TimeWindowMapping()),
    (WEEKS, DAYS, TimeWindowMapping(start_offset=-1)),
    (REGIONS, CITIES, IN_REGION),
    (LATER, BY_REGION, DimensionMapping(dimension="day")),
    (BY_REGION, CITIES, DimensionMapping(dimension="region", mapping=IN_REGION)),
    (BY_BRAND, BY_REGION, SharedDimensionsMapping()),
    (BY_REGION, BY_BRAND, SharedDimensionsMapping(dimensions={"day": BEFORE})),
]


@settings(deadline=None)
@given(st.sampled_from(PAIRS), st.data())
def test_both_directions_agree(pair, data) -> None:
    """
    A partition is downstream of exactly those that it is made from.
    """
    downstream, upstream, mapping = pair
    sides = {"downstream": downstream, "upstream": upstream, "now": NOW}
    key = data.draw(st.sampled_from(list(keys_of(upstream, now=NOW))))
    made = [each for each in keys_of(downstream, now=NOW) if key in upstream_keys(each, mapping, **sides).keys]
    assert made == sorted(downstream_keys(key, mapping, **sides))


@pytest.mark.parametrize(
    ("downstream", "upstream", "mapping"),
    [
        pytest.param(DAYS, DAYS, IdentityMapping(), id="the-same"),
        pytest.param(DAYS, HOURS, TimeWindowMapping(), id="time"),
        pytest.param(None, DAYS, AllMapping(), id="unpartitioned"),
        pytest.param(DAYS, CITIES, AllMapping(), id="nothing-in-common"),
        pytest.param(CITIES, StaticPartitions(keys=["graz", "linz"]), IdentityMapping(), id="some-keys-in-common"),
        pytest.param(CITIES, REGIONS, AllMapping(), id="no-key-in-common"),
        pytest.param(HOURS, BY_REGION, DimensionMapping(dimension="day"), id="the-dimension-of-time"),
        pytest.param(BY_REGION, REGIONS, DimensionMapping(dimension="region"), id="the-same-dimension"),
        pytest.param(CITIES, BY_REGION, AllMapping(), id="no-dimension-like-it"),
        pytest.param(BY_BRAND, BY_REGION, SharedDimensionsMapping(), id="dimensions-of-one-name"),
    ],
)
def test_what_is_usual(downstream, upstream, mapping) -> None:
    """
    Nothing has to be said where the same key, the same time or the same dimension is meant, or else all.
    """
    assert mapping == default_mapping(downstream, upstream)


def test_what_an_asset_that_depends_on_itself_means() -> None:
    """
    An asset that depends on itself means the window before, in each other dimension the same key.
    """
    alone = Asset(key="a", deps=["a"], partitions=DAYS)
    both = Asset(key="a", deps=["a"], partitions=BY_BRAND)
    assert BEFORE == mapping_between(alone, alone)
    assert SharedDimensionsMapping(dimensions={"day": BEFORE}) == mapping_between(both, both)
    assert mapping_between(alone, Asset(key="b")) is None
