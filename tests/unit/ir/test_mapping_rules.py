"""Mappings that can't hold are mistakes of the project."""

from __future__ import annotations

import pytest

from treadle.ir import (
    Asset,
    Definitions,
    DimensionMapping,
    IdentityMapping,
    LastMapping,
    MultiPartitions,
    SharedDimensionsMapping,
    StaticMapping,
    StaticPartitions,
    TimeWindowMapping,
    TimeWindowPartitions,
    link,
)

DAYS = TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01")
HOURS = TimeWindowPartitions(cron="0 * * * *", start="2026-01-01-00:00", format="%Y-%m-%d-%H:%M")
CITIES = StaticPartitions(keys=["austin", "vienna"])
BOTH = MultiPartitions(dimensions={"day": DAYS, "city": CITIES})


@pytest.mark.parametrize(
    ("downstream", "upstream", "mapping", "why"),
    [
        pytest.param(DAYS, HOURS, IdentityMapping(), "cut or written in different ways", id="identity-of-windows"),
        pytest.param(DAYS, CITIES, IdentityMapping(), "of different kinds", id="identity-of-kinds"),
        pytest.param(
            CITIES, StaticPartitions(keys=["eu"]), IdentityMapping(), "no key in common", id="identity-of-keys"
        ),
        pytest.param(None, DAYS, IdentityMapping(), "it has no partitions itself", id="unpartitioned"),
        pytest.param(DAYS, None, LastMapping(), "'up' has no partitions", id="upstream-unpartitioned"),
        pytest.param(DAYS, DAYS, LastMapping(count=0), "0 is not a number of partitions", id="last-none"),
        pytest.param(DAYS, CITIES, TimeWindowMapping(), "only partitions by time", id="no-windows"),
        pytest.param(
            CITIES, CITIES, StaticMapping(keys={"viena": ["austin"]}), "did you mean 'vienna'?", id="no-such-key"
        ),
        pytest.param(
            CITIES, CITIES, StaticMapping(keys={"vienna": ["x"]}), "'x' is none of its own", id="no-such-own-key"
        ),
        pytest.param(DAYS, CITIES, StaticMapping(keys={}), "its own partitions aren't a list", id="static-of-windows"),
        pytest.param(
            DAYS, CITIES, DimensionMapping(dimension="day"), "neither has several dimensions", id="no-dimensions"
        ),
        pytest.param(DAYS, BOTH, DimensionMapping(dimension="dya"), "did you mean 'day'?", id="no-such-dimension"),
        pytest.param(BOTH, BOTH, DimensionMapping(dimension="day"), "both have several", id="two-with-dimensions"),
        pytest.param(DAYS, BOTH, SharedDimensionsMapping(), "only one of them has several", id="one-with-dimensions"),
        pytest.param(
            BOTH,
            BOTH,
            SharedDimensionsMapping(dimensions={"city": TimeWindowMapping()}),
            "of 'city': only partitions by time",
            id="inside",
        ),
    ],
)
def test_a_mapping_that_can_not_hold(downstream, upstream, mapping, why: str) -> None:
    """
    A mapping between partitions that it doesn't fit is told when the graph is linked, with the reason.
    """
    down = Asset(key="down", deps=["up"], partitions=downstream, partition_mappings={"up": mapping})
    _, (found,) = link(Definitions(assets=[Asset(key="up", partitions=upstream), down]))
    assert "TRD420" == found.code
    assert why in found.why
    assert found.fix


def test_a_mapping_of_no_dependency() -> None:
    """
    A mapping has to be of an asset that the asset depends on.
    """
    down = Asset(key="down", deps=["orders"], partitions=DAYS, partition_mappings={"ordres": LastMapping()})
    _, (found,) = link(Definitions(assets=[Asset(key="orders", partitions=DAYS), down]))
    assert ("TRD420", "did you mean 'orders'?") == (found.code, found.fix)


def test_mappings_that_fit() -> None:
    """
    Nothing is said of a mapping that fits.
    """
    mappings = {"days": TimeWindowMapping(start_offset=-6), "cities": LastMapping(count=2)}
    down = Asset(key="down", deps=list(mappings), partitions=HOURS, partition_mappings=mappings)
    upstream = [Asset(key="days", partitions=DAYS), Asset(key="cities", partitions=CITIES)]
    assert () == link(Definitions(assets=[*upstream, down]))[1]
