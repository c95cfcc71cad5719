"""What is started on the far side, and how it gets its request there."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

from treadle.errors import UsageError
from treadle.ir.launchers import FarOptions
from treadle.runner.far.contract import Job
from treadle.runner.request import StepRequest

__all__ = ["BEAT_EVERY", "FOLDER", "REQUEST", "far_command", "far_request", "request_at_hand"]

REQUEST = "TREADLE_STEP_REQUEST"
"""The environment variable with the request, where neither a file nor a standard input can bring it."""

FOLDER = "TREADLE_STEP_FOLDER"
"""The environment variable with a folder that both sides see: the far side shows there that it lives, and how it ended."""

BEAT_EVERY = "TREADLE_STEP_BEAT"
"""The environment variable with the seconds between two signs of life."""


def far_command(python: str, request: str = "-") -> tuple[str, ...]:
    """The command that runs a step: its request is in a file, or (`-`) in the environment or the standard input.

    >>> far_command("python3")
    ('python3', '-P', '-m', 'treadle', 'step', 'run', '-')
    """
    # -P: a file of the project named like a module of Python (types.py…) must not stand in for it.
    return (python, "-P", "-m", "treadle", "step", "run", request)


def far_request(job: Job, options: FarOptions) -> StepRequest:
    """The request as it is over there, where the project may be in another folder."""
    return job.request if options.project is None else replace(job.request, project=Path(options.project))


def request_at_hand() -> tuple[StepRequest, int | None]:
    """The request that this process was given, and what tells by its end that whoever gave it is gone.

    Raises:
        UsageError: when there is none.
    """
    if (text := os.environ.pop(REQUEST, None)) is not None:
        return StepRequest.from_text(text, f"${REQUEST}"), None
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("there is no request", fix=f"name its file, or give it as ${REQUEST} or the standard input")
    line = sys.stdin.buffer.readline()
    return StepRequest.from_text(line.decode("utf-8", "replace"), "the standard input"), sys.stdin.fileno()
