"""Backfills, dynamic partitions and the status of assets, by command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.conftest import CommandLine, MakeProject

MODULE = """
import os
from pathlib import Path
from treadle import *

days = TimeWindowPartitions(cron="0 0 * * *", start="2026-11-01", end="2026-11-06")
HERE = Path(__file__).parent


@asset(partitions=days)
def daily(context):
    (HERE / "ran").open("a").write(context.partition + "\\n")
    if (HERE / context.partition).exists():
        raise StepFailed("this day is broken")
    if (HERE / "wait").exists():
        Path(os.environ["HERE"]).open("w").write("here")
        import signal
        signal.pause()


@asset(partitions=days, backfill=BackfillPolicy())
def whole(context):
    (HERE / "whole").open("a").write(",".join(context.partition_keys) + "\\n")


@asset(partitions=days, backfill=BackfillPolicy(max_partitions_per_run=2))
def pairs(context):
    (HERE / "pairs").open("a").write(",".join(context.partition_keys) + "\\n")


@asset(partitions=DynamicPartitions(name="regions"))
def region(context):
    print(context.partition)


@asset(code_version="1")
def raw():
    return Materialization(data_version=(HERE / "version").read_text() if (HERE / "version").exists() else "v1")


@asset(deps=[raw], code_version="1")
def mart(): ...
"""
DAYS = [f"2026-11-0{day}" for day in range(1, 6)]


@pytest.fixture
def treadle(make_project: MakeProject) -> CommandLine:
    return make_project({"m.py": MODULE})


def here(treadle: CommandLine, name: str) -> list[str]:
    file = treadle.folder / "src/p/defs" / name
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def write(treadle: CommandLine, name: str, text: str = "") -> None:
    (treadle.folder / "src/p/defs" / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("asset", "file", "expected"),
    [
        pytest.param("daily", "ran", DAYS, id="one-a-run"),
        pytest.param("whole", "whole", [",".join(DAYS)], id="all-in-one-run"),
        pytest.param("pairs", "pairs", [",".join(DAYS[:2]), ",".join(DAYS[2:4]), DAYS[4]], id="two-a-run"),
    ],
)
def test_a_backfill_runs_as_many_partitions_at_once_as_its_assets_allow(
    treadle: CommandLine, asset: str, file: str, expected: list[str]
) -> None:
    """
    All partitions are materialized, in as many runs as the backfill policies ask for.
    """
    answer = treadle("backfill", asset, "--partitions", "all")
    assert (0, "") == (answer.code, answer.err)
    assert expected == here(treadle, file)
    [listed] = treadle("backfills", "list", "--json").json
    assert ("succeeded", {"succeeded": len(expected)}) == (listed["status"], listed["runs"])
    [status] = treadle("status", asset, "--json").json
    assert ("fresh", {"total": 5, "materialized": 5, "stale": 0, "failed": 0}) == (
        status["status"],
        status["partitions"],
    )


def test_a_backfill_of_what_is_stale_takes_only_what_is_not_fresh(treadle: CommandLine) -> None:
    """
    What failed, what is stale and what was never written is filled; then nothing is left to do.
    """
    write(treadle, "2026-11-02")
    assert 3 == treadle("backfill", "daily", "--partitions", "2026-11-01..2026-11-03").code
    (treadle.folder / "src/p/defs/2026-11-02").unlink()
    refused = treadle("run", "daily", "--stale")
    assert (2, True) == (refused.code, "treadle backfill daily --partitions stale" in refused.err)
    planned = treadle("backfill", "daily", "--partitions", "stale", "--dry-run").out
    assert ["Would materialize 3 partitions in 3 runs:", "  2026-11-02", "  2026-11-04", "  2026-11-05"] == (
        planned.splitlines()
    )
    write(treadle, "ran")
    assert 0 == treadle("backfill", "daily", "--partitions", "stale").code
    assert ["2026-11-02", "2026-11-04", "2026-11-05"] == here(treadle, "ran")
    fresh = treadle("run", "daily", "--stale")
    assert (0, "Everything that is selected is fresh.\n") == (fresh.code, fresh.out)
    again = treadle("backfill", "daily", "--partitions", "stale")
    assert (0, "Every partition of what is selected is fresh.\n") == (again.code, again.out)


def test_a_partition_is_stale_when_anything_that_is_selected_is(treadle: CommandLine) -> None:
    """
    Of two assets, a day is filled that one of them has not.
    """
    for asset, days in (("daily", "2026-11-01..2026-11-04"), ("whole", "2026-11-01..2026-11-05")):
        assert 0 == treadle("backfill", asset, "--partitions", days).code
    planned = treadle("backfill", "daily", "whole", "--partitions", "stale", "--dry-run").out
    assert ["  2026-11-05"] == planned.splitlines()[1:]


def test_a_backfill_goes_on_after_a_failure_and_can_be_taken_up(treadle: CommandLine) -> None:
    """
    A failed run ends no other; taken up again, only what didn't succeed runs.
    """
    write(treadle, "2026-11-02")
    failed = treadle("backfill", "daily", "--partitions", "2026-11-01..2026-11-03")
    assert (3, DAYS[:3]) == (failed.code, here(treadle, "ran"))
    assert "1 of 3 runs didn't succeed" in failed.out

    (treadle.folder / "src/p/defs/2026-11-02").unlink()
    assert 0 == treadle("backfills", "resume", "latest").code
    assert [*DAYS[:3], DAYS[1]] == here(treadle, "ran")
    assert "succeeded" == treadle("backfills", "show", "latest", "--json").json["status"]


def test_a_backfill_that_is_stopped_cancels_its_runs(treadle: CommandLine) -> None:
    """
    Ctrl-C ends the running run and starts no other.
    """
    write(treadle, "wait")
    fifo = treadle.folder / "fifo"
    os.mkfifo(fifo)
    command = [sys.executable, "-m", "treadle", "backfill", "daily", "--partitions", "all"]
    process = subprocess.Popen(
        command, cwd=treadle.folder, env={**os.environ, "HERE": str(fifo)}, stdout=subprocess.PIPE, text=True
    )
    assert "here" == fifo.read_text(encoding="utf-8")
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate()
    assert (3, DAYS[:1]) == (process.returncode, here(treadle, "ran"))
    assert "Cancelled" in out
    assert ["cancelled"] == [run["status"] for run in treadle("runs", "list", "--json").json]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["mart", "--partitions", "all"], "nothing that 'mart' selects has partitions", id="none"),
        pytest.param(["daily", "--partitions", "2027-01-01"], "2027-01-01", id="no-such"),
        pytest.param(["daily", "region", "--partitions", "all"], "", id="no-selection"),
    ],
)
def test_a_backfill_that_makes_no_sense_is_refused(treadle: CommandLine, words: list[str], message: str) -> None:
    """
    What has no such partitions is told before anything is recorded.
    """
    answer = treadle("backfill", *words)
    assert (2, True) == (answer.code, message in answer.err)
    assert [] == treadle("backfills", "list", "--json").json


def test_keys_of_dynamic_partitions_are_kept_in_the_store(treadle: CommandLine) -> None:
    """
    Keys that were added can be listed, run and taken away; a name that no asset has gets a hint.
    """
    assert "2 keys added to 'regions'." == treadle("partitions", "add", "regions", "eu", "us").out.strip()
    assert ["eu", "us"] == treadle("partitions", "list", "regions", "--json").json
    assert 0 == treadle("run", "region", "--partition", "eu").code
    assert 2 == treadle("run", "region", "--partition", "mars").code
    assert "1 key taken out of 'regions'." == treadle("partitions", "delete", "regions", "eu").out.strip()
    wrong = treadle("partitions", "add", "regoins", "eu")
    assert (2, True) == (wrong.code, "did you mean 'regions'?" in wrong.err)


def test_the_status_says_what_is_stale_and_why_and_stale_runs_only_that(treadle: CommandLine) -> None:
    """
    A new version above, and new code, make stale; `run --stale` makes all fresh again, and then runs nothing.
    """
    assert 0 == treadle("run", "raw or mart").code
    write(treadle, "version", "v2")
    assert 0 == treadle("run", "raw").code
    said = {
        each["asset"]: (each["status"], each["reasons"]) for each in treadle("status", "raw or mart", "--json").json
    }
    assert {"raw": ("fresh", []), "mart": ("stale", ["raw was updated since"])} == said

    assert ["mart"] == [
        each["asset"] for each in treadle("run", "raw or mart", "--stale", "--json").json["materializations"]
    ]
    assert "Everything that is selected is fresh." == treadle("run", "raw or mart", "--stale").out.strip()

    module = treadle.folder / "src/p/defs/m.py"
    module.write_text(module.read_text(encoding="utf-8").replace('[raw], code_version="1"', '[raw], code_version="2"'))
    answer = treadle("status", "raw or mart")
    assert ("its code changed: '1' then, '2' now" in answer.out, "1 stale, 1 fresh" in answer.out) == (True, True)
