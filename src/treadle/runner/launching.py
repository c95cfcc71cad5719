"""How a step's process comes to be: started anew, or forked from the process that has loaded the project."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from treadle.ir import Step
from treadle.runner.request import StepRequest
from treadle.runner.wire import EVENTS_FD

__all__ = ["Child", "Fork", "Launch", "Launched", "Spawn", "signal_group"]


class Child(Protocol):
    """A child process of the runner."""

    @property
    def pid(self) -> int:
        """Its number, which is also that of its process group."""
        ...

    def wait(self) -> int:
        """Wait for its end, and give its exit code, negative for a signal."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Launched:
    """A step's process, and the end of the pipe on which it reports."""

    child: Child
    events: int


class Launch(Protocol):
    """Starts the process that follows a request file, in a session of its own, with its output in a file."""

    def __call__(self, request: Path, *, step: Step, cwd: Path, output: Path) -> Launched:
        """Start it.

        Raises:
            OSError: when it can't be started, or the output file can't be written.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Spawn:
    """Starts the command that `command` makes for a request file."""

    command: Callable[[Path], Sequence[str]]

    def __call__(self, request: Path, *, step: Step, cwd: Path, output: Path) -> Launched:
        """Start it."""
        reader, writer = os.pipe()
        try:
            with output.open("ab") as file:
                child = subprocess.Popen(
                    list(self.command(request)),
                    cwd=cwd,
                    env={**os.environ, EVENTS_FD: str(writer)},
                    stdin=subprocess.DEVNULL,
                    stdout=file,
                    stderr=subprocess.STDOUT,
                    pass_fds=(writer,),
                    # A session of its own: Ctrl-C in the terminal reaches the runner alone, which ends steps in order.
                    start_new_session=True,
                )
        except BaseException:
            os.close(reader)
            raise
        finally:
            os.close(writer)
        return Launched(child=child, events=reader)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forked:
    """A forked child that waits for its request."""

    pid: int
    events: int
    request: int

    def wait(self) -> int:
        """Wait for its end, and give its exit code, negative for a signal."""
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)


@dataclass(slots=True, kw_only=True)
class Fork:
    """Forks this process, which has loaded the project: a step starts at once, and loads nothing again.

    `run` follows a request in the child. Forking is safe only while this process has one thread (and
    where the system's own libraries bear it, which is Linux); otherwise the step is started by `otherwise`.
    """

    run: Callable[[StepRequest], int]
    otherwise: Launch
    waiting: dict[str, Forked] = field(default_factory=dict)

    def __call__(self, request: Path, *, step: Step, cwd: Path, output: Path) -> Launched:
        """Start it."""
        output.open("ab").close()  # whether it can be written is found out here, where it can be told
        forked = self.waiting.pop(step.address, None)
        if forked is None:
            if not _may_fork():
                return self.otherwise(request, step=step, cwd=cwd, output=output)
            forked = self._fork(step, prepare=False)
        words = {"request": str(request), "cwd": str(cwd), "output": str(output)}
        with suppress(BrokenPipeError):  # it died meanwhile, which its end will tell
            os.write(forked.request, json.dumps(words).encode() + b"\n")
        os.close(forked.request)
        return Launched(child=forked, events=forked.events)

    def stand_by(self, step: Step) -> None:
        """Fork a step's process ahead of time, and let the step prepare itself there while other things are done here."""
        if step.prepare is not None and step.address not in self.waiting and _may_fork():
            self.waiting[step.address] = self._fork(step, prepare=True)

    def close(self) -> None:
        """Let go of processes that were never asked for."""
        while self.waiting:
            _, forked = self.waiting.popitem()
            os.close(forked.request)
            os.close(forked.events)
            signal_group(forked.pid, signal.SIGKILL)
            forked.wait()

    def _fork(self, step: Step, *, prepare: bool) -> Forked:
        with suppress(ImportError):
            import ctypes  # noqa: F401 - every child needs it, and would load it again
        events, report = os.pipe()
        asked, ask = os.pipe()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()  # or the child would print it again
        pid = os.fork()
        if pid == 0:
            os.close(events)
            os.close(ask)
            _live(self.run, step.prepare if prepare else None, asked=asked, report=report)
        os.close(report)
        os.close(asked)
        return Forked(pid=pid, events=events, request=ask)


def signal_group(leader: int, number: signal.Signals) -> None:
    """Send a signal to a child and all of its process group; the child must not have been waited for."""
    with suppress(ProcessLookupError, PermissionError):
        try:
            os.killpg(leader, number)
        except ProcessLookupError:
            os.kill(leader, number)  # it was forked a moment ago, and has no group of its own yet


def _may_fork() -> bool:
    if sys.platform != "linux" or threading.active_count() > 1:
        return False
    return len(os.listdir("/proc/self/task")) == 1  # compiled libraries start threads that Python doesn't know


def _live(run: Callable[[StepRequest], int], prepare: Callable[[], object] | None, *, asked: int, report: int) -> None:
    """The child's life, from its birth to its end; nothing of the parent's is unwound or flushed."""
    code = 1
    try:
        _become_a_step()
        if prepare is not None:
            with suppress(Exception):
                prepare()
        if (words := _read_line(asked)) is None:
            os.killpg(0, signal.SIGKILL)
        code = _follow(run, words or b"", report)
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _become_a_step() -> None:
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _follow(run: Callable[[StepRequest], int], words: bytes, report: int) -> int:
    value = json.loads(words)
    output = os.open(value["output"], os.O_WRONLY | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    # The parent's streams may stand for something else, and hold what was never written.
    sys.stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
    os.chdir(value["cwd"])
    os.environ[EVENTS_FD] = str(report)
    return run(StepRequest.read(Path(value["request"])))


def _read_line(descriptor: int) -> bytes | None:
    """What was asked, or None when whoever would ask is gone."""
    read = b""
    while not read.endswith(b"\n"):
        chunk = os.read(descriptor, 1 << 16)
        if not chunk:
            return None
        read += chunk
    os.close(descriptor)
    return read
