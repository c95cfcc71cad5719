"""Plans what to run, and runs it: a process for each step, recorded in a store.

`plan` is pure; `execute` is the only line that touches the world; `run_step` is what it starts.
Names are imported when they are used: a step's process needs `run_step` and nothing of the runner.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from treadle.runner.cancel import Cancel
    from treadle.runner.child import run_step
    from treadle.runner.executing import create_run, execute
    from treadle.runner.launching import Fork, Launch, Spawn
    from treadle.runner.planning import Plan, PlannedStep, also_reads, plan, plan_of_steps
    from treadle.runner.request import StepRequest
    from treadle.runner.resuming import (
        end_abandoned,
        fail_unstarted,
        is_abandoned,
        may_be_resumed,
        plan_again,
        plan_of_run,
    )

__all__ = [
    "Cancel",
    "Fork",
    "Launch",
    "Plan",
    "PlannedStep",
    "Spawn",
    "StepRequest",
    "also_reads",
    "create_run",
    "end_abandoned",
    "execute",
    "fail_unstarted",
    "is_abandoned",
    "may_be_resumed",
    "plan",
    "plan_again",
    "plan_of_run",
    "plan_of_steps",
    "run_step",
]

_HOMES = {
    "Cancel": "cancel",
    "Fork": "launching",
    "Launch": "launching",
    "Plan": "planning",
    "PlannedStep": "planning",
    "Spawn": "launching",
    "StepRequest": "request",
    "also_reads": "planning",
    "create_run": "executing",
    "end_abandoned": "resuming",
    "execute": "executing",
    "fail_unstarted": "resuming",
    "is_abandoned": "resuming",
    "may_be_resumed": "resuming",
    "plan": "planning",
    "plan_again": "resuming",
    "plan_of_run": "resuming",
    "plan_of_steps": "planning",
    "run_step": "child",
}


def __getattr__(name: str) -> object:
    if home := _HOMES.get(name):
        return globals().setdefault(name, getattr(import_module(f"treadle.runner.{home}"), name))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
