"""`treadle step run`: run one step, named by a request file; for the runner and other orchestrators."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from treadle.ir import Step

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

    def named() -> Step:
        return load(asked.project, only=asked.component).step(asked.component, asked.step)

    ctx.exit(run_step(named, asked))
