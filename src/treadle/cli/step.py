"""`treadle step run`: run one step, named by a request file; for the runner and other orchestrators."""

from __future__ import annotations

import os
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
    from treadle.runner import StepRequest

__all__ = ["step"]


@click.group()
def step() -> None:
    """Run one step; for the runner and other orchestrators."""


@step.command()
@click.argument("request", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.pass_context
def run(ctx: click.Context, request: Path) -> None:
    """Run the step that the file REQUEST names; only its own component is loaded.

    With -, the request is read from $TREADLE_STEP_REQUEST or the standard input.
    """
    from treadle.runner.far.command import request_at_hand
    from treadle.runner.marks import MARK
    from treadle.runner.request import StepRequest

    file = None if str(request) == "-" else request
    if MARK in os.environ:
        from treadle.runner.far.keeping import keep_here

        ctx.exit(keep_here(file, _follow))
    ctx.exit(_follow(request_at_hand()[0] if file is None else StepRequest.read(file)))


def _follow(asked: StepRequest) -> int:
    from treadle.project import load
    from treadle.runner import run_step

    @cache
    def project() -> Project:
        return load(asked.project, only=asked.component)

    return run_step(lambda: project().step(asked.component, asked.step), asked, graph=lambda: project().graph)


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
