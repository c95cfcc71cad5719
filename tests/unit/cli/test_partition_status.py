"""How assets with partitions stand, and what `run --stale` makes of that, by command."""

from __future__ import annotations

import pytest

from tests.conftest import CommandLine, MakeProject

MODULE = """
from pathlib import Path
from treadle import *

days = TimeWindowPartitions(cron="0 0 * * *", start="2026-11-02", end="2026-11-16")
weeks = TimeWindowPartitions(cron="0 0 * * mon", start="2026-11-02", end="2026-11-16")


@asset(partitions=days, backfill=BackfillPolicy())
def daily(context):
    if (Path(__file__).parent / "broken").exists():
        raise StepFailed("it is broken")


@asset(partitions=weeks, deps=[daily], backfill=BackfillPolicy())
def weekly(): ...


@asset(deps=[weekly])
def report(): ...
"""


@pytest.fixture
def treadle(make_project: MakeProject) -> CommandLine:
    return make_project({"m.py": MODULE})


def standing(treadle: CommandLine) -> dict[str, tuple[str, dict[str, int] | None]]:
    return {each["asset"]: (each["status"], each["partitions"]) for each in treadle("status", "--json").json}


def counts(total: int, materialized: int = 0, *, stale: int = 0, failed: int = 0) -> dict[str, int]:
    return {"total": total, "materialized": materialized, "stale": stale, "failed": failed}


def test_status_counts_partitions_and_tells_which_are_stale(treadle: CommandLine) -> None:
    """
    An asset is missing until a partition of it is there, partial until all are, and stale when a partition of another
    cut that it is made from was written again.
    """
    assert {
        "daily": ("missing", counts(14)),
        "weekly": ("missing", counts(2)),
        "report": ("missing", None),
    } == standing(treadle)

    assert 0 == treadle("run", "daily", "--partitions", "2026-11-02..2026-11-04").code
    assert 0 == treadle("run", "weekly", "--partitions", "all").code
    assert 0 == treadle("run", "report").code
    assert ("partial", counts(14, 3)) == standing(treadle)["daily"]
    assert "◐ daily   partial  3 of 14 partitions are materialized" in treadle("status").out
    assert ["daily"] == [each["asset"] for each in treadle("status", "--only", "partial", "--json").json]

    assert 0 == treadle("run", "daily", "--partition", "2026-11-03").code
    shown = treadle("status").out
    # The second week is made from no day that was ever written.
    assert "~ weekly  stale    2026-11-02: daily was updated since" in shown
    assert ("stale", counts(2, 2, stale=2)) == standing(treadle)["weekly"]
    assert "~ report  stale    what it is made from isn't up to date: weekly (stale)" in shown


def test_a_partition_that_failed_is_told_though_others_succeeded_since(treadle: CommandLine) -> None:
    """
    An asset is failed as long as the last attempt at one of its partitions failed.
    """
    broken = treadle.folder / "src/p/defs/broken"
    broken.touch()
    assert 3 == treadle("run", "daily", "--partition", "2026-11-02").code
    broken.unlink()
    assert 0 == treadle("run", "daily", "--partition", "2026-11-03").code
    assert ("failed", counts(14, 1, failed=1)) == standing(treadle)["daily"]
    assert "1 of 14 partitions failed: 2026-11-02" in treadle("status").out

    assert 0 == treadle("run", "daily", "--partition", "2026-11-02").code
    assert ("partial", counts(14, 2)) == standing(treadle)["daily"]


def test_a_run_of_what_is_stale_looks_at_the_partitions_that_it_is_for(treadle: CommandLine) -> None:
    """
    `run --stale --partition` leaves out what is fresh for that partition, however the rest of the asset stands.
    """
    assert 0 == treadle("run", "daily", "--partition", "2026-11-02").code
    again = treadle("run", "daily", "--stale", "--partition", "2026-11-02")
    assert (0, "Everything that is selected is fresh.\n") == (again.code, again.out)
    some = treadle("run", "daily", "--stale", "--partitions", "2026-11-02,2026-11-03", "--dry-run", "--json").json
    assert ["2026-11-02", "2026-11-03"] == some["partition_keys"]
