"""How assets stand: fresh, stale, missing, failed, overdue, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from treadle.ir import Asset, AssetKey, Definitions, FreshnessPolicy, StaticPartitions, Step, link
from treadle.runner.staleness import overdue_since, standings
from treadle.store import AssetState, MaterializationRecord

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
RAW, CLEAN, MART = (AssetKey.parse(name) for name in ("raw", "clean", "mart"))


def chain(**changes: dict[str, object]):
    """raw → clean → mart, each made by a step of its own."""
    assets = [Asset(key=RAW), Asset(key=CLEAN, deps=[RAW], code_version="1"), Asset(key=MART, deps=[CLEAN])]
    assets = [replace(each, **changes.get(str(each.key), {})) for each in assets]
    steps = [Step(name=str(each.key), run=print, assets=[each.key]) for each in assets]
    graph, _ = link(Definitions(assets=assets, steps=steps))
    return graph


def written(key: AssetKey, version: str, *, hours: float = 1, code: str | None = None, **inputs: str):
    made = {AssetKey.parse(name): each for name, each in inputs.items()}
    return MaterializationRecord(
        run_id=f"run-{version}",
        position=1,
        step=str(key),
        asset=key,
        created_at=NOON - timedelta(hours=hours),
        data_version=version,
        code_version=code,
        inputs=made,
    )


ALL_GOOD = [written(RAW, "r1"), written(CLEAN, "c1", code="1", raw="r1"), written(MART, "m1", clean="c1")]


def stand(graph, records, *, failed: tuple[AssetKey, ...] = (), partitions: tuple[tuple[AssetKey, str], ...] = ()):
    latest = {each.asset: each for each in records}
    states = [
        AssetState(
            asset=key,
            run_id=latest[key].run_id if key in latest else None,
            data_version=latest[key].data_version if key in latest else None,
            materialized_at=latest[key].created_at if key in latest else None,
            failed_run_id="run-f" if key in failed else None,
            failed_at=NOON if key in failed else None,
        )
        for key in {*latest, *failed}
    ]
    states += [AssetState(asset=key, partition=part, materialized_at=NOON) for key, part in partitions]
    found = standings(graph, latest, states, now=NOON)
    return {str(key): (each.status.value, *each.reasons) for key, each in found.items()}


def test_what_was_made_of_what_is_there_is_fresh():
    """
    An asset is fresh when its code and its inputs are those that it was made of.
    """
    assert {"raw": ("fresh",), "clean": ("fresh",), "mart": ("fresh",)} == stand(chain(), ALL_GOOD)


def test_an_input_that_was_updated_makes_stale_and_what_is_below_too():
    """
    What is made from a new version is stale, and says what was updated; what is below says what isn't up to date.
    """
    found = stand(chain(), [written(RAW, "r2"), *ALL_GOOD[1:]])
    assert {
        "raw": ("fresh",),
        "clean": ("stale", "raw was updated since"),
        "mart": ("stale", "what it is made from isn't up to date: clean (stale)"),
    } == found


def test_an_input_that_was_made_again_alike_makes_nothing_stale():
    """
    A materialization that has the same data version changes nothing for what is below.
    """
    again = replace(ALL_GOOD[0], run_id="run-later", created_at=NOON)
    assert {"fresh"} == {status for status, *_ in stand(chain(), [again, *ALL_GOOD[1:]]).values()}


def test_code_that_changed_makes_stale():
    """
    An asset whose code version is another one than that of what is there is stale.
    """
    found = stand(chain(clean={"code_version": "2"}), ALL_GOOD)
    assert ("stale", "its code changed: '1' then, '2' now") == found["clean"]


def test_what_was_never_written_is_missing():
    """
    An asset without a materialization is missing; what was made before it existed is not up to date.
    """
    found = stand(chain(), ALL_GOOD[1:])
    assert ("missing", "it was never materialized") == found["raw"]
    assert ("stale", "what it is made from isn't up to date: raw (missing)") == found["clean"]


def test_what_failed_last_is_failed():
    """
    An asset that the last attempt didn't write is failed, and names the run.
    """
    assert ("failed", "run run-f didn't materialize it") == stand(chain(), ALL_GOOD, failed=(CLEAN,))["clean"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param((), ("missing", "none of its 2 partitions was ever materialized"), id="none"),
        pytest.param(("gone",), ("missing", "none of its 2 partitions was ever materialized"), id="none-of-today"),
        pytest.param(("eu", "gone"), ("partial", "1 of 2 partitions is materialized"), id="one"),
        pytest.param(("eu", "us"), ("fresh",), id="all"),
    ],
)
def test_partitions_that_were_ever_written_are_counted(written, expected):
    """
    An asset is missing when none of the partitions that there are was written, partial until all are.
    """
    graph = chain(raw={"partitions": StaticPartitions(keys=("eu", "us"))})
    assert expected == stand(graph, ALL_GOOD, partitions=[(RAW, key) for key in written])["raw"]


@pytest.mark.parametrize(
    ("policy", "hours", "since"),
    [
        pytest.param(FreshnessPolicy(fail_window=timedelta(hours=6)), 5, None, id="within-its-window"),
        pytest.param(FreshnessPolicy(fail_window=timedelta(hours=6)), 8, NOON - timedelta(hours=2), id="too-old"),
        pytest.param(
            FreshnessPolicy(deadline_cron="0 10 * * *", lower_bound_delta=timedelta(hours=3)),
            4,
            None,
            id="before-the-deadline",
        ),
        pytest.param(
            FreshnessPolicy(deadline_cron="0 10 * * *", lower_bound_delta=timedelta(hours=3)),
            6,
            NOON - timedelta(hours=2),
            id="too-early-for-the-deadline",
        ),
    ],
)
def test_a_freshness_policy_says_since_when_it_is_overdue(policy, hours, since):
    """
    A window counts from the last materialization, a deadline from its tick.
    """
    assert since == overdue_since(policy, NOON - timedelta(hours=hours), NOON)


def test_what_is_overdue_says_since_when():
    """
    An asset that is too old by its policy is overdue, though nothing changed.
    """
    graph = chain(mart={"freshness": FreshnessPolicy(fail_window=timedelta(minutes=30))})
    assert ("overdue", "it should have been materialized by 2026-11-25 11:30 UTC") == stand(graph, ALL_GOOD)["mart"]
