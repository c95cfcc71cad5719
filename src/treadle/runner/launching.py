"""How the processes of steps come to be: forked from one that has loaded the project, or started anew."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from treadle.credentials import withdraw
from treadle.ir import Platform, Step
from treadle.runner.request import StepRequest
from treadle.runner.room import Bounds
from treadle.runner.supervising import Order, supervise

__all__ = ["Exit", "Fork", "Launch", "Launched", "Spawn", "Supervisor", "SupervisorGoneError", "may_fork"]

_MOST_BYTES = 1 << 16
_NO_BOUNDS = Bounds()


class SupervisorGoneError(Exception):
    """The process that starts steps was killed, and all steps with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launched:
    """A step's process: its number (which is also that of its group), and where its reports and its output come from."""

    number: int
    pid: int
    events: int
    output: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """How a step's process ended: its exit code, negative for a signal, and what it and all that it started used.

    Memory is in bytes. `over` is what they had when that was more than they might have; they were killed for it.
    """

    code: int
    peak_memory: int | None = None
    cpu_seconds: float | None = None
    peak_gpu_memory: int | None = None
    over: int | None = None


@dataclass(slots=True, kw_only=True)
class Supervisor:
    """The runner's side of the supervisor: gives it orders, and hears which steps have ended."""

    process: int
    channel: socket.socket
    command: Callable[[Path], Sequence[str]] | None
    _last: int = 0
    _rest: bytes = b""
    _loading: int | None = None
    _exited: deque[int] = field(default_factory=deque)

    def fileno(self) -> int:
        """What becomes readable when a step has ended."""
        return self.channel.fileno()

    def load(self, module: str) -> None:
        """Load a module into the process that steps are forked from, so that none of them has to."""
        if self.command is None:
            self._last += 1
            self._loading = self._last
            self._order({"do": "load", "id": self._loading, "module": module})

    def wait_until_loaded(self) -> None:
        """Wait for what is being loaded: it isn't part of any step.

        Raises:
            SupervisorGoneError: when there is nobody left to load it.
        """
        if self._loading is not None:
            self._answer(self._loading, "loaded")
            self._loading = None

    def prepare(self, step: Step) -> None:
        """Let a step get ready in its process before it is its turn, when it can be forked."""
        # What a profile says has to hold before anything is loaded.
        if step.prepare is not None and step.compute is None and self.command is None:
            self._order({"do": "prepare", "step": step.address})

    def start(self, request: Path, *, step: Step, cwd: Path, bounds: Bounds = _NO_BOUNDS) -> Launched:
        """Start the process that follows a request file, within its bounds.

        Raises:
            OSError: when it can't be started.
            SupervisorGoneError: when there is nobody left to start it.
        """
        self._last += 1
        number = self._last
        command = None if self.command is None else list(self.command(request))
        order = {
            "id": number,
            "step": step.address,
            "request": str(request),
            "cwd": str(cwd),
            "command": command,
            "cores": list(bounds.cores),
            "memory": bounds.memory,
            "environment": dict(bounds.environment),
        }
        events, report = os.pipe()
        output, printed = os.pipe()
        try:
            self._order({"do": "start", **order}, report, printed)
            answer = self._answer(number, "started", "refused")
            if "refused" in answer:
                raise OSError(answer["why"])
        except BaseException:
            os.close(events)
            os.close(output)
            raise
        finally:
            os.close(report)
            os.close(printed)
        for each in (events, output):
            os.set_blocking(each, False)
        return Launched(number=number, pid=answer["pid"], events=events, output=output)

    @property
    def has_heard_of_ends(self) -> bool:
        """Whether `exited` has something to tell: an end that was told while an answer was waited for."""
        return bool(self._exited)

    def exited(self) -> list[int]:
        """The numbers of steps that have ended since the last time.

        Raises:
            SupervisorGoneError: when the supervisor was killed.
        """
        self._read(wait=False)
        ended = list(self._exited)
        self._exited.clear()
        return ended

    def end(self, number: int) -> Exit:
        """End what is left of a step, and tell how it ended."""
        self._order({"do": "end", "id": number})
        told = self._answer(number, "ended")
        return Exit(
            code=told["code"],
            peak_memory=told["peak_memory"],
            cpu_seconds=told["cpu_seconds"],
            peak_gpu_memory=told["peak_gpu_memory"],
            over=told["over"],
        )

    def close(self) -> None:
        """Let go of the supervisor, which ends whatever still runs; it is over when this returns."""
        self.channel.close()
        with suppress(ChildProcessError):
            os.waitpid(self.process, 0)

    def _order(self, order: Order, *descriptors: int) -> None:
        line = json.dumps(order).encode() + b"\n"
        try:
            socket.send_fds(self.channel, [line], descriptors) if descriptors else self.channel.sendall(line)
        except OSError as error:
            raise SupervisorGoneError from error

    def _answer(self, number: int, *kinds: str) -> dict[str, Any]:
        while True:
            for said in self._read(wait=True):
                if any(said.get(kind) == number for kind in kinds):
                    return said

    def _read(self, *, wait: bool) -> list[dict[str, Any]]:
        """What was said; the ends of steps are put aside."""
        try:
            read = self.channel.recv(_MOST_BYTES, 0 if wait else socket.MSG_DONTWAIT)
        except BlockingIOError:
            return []
        except OSError as error:
            raise SupervisorGoneError from error
        if not read:
            raise SupervisorGoneError
        *lines, self._rest = (self._rest + read).split(b"\n")
        said = [json.loads(line) for line in lines]
        self._exited.extend(each["exited"] for each in said if "exited" in each)
        return [each for each in said if "exited" not in each]


class Launch(Protocol):
    """A way to start steps."""

    def supervisor(self) -> Supervisor:
        """The supervisor that starts them; who asks again gets the same."""
        ...


@dataclass(slots=True, kw_only=True)
class Spawn:
    """Starts the command that `command` makes for a request file."""

    command: Callable[[Path], Sequence[str]]

    def supervisor(self) -> Supervisor:
        """A new process that has loaded nothing."""
        ours, theirs = socket.socketpair()
        with theirs:
            started = subprocess.Popen(
                [sys.executable, "-P", "-m", "treadle.runner.supervising", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        started.returncode = 0  # it is waited for by its number
        return Supervisor(process=started.pid, channel=ours, command=self.command)


@dataclass(slots=True, kw_only=True)
class Fork:
    """Forks this process, which has loaded the project: a step starts at once, and loads nothing again.

    `run` follows a request in the child. Forking is safe only while this process has one thread (and
    where the system's own libraries bear it, which is Linux); otherwise steps are started by `otherwise`.
    """

    run: Callable[[StepRequest], int]
    steps: Mapping[str, Step]
    otherwise: Spawn
    platform: Platform = field(default_factory=Platform)
    _forked: Supervisor | None = None

    def supervisor(self) -> Supervisor:
        """This process, forked as it is when this is asked for the first time."""
        if self._forked is None:
            self._forked = self._fork() if may_fork() else self.otherwise.supervisor()
        return self._forked

    def close(self) -> None:
        """Let go of the supervisor, when a run that was about to start didn't."""
        if self._forked is not None:
            self._forked.close()
            self._forked = None

    def _fork(self) -> Supervisor:
        with suppress(ImportError):
            import ctypes  # noqa: F401 - every child needs it, and would load it again
        ours, theirs = socket.socketpair()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()  # or the child would print it again
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                ours.close()
                os.setsid()
                withdraw(self.platform, os.environ)  # before anything is started that a step may get ready with
                supervise(theirs, run=self.run, steps=self.steps)
                code = 0
            finally:
                os._exit(code)
        theirs.close()
        return Supervisor(process=pid, channel=ours, command=None)


def may_fork() -> bool:
    """Whether this process can be forked safely: nothing else goes on in it."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return False
    return len(os.listdir("/proc/self/task")) == 1  # compiled libraries start threads that Python doesn't know
