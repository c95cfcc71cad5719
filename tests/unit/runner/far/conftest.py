"""Projects whose steps run on the far side, which is a process beside this one."""

from __future__ import annotations

import runpy
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.unit.runner.conftest import PREAMBLE, Project
from tests.unit.runner.far.here import PROGRAM
from treadle.ir import AssetGraph, link
from treadle.runner import Plan
from treadle.store import RunRecord, open_store

FAR = """
platform = Platform(compute={{"far": ComputeProfile(name="far", launcher="slurm", {profile})}})

def far(run, **values):
    return Definitions(assets=(asset("a"),), steps=(step("a", run, compute="far", **values),))

"""


def command(request: Path) -> Sequence[str]:
    # The adapter is in the tests, which the steps' processes don't find by themselves.
    start = "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); runpy.run_path(sys.argv.pop(1))"
    return [sys.executable, "-c", start, str(Path(__file__).parents[4]), str(PROGRAM), str(request)]


class FarProject(Project):
    """A project whose steps may name the profile `far`."""

    def far(self, source: str, profile: str = "") -> FarProject:
        """Make these its steps; `profile` is what the profile says beside its launcher."""
        source = FAR.format(profile=profile) + textwrap.dedent(source)
        (self.folder / "steps.py").write_text(PREAMBLE + source, encoding="utf-8")
        return self

    @property
    def graph(self) -> AssetGraph:
        made = runpy.run_path(str(self.folder / "steps.py"))
        graph, diagnostics = link(made["definitions"], made["platform"])
        assert () == diagnostics
        return graph

    def go_on(self, run: RunRecord, planned: Plan, **options: Any) -> RunRecord:
        return super().go_on(run, planned, command=command, **options)

    def logs(self) -> list[tuple[str, str]]:
        """What was told on the way, with its level."""
        return [(each.level, each.message) for each in self.reported if hasattr(each, "message")]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[FarProject]:
    with open_store(f"sqlite:///{tmp_path}/treadle.db") as store:
        yield FarProject(tmp_path, store)
