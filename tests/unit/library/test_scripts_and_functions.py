"""Scripts and Python functions as components."""

from __future__ import annotations

import shutil

import pytest

from tests.conftest import MakeProject

SCRIPT = """
type: {type}
attributes:
  execution: {{path: s.py, args: {args}, name: daily}}
  assets: [{{key: a}}, {{key: b, deps: [a]}}]
  checks: [{{name: ok, asset: a}}]
"""
PIPES = """
import sys
from dagster_pipes import open_dagster_pipes

with open_dagster_pipes() as pipes:
    print("called with", sys.argv[1:])
    pipes.report_asset_materialization(asset_key="a", metadata={"rows_affected": 3})
    pipes.report_asset_check(asset_key="a", check_name="ok", passed=True)
    pipes.report_asset_materialization(asset_key="b")
"""


@pytest.mark.parametrize(
    ("args", "called"),
    [
        pytest.param("[--full, 1 2]", ["--full", "1 2"], id="list"),
        pytest.param("\"--full '1 2'\"", ["--full", "1 2"], id="line"),
    ],
)
def test_a_script_reports_through_pipes(make_project: MakeProject, args: str, called: list[str]) -> None:
    """
    What it reports is recorded, its arguments are a list or a line, and its step is named as it was told.
    """
    yaml = SCRIPT.format(type="dagster.PythonScriptComponent", args=args)
    treadle = make_project({"s/defs.yaml": yaml, "s/s.py": PIPES})
    ran = treadle("run", "--json")
    assert (0, ["s:daily"]) == (ran.code, [each["step"] for each in ran.json["steps"]])
    found = {each["asset"]: each["metadata"].get("rows_affected") for each in ran.json["materializations"]}
    assert ({"a": 3, "b": None}, [True]) == (found, [each["passed"] for each in ran.json["checks"]])
    assert f"called with {called}" in treadle("runs", "logs", "latest").out


@pytest.mark.skipif(shutil.which("uv") is not None, reason="uv is installed here")
def test_a_command_that_is_missing_is_told(make_project: MakeProject) -> None:
    """
    Without uv, the step fails with what to do.
    """
    treadle = make_project({"s/defs.yaml": SCRIPT.format(type="treadle.UvRun", args="[]"), "s/s.py": PIPES})
    assert 3 == treadle("run").code
    assert "no command 'uv'" in treadle("runs", "show", "latest").out


FUNCTION = """
type: dagster.FunctionComponent
attributes:
  execution: {execution}
  assets: [{{key: a}}]
"""
MODULE = """
from treadle import CheckResult, Materialization

def run(context):
    return Materialization(metadata={"rows_affected": 2})

def plain():
    print("plain")
"""


@pytest.mark.parametrize(
    ("execution", "step"),
    [
        pytest.param(".functions.run", "f:run", id="beside-the-yaml"),
        pytest.param("p.defs.f.functions.plain", "f:plain", id="full-path"),
        pytest.param(".f.functions.run", "f:run", id="from-the-defs-folder"),
        pytest.param("{fn: .functions.run, name: other, pool: x}", "f:other", id="long-form"),
    ],
)
def test_a_function_is_found_and_called(make_project: MakeProject, execution: str, step: str) -> None:
    """
    A leading dot starts at the YAML file, or at the defs folder as Dagster has it; the context is given to who asks.
    """
    treadle = make_project({"f/defs.yaml": FUNCTION.format(execution=execution), "f/functions.py": MODULE})
    ran = treadle("run", "--json")
    assert (0, [step], ["a"]) == (
        ran.code,
        [each["step"] for each in ran.json["steps"]],
        [each["asset"] for each in ran.json["materializations"]],
    )


def test_a_function_is_not_imported_before_it_runs(make_project: MakeProject) -> None:
    """
    Listing reads the module's text: what importing it would do isn't done.
    """
    module = MODULE + "\nraise RuntimeError('imported')\n"
    treadle = make_project({"f/defs.yaml": FUNCTION.format(execution=".functions.run"), "f/functions.py": module})
    assert 0 == treadle("check").code
    assert 3 == treadle("run").code
    assert "RuntimeError: imported" in treadle("runs", "show", "latest").out
