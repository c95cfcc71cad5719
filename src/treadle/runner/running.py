"""A step while it runs, and what its end means."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from signal import SIGKILL, SIGTERM
from typing import Any

from treadle.errors import listing
from treadle.ir import AssetKey, CheckKey, CheckResult, CheckSeverity, ComputeProfile
from treadle.ir.amounts import memory_text, seconds_text
from treadle.runner.launching import Exit
from treadle.runner.planning import PlannedStep
from treadle.runner.process import StepProcess, how_it_died
from treadle.runner.room import Bounds
from treadle.runner.wire import Ended, Said, Used
from treadle.store import StepStatus

__all__ = ["Outcome", "Running", "longest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a step ended."""

    status: StepStatus
    error: str = ""
    exit_code: int | None = None
    may_retry: bool = False
    peak_memory: int | None = None
    cpu_seconds: float | None = None
    peak_gpu_memory: int | None = None


@dataclass(slots=True, kw_only=True)
class Running:
    """A step, its process, and what is known of it so far."""

    step: PlannedStep
    process: StepProcess
    attempt: int
    timeout: float | None = None
    bounds: Bounds = field(default_factory=Bounds)
    inputs: Mapping[AssetKey, str] = field(default_factory=dict)
    written: dict[AssetKey, str] = field(default_factory=dict)
    ended: Ended | None = None
    used: Used | None = None
    failed_checks: dict[CheckKey, CheckSeverity] = field(default_factory=dict)
    is_cancelled: bool = False
    is_late: bool = False
    kill_at: float | None = None

    @property
    def seconds(self) -> float:
        """How long it has run."""
        return time.monotonic() - self.process.started

    @property
    def deadline(self) -> float | None:
        """When something must be done to it next."""
        if self.kill_at is not None or self.timeout is None:
            return self.kill_at
        return self.process.started + self.timeout

    def stop(self, *, grace: float) -> None:
        """Ask it to end; when it hasn't after `grace` seconds, it is killed."""
        if self.kill_at is None:
            self.kill_at = time.monotonic() + grace
            self.process.signal(SIGTERM)

    def keep_time(self, *, grace: float) -> None:
        """Do what is due now."""
        now = time.monotonic()
        if self.kill_at is not None:
            if now >= self.kill_at:
                self.process.signal(SIGKILL)
                self.kill_at = float("inf")
        elif self.deadline is not None and now >= self.deadline:
            self.is_late = True
            self.stop(grace=grace)

    def hear(self, said: Iterable[Said]) -> list[Said]:
        """What it said, without its last word and what it used; a declared warning stays one however it is reported."""
        heard: list[Said] = []
        for each in said:
            if isinstance(each, Ended):
                self.ended = each
            elif isinstance(each, Used):
                self.used = each
            elif isinstance(each, CheckResult):
                heard.append(self._judged(each))
            else:
                heard.append(each)
        return heard

    def _judged(self, result: CheckResult) -> CheckResult:
        assert result.asset is not None
        assert result.check is not None
        key = CheckKey(result.asset, result.check)
        if key in self.step.warn_only:
            result = replace(result, severity=CheckSeverity.WARN)
        if result.passed:
            self.failed_checks.pop(key, None)
        else:
            self.failed_checks[key] = result.severity
        return result

    def outcome(self, ended: Exit) -> Outcome:
        """What the end of its process means."""
        used: dict[str, Any] = {"exit_code": ended.code, **self._usage(ended)}
        error = self._error(ended)
        if error is not None:
            status = StepStatus.CANCELLED if self.is_cancelled else StepStatus.FAILED
            may_retry = not self.is_cancelled and (self.ended is None or self.ended.may_retry)
            return Outcome(status=status, error=error, may_retry=may_retry, **used)
        blocking = [key for key in self.failed_checks if key in self.step.blocking]
        if blocking:
            error = f"blocking check failed: {listing(map(str, blocking))}"
            return Outcome(status=StepStatus.FAILED, error=error, **used)
        return Outcome(status=StepStatus.SUCCEEDED, **used)

    def _usage(self, ended: Exit) -> dict[str, Any]:
        """What the step used, here or elsewhere: a process that only drives a step uses little, and says nothing of it."""
        is_here = self.step.profile is None or self.step.profile.launcher == "local"
        found = self.used or (ended if is_here else Exit(code=ended.code))
        return {
            "peak_memory": found.peak_memory,
            "cpu_seconds": found.cpu_seconds,
            "peak_gpu_memory": found.peak_gpu_memory,
        }

    def _error(self, ended: Exit) -> str | None:
        exit_code = ended.code
        if self.ended is not None and self.ended.error is None and exit_code == 0:
            return None
        if self.is_cancelled:
            return "cancelled"
        if self.is_late:
            return self._too_long()
        if ended.over is not None and self.step.profile is not None:
            return _too_much(ended.over, self.step.profile)
        if self.ended is not None and self.ended.error is not None:
            return self.ended.error
        if self.ended is not None:
            return f"{how_it_died(exit_code)} after it had finished"
        if exit_code == 0:
            return "ended before it was finished: something in it ended the process"
        last_words = self.process.last_words()
        return how_it_died(exit_code) + (f"; its last words: {last_words}" if last_words else "")

    def _too_long(self) -> str:
        profile = self.step.profile
        if profile is not None and self.timeout == longest(profile):
            allowed = seconds_text(profile.max_duration or 0)
            return f"took longer than the {allowed} of the compute profile {profile.name!r}"
        return f"took longer than its timeout of {self.timeout:g} s"


def longest(profile: ComputeProfile) -> float | None:
    """How long an attempt with a profile may take here; elsewhere it may have to wait for its turn first."""
    return profile.max_duration if profile.launcher == "local" else None


def _too_much(used: int, profile: ComputeProfile) -> str:
    """What a step had, told so that it is more than what it may have."""
    assert profile.memory is not None
    had, allowed = memory_text(used), memory_text(profile.memory)
    if had == allowed:
        had, allowed = f"{used:,} bytes", f"{profile.memory:,} bytes"
    return f"used {had}, more than the {allowed} of the compute profile {profile.name!r}"
