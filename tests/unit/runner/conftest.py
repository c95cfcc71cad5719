"""Projects of real steps in real processes: a test writes `steps.py`, and runs what is in it."""

from __future__ import annotations

import runpy
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from treadle.ir import AssetGraph, link
from treadle.runner import RunEvent, Spawn, StepEvent, execute, plan
from treadle.store import RunRecord, Store, open_store

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


def command(request: Path) -> Sequence[str]:
    return [sys.executable, str(RUN_REQUEST), str(request)]


@dataclass
class Project:
    """A folder with steps, a store, and what its runs told."""

    folder: Path
    store: Store
    events: list[RunEvent] = field(default_factory=list)

    def write(self, source: str) -> Project:
        """Make these the project's steps: Python that ends in `definitions`."""
        (self.folder / "steps.py").write_text(PREAMBLE + textwrap.dedent(source), encoding="utf-8")
        return self

    @property
    def graph(self) -> AssetGraph:
        definitions = runpy.run_path(str(self.folder / "steps.py"))["definitions"]
        graph, diagnostics = link(definitions)
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
        return execute(
            plan(self.graph, selection, **asked),
            store=self.store,
            launch=Spawn(command=options.pop("command", command)),
            folder=self.folder / "runs",
            jobs=jobs,
            project=self.folder,
            listen=heard,
            **options,
        )

    def statuses(self, run: RunRecord) -> dict[str, str]:
        return {step.step: step.status.value for step in self.store.steps(run.id)}

    def errors(self, run: RunRecord) -> dict[str, str]:
        return {step.step: step.error for step in self.store.steps(run.id) if step.error}

    def output(self, run: RunRecord, step: str) -> str:
        [file] = [each.output for each in self.store.steps(run.id) if each.step == step]
        return Path(file).read_text(encoding="utf-8")

    @property
    def reported(self) -> list[object]:
        return [event.event for event in self.events if isinstance(event, StepEvent)]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with open_store(f"sqlite:///{tmp_path}/treadle.db") as store:
        yield Project(tmp_path, store)
