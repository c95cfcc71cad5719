"""`treadle dev`: the API follows each change, and the scheduler runs beside it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.serving import Served, serving, start, until
from tests.unit.server.projects import WEAVING, write_project

SENSOR = """
from treadle import RunRequest, sensor


@sensor(selection="wool", interval=1)
def flock():
    return RunRequest(key="once")
"""
SCRIPT = "type: treadle.PythonScript\nattributes: {execution: {path: s.py}, assets: [{key: KEY}]}\n"
FILES = {"weaving.py": WEAVING, "flock.py": SENSOR, "felt/defs.yaml": SCRIPT.replace("KEY", "felt"), "felt/s.py": ""}


@pytest.fixture(scope="module")
def shed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A project that people work on."""
    with serving(write_project(tmp_path_factory.mktemp("shed"), FILES), "dev") as served:
        until(lambda: started_by_the_sensor(served))  # it asks once, and edits of tests would be in its way
        yield served


@pytest.fixture(autouse=True)
def as_it_was(shed: Served) -> Iterator[None]:
    """Each test finds the project as it was made."""
    yield
    write_project(shed.root, FILES)
    until(lambda: found(shed) == ("loaded", ["cloth", "felt", "wool", "yarn"]))


def started_by_the_sensor(shed: Served) -> list[dict[str, Any]]:
    """The runs that the sensor has asked for and that went well."""
    runs: list[dict[str, Any]] = shed.get("/runs", launched_by="sensor flock", status="succeeded")["items"]
    return runs


def found(shed: Served) -> tuple[str, list[str]]:
    """How the project was loaded, and its assets."""
    return shed.get("/project")["state"], [each["key"] for each in shed.get("/assets")["items"]]


def edit(shed: Served, path: str, old: str, new: str) -> dict[str, Any]:
    """Change a file, and give the event that tells of it."""
    with shed.events("events") as events:
        assert "reload" == next(events)[0]
        file = shed.root / "src/p/defs" / path
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        return next(each for name, each in events if name == "reload")


@pytest.mark.parametrize(
    ("path", "old", "new", "asset"),
    [
        pytest.param("felt/defs.yaml", "felt}", "hat}", "hat", id="YAML"),
        pytest.param(
            "weaving.py", "def yarn", 'def lint(): ...\n\n\n@asset(key="yarn")\ndef yarn', "lint", id="Python"
        ),
    ],
)
def test_an_edit_is_seen(shed: Served, path: str, old: str, new: str, asset: str) -> None:
    """
    Edited YAML, and edited Python, is in the next answers, and who listens is told.
    """
    before = shed.get("/project")["version"]
    told = edit(shed, path, old, new)
    assert ("loaded", 0) == (told["state"], told["errors"])
    assert before != told["version"] == shed.get("/project")["version"]
    assert asset in found(shed)[1]


@pytest.mark.parametrize(
    ("path", "old", "new", "kept"),
    [
        pytest.param("felt/defs.yaml", "assets:", "asssets:", ["felt"], id="YAML"),
        pytest.param("felt/defs.yaml", "attributes: {", "attributes: {{", ["felt"], id="YAML-text"),
        pytest.param("weaving.py", "import time", "import tymes", ["cloth", "wool", "yarn"], id="Python"),
    ],
)
def test_a_broken_edit_keeps_what_was_known(shed: Served, path: str, old: str, new: str, kept: list[str]) -> None:
    """
    A mistake is shown with its place; the assets of what is broken stay, marked, and can't run.
    """
    told = edit(shed, path, old, new)
    assert "broken" == told["state"]
    project = shed.get("/project")
    assert any(each["file"].endswith(path) for each in project["diagnostics"])
    assets = shed.get("/assets")["items"]
    assert ["cloth", "felt", "wool", "yarn"] == [each["key"] for each in assets]
    assert kept == [each["key"] for each in assets if each["kept"]]
    refused = shed.client.post("/runs", json={"selection": kept[0]})
    assert (409, True) == (refused.status_code, bool(refused.json()["error"]["diagnostics"]))


def test_broken_settings_keep_the_whole_graph(shed: Served) -> None:
    """
    When nothing can be loaded at all, everything stays as it was, and what is wrong is told.
    """
    file = shed.root / "pyproject.toml"
    right = file.read_text(encoding="utf-8")
    file.write_text(right + "colour = 'red'\n", encoding="utf-8")
    until(lambda: found(shed) == ("failed", ["cloth", "felt", "wool", "yarn"]))
    assert "TRD502" == shed.get("/project")["diagnostics"][0]["code"]
    file.write_text(right, encoding="utf-8")


def test_an_import_without_end_is_given_up(shed: Served) -> None:
    """
    Loading that hangs stops nothing: answers go on, and the next edit is seen.
    """
    file = shed.root / "src/p/defs/weaving.py"
    assert "loaded" == found(shed)[0]
    file.write_text("while True: ...\n" + WEAVING, encoding="utf-8")
    [loading] = [
        each for each in psutil.Process(shed.process.pid).children() if "server.loading" in str(each.cmdline())
    ]
    until(lambda: any(each.cpu_times().user > 1 for each in loading.children()))
    assert ("loaded", ["cloth", "felt", "wool", "yarn"]) == found(shed)
    told = edit(
        shed, "weaving.py", "while True: ...\n", "@asset\ndef lint(): ...\n".join(["from treadle import asset\n", ""])
    )
    assert ("loaded", True) == (told["state"], "lint" in found(shed)[1])
    until(lambda: not loading.children())


def test_sensors_start_runs(shed: Served) -> None:
    """
    The scheduler runs beside the server: what a sensor asks for happens.
    """
    assert ["wool"] == [each["selection"] for each in started_by_the_sensor(shed)]


def test_everything_ends_when_it_is_killed(tmp_path: Path) -> None:
    """
    A server that is killed leaves neither its scheduler nor what loads behind, also when loading never ends.
    """
    root = write_project(tmp_path, {"weaving.py": WEAVING})
    process = start(root, "dev")
    served = Served(root, process)
    served.says("started: ")
    (root / "src/p/defs/endless.py").write_text("while True: ...\n", encoding="utf-8")
    children = until(lambda: len(found := psutil.Process(process.pid).children(recursive=True)) >= 3 and found)
    served.end(signal.SIGKILL)
    until(lambda: not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in children))
    assert process.stdout
    process.stdout.close()
