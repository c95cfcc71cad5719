"""`treadle step run`: run one step, named by a request file; for the runner and other orchestrators."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from treadle.errors import UsageError

if TYPE_CHECKING:
    from treadle.ir import Schedule, Sensor
    from treadle.project import Project

__all__ = ["step"]


@click.group()
def step() -> None:
    """Run one step; for the runner and other orchestrators."""


@step.command()
@click.argument("request", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def run(ctx: click.Context, request: Path) -> None:
    """Run the step that the file REQUEST names; only its own component is loaded."""
    from treadle.project import load
    from treadle.runner import StepRequest, run_step

    asked = StepRequest.read(request)

    @cache
    def project() -> Project:
        return load(asked.project, only=asked.component)

    ctx.exit(run_step(lambda: project().step(asked.component, asked.step), asked, graph=lambda: project().graph))


@step.command(hidden=True)
@click.argument("kind", type=click.Choice(["schedule", "sensor"]))
@click.argument("name")
@click.argument("answer_to", type=int)
@click.pass_obj
def evaluate(folder: Path, kind: str, name: str, answer_to: int) -> None:
    """Ask the function of a schedule or sensor; for the scheduler, when it can't fork itself.

    What the function is told is JSON on the standard input; its answer is JSON, written to a file descriptor.
    """
    from treadle.project import load
    from treadle.runner.scheduling import isolation

    def named() -> Callable[..., object]:
        graph = load(folder).graph
        automations: Mapping[str, Schedule | Sensor] = graph.schedules if kind == "schedule" else graph.sensors
        found = automations.get(name)
        if found is None or found.evaluate is None:
            raise UsageError(f"the project has no {kind} {name!r} with a function any more")
        return found.evaluate

    isolation.evaluate(named, isolation.context_from(sys.stdin.read()), answer_to)
