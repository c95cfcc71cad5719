"""What an assistant reads of a project, and what it is told when it asks wrongly."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assistants import Assistant, connected
from tests.unit.assistant.mill import BOLTS, LOOMS, OWNED, write_mill
from treadle.cli.main import cli
from treadle.errors import MissingExtraError

DEFS = "src/p/defs"

pytestmark = pytest.mark.xdist_group("assistant reading")  # one server for all of them


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant that may run nothing."""
    with connected(write_mill(tmp_path_factory.mktemp("mill"), loud=True)) as client:
        yield client


@pytest.fixture(autouse=True)
def as_it_was(assistant: Assistant) -> Iterator[None]:
    """What a test changes is changed back."""
    yield
    write_mill(assistant.root, loud=True)


@pytest.mark.parametrize(
    ("tool", "asked", "path", "expected"),
    [
        pytest.param(
            "list_component_types",
            {"search": "file sensor"},
            ("items", 0, "name"),
            "treadle.FileSensor",
            id="list_component_types",
        ),
        pytest.param(
            "get_component_type",
            {"name": "dagster.UvRunComponent"},
            ("name",),
            "treadle.UvRun",
            id="get_component_type",
        ),
        pytest.param("list_assets", {"selection": "+bolts", "limit": 1}, ("next",), 1, id="list_assets"),
        pytest.param(
            "explain_asset", {"asset": "bolts.deps"}, ("fields", 0, "steps", 0, "line"), 6, id="explain_asset"
        ),
        pytest.param("check_project", {}, ("errors",), 1, id="check_project"),
        pytest.param("check_yaml", {"path": f"{DEFS}/x/defs.yaml", "text": ""}, ("errors",), 1, id="check_yaml"),
        pytest.param("explain_code", {"code": "trd203"}, ("title",), "there is no such attribute", id="explain_code"),
        pytest.param("plan_run", {"selection": "raw/looms"}, ("steps", 0, "step"), "looms:s", id="plan_run"),
        pytest.param("list_runs", {}, (), {}, id="list_runs"),
        pytest.param("report_policies", {}, ("policies", 0, "violations"), 1, id="report_policies"),
    ],
)
def test_every_tool_answers_in_the_shape_that_it_promises(
    assistant: Assistant, tool: str, asked: dict[str, object], path: tuple[str | int, ...], expected: object
) -> None:
    """
    Each answer fits the schema that the tool was listed with, though the project prints while it is loaded.
    """
    found = assistant(tool, **asked)
    for each in path:
        found = found[each]
    assert expected == found


def test_no_tool_changes_anything(assistant: Assistant) -> None:
    """
    Every tool that is listed says that it only reads; the one that doesn't is listed when runs are allowed.
    """
    assert {True} == {each.annotations.read_only_hint for each in assistant.tools.values() if each.annotations}
    told = assistant.mistake("launch_run", selection="raw/looms")
    assert "there is no tool 'launch_run'\n" in told
    assert "treadle mcp --allow-runs" in told
    assert {} == assistant("list_runs")


@pytest.mark.parametrize(
    ("tool", "asked", "told"),
    [
        pytest.param("list_asset", {}, "did you mean 'list_assets'?", id="tool"),
        pytest.param("list_assets", {"selecton": "a"}, "did you mean 'selection'?", id="argument"),
        pytest.param("check_yaml", {"path": "x"}, "check_yaml needs the argument 'text'", id="missing"),
        pytest.param("list_assets", {"limit": "many"}, "the argument 'limit' of list_assets is wrong", id="value"),
        pytest.param("explain_asset", {"asset": "bolt"}, "did you mean 'bolts'?", id="asset"),
        pytest.param("plan_run", {"selection": "raw/loms"}, "did you mean 'raw/looms'?", id="selection"),
        pytest.param("get_component_type", {"name": "treadle.Notebok"}, "treadle.Notebook", id="type"),
        pytest.param("explain_code", {"code": "TRD2O3"}, "there is no code 'TRD2O3'", id="code"),
        pytest.param("get_run", {"run": "latest"}, "nothing has run yet", id="run"),
        pytest.param("report_policies", {"policy": "ownd"}, "did you mean 'owned'?", id="policy"),
        pytest.param(
            "check_yaml", {"path": "../x/defs.yaml", "text": ""}, "is not a path in the project", id="outside"
        ),
        pytest.param("check_project", {"path": "/etc"}, "'/etc' is not in the project", id="another folder"),
    ],
)
def test_a_wrong_call_is_told_with_what_was_meant(
    assistant: Assistant, tool: str, asked: dict[str, object], told: str
) -> None:
    """
    Who calls wrongly is told how to call, and never sees a traceback.
    """
    found = assistant.mistake(tool, **asked)
    assert told in found
    assert "Traceback" not in found


def test_an_edit_is_seen_by_the_next_call(assistant: Assistant) -> None:
    """
    YAML and Python are read anew for each call.
    """
    assistant.write(f"{DEFS}/looms/defs.yaml", LOOMS.replace("Our looms", "Their looms"))
    assistant.write(f"{DEFS}/ledger.py", "from treadle import asset\n\n\n@asset\ndef journal(context): ...\n")
    found = {each["key"]: each.get("description") for each in assistant("list_assets")["items"]}
    assert {"bolts": None, "journal": None, "raw/looms": "Their looms"} == found


def test_what_is_broken_hides_nothing_else(assistant: Assistant) -> None:
    """
    Of a project with a broken component the rest is told, and that something is missing.
    """
    assistant.write(f"{DEFS}/bolts/defs.yaml", "type: treadle.PythonScrip\n")
    assistant.write(f"{DEFS}/ledger.py", "raise RuntimeError('no ink')\n")
    found = assistant("list_assets")
    assert ["raw/looms"] == [each["key"] for each in found["items"]]
    assert "2 broken components" in found["note"]
    assert {"TRD201", "TRD701"} <= {each["code"] for each in assistant("check_project")["diagnostics"]}


@pytest.mark.parametrize("tool", ["check_project", "plan_run", "list_component_types"])
def test_settings_that_cannot_be_read_are_a_result(assistant: Assistant, tool: str) -> None:
    """
    The mistake is told with its place by whatever is asked, and the server goes on.
    """
    assistant.write("pyproject.toml", "[tool.treadle]\nmodul = 'p'\n")
    told = assistant(tool)["diagnostics"]
    assert [("TRD502", "pyproject.toml", 2)] == [(each["code"], Path(each["file"]).name, each["line"]) for each in told]


def test_secrets_are_left_out(assistant: Assistant) -> None:
    """
    What a credential holds is replaced by its name, in whatever it is.
    """
    draft = LOOMS.replace("Our looms", "The k3y-of-the-vault")
    texts = [
        str(assistant("list_assets")),
        str(assistant("explain_asset", asset="ledger")),
        str(assistant("check_yaml", path=f"{DEFS}/looms/defs.yaml", text=draft)),
    ]
    assert [False, False, False] == ["k3y-of-the-vault" in each for each in texts]
    assert "[credential ledger]" in texts[0]


def test_a_draft_is_told_with_what_it_would_change(assistant: Assistant) -> None:
    """
    Nothing of it is written.
    """
    found = assistant("check_yaml", path=f"{DEFS}/bolts/defs.yaml", text=OWNED.replace("key: bolts", "key: cloth"))
    assert {"added": ["cloth"], "removed": ["bolts"]} == found["assets"]
    assert (0, 1) == (found["errors"], found["mended"])
    assert BOLTS == (assistant.root / f"{DEFS}/bolts/defs.yaml").read_text(encoding="utf-8")


def test_the_tools_cost_little(assistant: Assistant) -> None:
    """
    What a model is given of them to read is short.
    """
    told = [f"{each.name}{each.description}{each.input_schema}" for each in assistant.tools.values()]
    assert 7_000 > len("".join(told))
    assert 10_000 > len(str(assistant("get_component_type", name="treadle.PythonScript")))


def test_standard_output_is_the_protocol_and_nothing_else(assistant: Assistant) -> None:
    """
    A client of the older protocol, which shakes hands, reads a line of JSON for each answer and no other.
    """
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    calls = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "list_assets", "arguments": {}}},
    ]
    command = [sys.executable, "-m", "treadle", "-C", str(assistant.root), "mcp"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin
        assert server.stdout
        server.stdin.write("".join(json.dumps(each) + "\n" for each in calls))
        server.stdin.flush()
        answers = [json.loads(server.stdout.readline()) for _ in range(2)]
        left, printed = server.communicate()
    assert ([1, 2], "") == ([each["id"] for each in answers], left)
    assert 3 == answers[1]["result"]["structuredContent"]["total"]
    assert ["weaving begins", "weaving ends", "weaving goes on"] == sorted(printed.splitlines())
    assert 0 == server.returncode


def test_without_its_packages_the_line_to_type_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """
    The extra that is missing is named.
    """
    monkeypatch.setitem(sys.modules, "mcp", None)
    with pytest.raises(MissingExtraError, match=r"treadle mcp needs .* pip install 'treadle\[mcp\]'"):
        cli.main(["-C", str(tmp_path), "mcp"], standalone_mode=False)


def test_a_folder_without_a_project_is_refused_at_once(tmp_path: Path) -> None:
    """
    A client that is set up wrongly says so before anybody asks something.
    """
    command = [sys.executable, "-m", "treadle", "-C", str(tmp_path), "mcp"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert (1, "") == (done.returncode, done.stdout)
    assert "error[TRD501]" in done.stderr
