"""One execution of a plan, from its first step to its last: a loop that waits for pipes, ends and wishes."""

from __future__ import annotations

import re
import selectors
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL
from typing import TYPE_CHECKING

from treadle.errors import TreadleError, listing
from treadle.ir import CheckKey, CheckResult, CheckSeverity, Materialization
from treadle.runner.cancel import Cancel
from treadle.runner.events import RunEvent, RunFinished, RunStarted, StepEvent, StepFinished, StepStarted
from treadle.runner.launching import Launch
from treadle.runner.planning import Plan, PlannedStep
from treadle.runner.process import StepProcess
from treadle.runner.progress import Progress
from treadle.runner.request import StepRequest
from treadle.runner.running import Outcome, Running
from treadle.runner.wire import Ended, Said
from treadle.store import RunStatus, StepStatus

if TYPE_CHECKING:
    from treadle.store import Store

__all__ = ["Execution"]

_LONGEST_NAME = 60


@dataclass(kw_only=True)
class Execution:
    """A run that is being run. Everything is in the store before anything follows from it."""

    plan: Plan
    run_id: str
    store: Store
    launch: Launch
    folder: Path
    jobs: int
    listen: Callable[[RunEvent], object]
    project: Path
    cancel: Cancel
    grace: float

    _running: dict[str, Running] = field(default_factory=dict)
    _statuses: dict[str, StepStatus] = field(default_factory=dict)
    _failed_checks: dict[CheckKey, CheckSeverity] = field(default_factory=dict)
    _cancellations: int = 0
    _started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self._progress = Progress(self.plan.steps)
        self._position = {step.address: position for position, step in enumerate(self.plan.steps, start=1)}

    def run(self) -> None:
        """Run it to its end, whatever that is."""
        self._selector = selectors.DefaultSelector()
        try:
            self._selector.register(self.cancel, selectors.EVENT_READ)
            self.store.start_run(self.run_id)
            self.listen(RunStarted(run_id=self.run_id, plan=self.plan))
            self._run_steps()
            self._end_run()
        except BaseException as error:
            self._abandon(error)
            raise
        finally:
            self._selector.close()

    def _run_steps(self) -> None:
        while True:
            self._heed_cancellation()
            while len(self._running) < self.jobs and (step := self._progress.take(self._locked)):
                self._start(step)
            if not self._running:
                return
            self._wait()

    @property
    def _locked(self) -> frozenset[str]:
        return frozenset(lock for running in self._running.values() for lock in running.step.step.locks)

    # Waiting

    def _wait(self) -> None:
        deadlines = [running.deadline for running in self._running.values() if running.deadline is not None]
        timeout = max(0.0, min(deadlines) - time.monotonic()) if deadlines else None
        if timeout == float("inf"):
            timeout = None
        for key, _ in self._selector.select(timeout):
            running = key.data
            if running is None or self._running.get(running.step.address) is not running:
                continue  # a wish, heeded elsewhere; or a step that ended a moment ago
            if key.fd == running.process.exited:
                self._finish(running)
            else:
                self._heard(running, running.process.read())
                if running.process.is_silent:
                    self._selector.unregister(running.process.events)
        for running in self._running.values():
            running.keep_time(grace=self.grace)

    def _heed_cancellation(self) -> None:
        requests = self.cancel.count()
        if requests == self._cancellations:
            return
        self._cancellations = requests
        for step in self._progress.give_up():
            self._end_step(step, Outcome(status=StepStatus.CANCELLED, error="cancelled before it started"))
        for running in self._running.values():
            running.is_cancelled = True
            running.stop(grace=self.grace)
            if requests > 1:
                running.process.signal(SIGKILL)

    # A step

    def _start(self, step: PlannedStep, *, attempt: int = 1) -> None:
        folder = self.folder / self._folder_name(step)
        output = folder / "output.log"
        self.store.start_step(self.run_id, step.address, output=str(output), attempt=attempt)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            request = folder / "request.json"
            self._request(step, attempt).write(request)
            process = StepProcess.start(self.launch, request, step=step.step, cwd=self.project, output=output)
        except OSError as error:
            self._end_step(step, Outcome(status=StepStatus.FAILED, error=f"its process couldn't be started: {error}"))
            return
        running = Running(step=step, process=process, attempt=attempt)
        self._running[step.address] = running
        self._selector.register(process.events, selectors.EVENT_READ, running)
        self._selector.register(process.exited, selectors.EVENT_READ, running)
        self.listen(StepStarted(run_id=self.run_id, step=step, output=output, attempt=attempt))

    def _folder_name(self, step: PlannedStep) -> str:
        name = re.sub(r"[^a-z0-9]+", "-", step.address.lower()).strip("-")[:_LONGEST_NAME]
        width = max(2, len(str(len(self.plan.steps))))
        return f"{self._position[step.address]:0{width}}-{name}"

    def _request(self, step: PlannedStep, attempt: int) -> StepRequest:
        return StepRequest(
            project=self.project,
            component=step.step.component,
            step=step.step.name,
            assets=step.assets,
            checks=step.checks,
            skippable=tuple(sorted(step.skippable)),
            partition=self.plan.partition,
            run_id=self.run_id,
            attempt=attempt,
        )

    def _heard(self, running: Running, said: Iterable[Said]) -> None:
        heard = running.hear(said)
        results = [each for each in heard if isinstance(each, (Materialization, CheckResult))]
        if results:
            self.store.record(self.run_id, running.step.address, results, partition=self.plan.partition)
        for each in heard:
            assert not isinstance(each, Ended)
            self.listen(StepEvent(run_id=self.run_id, step=running.step, event=each))

    def _finish(self, running: Running) -> None:
        self._forget(running)
        said, exit_code = running.process.end()
        self._heard(running, said)
        outcome = running.outcome(exit_code)
        if outcome.may_retry and running.attempt <= running.step.step.retries and not self._cancellations:
            self._tell_end(running.step, outcome, running.seconds, will_retry=True)
            self._start(running.step, attempt=running.attempt + 1)
            return
        self._failed_checks.update(running.failed_checks)
        self._end_step(running.step, outcome, running.seconds)

    def _forget(self, running: Running) -> None:
        del self._running[running.step.address]
        self._selector.unregister(running.process.exited)
        if not running.process.is_silent:
            self._selector.unregister(running.process.events)

    def _end_step(self, step: PlannedStep, outcome: Outcome, seconds: float = 0.0) -> None:
        self.store.end_step(self.run_id, step.address, outcome.status, error=outcome.error, exit_code=outcome.exit_code)
        self._statuses[step.address] = outcome.status
        self._tell_end(step, outcome, seconds)
        if outcome.status is StepStatus.SUCCEEDED:
            self._progress.succeeded(step.address)
        elif outcome.status is StepStatus.FAILED:
            skipped = Outcome(status=StepStatus.SKIPPED, error=f"not started, because {step.address} failed")
            for follower in self._progress.failed(step.address):
                self._end_step(follower, skipped)

    def _tell_end(self, step: PlannedStep, outcome: Outcome, seconds: float, *, will_retry: bool = False) -> None:
        self.listen(
            StepFinished(
                run_id=self.run_id,
                step=step,
                status=outcome.status,
                error=outcome.error,
                seconds=seconds,
                will_retry=will_retry,
            )
        )

    # The end

    def _end_run(self) -> None:
        status, error = self._verdict()
        self.store.end_run(self.run_id, status, error=error)
        seconds = time.monotonic() - self._started
        self.listen(RunFinished(run_id=self.run_id, status=status, error=error, seconds=seconds))

    def _verdict(self) -> tuple[RunStatus, str]:
        if StepStatus.CANCELLED in self._statuses.values():
            return RunStatus.CANCELLED, "cancelled"
        failed = [address for address, status in self._statuses.items() if status is StepStatus.FAILED]
        if failed:
            return RunStatus.FAILED, f"failed: {listing(failed)}"
        checks = [str(key) for key, severity in self._failed_checks.items() if severity is CheckSeverity.ERROR]
        if checks:
            return RunStatus.FAILED, f"failed checks: {listing(checks)}"
        return RunStatus.SUCCEEDED, ""

    def _abandon(self, error: BaseException) -> None:
        """The runner itself failed: nothing it started may go on, and the store should say so if it can."""
        why = f"the runner failed: {type(error).__name__}: {error}"
        for running in self._running.values():
            running.process.end()
        with suppress(TreadleError):
            for step in self.plan.steps:
                if step.address not in self._statuses:
                    self.store.end_step(self.run_id, step.address, StepStatus.CANCELLED, error=why)
            self.store.end_run(self.run_id, RunStatus.FAILED, error=why)
