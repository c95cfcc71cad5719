"""Lines of dbt's log that small projects don't produce."""

from __future__ import annotations

import json
from typing import Any

import pytest

from treadle.ir import AssetKey
from treadle.library.dbt.events import Names, Reporter

A = "model.p.a"


def line(name: str, level: str, data: dict[str, Any], message: str = "") -> str:
    return json.dumps({"data": data, "info": {"level": level, "msg": message, "name": name}}, sort_keys=True)


def finished(status: str, *, materialized: str = "table", **result: Any) -> str:
    node = {"unique_id": A, "node_name": "a", "resource_type": "model", "materialized": materialized}
    return line(
        "NodeFinished", "debug", {"node_info": node, "run_result": {"status": status, "execution_time": 1.5, **result}}
    )


DONE = line("LogModelResult", "info", {"node_info": {"unique_id": A}}, "1 of 1 OK")


@pytest.mark.parametrize(
    ("lines", "recorded", "failed"),
    [
        pytest.param([finished("success", adapter_response={"rows_affected": 7.0})], [7], [], id="rows"),
        pytest.param([finished("success", adapter_response={"rows_affected": -1})], [None], [], id="rows-not-known"),
        pytest.param([finished("success")], [None], [], id="nothing-said-of-rows"),
        pytest.param(
            [finished("success", materialized="incremental"), DONE, finished("success", materialized="incremental")],
            [None],
            [],
            id="batches-are-one-materialization",
        ),
        pytest.param([finished("partial success", message="2 of 3")], [], ["2 of 3"], id="some-batches-failed"),
        pytest.param([finished("skipped")], [], [], id="skipped"),
        pytest.param([finished("no-op").replace('"model"', '"exposure"')], [], [], id="exposure"),
        pytest.param(['{"not": "an event"}', "{", "plain words", ""], [], [], id="not-events"),
        pytest.param([line("SQLQuery", "debug", {"sql": '"name": "NodeFinished"'})], [], [], id="a-query-about-events"),
    ],
)
def test_lines(declare: Any, make_manifest: Any, entry: Any, lines: list[str], recorded: Any, failed: Any) -> None:
    """
    A model is recorded once, when all of it is done, with the rows that the database told of.
    """
    step = declare({"project": str(make_manifest(entry("model.small.a")))}).recorder()
    reporter = Reporter(step=step, names=Names(assets={A: AssetKey.parse("a")}, checks={}))
    for each in lines:
        reporter.read(each)
    assert recorded == [metadata["rows_affected"] for _, metadata in step.materialized]
    assert failed == [each.message for each in reporter.failures]


def test_what_a_person_reads(declare: Any, make_manifest: Any, entry: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """
    The step's output holds dbt's messages, and whatever else is printed, as they come.
    """
    step = declare({"project": str(make_manifest(entry("model.small.a")))}).recorder()
    reporter = Reporter(step=step, names=Names(assets={}, checks={}))
    for each in (DONE, finished("success"), "printed by a macro"):
        reporter.read(each)
    assert "1 of 1 OK\nprinted by a macro\n" == capsys.readouterr().out


def test_what_comes_after_the_last_words_of_dbt(
    declare: Any, make_manifest: Any, entry: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    What DuckDB's bindings print while Python ends is neither shown nor taken for dbt's reason to fail.
    """
    step = declare({"project": str(make_manifest(entry("model.small.a")))}).recorder()
    reporter = Reporter(step=step, names=Names(assets={}, checks={}))
    end = ("nanobind: leaked 2 types!", ' - leaked type "token_type"', " - ... skipped remainder")
    for each in ("Error: Invalid value for '--threads'", *end):
        reporter.read(each)
    assert ["Error: Invalid value for '--threads'"] == reporter.plain
    assert "Error: Invalid value for '--threads'\n" == capsys.readouterr().out


def test_errors_are_told_without_the_way_through_dbt(declare: Any, make_manifest: Any, entry: Any) -> None:
    """
    A traceback that dbt puts into its error is in the step's output; the reason to fail is what stands before it.
    """
    step = declare({"project": str(make_manifest(entry("model.small.a")))}).recorder()
    reporter = Reporter(step=step, names=Names(assets={}, checks={}))
    message = 'IO Error: Could not set lock\nTraceback (most recent call last):\n  File "connections.py"'
    for each in (message, "Traceback (most recent call last):\n  ..."):
        reporter.read(line("MainStackTrace", "error", {}, each))
    assert ["IO Error: Could not set lock"] == reporter.errors
