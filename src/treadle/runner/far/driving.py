"""Drives a step on an executor: copies its output and its events, outlasts silence, and ends it when it has to."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from treadle.ir import LogLine, StepFailed
from treadle.runner.far.contract import Executor, Handle, Job, State, Status, UnreachableError
from treadle.runner.marks import Splitter
from treadle.runner.process import how_it_died
from treadle.runner.reporter import Reporter
from treadle.runner.wire import Ended, HandedOut, from_line

__all__ = ["drive"]

_FIRST_PAUSE = 0.02
_SECONDS_TO_END = 30.0  # for a job that is cancelled; the runner kills this process before, when it is in a hurry
_MOST_KEPT = 4096  # bytes of output in which the last words are looked for


def drive(executor: Executor, job: Job, reporter: Reporter) -> Ended:
    """Run a job to its end, and give its last word.

    A job that is lost is submitted again, as often as the executor's options say. When this process is asked to
    end, or the runner dies, the job is cancelled.

    Raises:
        StepFailed: when the job would never run, or ended without a last word.
    """
    lost = 0
    while True:
        following = _Following(executor=executor, job=job, reporter=reporter)
        status = following.follow()
        if status.state is not State.LOST:
            return following.last_word(status)
        lost += 1
        most = executor.options.resubmissions
        why = f"the job was lost on {executor.name}: {status.why or 'nobody knows why'}"
        if lost > most:
            raise StepFailed(why + (f" ({lost} times)" if lost > 1 else ""))
        following.say(f"{why}; it is submitted again ({lost} of at most {most} times)", level="warning")


@dataclass(kw_only=True)
class _Following:
    """One job, from its submission to its end."""

    executor: Executor
    job: Job
    reporter: Reporter
    handle: Handle = ""
    position: int = 0
    ended: Ended | None = None
    tail: bytes = b""
    told: Status | None = None
    running_since: float | None = None
    silent_since: float | None = None
    pause: float = _FIRST_PAUSE
    splitter: Splitter = field(init=False)

    def __post_init__(self) -> None:
        self.splitter = Splitter(self.job.mark)

    def follow(self) -> Status:
        """Submit the job, and give its status when it is over and all that it said is copied."""
        self.handle = self._submitted()
        try:
            self.say(f"runs on {self.executor.name} as {self.handle}")
            status = self._over()
        except BaseException:
            self._cancel()
            raise
        self._print(self.splitter.end())
        return status

    def last_word(self, status: Status) -> Ended:
        """What the step said last, or what its end without a word means."""
        code = status.exit_code
        if self.ended is not None and self.ended.error is not None:
            return self.ended
        if status.state is State.SUCCEEDED:
            if self.ended is None:
                raise StepFailed("ended before it was finished: something in it ended the process")
            return self.ended
        died = status.why or how_it_died(128 - code if code is not None and code > 128 else code or 0)
        lines = [line.strip() for line in self.tail.decode("utf-8", "replace").splitlines() if line.strip()]
        after = " after it had finished" if self.ended is not None else ""
        raise StepFailed(died + after + (f"; its last words: {lines[-1]}" if lines and not after else ""))

    def say(self, text: str, *, level: Literal["info", "warning"] = "info") -> None:
        """Tell whoever watches the run."""
        self.reporter.say(text if level == "info" else f"{level}: {text}")
        self.reporter.send(LogLine(message=text, level=level))

    def _submitted(self) -> Handle:
        while True:
            try:
                handle = self.executor.submit(self.job)
                self._reached()
                return handle
            except UnreachableError as error:
                self._unreached(error)
                self._wait()

    def _over(self) -> Status:
        while True:
            if self.reporter.is_runner_gone:
                raise KeyboardInterrupt("the runner is gone")
            try:
                status = self.executor.poll(self.handle)
                self._copy()  # after the question: what is over has printed all by then
                self._reached()
            except UnreachableError as error:
                self._unreached(error)
            else:
                if status.is_over:
                    return status
                self._tell(status)
            self._wait()

    def _wait(self) -> None:
        time.sleep(self.pause)
        self.pause = min(self.pause * 1.5, self.executor.pace)

    def _tell(self, status: Status) -> None:
        """Say why a job waits, whenever that changes; end one that has run for as long as its profile allows."""
        if status != self.told and status.why:
            self.say(f"{status.state.value} on {self.executor.name}: {status.why}")
        self.told = status
        if status.state is not State.RUNNING:
            return
        if self.running_since is None:
            self.running_since, self.pause = time.monotonic(), _FIRST_PAUSE
        longest = self.job.profile.max_duration
        if longest is not None and time.monotonic() - self.running_since > longest:
            name = self.job.profile.name
            raise StepFailed(f"took longer than the {longest:g} s that its compute profile {name!r} allows")

    # What it prints

    def _copy(self) -> None:
        while piece := self.executor.logs(self.handle, self.position):
            self.position += len(piece)
            self.pause = _FIRST_PAUSE
            printed, events = self.splitter.feed(piece)
            self._print(printed)
            for line in events:
                self._hear(line)

    def _hear(self, line: bytes) -> None:
        try:
            said = from_line(line)
        except ValueError as error:
            said = LogLine(level="warning", message=f"the step wrote a marked line that is {error}")
        if isinstance(said, Ended):
            self.ended = said
        elif isinstance(said, HandedOut):
            self.reporter.hand_out(said.name, said.value)
        else:
            self.reporter.send(said)

    def _print(self, text: bytes) -> None:
        if not text:
            return
        self.tail = (self.tail + text)[-_MOST_KEPT:]
        if sys.stdout is not None:
            sys.stdout.flush()
        rest = memoryview(text)
        try:
            while rest:
                rest = rest[os.write(1, rest) :]
        except BrokenPipeError as error:
            raise KeyboardInterrupt("the runner is gone") from error

    # When it doesn't answer, and when it has to end

    def _reached(self) -> None:
        if self.silent_since is not None:
            self.say(f"{self.executor.name} answers again")
            self.silent_since = None

    def _unreached(self, error: UnreachableError) -> None:
        now = time.monotonic()
        patience = self.executor.options.patience
        if self.silent_since is None:
            self.silent_since = now
            self.say(
                f"{self.executor.name} doesn't answer, for {patience:g} s it is asked again: {error}", level="warning"
            )
        if now - self.silent_since >= patience:
            raise StepFailed(f"{self.executor.name} didn't answer for {patience:g} s: {error}")

    def _cancel(self) -> None:
        """End the job; what it still says is copied, until it is over or somebody loses patience."""
        deadline = time.monotonic() + _SECONDS_TO_END
        asked = False
        self.pause = _FIRST_PAUSE
        while time.monotonic() < deadline:
            try:
                if not asked:
                    self.executor.cancel(self.handle)
                    asked = True
                over = self.executor.poll(self.handle).is_over
                with suppress(KeyboardInterrupt):  # nobody is there any more to hear it
                    self._copy()
                if over:
                    return
            except UnreachableError:
                if self.silent_since is not None:
                    return  # it was waited for already
            self._wait()
