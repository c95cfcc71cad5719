"""The process of one step: started with a pipe, a process group and an output file of its own, and ended as a whole."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from treadle.ir import LogLine, Step
from treadle.runner.launching import Child, Launch, signal_group
from treadle.runner.wire import Said, from_line

__all__ = ["StepProcess", "how_it_died"]

_CHUNK = 1 << 16


@dataclass(slots=True, kw_only=True)
class StepProcess:
    """A running step. `events` and `exited` become readable when it said something, and when it is over."""

    child: Child
    events: int
    exited: int
    output: Path
    started: float = field(default_factory=time.monotonic)
    is_silent: bool = False  # whether it closed its end of the pipe
    _rest: bytes = b""

    @classmethod
    def start(cls, launch: Launch, request: Path, *, step: Step, cwd: Path, output: Path) -> StepProcess:
        """Start it.

        Raises:
            OSError: when it can't be started, or the output file can't be written.
        """
        launched = launch(request, step=step, cwd=cwd, output=output)
        os.set_blocking(launched.events, False)
        return cls(child=launched.child, events=launched.events, exited=_exit_fd(launched.child), output=output)

    def read(self) -> list[Said]:
        """What it said since the last time, as far as it is here; only so much that others get their turn."""
        try:
            chunk = os.read(self.events, _CHUNK)
        except BlockingIOError:
            return []
        self.is_silent = not chunk
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        return [_understood(line) for line in lines]

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to all of its process group."""
        signal_group(self.child.pid, number)

    def end(self) -> tuple[list[Said], int]:
        """End what is left of its process group; give its last events and its exit code, negative for a signal."""
        # Before the leader is waited for: until then its number, which is the group's, can't belong to others.
        self.signal(signal.SIGKILL)
        said: list[Said] = []
        with suppress(BlockingIOError):
            while chunk := os.read(self.events, _CHUNK):
                *lines, self._rest = (self._rest + chunk).split(b"\n")
                said.extend(map(_understood, lines))
        code = self.child.wait()
        os.close(self.events)
        os.close(self.exited)
        return said, code

    def last_words(self) -> str:
        """The last line of its output that isn't empty."""
        with self.output.open("rb") as file:
            file.seek(max(0, self.output.stat().st_size - 4096))
            lines = file.read().decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _understood(line: bytes) -> Said:
    try:
        return from_line(line)
    except ValueError as error:
        return LogLine(level="warning", message=f"the step wrote something to the runner's pipe that is {error}")


def _exit_fd(child: Child) -> int:
    """A file descriptor that becomes readable when a child process ends."""
    if hasattr(os, "pidfd_open"):
        with suppress(OSError):  # a kernel before 5.3
            return os.pidfd_open(child.pid)
    return _waiting_fd(child)


def _waiting_fd(child: Child) -> int:
    """The same with a thread, for systems that have nothing better."""
    reader, writer = os.pipe()

    def wait() -> None:
        if hasattr(os, "waitid"):
            os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # leaves it to be waited for
        else:
            child.wait()
        os.close(writer)

    threading.Thread(target=wait, name=f"treadle-wait-{child.pid}", daemon=True).start()
    return reader


def how_it_died(exit_code: int) -> str:
    """Why a process ended that said nothing about it.

    >>> how_it_died(-9)
    'was killed (SIGKILL): when nobody did that, the machine ran out of memory'
    >>> how_it_died(2)
    'exited with code 2'
    """
    if exit_code >= 0:
        return f"exited with code {exit_code}"
    try:
        name = signal.Signals(-exit_code).name
    except ValueError:
        name = f"signal {-exit_code}"
    meanings = {
        "SIGKILL": "was killed (SIGKILL): when nobody did that, the machine ran out of memory",
        "SIGSEGV": "crashed (SIGSEGV): a compiled library that it uses has a bug",
        "SIGTERM": "was asked to end (SIGTERM) by something else than Treadle",
    }
    return meanings.get(name, f"was ended by a signal ({name})")
