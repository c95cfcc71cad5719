"""Runs a plan: a process for each step, as many at once as allowed, everything recorded as it happens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.errors import UsageError
from treadle.runner.cancel import Cancel, signals_cancel
from treadle.runner.events import RunEvent
from treadle.runner.execution import Execution
from treadle.runner.launching import Launch
from treadle.runner.planning import Plan
from treadle.store import PendingStep, RunRecord

if TYPE_CHECKING:
    from treadle.store import Store

__all__ = ["execute"]

_GRACE = 5.0


def execute(
    plan: Plan,
    *,
    store: Store,
    launch: Launch,
    folder: Path,
    jobs: int,
    project: Path,
    listen: Callable[[RunEvent], object] = lambda event: None,
    cancel: Cancel | None = None,
    grace: float = _GRACE,
) -> RunRecord:
    """Run a plan to its end, and give the record of the run.

    `launch` (`Spawn` or `Fork`) starts the process that follows a request file, in `project`. Requests
    and outputs are kept in `folder`, in a folder for each run. `listen` is told what happens. Ctrl-C,
    SIGTERM and `cancel` ask the steps to end, and kill them after `grace` seconds, or when it is asked
    for again.

    Raises:
        UsageError: when the store can't be used, or `jobs` is less than 1.
    """
    if jobs < 1:
        raise UsageError(f"{jobs} steps at once is not a number of steps", fix="allow at least 1")
    own = Cancel() if cancel is None else None
    wish = cancel or own
    assert wish is not None
    try:
        with signals_cancel(wish):
            pending = [PendingStep(step=step.address, assets=step.assets, checks=step.checks) for step in plan.steps]
            run = store.create_run(
                project=str(project), selection=plan.selection, steps=pending, partition=plan.partition
            )
            Execution(
                plan=plan,
                run_id=run.id,
                store=store,
                launch=launch,
                folder=folder.absolute() / run.id,
                jobs=jobs,
                listen=listen,
                project=project.absolute(),
                cancel=wish,
                grace=grace,
            ).run()
            return store.run(run.id)
    finally:
        if own is not None:
            own.close()
