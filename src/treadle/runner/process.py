"""The process of one step, as the runner sees it: what it reports, what it prints, and how it ends as a whole."""

from __future__ import annotations

import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from treadle.ir import Step
from treadle.runner.launching import Exit, Launched, Supervisor
from treadle.runner.listening import Listener
from treadle.runner.output import Output, read_output
from treadle.runner.processes import kill_group
from treadle.runner.room import Bounds
from treadle.runner.wire import Said

__all__ = ["StepProcess", "how_it_died"]


@dataclass(slots=True, kw_only=True)
class StepProcess:
    """A running step. `launched.events` and `launched.output` become readable when it said or printed something."""

    supervisor: Supervisor
    launched: Launched
    output: Output
    started: float = field(default_factory=time.monotonic)
    _pipes: Listener = field(init=False)

    def __post_init__(self) -> None:
        self._pipes = Listener(events=self.launched.events, output=self.launched.output)

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

    @property
    def is_silent(self) -> bool:
        """Whether it will say nothing more."""
        return self._pipes.is_silent

    @property
    def has_printed_all(self) -> bool:
        """Whether it will print nothing more."""
        return self._pipes.has_printed_all

    def read(self) -> list[Said]:
        """What it said since the last time, as far as it is here; only so much that others get their turn."""
        return self._pipes.said()

    def keep_output(self) -> list[Said]:
        """Keep what it printed since the last time, without secrets; what it has said until then is heard on the way."""
        said, printed = self._pipes.printed()
        self.output.write(printed)
        return said

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to all of its process group."""
        kill_group(self.launched.pid, number)

    def end(self) -> tuple[list[Said], Exit]:
        """End what is left of it; give its last events, and how it ended."""
        ended = self.supervisor.end(self.launched.number)
        said: list[Said] = []
        for heard, printed in self._pipes.rest():
            said += heard
            self.output.write(printed)
        self.close()
        return said, ended

    def close(self) -> None:
        """Let go of its pipes and its file."""
        self._pipes.close()
        with suppress(OSError):  # the disk is full: how the step ended matters more
            self.output.close()

    def last_words(self) -> str:
        """The last line of its output that isn't empty."""
        end = b""
        for chunk in read_output(self.output.file):
            end = (end + chunk)[-4096:]
        lines = end.decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")


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
