"""What an executor of steps is asked: four questions, and the records in them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from treadle.ir import ComputeProfile
from treadle.ir.launchers import FarOptions
from treadle.runner.marks import MARK
from treadle.runner.request import StepRequest

__all__ = ["Executor", "Handle", "Job", "Launcher", "State", "Status", "UnreachableError"]

Handle = str
"""The name that an executor has for a job; it is shown to people, who look for it with the executor's own tools."""


class UnreachableError(Exception):
    """The executor can't be asked now, which says nothing of the job: it is asked again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One attempt at a step, as an executor is given it; `mark` begins the lines of its events in what it prints."""

    request: StepRequest
    profile: ComputeProfile
    mark: str

    @property
    def labels(self) -> Mapping[str, str]:
        """What an executor keeps where it finds it again: the run, the step, and which attempt at it this is.

        >>> from pathlib import Path
        >>> request = StepRequest(project=Path("/shop"), component="looms", step="build", run_id="r1", attempt=2)
        >>> dict(Job(request=request, profile=ComputeProfile(name="big"), mark="7f").labels)
        {'run': 'r1', 'step': 'looms:build', 'attempt': '2'}
        """
        # Without a run, nobody but this attempt may find it.
        run = self.request.run_id or f"none-{self.mark[:12]}"
        return {"run": run, "step": self.request.address, "attempt": str(self.request.attempt)}

    @property
    def name(self) -> str:
        """What all attempts at the step have in common: the run and the step."""
        return f"{self.labels['run']}/{self.labels['step']}"

    @property
    def environment(self) -> Mapping[str, str]:
        """All that the far side is told; nothing of this process's own: it may end in a cluster's database."""
        return {**self.profile.environment, MARK: self.mark}


class State(StrEnum):
    """How far a job is. `LOST` is one that ended without being able to say how: its node died, its pod was evicted."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The state of a job, and why it is in it, for people; the exit code when it has ended and is known."""

    state: State
    exit_code: int | None = None
    why: str = ""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it.

        >>> Status(state=State.LOST).is_over, Status(state=State.WAITING, why="no node is free").is_over
        (True, False)
        """
        return self.state not in (State.WAITING, State.RUNNING)

    @classmethod
    def exited(cls, code: int, why: str = "") -> Status:
        """A job whose process ended with this code."""
        return cls(state=State.FAILED if code else State.SUCCEEDED, exit_code=code, why=why)


class Executor(Protocol):
    """Where jobs run: Ray, Slurm, Kubernetes. Each method may raise `UnreachableError`, and is asked again then.

    `name` is what people call it, `pace` how many seconds pass at most between two questions, and `options` are
    those of the profile that it was opened for.
    """

    name: str
    pace: float

    @property
    def options(self) -> FarOptions:
        """How patient to be with it."""
        ...

    def submit(self, job: Job) -> Handle:
        """Let a job run as soon as there is room for it, after ending what earlier attempts at it have left behind.

        Raises:
            StepFailed: when it would never run, with what the executor says about it.
        """
        ...

    def poll(self, handle: Handle) -> Status:
        """How far a job is."""
        ...

    def cancel(self, handle: Handle) -> None:
        """Ask a job to end, with all of its processes; one that is over already stays as it is."""
        ...

    def logs(self, handle: Handle, start: int) -> bytes:
        """What a job has printed from the byte `start` on, as far as it is here; nothing when there is no more now."""
        ...


class Launcher(Protocol):
    """What an adapter's module offers as `opened`: an executor for the steps of a profile, as long as it is needed."""

    def __call__(self, profile: ComputeProfile) -> AbstractContextManager[Executor]:
        """Connect.

        Raises:
            MissingExtraError: when its packages aren't installed.
            StepFailed: when the profile's options can't be used, or there is no such executor.
        """
        ...
