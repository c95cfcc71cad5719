"""Projects of real steps in real processes: a test writes `steps.py`, and runs what is in it."""

from __future__ import annotations

import runpy
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import pytest

from treadle.ir import AssetGraph, Limits, link
from treadle.runner import Plan, Spawn, create_run, execute, plan, plan_again
from treadle.store import RunEvent, RunRecord, StepReported, Store, open_store

RUN_REQUEST = Path(__file__).parent / "fixtures" / "run_request.py"

PREAMBLE = """
import os, signal, sys, time
from pathlib import Path
from treadle.ir import *

HERE = Path(__file__).parent

def key(text):
    return AssetKey.parse(text)

def nothing(context):
    pass

def step(name, run=nothing, **values):
    values = {"assets": (key(name),), **values}
    return Step(name=name, run=run, **values)

def asset(name, *deps, **values):
    return Asset(key=key(name), deps=frozenset(map(key, deps)), **values)

def meet(*names):
    '''Wait until all of these steps are here: says so to each of the others, and waits for the same.'''
    me, others = names[0], names[1:]
    pipes = [os.open(HERE / f"{me}-{other}", os.O_RDWR) for other in others]
    for other in others:
        os.write(os.open(HERE / f"{other}-{me}", os.O_RDWR), b".")
    for pipe in pipes:
        os.read(pipe, 1)
"""


def limits_in(options: dict[str, Any]) -> dict[str, Any]:
    """Those of the options that are limits, taken out."""
    return {each.name: options.pop(each.name) for each in fields(Limits) if each.name in options}


def command(request: Path) -> Sequence[str]:
    return [sys.executable, str(RUN_REQUEST), str(request)]


@dataclass
class Project:
    """A folder with steps, a store, and what its runs told."""

    folder: Path
    store: Store
    events: list[RunEvent] = field(default_factory=list)

    def write(self, source: str) -> Project:
        """Make these the project's steps: Python that ends in `definitions`, and may have a `platform`."""
        (self.folder / "steps.py").write_text(PREAMBLE + textwrap.dedent(source), encoding="utf-8")
        return self

    @property
    def graph(self) -> AssetGraph:
        made = runpy.run_path(str(self.folder / "steps.py"))
        graph, diagnostics = link(made["definitions"], made.get("platform"))
        assert () == diagnostics
        return graph

    def run(
        self,
        selection: str = "*",
        *,
        jobs: int = 2,
        listen: Callable[[RunEvent], object] = lambda event: None,
        **options: Any,
    ) -> RunRecord:
        """Run a selection to its end; `events` then holds what was told."""

        def heard(event: RunEvent) -> None:
            self.events.append(event)
            listen(event)

        asked = {name: options.pop(name) for name in ("partition", "partitions", "now") if name in options}
        planned = plan(self.graph, selection, **asked)
        given = {name: options.pop(name) for name in ("tags", "config", "priority") if name in options}
        queued = create_run(self.store, planned, project=self.folder, **given)
        return self.go_on(queued, planned, listen=heard, limits=Limits(jobs=jobs, **limits_in(options)), **options)

    def go_on(self, run: RunRecord, planned: Plan, **options: Any) -> RunRecord:
        """Run what is left of a run."""
        return execute(
            run,
            planned,
            store=self.store,
            launch=Spawn(command=options.pop("command", command)),
            folder=self.folder / "runs",
            project=self.folder,
            **options,
        )

    def take_up(self, run_id: str) -> RunRecord:
        """Go on with a run as its steps are now."""
        run = self.store.run(run_id)
        return self.go_on(run, plan_again(self.graph, self.store, run))

    def statuses(self, run: RunRecord) -> dict[str, str]:
        return {step.step: step.status.value for step in self.store.steps(run.id)}

    def errors(self, run: RunRecord) -> dict[str, str]:
        return {step.step: step.error for step in self.store.steps(run.id) if step.error}

    def output(self, run: RunRecord, step: str) -> str:
        [file] = [each.output for each in self.store.steps(run.id) if each.step == step]
        return Path(file).read_text(encoding="utf-8")

    @property
    def reported(self) -> list[object]:
        return [event.report for event in self.events if isinstance(event, StepReported)]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with open_store(f"sqlite:///{tmp_path}/treadle.db") as store:
        yield Project(tmp_path, store)
