"""Partitions on the command line."""

from __future__ import annotations

import pytest

from tests.conftest import CommandLine, MakeProject

ASSETS = """
from treadle import BackfillPolicy, MultiPartitions, StaticPartitions, TimeWindowPartitions, asset

DAYS = TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01", end="2026-01-31", timezone="Europe/Vienna")


@asset(partitions=DAYS, backfill=BackfillPolicy())
def wool(context):
    context.log(f"{len(context.partition_keys)} days from {context.partition_window.start}")


@asset(partitions=DAYS, deps=[wool])
def cloth(context):
    context.log(context.partition)


@asset
def looms(context):
    context.log(str(context.partition))


@asset(partitions=MultiPartitions(dimensions={"day": DAYS, "mill": StaticPartitions(keys=["north", "south"])}))
def dye(): ...
"""


@pytest.fixture
def treadle(make_project: MakeProject) -> CommandLine:
    return make_project({"assets.py": ASSETS})


def test_a_run_for_a_partition(treadle: CommandLine) -> None:
    """
    `--partition` is the partition of the assets that have some; the others run too.
    """
    ran = treadle("run", "wool or cloth or looms", "--partition", "2026-01-05", "--json")
    assert (0, "2026-01-05") == (ran.code, ran.json["partition"])
    written = {each["asset"]: each["partition"] for each in ran.json["materializations"]}
    assert ("2026-01-05", "2026-01-05") == (written["wool"], written["cloth"])
    assert "2026-01-05\n" == treadle("runs", "logs", "latest", "cloth").out
    assert "None\n" == treadle("runs", "logs", "latest", "looms").out


def test_a_run_for_a_range(treadle: CommandLine) -> None:
    """
    `--partitions` is several of them in one run, which records each.
    """
    ran = treadle("run", "wool", "--partitions", "2026-01-28..", "--json")
    expected = ["2026-01-28", "2026-01-29", "2026-01-30"]
    assert (0, expected) == (ran.code, [each["partition"] for each in ran.json["materializations"]])
    assert "3 days from 2026-01-28 00:00:00+01:00\n" == treadle("runs", "logs", "latest").out


def test_what_is_told_of_a_run(treadle: CommandLine) -> None:
    """
    A run says which partitions it is for, and names each asset once; what it wrote can be looked up.
    """
    out = treadle("run", "wool", "--partitions", "2026-01-28..").out
    assert "1 step, 1 asset, 0 checks, for 3 partitions, 2026-01-28 to 2026-01-30\n" in out
    assert 1 == out.count("✓ wool")
    shown = treadle("runs", "show", "latest").out
    assert "Partition: 2026-01-28..2026-01-30\n" in shown
    assert "✓ wool [2026-01-29]" in shown


def test_what_would_run(treadle: CommandLine) -> None:
    """
    A dry run says which partitions it would be for.
    """
    assert (
        "Would run 1 step: 1 asset, 0 checks, for 3 partitions, 2026-01-28 to 2026-01-30"
        in treadle("run", "wool", "--partitions", "2026-01-28..", "--dry-run").out
    )
    would = treadle("run", "wool or looms", "--partition", "2026-01-28", "--dry-run", "--json").json
    assert ("2026-01-28", ["2026-01-28"]) == (would["partition"], would["partition_keys"])
    assert {"2026-01-28", None} == {each["partition"] for each in would["steps"]}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(["run", "wool"], "wool has partitions; a run has to say which it is for\n  fix: add", id="none"),
        pytest.param(["run", "wool", "--partition", "2026-02-01"], "after the last partition", id="unknown"),
        pytest.param(["run", "cloth", "--partitions", "all"], "cloth can only be run for one partition", id="one-only"),
        pytest.param(["run", "wool", "--partition", "x", "--partitions", "y"], "two ways to say one", id="both"),
        pytest.param(
            ["run", "wool or dye", "--partition", "2026-01-05"], "a run is for partitions of one kind", id="two"
        ),
        pytest.param(["run", "looms", "--partition", "2026-01-05"], "nothing that is selected has part", id="nothing"),
        pytest.param(
            ["list", "partitions", "wol"], "there is no asset 'wol'\n  fix: did you mean 'wool'?", id="misspelled"
        ),
        pytest.param(
            ["list", "partitions", "looms"], "looms has no partitions\n  fix: these have some: ", id="has-none"
        ),
        pytest.param(["list", "partitions", "wool", "2026-01-40"], "isn't written like %Y-%m-%d", id="no-such-day"),
    ],
)
def test_what_is_refused(treadle: CommandLine, words: list[str], told: str) -> None:
    """
    What can't be run or listed is refused with what to write instead.
    """
    answer = treadle(*words)
    assert (2, "") == (answer.code, answer.out)
    assert told in answer.err


def test_partitions_are_listed(treadle: CommandLine) -> None:
    """
    Partitions are listed with their windows, the latest at the end, as many as one can look at.
    """
    answer = treadle("list", "partitions", "wool", "--limit", "2")
    lines = [line.split("  ") for line in answer.out.splitlines()]
    assert ["Partition", "From", "To"] == [word.strip() for word in lines[0] if word.strip()]
    assert ["2026-01-29", "2026-01-29 00:00+01:00", "2026-01-30 00:00+01:00"] == lines[2]
    assert "These are the latest 2 of 2026-01-01..2026-01-30 (30).\n" in answer.out
    assert 30 == len(treadle("list", "partitions", "wool", "--json").json)
    found = treadle("list", "partitions", "dye", "day=2026-01-02,mill=north", "--json").json
    assert [
        {
            "key": "2026-01-02|north",
            "start": "2026-01-02T00:00:00+01:00",
            "end": "2026-01-03T00:00:00+01:00",
            "dimensions": {"day": "2026-01-02", "mill": "north"},
        }
    ] == found
