"""What a policy denies is denied to an assistant in the same words, and with the same place, as everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.assistants import Assistant, connected
from tests.conftest import CommandLine
from tests.unit.assistant.mill import BOLTS, OWNED, write_mill

FILE = "src/p/defs/bolts/defs.yaml"

pytestmark = pytest.mark.xdist_group("assistant verdicts")  # one server for all of them


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant that may launch runs."""
    with connected(write_mill(tmp_path_factory.mktemp("mill")), "--allow-runs") as client:
        yield client


@pytest.fixture(autouse=True)
def as_it_was(assistant: Assistant) -> Iterator[None]:
    """What a test changes is changed back."""
    yield
    write_mill(assistant.root)


@pytest.fixture(scope="module")
def denied(assistant: Assistant) -> list[dict[str, Any]]:
    """What `treadle check --json` says, without what is empty."""
    found = CommandLine(assistant.root)("check", "--json").json["diagnostics"]
    return [{name: value for name, value in each.items() if value not in (None, "", [])} for each in found]


def test_checking_says_what_the_command_says(assistant: Assistant, denied: list[dict[str, Any]]) -> None:
    """
    `check_project` and `treadle check --json` tell the same diagnostics, word for word.
    """
    assert [("TRD901", "bolts is nobody's (policy owned)", str(assistant.root / FILE), 5)] == [
        (each["code"], each["message"], each["file"], each["line"]) for each in denied
    ]
    assert denied == assistant("check_project")["diagnostics"]


@pytest.mark.parametrize(
    ("tool", "asked"),
    [
        pytest.param("check_yaml", {"path": FILE, "text": BOLTS}, id="draft"),
        pytest.param("plan_run", {"selection": "bolts"}, id="plan"),
        pytest.param("plan_run", {}, id="plan-of-all"),
        pytest.param("launch_run", {"selection": "bolts"}, id="run"),
        pytest.param("launch_run", {"selection": "raw/looms+"}, id="run-of-more"),
    ],
)
def test_the_verdict_is_the_same_wherever_it_is_asked_for(
    assistant: Assistant, denied: list[dict[str, Any]], tool: str, asked: dict[str, str]
) -> None:
    """
    A draft, a plan and a run are denied with the diagnostic of the check.
    """
    assert denied == assistant(tool, **asked)["diagnostics"]


def test_a_run_is_refused_as_the_command_refuses_it(assistant: Assistant, denied: list[dict[str, Any]]) -> None:
    """
    `treadle run` ends with the same line, after the same message with the same place; nothing is queued.
    """
    before = assistant("list_runs")
    refused = assistant("launch_run", selection="bolts")["refused"]
    told = CommandLine(assistant.root)("run", "bolts")
    assert (1, refused) == (told.code, told.err.strip().splitlines()[-1:])
    assert f"error[TRD901]: {denied[0]['message']}" in told.err
    assert f"{FILE}:{denied[0]['line']}" in told.err
    assert before == assistant("list_runs")


def test_a_draft_elsewhere_is_denied_before_it_is_saved(assistant: Assistant) -> None:
    """
    A new file is judged as if it was there; what was wrong before isn't told of it.
    """
    text = BOLTS.replace("key: bolts", "key: cloth").replace("path: s.py", "path: ../bolts/s.py")
    found = assistant("check_yaml", path="src/p/defs/cloth/defs.yaml", text=text)
    assert ["cloth is nobody's (policy owned)"] == [each["message"] for each in found["diagnostics"]]
    assert [str(assistant.root / "src/p/defs/cloth/defs.yaml")] == [each["file"] for each in found["diagnostics"]]


def test_what_keeps_the_policy_passes_and_runs(assistant: Assistant) -> None:
    """
    The draft passes; once it is saved it can be planned and run, in a process that nobody waits for.
    """
    draft = assistant("check_yaml", path=FILE, text=OWNED)
    assert (0, 1) == (draft["errors"], draft["mended"])
    assistant.write(FILE, OWNED)
    assert 2 == assistant("plan_run", selection="raw/looms+")["assets"]
    run = assistant("launch_run", selection="raw/looms+", tags={"why": "asked"})["run"]
    assert ("queued", "assistant") == (run["status"], run["launched_by"])
    found = _came_of(assistant, run["id"])
    assert ("succeeded", {"succeeded": 2}, 2) == (found["run"]["status"], found["steps"], found["materialized"])


def test_a_run_that_failed_is_told_with_its_error_and_its_output(assistant: Assistant) -> None:
    """
    Only what failed is told in full.
    """
    run = assistant("launch_run", selection="ledger")["run"]
    found = _came_of(assistant, run["id"])
    assert "failed" == found["run"]["status"]
    (step,) = found["failed"]
    assert (["ledger"], True) == (step["assets"], "the ink is dry" in step["error"])
    assert "a line of the ledger" in step["output"]


def test_the_tool_that_changes_something_says_so(assistant: Assistant) -> None:
    """
    It is the only one.
    """
    changing = [
        each.name for each in assistant.tools.values() if each.annotations and not each.annotations.read_only_hint
    ]
    assert ["launch_run"] == changing


def _came_of(assistant: Assistant, run: str) -> Any:
    """What is told of a run once it is over."""
    CommandLine(assistant.root)("runs", "logs", run, "--follow")
    return assistant("get_run", run=run)
