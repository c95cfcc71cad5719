"""How a step runs, as component types of all kinds are told in YAML."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import MakeProject
from treadle import load
from treadle.components import ExecutionAttributes
from treadle.ir import RetryPolicy


@pytest.mark.parametrize(
    ("written", "policy"),
    [
        pytest.param(3, RetryPolicy(times=3), id="a-number"),
        pytest.param(
            {"times": 2, "delay": "1m", "backoff": "constant", "longest": 90, "jitter": 0},
            RetryPolicy(times=2, delay=60, backoff="constant", longest=90, jitter=0),
            id="everything",
        ),
        pytest.param({"max_retries": 2, "delay": 5}, RetryPolicy(times=2, delay=5), id="peer-number"),
        pytest.param(
            {"max_retries": 2, "delay": 5, "backoff": "LINEAR", "jitter": "PLUS_MINUS"},
            RetryPolicy(times=2, delay=5, backoff="linear", jitter=1),
            id="peer-linear",
        ),
        pytest.param(RetryPolicy(times=1), RetryPolicy(times=1), id="a-record"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_retries_are_a_number_or_say_more(written: Any, policy: RetryPolicy | None) -> None:
    """
    How often a step is tried again is a number, or a mapping that also says when; Dagster's words are understood.
    """
    assert policy == ExecutionAttributes.model_validate({"retries": written}).retries
    assert policy == ExecutionAttributes.model_validate({"retry_policy": written}).retries


def test_full_jitter_waits_for_any_time_up_to_the_delay() -> None:
    """
    With `FULL`, chance takes a wait from nothing to the whole delay, which is never longer than `longest`.
    """
    written = {"max_retries": 9, "delay": 10, "backoff": "EXPONENTIAL", "jitter": "FULL", "longest": 30}
    policy = ExecutionAttributes.model_validate({"retries": written}).retries
    assert policy is not None
    waits = [[policy.seconds_before(retry, chance=chance) for chance in (0, 0.5, 1)] for retry in (1, 2, 3)]
    assert [[0, 5, 10], [0, 10, 20], [0, 15, 30]] == waits


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        pytest.param("2h", 7200.0, id="text"),
        pytest.param("PT1M30S", 90.0, id="iso"),
        pytest.param(1.5, 1.5, id="seconds"),
        pytest.param("90", 90.0, id="seconds-in-quotes"),
        pytest.param("99999999d", 1e9, id="longer-than-anything-waits"),
    ],
)
def test_a_timeout_is_seconds_or_text(written: Any, seconds: float) -> None:
    """
    A timeout is a number of seconds, or text; none is longer than a process can wait.
    """
    assert seconds == ExecutionAttributes.model_validate({"timeout": written}).timeout


EXECUTION = "pool: warehouse, timeout: 2h, retries: {times: 3, delay: 10s}"
FILES = {
    "script/defs.yaml": f"""
type: treadle.PythonScript
attributes: {{execution: {{path: ../s.py, {EXECUTION}}}, assets: [{{key: script}}]}}
""",
    "uv/defs.yaml": f"""
type: treadle.UvRun
attributes: {{execution: {{path: ../s.py, {EXECUTION}}}, assets: [{{key: uv}}]}}
""",
    "function/defs.yaml": f"""
type: treadle.Function
attributes: {{execution: {{fn: json.dumps, {EXECUTION}}}, assets: [{{key: function}}]}}
""",
    "sql/defs.yaml": f"""
type: treadle.TemplatedSql
attributes: {{connection: shop, sql_template: select 1, execution: {{{EXECUTION}}}, assets: [{{key: sql}}]}}
""",
    "s.py": "",
    "/pyproject.toml": '[tool.treadle]\nmodule = "p"\n[tool.treadle.connections]\nshop = "sqlite://"\n',
}


def test_every_type_that_runs_something_says_how(make_project: MakeProject) -> None:
    """
    Scripts, functions and SQL have retries, a timeout and a pool, and the step of each has what was written.
    """
    project = load(make_project(FILES).folder)
    assert () == project.diagnostics
    found = {each.component: (each.pool, each.timeout, each.retries) for each in project.graph.steps.values()}
    told = ("warehouse", 7200.0, RetryPolicy(times=3, delay=10))
    assert dict.fromkeys(("script", "uv", "function", "sql"), told) == found


FLAKY = """
from pathlib import Path

tried = Path("tried")
before = int(tried.read_text()) if tried.exists() else 0
tried.write_text(str(before + 1))
print("attempt", before + 1)
raise SystemExit(before < 2)
"""


def test_a_script_that_fails_is_tried_again_as_its_file_says(make_project: MakeProject) -> None:
    """
    `retries` of a YAML file is heeded: the third attempt succeeds, and all of them are on record.
    """
    yaml = "type: treadle.PythonScript\nattributes: {execution: {path: s.py, retries: 2}, assets: [{key: a}]}\n"
    treadle = make_project({"s/defs.yaml": yaml, "s/s.py": FLAKY})
    ran = treadle("run", "--json")
    assert 0 == ran.code
    [step] = ran.json["steps"]
    assert ["failed", "failed", "succeeded"] == [each["status"] for each in step["attempts"]]


def test_a_script_that_takes_too_long_is_ended_as_its_file_says(make_project: MakeProject) -> None:
    """
    `timeout` of a YAML file is heeded.
    """
    yaml = "type: treadle.PythonScript\nattributes: {execution: {path: s.py, timeout: 0.5}, assets: [{key: a}]}\n"
    treadle = make_project({"s/defs.yaml": yaml, "s/s.py": "import signal\nsignal.pause()\n"})
    ran = treadle("run", "--json")
    assert (3, "took longer than its timeout of 0.5 s") == (ran.code, ran.json["steps"][0]["error"])
