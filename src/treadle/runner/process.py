"""The process of one step, as the runner sees it: what it reports, what it prints, and how it ends as a whole."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from treadle.ir import LogLine, Step
from treadle.runner.launching import Exit, Launched, Supervisor
from treadle.runner.output import Output, read_output
from treadle.runner.processes import kill_group
from treadle.runner.room import Bounds
from treadle.runner.wire import Said, from_line

__all__ = ["StepProcess", "how_it_died"]

_CHUNK = 1 << 16
_LARGEST_PIPE = 1 << 20
_LONGEST_LINE = 8_000_000  # metadata is bounded before it is reported: a longer line is none of ours


@dataclass(slots=True, kw_only=True)
class StepProcess:
    """A running step. `launched.events` and `launched.output` become readable when it said or printed something."""

    supervisor: Supervisor
    launched: Launched
    output: Output
    started: float = field(default_factory=time.monotonic)
    is_silent: bool = False  # whether it closed its end of the pipe
    has_printed_all: bool = False
    _rest: bytes = b""

    @classmethod
    def start(
        cls,
        supervisor: Supervisor,
        request: Path,
        *,
        step: Step,
        cwd: Path,
        output: Path,
        most_output: int,
        bounds: Bounds,
    ) -> StepProcess:
        """Start it, within its bounds.

        Raises:
            OSError: when it can't be started, or the output file can't be written.
        """
        kept = Output(output, most=most_output)
        try:
            launched = supervisor.start(request, step=step, cwd=cwd, bounds=bounds)
        except BaseException:
            kept.close()
            raise
        return cls(supervisor=supervisor, launched=launched, output=kept)

    def read(self) -> list[Said]:
        """What it said since the last time, as far as it is here; only so much that others get their turn."""
        try:
            chunk = os.read(self.launched.events, _CHUNK)
        except BlockingIOError:
            return []
        self.is_silent = not chunk
        return self._understand(chunk)

    def keep_output(self) -> None:
        """Keep what it printed since the last time; only so much that others get their turn."""
        try:
            chunk = os.read(self.launched.output, _CHUNK)
        except BlockingIOError:
            return
        self.has_printed_all = not chunk
        self.output.write(chunk)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to all of its process group."""
        kill_group(self.launched.pid, number)

    def end(self) -> tuple[list[Said], Exit]:
        """End what is left of it; give its last events, and how it ended."""
        ended = self.supervisor.end(self.launched.number)
        said = [each for chunk in _rest_of(self.launched.events) for each in self._understand(chunk)]
        for chunk in _rest_of(self.launched.output):
            self.output.write(chunk)
        self.close()
        return said, ended

    def close(self) -> None:
        """Let go of its pipes and its file."""
        os.close(self.launched.events)
        os.close(self.launched.output)
        with suppress(OSError):  # the disk is full: how the step ended matters more
            self.output.close()

    def last_words(self) -> str:
        """The last line of its output that isn't empty."""
        end = b""
        for chunk in read_output(self.output.file):
            end = (end + chunk)[-4096:]
        lines = end.decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def _understand(self, chunk: bytes) -> list[Said]:
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > _LONGEST_LINE:
            self._rest = b""
            return [LogLine(level="warning", message="the step wrote a line to the runner's pipe that never ends")]
        return [_understood(line) for line in lines]


def _rest_of(pipe: int) -> Iterator[bytes]:
    """What is in a pipe now: no more than fits in, because somebody else may go on filling it."""
    left = _LARGEST_PIPE
    with suppress(BlockingIOError):
        while left > 0 and (chunk := os.read(pipe, _CHUNK)):
            left -= len(chunk)
            yield chunk


def _understood(line: bytes) -> Said:
    try:
        return from_line(line)
    except ValueError as error:
        return LogLine(level="warning", message=f"the step wrote something to the runner's pipe that is {error}")


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
