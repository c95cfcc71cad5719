"""One execution of a plan, from its first step to its last: a loop that waits for pipes, ends and wishes."""

from __future__ import annotations

import heapq
import random
import re
import selectors
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from signal import SIGKILL

from treadle.errors import TreadleError, listing
from treadle.ir import AssetKey, CheckKey, CheckSeverity, Limits, Materialization, RetryPolicy
from treadle.runner.artifacts import artifacts_folder
from treadle.runner.cancel import Cancel
from treadle.runner.launching import Supervisor, SupervisorGoneError
from treadle.runner.planning import Plan, PlannedStep
from treadle.runner.pools import Pools
from treadle.runner.process import StepProcess
from treadle.runner.progress import Progress
from treadle.runner.recorder import Recorder
from treadle.runner.request import StepRequest
from treadle.runner.resuming import Past
from treadle.runner.room import Bounds, NoRoomError, Room
from treadle.runner.running import Outcome, Running, longest
from treadle.runner.versions import versioned
from treadle.runner.wire import Ended, Said, Used
from treadle.store import (
    RunEnded,
    RunInterrupted,
    RunRecord,
    RunStarted,
    RunStatus,
    StepEnded,
    StepReported,
    StepStarted,
    StepStatus,
)

__all__ = ["Execution"]

_NOT_STARTED = "cancelled before it started"
_LONGEST_NAME = 60
_SECONDS_BETWEEN_BEATS = 2.0
_MOST_INTERRUPTIONS = 3


@dataclass(kw_only=True)
class Execution:
    """A run that is being run. Everything is in the store before anything follows from it."""

    run: RunRecord
    plan: Plan
    past: Past
    recorder: Recorder
    supervisor: Supervisor
    folder: Path
    limits: Limits
    project: Path
    cancel: Cancel
    traceparent: Callable[[str, int], str] | None = None

    _running: dict[str, Running] = field(default_factory=dict)
    _by_number: dict[int, Running] = field(default_factory=dict)
    _statuses: dict[str, StepStatus] = field(default_factory=dict)
    _failed_checks: dict[CheckKey, CheckSeverity] = field(default_factory=dict)
    _retries: list[tuple[float, str]] = field(default_factory=list)
    _cancellations: int = 0
    _is_told_to_stop: bool = False
    _next_beat: float = 0.0
    _started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self._progress = Progress(self.plan.steps)
        self._steps = {step.address: step for step in self.plan.steps}
        self._position = {step.address: position for position, step in enumerate(self.plan.steps, start=1)}
        self._attempts = dict(self.past.attempts)
        self._failures = dict(self.past.failures)
        self._failed_checks.update(self.past.failed_checks)
        self._pools = Pools(self.recorder, self.limits.pools, priority=self.run.priority)
        self._room = Room()

    def execute(self) -> None:
        """Run it to its end, whatever that is."""
        self._selector = selectors.DefaultSelector()
        try:
            self._selector.register(self.cancel, selectors.EVENT_READ)
            self._selector.register(self.supervisor, selectors.EVENT_READ)
            self._begin()
            self._run_steps()
            self._end_run()
        except BaseException as error:
            self._abandon(error)
            raise
        finally:
            self._selector.close()

    def _begin(self) -> None:
        if self.past.is_empty:
            self.recorder.record(RunStarted(run_id=self.run.id))
            return
        again = RunInterrupted(run_id=self.run.id, steps=self.past.interrupted, reason=self.past.reason)
        self.recorder.record(again, RunStarted(run_id=self.run.id, is_resumed=True))
        self._take_up()

    def _take_up(self) -> None:
        """Go on from what earlier lives of the run have done."""
        for address, status in self.past.ended.items():
            self._progress.has_ended(address)
            self._statuses[address] = status
        for address, status in self.past.ended.items():
            if status is StepStatus.SUCCEEDED:
                self._progress.succeeded(address)
            elif status is StepStatus.FAILED:
                self._skip_after(address)
        for address, times in self.past.interruptions.items():
            if times >= _MOST_INTERRUPTIONS and (step := self._progress.withdraw(address)):
                error = f"its runner died {times} times while it ran: it may take more memory than there is"
                self._end_step(step, Outcome(status=StepStatus.FAILED, error=error))

    def _run_steps(self) -> None:
        while True:
            self._heed_cancellation()
            self._start_what_may_start()
            if not self._running and not self._retries and not self._progress.is_waiting:
                return
            self._wait()

    def _start_what_may_start(self) -> None:
        while self._retries and self._retries[0][0] <= time.monotonic():
            _, address = heapq.heappop(self._retries)
            self._progress.again(address)
        while len(self._running) < self.limits.jobs and (step := self._progress.take(self._may_start)):
            self._start(step)

    def _may_start(self, step: PlannedStep) -> bool:
        locked = any(step.step.locks & running.step.step.locks for running in self._running.values())
        return not locked and self._pools.take(step)

    # Waiting

    def _wait(self) -> None:
        ready = self._selector.select(0.0 if self.supervisor.has_heard_of_ends else self._seconds_to_wait())
        if self.supervisor.has_heard_of_ends or any(key.fileobj is self.supervisor for key, _ in ready):
            for number in self.supervisor.exited():
                if running := self._by_number.get(number):
                    self._finish(running)
        for key, _ in ready:
            if isinstance(running := key.data, Running) and running.step.address in self._running:
                self._attend(running, key.fd)
        for running in self._running.values():
            running.keep_time(grace=self.limits.grace)
        if time.monotonic() >= self._next_beat:
            self._beat()

    def _seconds_to_wait(self) -> float:
        due = [self._next_beat, *(each for each, _ in self._retries[:1])]
        due += [running.deadline for running in self._running.values() if running.deadline is not None]
        if len(self._running) < self.limits.jobs and (again := self._pools.asks_again_at) is not None:
            due.append(again)
        return max(0.0, min(due) - time.monotonic())

    def _attend(self, running: Running, descriptor: int) -> None:
        process = running.process
        if self._running.get(running.step.address) is not running:
            return
        if descriptor == process.launched.events:
            self._heard(running, process.read())
            if process.is_silent:
                self._selector.unregister(descriptor)
        else:
            self._heard(running, process.keep_output())
            if process.has_printed_all:
                self._selector.unregister(descriptor)

    def _beat(self) -> None:
        self._next_beat = time.monotonic() + _SECONDS_BETWEEN_BEATS
        run = self.recorder.beat()
        if run is not None and run.cancel_requested_at is not None and not self._is_told_to_stop:
            self._is_told_to_stop = True
            self.cancel.request()

    def _heed_cancellation(self) -> None:
        requests = self.cancel.count()
        if requests == self._cancellations:
            return
        self._cancellations = requests
        self._retries.clear()
        for step in self._progress.give_up():
            error = "cancelled before it was tried again" if step.address in self._failures else _NOT_STARTED
            self._end_step(step, Outcome(status=StepStatus.CANCELLED, error=error))
        for running in self._running.values():
            running.is_cancelled = True
            running.stop(grace=self.limits.grace)
            if requests > 1:
                running.process.signal(SIGKILL)

    # A step

    def _start(self, step: PlannedStep) -> None:
        self.supervisor.wait_until_loaded()
        attempt = self._attempts[step.address] = self._attempts.get(step.address, 0) + 1
        output = self.folder / self._folder_name(step) / f"attempt-{attempt}.log"
        inputs = self._inputs(step)
        self.recorder.record(StepStarted(run_id=self.run.id, step=step.address, output=str(output), attempt=attempt))
        try:
            bounds = self._bounds(step)
        except NoRoomError as error:
            self._over(step, attempt, Outcome(status=StepStatus.FAILED, error=str(error)), 0.0)
            return
        try:
            process = self.recorder.patiently(lambda: self._process(step, attempt, output, bounds))
        except OSError as error:
            self._room.leave(bounds)
            why = f"its process couldn't be started: {error}"
            self._over(step, attempt, Outcome(status=StepStatus.FAILED, error=why, may_retry=True), 0.0)
            return
        timeout = self._timeout(step)
        running = Running(step=step, process=process, attempt=attempt, timeout=timeout, bounds=bounds, inputs=inputs)
        self._running[step.address] = running
        self._by_number[process.launched.number] = running
        self._selector.register(process.launched.events, selectors.EVENT_READ, running)
        self._selector.register(process.launched.output, selectors.EVENT_READ, running)

    def _bounds(self, step: PlannedStep) -> Bounds:
        if step.profile is None or step.profile.launcher != "local":
            return Bounds()
        return self._room.take(step.profile)

    def _timeout(self, step: PlannedStep) -> float | None:
        own = step.step.timeout if step.step.timeout is not None else self.limits.timeout
        both = (own, longest(step.profile) if step.profile is not None else None)
        return min((each for each in both if each is not None), default=None)

    def _process(self, step: PlannedStep, attempt: int, output: Path, bounds: Bounds) -> StepProcess:
        output.parent.mkdir(parents=True, exist_ok=True)
        request = output.parent / "request.json"
        self._request(step, attempt, artifacts=artifacts_folder(output)).write(request)
        return StepProcess.start(
            self.supervisor,
            request,
            step=step.step,
            cwd=self.project,
            output=output,
            most_output=self.limits.output,
            bounds=bounds,
        )

    def _folder_name(self, step: PlannedStep) -> str:
        name = re.sub(r"[^a-z0-9]+", "-", step.address.lower()).strip("-")[:_LONGEST_NAME]
        width = max(2, len(str(len(self.plan.steps))))
        return f"{self._position[step.address]:0{width}}-{name}"

    def _request(self, step: PlannedStep, attempt: int, *, artifacts: Path) -> StepRequest:
        return StepRequest(
            project=self.project,
            component=step.step.component,
            step=step.step.name,
            assets=step.assets,
            checks=step.checks,
            skippable=tuple(sorted(step.skippable)),
            partition=step.partition,
            run_id=self.run.id,
            attempt=attempt,
            config=self.run.config,
            tags=self.run.tags,
            artifacts=artifacts,
            traceparent="" if self.traceparent is None else self.traceparent(step.address, attempt),
        )

    def _inputs(self, step: PlannedStep) -> Mapping[AssetKey, str]:
        """The data versions of what the step's assets are made from, as they are when it starts."""
        deps = {dep for asset in step.assets for dep in self.plan.inputs.get(asset, ())}
        return self.recorder.data_versions(deps) if deps else {}

    def _heard(self, running: Running, said: Iterable[Said]) -> None:
        events = []
        for each in running.hear(said):
            assert not isinstance(each, (Ended, Used))
            event = StepReported(run_id=self.run.id, step=running.step.address, attempt=running.attempt, report=each)
            if isinstance(each, Materialization):
                event = versioned(event, running, self.plan)
            events.append(event)
        if events:
            self.recorder.record(*events)

    def _finish(self, running: Running) -> None:
        self._forget(running)
        said, ended = running.process.end()
        self._heard(running, said)
        outcome = running.outcome(ended)
        if self._over(running.step, running.attempt, outcome, running.seconds):
            self._failed_checks.update(running.failed_checks)

    def _forget(self, running: Running) -> None:
        del self._running[running.step.address]
        del self._by_number[running.process.launched.number]
        self._room.leave(running.bounds)
        if not running.process.is_silent:
            self._selector.unregister(running.process.launched.events)
        if not running.process.has_printed_all:
            self._selector.unregister(running.process.launched.output)

    def _over(self, step: PlannedStep, attempt: int, outcome: Outcome, seconds: float) -> bool:
        """An attempt is over: let the step be tried again, or end; true when it ends."""
        self._pools.leave()
        policy = step.step.retries if step.step.retries is not None else self.limits.retries
        failures = self._failures.get(step.address, 0)
        if outcome.may_retry and failures < policy.times and not self._cancellations:
            self._failures[step.address] = failures + 1
            self._try_again(step, attempt, outcome, seconds, policy)
            return False
        self._end_step(step, outcome, attempt, seconds)
        return True

    def _try_again(
        self, step: PlannedStep, attempt: int, outcome: Outcome, seconds: float, policy: RetryPolicy
    ) -> None:
        # Chance only spreads the load of many steps that failed together.
        wait = policy.seconds_before(self._failures[step.address], chance=random.random())
        self._tell_end(step, outcome, attempt, seconds, retry_at=datetime.now(UTC) + timedelta(seconds=wait))
        self._progress.put_back(step)
        heapq.heappush(self._retries, (time.monotonic() + wait, step.address))

    def _end_step(self, step: PlannedStep, outcome: Outcome, attempt: int = 0, seconds: float = 0.0) -> None:
        self._tell_end(step, outcome, attempt, seconds)
        self._statuses[step.address] = outcome.status
        if outcome.status is StepStatus.SUCCEEDED:
            self._progress.succeeded(step.address)
        elif outcome.status is StepStatus.FAILED:
            self._skip_after(step.address)

    def _skip_after(self, address: str) -> None:
        skipped = Outcome(status=StepStatus.SKIPPED, error=f"not started, because {address} failed")
        for follower in self._progress.failed(address):
            self._end_step(follower, skipped)

    def _tell_end(
        self, step: PlannedStep, outcome: Outcome, attempt: int, seconds: float, *, retry_at: datetime | None = None
    ) -> None:
        self.recorder.record(
            StepEnded(
                run_id=self.run.id,
                step=step.address,
                attempt=attempt,
                status=outcome.status,
                error=outcome.error,
                exit_code=outcome.exit_code,
                seconds=seconds,
                retry_at=retry_at,
                peak_memory=outcome.peak_memory,
                cpu_seconds=outcome.cpu_seconds,
                peak_gpu_memory=outcome.peak_gpu_memory,
            )
        )

    # The end

    def _end_run(self) -> None:
        status, error = self._verdict()
        seconds = time.monotonic() - self._started
        self.recorder.record(RunEnded(run_id=self.run.id, status=status, error=error, seconds=seconds))

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
        """The runner can't go on: nothing that it started may.

        A run that can be taken up again stays as it is; a mistake of the runner itself would come again, so it ends it.
        """
        from treadle.store import RunLostError, StoreUnavailableError

        for running in self._running.values():
            with suppress(SupervisorGoneError, OSError):
                running.process.end()
        if isinstance(error, (RunLostError, StoreUnavailableError, SupervisorGoneError)):
            return
        why = f"the runner failed: {type(error).__name__}: {error}"
        cancelled = [
            StepEnded(
                run_id=self.run.id,
                step=step.address,
                status=StepStatus.CANCELLED,
                attempt=self._attempts.get(step.address, 0),
                error=why,
            )
            for step in self.plan.steps
            if step.address not in self._statuses
        ]
        with suppress(TreadleError):
            self.recorder.record_quietly(*cancelled, RunEnded(run_id=self.run.id, status=RunStatus.FAILED, error=why))
