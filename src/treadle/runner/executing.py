"""Runs a run: a process for each step, as many at once as allowed, everything recorded as it happens."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from treadle.errors import UsageError
from treadle.ir import Limits
from treadle.runner.cancel import Cancel, signals_cancel
from treadle.runner.execution import Execution
from treadle.runner.launching import Launch, SupervisorGoneError
from treadle.runner.planning import Plan
from treadle.runner.processes import this_process
from treadle.runner.recorder import Announce, Recorder
from treadle.runner.resuming import may_be_resumed, past_of, wait_for_the_last
from treadle.store import PendingStep, RunEvent, RunRecord

if TYPE_CHECKING:
    from treadle.store import Store

__all__ = ["create_run", "execute", "pending_steps"]


def pending_steps(plan: Plan) -> list[PendingStep]:
    """The steps of a plan, as a store records them with a new run."""
    return [
        PendingStep(step=step.address, assets=step.assets, checks=step.checks, after=step.after) for step in plan.steps
    ]


def create_run(store: Store, plan: Plan, *, project: Path, **given: Any) -> RunRecord:
    """Record a new run of a plan that waits to be started; `given` are its tags, configuration, priority…"""
    return store.create_run(
        project=str(project),
        selection=plan.selection,
        partition=plan.partition,
        partition_keys=plan.partition_keys,
        steps=pending_steps(plan),
        **given,
    )


def execute(
    run: RunRecord,
    plan: Plan,
    *,
    store: Store,
    launch: Launch,
    folder: Path,
    project: Path,
    limits: Limits | None = None,
    listen: Callable[[RunEvent], object] = lambda event: None,
    warn: Callable[[str], object] = lambda message: None,
    cancel: Cancel | None = None,
    announce: Announce | None = None,
    traceparent: Callable[[str, int], str] | None = None,
) -> RunRecord:
    """Run a queued run to its end, or go on with one that was interrupted or cancelled; give its record then.

    `launch` (`Spawn` or `Fork`) starts the process that follows a request file, in `project`. Requests
    and outputs are kept in `folder`, in a folder for each run. `listen` is told what happens, and `warn` what a
    person should know meanwhile. `announce` says what hooks have to tell, which is recorded with what it is about.
    `traceparent` gives the span of an attempt at a step, for its process.
    Ctrl-C, SIGTERM, `cancel` and a request in the store ask the steps to end, and kill them after a time of grace, or
    when it is asked for again.

    Raises:
        UsageError: when somebody else has the run, when it is over, or when the store or the processes that it needs
            are gone; then it can be resumed.
    """
    from treadle.store import RunLostError, StoreUnavailableError

    limits = limits or Limits()
    if limits.jobs < 1:
        raise UsageError(f"{limits.jobs} steps at once is not a number of steps", fix="allow at least 1")
    own = Cancel() if cancel is None else None
    wish = cancel or own
    assert wish is not None
    try:
        with signals_cancel(wish):
            may_be_resumed(run)
            wait_for_the_last(run, wish)
            runner = this_process(secrets.token_hex(8))
            if not store.claim_run(run, runner):
                raise UsageError(f"another runner has taken run {run.id}", fix=f"see: treadle runs show {run.id}")
            if not store.steps(run.id):
                store.add_steps(
                    run.id,
                    runner.id,
                    pending_steps(plan),
                    partition=plan.partition,
                    partition_keys=plan.partition_keys,
                )
            recorder = Recorder(
                store=store,
                run_id=run.id,
                runner=runner.id,
                listen=listen,
                cancel=wish,
                patience=limits.patience,
                warn=warn,
                announce=announce,
            )
            supervisor = launch.supervisor()
            try:
                Execution(
                    run=run,
                    plan=plan,
                    past=recorder.patiently(lambda: past_of(store, run)),
                    recorder=recorder,
                    supervisor=supervisor,
                    folder=folder.absolute() / run.id,
                    limits=limits,
                    project=project.absolute(),
                    cancel=wish,
                    traceparent=traceparent,
                ).execute()
            finally:
                supervisor.close()
            return recorder.patiently(lambda: store.run(run.id))
    except RunLostError as error:
        raise UsageError(f"another runner has run {run.id} now; this one has stopped its steps") from error
    except StoreUnavailableError as error:
        raise UsageError(error.message, fix=f"when it is back: treadle runs resume {run.id}") from error
    except SupervisorGoneError as error:
        message = "the process that starts the steps was killed, and the steps with it"
        raise UsageError(message, fix=f"go on with: treadle runs resume {run.id}") from error
    finally:
        if own is not None:
            own.close()
