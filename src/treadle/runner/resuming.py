"""What earlier lives of a run have done, and whether it may be taken up again."""

from __future__ import annotations

import secrets
import select
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from treadle.errors import UsageError
from treadle.ir import AssetGraph, CheckKey, CheckSeverity
from treadle.runner.cancel import Cancel
from treadle.runner.partitions.latest import latest_window
from treadle.runner.planning import Plan, plan, plan_of_steps
from treadle.runner.processes import has_left_something, is_alive, this_process
from treadle.runner.recorder import Announce
from treadle.store import (
    RunEnded,
    RunEvent,
    RunInterrupted,
    RunRecord,
    RunStatus,
    StepEnded,
    StepRecord,
    StepStatus,
)
from treadle.store.ownership import has_fallen_silent

if TYPE_CHECKING:
    from treadle.runner.partitions import DynamicKeys
    from treadle.store import Store

__all__ = [
    "Past",
    "end_abandoned",
    "fail_unstarted",
    "is_abandoned",
    "left_of",
    "may_be_resumed",
    "past_of",
    "plan_again",
    "plan_of_run",
    "wait_for_the_last",
]

_LONGEST_END = 15.0  # seconds: more than a supervisor, and then its keeper, leave to steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is known of a run that was begun before. `ended` are its steps that are over and stay so."""

    is_empty: bool = True
    reason: str = ""
    interrupted: tuple[str, ...] = ()
    ended: Mapping[str, StepStatus] = field(default_factory=dict)
    attempts: Mapping[str, int] = field(default_factory=dict)
    failures: Mapping[str, int] = field(default_factory=dict)
    interruptions: Mapping[str, int] = field(default_factory=dict)
    failed_checks: Mapping[CheckKey, CheckSeverity] = field(default_factory=dict)


def is_abandoned(run: RunRecord) -> bool:
    """Whether a run is recorded as running, and nobody runs it any more."""
    if run.status is not RunStatus.RUNNING:
        return False
    if run.runner is None:
        return True
    alive = is_alive(run.runner)
    return has_fallen_silent(run, datetime.now(UTC)) if alive is None else not alive


def may_be_resumed(run: RunRecord) -> None:
    """Refuse to take up a run that somebody has, or that is over.

    Raises:
        UsageError: why it can't be taken up.
    """
    if run.status in (RunStatus.QUEUED, RunStatus.CANCELLED) or is_abandoned(run):
        return
    if run.status is RunStatus.RUNNING:
        assert run.runner is not None
        where = f"process {run.runner.pid} on {run.runner.machine.split('/')[0]}"
        raise UsageError(f"run {run.id} is being run, by {where}", fix=f"to stop it: treadle runs cancel {run.id}")
    fix = "" if run.status is RunStatus.SUCCEEDED else f"run what failed again: treadle run --from-failure {run.id}"
    raise UsageError(f"run {run.id} is over: it {run.status.value}", fix=fix)


def wait_for_the_last(run: RunRecord, cancel: Cancel) -> None:
    """Let the steps of a runner that is gone end before they are started again; its supervisor is ending them.

    Raises:
        UsageError: when they don't end, or the run is to be cancelled meanwhile.
    """
    deadline = time.monotonic() + _LONGEST_END
    while run.runner is not None and has_left_something(run.runner):
        if time.monotonic() >= deadline or cancel.count():
            raise UsageError(
                f"the steps that the last runner of run {run.id} has started are still ending",
                fix=f"try again: treadle runs resume {run.id}",
            )
        select.select([cancel], [], [], 0.05)


def end_abandoned(store: Store, run: RunRecord, *, why: str = "cancelled", announce: Announce | None = None) -> bool:
    """Record that a run is cancelled which is queued, or whose runner is gone; false when somebody runs it.

    `announce` says who has to be told of that.
    """
    if run.status is not RunStatus.QUEUED and not is_abandoned(run):
        return False
    runner = this_process(secrets.token_hex(8))
    if not store.claim_run(run, runner):
        return False
    steps = store.steps(run.id)
    ended: list[RunEvent] = []
    if run.started_at is not None:
        begun = tuple(step.step for step in steps if step.status is StepStatus.RUNNING)
        ended.append(RunInterrupted(run_id=run.id, steps=begun, reason="its runner was gone"))
    ended += [
        StepEnded(run_id=run.id, step=step.step, status=StepStatus.CANCELLED, error="cancelled before it ran again")
        for step in steps
        if not step.status.is_final
    ]
    ended.append(RunEnded(run_id=run.id, status=RunStatus.CANCELLED, error=why))
    told = () if announce is None else announce(ended)
    store.record(ended, runner=runner.id, first=store.next_position(run.id), deliveries=told)
    return True


def fail_unstarted(store: Store, run: RunRecord, error: str) -> bool:
    """Record that a queued run failed before it began: its project or its selection is wrong. False when somebody has it."""
    runner = this_process(secrets.token_hex(8))
    if run.status is not RunStatus.QUEUED or not store.claim_run(run, runner):
        return False
    ended = RunEnded(run_id=run.id, status=RunStatus.FAILED, error=error)
    store.record([ended], runner=runner.id, first=store.next_position(run.id))
    return True


def past_of(store: Store, run: RunRecord) -> Past:
    """What a run has done so far."""
    if run.started_at is None:
        return Past()
    steps = store.steps(run.id)
    attempts = store.attempts(run.id)
    again = {StepStatus.RUNNING, StepStatus.PENDING, StepStatus.CANCELLED}
    ended = {step.step: step.status for step in steps if step.status not in again}
    failed_checks = {
        each.check: each.severity
        for each in store.check_results(run_id=run.id)
        if each.step in ended and not each.passed
    }
    for each in store.check_results(run_id=run.id):
        if each.passed:
            failed_checks.pop(each.check, None)
    return Past(
        is_empty=False,
        reason="it was cancelled" if run.status is RunStatus.CANCELLED else "its runner was gone",
        interrupted=tuple(step.step for step in steps if step.status in (StepStatus.RUNNING, StepStatus.CANCELLED)),
        ended=ended,
        attempts={step.step: step.attempts for step in steps if step.attempts},
        failures=Counter(each.step for each in attempts if each.status is StepStatus.FAILED),
        interruptions=Counter(
            each.step for each in attempts if each.status in (StepStatus.INTERRUPTED, StepStatus.RUNNING)
        ),
        failed_checks=failed_checks,
    )


def left_of(store: Store, run: RunRecord) -> list[StepRecord]:
    """The steps of a run that is over which didn't succeed: those that another run may repeat.

    Raises:
        UsageError: when the run isn't over, or nothing is left of it.
    """
    if not run.status.is_final:
        fix = f"treadle runs resume {run.id}" if is_abandoned(run) else "wait for its end"
        raise UsageError(f"run {run.id} isn't over", fix=fix)
    left = [step for step in store.steps(run.id) if step.status is not StepStatus.SUCCEEDED]
    if not left:
        raise UsageError(f"every step of run {run.id} succeeded", fix="run a selection instead")
    return left


def plan_again(graph: AssetGraph, store: Store, run: RunRecord) -> Plan:
    """The plan of a run as it was made, with the steps as they are in the project now.

    Raises:
        UsageError: when the project doesn't have one of its steps any more.
    """
    return plan_of_steps(graph, store.steps(run.id), run)


def plan_of_run(graph: AssetGraph, run: RunRecord, *, dynamic: DynamicKeys) -> Plan:
    """The plan of a run that was queued without one.

    Where its assets are cut by time and it doesn't say which window it is for, it is for the latest that had ended
    when the run was asked for.

    Raises:
        UsageError: when its selection, or its partition, can't be used.
    """
    if run.partition is None:
        partition = latest_window(graph, run.selection, run.created_at)
        return plan(graph, run.selection, partition=partition, now=run.created_at, dynamic=dynamic)
    if len(run.partition_keys) > 1:
        return plan(graph, run.selection, partitions=run.partition, dynamic=dynamic)
    return plan(graph, run.selection, partition=run.partition, dynamic=dynamic)
