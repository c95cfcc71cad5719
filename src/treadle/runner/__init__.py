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
    from treadle.runner.events import RunEvent, RunFinished, RunStarted, StepEvent, StepFinished, StepStarted
    from treadle.runner.executing import execute
    from treadle.runner.launching import Fork, Launch, Spawn
    from treadle.runner.planning import Plan, PlannedStep, also_reads, plan
    from treadle.runner.request import StepRequest

__all__ = [
    "Cancel",
    "Fork",
    "Launch",
    "Plan",
    "PlannedStep",
    "RunEvent",
    "RunFinished",
    "RunStarted",
    "Spawn",
    "StepEvent",
    "StepFinished",
    "StepRequest",
    "StepStarted",
    "also_reads",
    "execute",
    "plan",
    "run_step",
]

_HOMES = {
    "Cancel": "cancel",
    "Fork": "launching",
    "Launch": "launching",
    "Spawn": "launching",
    "Plan": "planning",
    "PlannedStep": "planning",
    "RunEvent": "events",
    "RunFinished": "events",
    "RunStarted": "events",
    "StepEvent": "events",
    "StepFinished": "events",
    "StepRequest": "request",
    "StepStarted": "events",
    "also_reads": "planning",
    "execute": "executing",
    "plan": "planning",
    "run_step": "child",
}


def __getattr__(name: str) -> object:
    if home := _HOMES.get(name):
        return getattr(import_module(f"treadle.runner.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
