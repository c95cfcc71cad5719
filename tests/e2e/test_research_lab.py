"""The research lab of examples/: a platform team's package, and a researcher's notebooks on it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
import yaml

from tests.conftest import CommandLine
from tests.e2e.conftest import InstallExample
from tests.unit.observers.collector import Collector, collecting
from tests.unit.observers.openlineage import mistakes
from tests.unit.observers.receivers import HttpReceiver, http_receiver

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("notebooks")]

EXAMPLE = Path(__file__).parents[2] / "examples" / "research_lab"
LITTER = shutil.ignore_patterns(".treadle", "workspace", "__pycache__")
TOKEN = "sesame-7f3a-of-the-lab"


@pytest.fixture(scope="module")
def packages(install_example: InstallExample) -> Path:
    """The platform's package, as an installation puts it beside Treadle."""
    return install_example("research_lab/lab_platform")


@pytest.fixture
def research(packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    monkeypatch.setenv("PYTHONPATH", str(packages))
    monkeypatch.setenv("LAB_TRACKING_TOKEN", TOKEN)
    shutil.copytree(EXAMPLE / "research", tmp_path / "research", ignore=LITTER)
    return CommandLine(tmp_path / "research")


def test_three_notebooks_prepare_train_and_evaluate(research: CommandLine, tmp_path: Path) -> None:
    """
    Each is a few lines of YAML; together they make a dataset, a model and a report with plots. The run is a trace with
    a span for each cell, catalogues are told what was made from what, and no secret is in anything that is left behind.
    """
    with collecting(tmp_path) as collector, http_receiver() as catalogue:
        answer = research("run", "--json", env={**collector.environment, "OPENLINEAGE_URL": catalogue.url})
    assert (0, "") == (answer.code, answer.err)
    said = answer.json
    made = {each["asset"]: each["metadata"] for each in said["materializations"]}
    assert ["data/digits", "models/digits", "reports/digits"] == sorted(made)
    assert 1797 == made["data/digits"]["rows"]
    assert made["models/digits"]["loss"] < 1
    assert made["reports/digits"]["accuracy"] > 0.8
    assert {("loss_is_finite", True), ("is_better_than_guessing", True)} == {
        (each["check"], each["passed"]) for each in said["checks"]
    }
    for name in ("models/digits", "reports/digits"):
        assert "data:image/png;base64," in Path(made[name]["page"]).read_text(encoding="utf-8")
    tracked = (research.folder / "workspace/digits/tracking.jsonl").read_text(encoding="utf-8")
    assert made["models/digits"]["loss"] == json.loads(tracked)["loss"]
    _is_traced(collector)
    _is_told(catalogue)
    told = b"".join(each.body for each in catalogue.received) + collector.notes.read_bytes()
    assert TOKEN.encode() not in told + (answer.out + answer.err).encode()
    for file in research.folder.rglob("*"):
        assert not file.is_file() or TOKEN.encode() not in file.read_bytes(), file


def _is_traced(collector: Collector) -> None:
    """Below the run's span are its steps, their attempts, and the cells of their notebooks."""
    spans = {each["id"]: each for each in collector.spans}
    cells = [each for each in spans.values() if each["name"].startswith("cell ")]
    assert 4 + 5 + 4 == len(cells)
    for cell in cells:
        attempt = spans[cell["parent"]]
        step = spans[attempt["parent"]]
        assert ("attempt 1", "run") == (attempt["name"], spans[step["parent"]]["name"])
    assert 1 == len({each["trace"] for each in spans.values()})


def _is_told(catalogue: HttpReceiver) -> None:
    """Events follow the published schemas, and say what was made from what."""
    events = [each.json for each in catalogue.received]
    assert [] == [each for event in events for each in mistakes(event)]
    made = {
        output["name"]: {each["name"] for each in event["inputs"]}
        for event in events
        if event["eventType"] == "COMPLETE"
        for output in event["outputs"]
    }
    assert {"data/digits"} == made["models/digits"]
    assert {"data/digits", "models/digits"} == made["reports/digits"]


def test_each_component_is_a_few_lines(research: CommandLine) -> None:
    """
    A researcher writes at most ten lines for a notebook, and all of them are right.
    """
    files = sorted(research.folder.rglob("defs.yaml"))
    assert 3 == len(files)
    for file in files:
        assert len(file.read_text(encoding="utf-8").splitlines()) <= 10
    assert 0 == research("check", "--build").code


MISUSES = [
    pytest.param({"compute": "huge"}, "TRD", "small", id="a profile that isn't offered"),
    pytest.param({"owner": "team:sales"}, "TRD522", "tracking", id="a credential for others"),
    pytest.param({"parameters": {"epoch": 3}}, "TRD653", "did you mean 'epochs'?", id="an unknown parameter"),
    pytest.param({"dataset_card": None}, "TRD", "dataset_card", id="no dataset card"),
]


@pytest.mark.parametrize(("change", "code", "said"), MISUSES)
def test_the_platforms_rules_hold_without_being_named(
    research: CommandLine, change: dict[str, object], code: str, said: str
) -> None:
    """
    What the lab wants of every notebook is told before anything runs.
    """
    file = research.folder / "src/research/defs/train/defs.yaml"
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    attributes = {**document["attributes"], **change}
    document["attributes"] = {name: value for name, value in attributes.items() if value is not None}
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    answer = research("check", "--build", "--json")
    assert 1 == answer.code
    [told] = answer.json["diagnostics"]
    assert told["code"].startswith(code)
    assert said in told["message"] + told["why"] + told["fix"]
    assert 1 == research("run").code
    assert not list((research.folder / ".treadle").glob("runs/*"))
    assert os.environ["LAB_TRACKING_TOKEN"] not in answer.out
