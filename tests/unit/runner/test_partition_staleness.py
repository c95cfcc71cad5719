"""Which partitions are stale, and how an asset stands by its partitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from treadle.ir import (
    Asset,
    AssetKey,
    Definitions,
    DimensionMapping,
    DynamicPartitions,
    LastMapping,
    MultiPartitions,
    PartitionMapping,
    Partitions,
    StaticMapping,
    StaticPartitions,
    Step,
    TimeWindowMapping,
    TimeWindowPartitions,
    link,
)
from treadle.runner.partitions import keys_of
from treadle.runner.staleness import Standing, standings
from treadle.store import AssetState, MaterializationRecord

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
DAYS = TimeWindowPartitions(cron="0 0 * * *", start="2026-11-02")  # up to the 15th: two weeks
WEEKS = TimeWindowPartitions(cron="0 0 * * mon", start="2026-11-02")
SHOPS = StaticPartitions(keys=("austin", "vienna"))
REGIONS = StaticPartitions(keys=("eu", "us"))
NAMES = DynamicPartitions(name="names")
BY_SHOP = MultiPartitions(dimensions={"day": DAYS, "shop": SHOPS})
RAW, MART = AssetKey.parse("raw"), AssetKey.parse("mart")

Written = Mapping[str | None, datetime]


def names(name: str) -> Sequence[str]:
    return ("ann", "bob")


def there(partitions: Partitions | None) -> list[str | None]:
    return [None] if partitions is None else list(keys_of(partitions, now=NOW, dynamic=names))


def hours_ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def stood(
    assets: Sequence[Asset], written: Mapping[AssetKey, Written], **about: dict[str, object]
) -> Mapping[str, Standing]:
    """How assets stand whose partitions were written then; `about` says more of some partitions."""
    steps = [Step(name=str(each.key), run=print, assets=[each.key]) for each in assets]
    graph, mistakes = link(Definitions(assets=assets, steps=steps))
    assert () == mistakes
    states: list[AssetState] = []
    latest: dict[AssetKey, MaterializationRecord] = {}
    for key, moments in written.items():
        newest = max(moments.values(), default=None)
        if newest is None:
            continue
        for part, moment in {None: newest, **moments}.items():
            more = about.get(f"{key}_{part}".replace("-", "_"), {})
            given = {"run_id": f"{key} {part}", "materialized_at": moment, "changed_at": moment, **more}
            states.append(AssetState(asset=key, partition=part, data_version="v", **given))
        latest[key] = MaterializationRecord(run_id="r", position=1, step="s", asset=key, created_at=newest)
    found = standings(graph, latest, states, now=NOW, dynamic=names)
    return {str(key): each for key, each in found.items()}


def pair(up: Partitions | None, down: Partitions | None, mapping: PartitionMapping | None = None) -> list[Asset]:
    mappings = {} if mapping is None else {RAW: mapping}
    return [Asset(key=RAW, partitions=up), Asset(key=MART, deps=[RAW], partitions=down, partition_mappings=mappings)]


@pytest.mark.parametrize(
    ("up", "down", "mapping", "changed", "expected"),
    [
        pytest.param(DAYS, DAYS, None, "2026-11-04", {"2026-11-04"}, id="same"),
        pytest.param(DAYS, WEEKS, None, "2026-11-04", {"2026-11-02"}, id="days-in-weeks"),
        pytest.param(
            WEEKS, DAYS, None, "2026-11-09", {f"2026-11-{day:02}" for day in range(9, 16)}, id="weeks-in-days"
        ),
        pytest.param(
            DAYS, DAYS, TimeWindowMapping(start_offset=-1), "2026-11-14", {"2026-11-14", "2026-11-15"}, id="and-before"
        ),
        pytest.param(
            DAYS, WEEKS, TimeWindowMapping(end_offset=1), "2026-11-09", {"2026-11-02", "2026-11-09"}, id="and-after"
        ),
        pytest.param(DAYS, SHOPS, None, "2026-11-04", {"austin", "vienna"}, id="all"),
        pytest.param(DAYS, SHOPS, LastMapping(count=2), "2026-11-14", {"austin", "vienna"}, id="in-the-last"),
        pytest.param(DAYS, SHOPS, LastMapping(count=2), "2026-11-13", set(), id="before-the-last"),
        pytest.param(DAYS, None, LastMapping(count=1), "2026-11-14", set(), id="before-the-last-of-a-whole"),
        pytest.param(REGIONS, SHOPS, StaticMapping(keys={"eu": ["vienna"]}), "eu", {"vienna"}, id="named"),
        pytest.param(NAMES, NAMES, None, "bob", {"bob"}, id="dynamic"),
        pytest.param(DAYS, BY_SHOP, None, "2026-11-04", {"2026-11-04|austin", "2026-11-04|vienna"}, id="a-dimension"),
        pytest.param(BY_SHOP, DAYS, None, "2026-11-04|vienna", {"2026-11-04"}, id="of-dimensions"),
        pytest.param(
            BY_SHOP, SHOPS, DimensionMapping(dimension="shop"), "2026-11-04|vienna", {"vienna"}, id="other-dimension"
        ),
        pytest.param(BY_SHOP, BY_SHOP, None, "2026-11-04|vienna", {"2026-11-04|vienna"}, id="same-dimensions"),
        pytest.param(None, SHOPS, None, None, {"austin", "vienna"}, id="of-a-whole"),
    ],
)
def test_a_partition_is_stale_when_one_that_it_is_made_from_changed(up, down, mapping, changed, expected) -> None:
    """
    Only the partitions that are made from the one that was changed after them are stale; they stay as they are below.
    """
    written = {RAW: dict.fromkeys(there(up), hours_ago(3)), MART: dict.fromkeys(there(down), hours_ago(2))}
    before = stood(pair(up, down, mapping), written)["mart"]
    written[RAW][changed] = hours_ago(1)
    after = stood(pair(up, down, mapping), written)["mart"]

    assert ("fresh", ()) == (before.status, before.reasons)
    assert ("stale" if expected else "fresh") == after.status
    if down is not None:
        assert expected == after.partitions.stale
        assert len(expected) == after.partitions.counts["stale"]


def test_an_asset_without_partitions_is_stale_when_any_of_what_it_is_made_from_changed() -> None:
    """
    A whole that is made from all partitions is stale when one of them is written after it, whichever it is.
    """
    written = {RAW: dict.fromkeys(there(DAYS), hours_ago(3)), MART: {None: hours_ago(2)}}
    written[RAW]["2026-11-04"] = hours_ago(1)
    assert ("stale", ("raw was updated since",)) == _told(stood(pair(DAYS, None), written)["mart"])


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param({}, "stale", id="changed"),
        pytest.param({"changed_at": hours_ago(4)}, "fresh", id="written-again-alike"),
        pytest.param({"run_id": "mart 2026-11-02"}, "fresh", id="by-the-same-run"),
    ],
)
def test_only_what_changed_makes_stale(more, expected) -> None:
    """
    A partition that was written again with the version that it had, or by the very run that made what is below, changes
    nothing.
    """
    written = {RAW: {"2026-11-02": hours_ago(1)}, MART: {"2026-11-02": hours_ago(2)}}
    found = stood(pair(DAYS, DAYS), written, **{"raw_2026_11_02": more})["mart"]
    assert expected == found.partitions.of("2026-11-02")


def test_what_is_below_a_stale_or_failed_partition_is_stale_too() -> None:
    """
    A partition isn't fresh as long as one that it is made from is stale or failed; those that never were don't matter,
    unless none was.
    """
    last = AssetKey.parse("last")
    assets = [*pair(DAYS, WEEKS), Asset(key=last, deps=[MART], partitions=WEEKS)]
    weeks = dict.fromkeys(there(WEEKS), hours_ago(2))
    written = {RAW: {"2026-11-04": hours_ago(1), "2026-11-05": hours_ago(3)}, MART: weeks, last: weeks}
    found = stood(assets, written)
    assert (
        "stale",
        (
            "2026-11-02: raw was updated since",
            "2026-11-09: what it is made from isn't up to date: raw (missing)",
        ),
    ) == _told(found["mart"])
    assert ("stale", ("2 of 2 partitions: what it is made from isn't up to date: mart (stale)",)) == _told(
        found["last"]
    )
    failed = {"raw_2026_11_04": {"failed_at": NOW, "failed_run_id": "f"}}
    assert (
        "2026-11-02: what it is made from isn't up to date: raw (failed)"
        in stood(assets, {**written, RAW: dict.fromkeys(there(DAYS), hours_ago(3))}, **failed)["mart"].reasons
    )


@pytest.mark.parametrize(
    ("written", "about", "expected"),
    [
        pytest.param(["austin"], {}, ("partial", ("1 of 2 partitions is materialized",)), id="partial"),
        pytest.param(
            ["austin", "vienna"],
            {"mart_vienna": {"failed_at": NOW}},
            ("failed", ("1 of 2 partitions failed: vienna",)),
            id="failed",
        ),
        pytest.param(
            ["austin"],
            {"mart_austin": {"code_version": "1"}},
            ("stale", ("austin: its code changed: '1' then, '2' now", "1 of 2 partitions is materialized")),
            id="stale-and-partial",
        ),
    ],
)
def test_an_asset_stands_as_its_partitions_do(written, about, expected) -> None:
    """
    The worst of its partitions says how an asset stands; how many were written is told as long as it isn't all.
    """
    version = "2" if expected[0] == "stale" else None
    asset = Asset(key=MART, partitions=SHOPS, code_version=version)
    assert expected == _told(stood([asset], {MART: dict.fromkeys(written, hours_ago(1))}, **about)["mart"])


def test_an_asset_that_is_made_from_its_own_earlier_partitions_follows_them() -> None:
    """
    Of an asset that depends on itself, the window after the one that was written again is stale.
    """
    asset = Asset(key=MART, deps=[MART], partitions=DAYS)
    moments = {key: hours_ago(20 - number) for number, key in enumerate(there(DAYS))}
    before = stood([asset], {MART: moments})["mart"]
    after = stood([asset], {MART: {**moments, "2026-11-05": hours_ago(1)}})["mart"]
    assert [set(), {"2026-11-06"}] == [before.partitions.stale, after.partitions.stale]


def test_a_mapping_that_cannot_hold_keeps_nothing_from_being_told() -> None:
    """
    A mistake in a mapping, which the check tells, doesn't stop the status of everything else.
    """
    assets = pair(SHOPS, DAYS, TimeWindowMapping())
    steps = [Step(name=str(each.key), run=print, assets=[each.key]) for each in assets]
    graph, mistakes = link(Definitions(assets=assets, steps=steps))
    state = AssetState(asset=MART, partition="2026-11-02", materialized_at=NOW)
    record = MaterializationRecord(run_id="r", position=1, step="s", asset=MART, created_at=NOW)
    found = standings(graph, {MART: record}, [state], now=NOW)
    assert (["TRD420"], "partial") == ([each.code for each in mistakes], found[MART].status)


def _told(standing: Standing) -> tuple[str, tuple[str, ...]]:
    return standing.status.value, standing.reasons
