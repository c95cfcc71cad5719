"""Runs whose life a test tells, as a runner would."""

from __future__ import annotations

from dataclasses import dataclass

from treadle.ir import AssetKey, CheckKey, CheckResult, LogLine, Materialization
from treadle.store import (
    PendingStep,
    RunEnded,
    RunEvent,
    Runner,
    RunRecord,
    RunStarted,
    RunStatus,
    StepReported,
    Store,
)

A, B = AssetKey.parse("raw/a"), AssetKey.parse("b")
UNIQUE = CheckKey(A, "unique: id")


@dataclass
class Living:
    """A run that was taken by a runner, which numbers what it tells."""

    store: Store
    run: RunRecord
    runner: Runner
    told: int = 1

    @property
    def id(self) -> str:
        return self.run.id

    def tells(self, *events: RunEvent) -> Living:
        self.store.record(events, runner=self.runner.id, first=self.told)
        self.told += len(events)
        return self

    def starts(self) -> Living:
        return self.tells(RunStarted(run_id=self.id))

    def reports(self, step: str, *reports: Materialization | CheckResult | LogLine) -> Living:
        return self.tells(*[StepReported(run_id=self.id, step=step, report=report) for report in reports])

    def ends(self, status: RunStatus = RunStatus.SUCCEEDED, *, error: str = "") -> Living:
        return self.tells(RunEnded(run_id=self.id, status=status, error=error))


def a_run(store: Store, *, selection: str = "*", project: str = "/shop", **given: object) -> RunRecord:
    """A queued run of two steps."""
    steps = [
        PendingStep(step="load", assets=(A,), checks=(UNIQUE,)),
        PendingStep(step="build", assets=(B,), after=("load",)),
    ]
    return store.create_run(project=project, selection=selection, steps=steps, **given)


def a_runner(name: str = "one") -> Runner:
    return Runner(id=name, machine="here", pid=1, born="1")


def a_life(store: Store, *, runner: str = "one", **given: object) -> Living:
    """A run of two steps that has begun."""
    run = a_run(store, **given)
    assert store.claim_run(run, a_runner(runner))
    return Living(store, run, a_runner(runner)).starts()
