"""The child's end of the pipe to the runner."""

from __future__ import annotations

import os
import select
import sys
import threading

from treadle.runner.wire import EVENTS_FD, HandedOut, Said, to_line

__all__ = ["Reporter"]


class Reporter:
    """Tells the runner what happens, from any thread. Without a runner it tells nobody."""

    def __init__(self, fd: int | None) -> None:
        self._fd = fd
        self._lock = threading.Lock()

    @classmethod
    def from_environment(cls) -> Reporter:
        """The reporter of this process; what it starts doesn't inherit it."""
        number = os.environ.pop(EVENTS_FD, None)
        if number is None:
            return cls(None)
        # A process that outlives the step would otherwise seem to be the step.
        os.set_inheritable(int(number), False)
        return cls(int(number))

    @property
    def has_runner(self) -> bool:
        """Whether a runner started this process."""
        return self._fd is not None

    @property
    def is_runner_gone(self) -> bool:
        """Whether the runner that started this process has died."""
        if self._fd is None:
            return False
        poll = select.poll()
        poll.register(self._fd, 0)
        return any(events & (select.POLLERR | select.POLLHUP) for _, events in poll.poll(0))

    def send(self, said: Said) -> None:
        """Tell it.

        Raises:
            KeyboardInterrupt: when the runner has died, because nobody wants the step any more.
        """
        self._write(to_line(said))

    def hand_out(self, name: str, value: str) -> None:
        """Tell it a secret before anybody else has it; see `HandedOut`.

        Raises:
            KeyboardInterrupt: when the runner has died.
        """
        self._write(to_line(HandedOut(name=name, value=value)))

    def _write(self, line: bytes) -> None:
        if self._fd is None:
            return
        rest = memoryview(line)
        try:
            with self._lock:
                while rest:
                    rest = rest[os.write(self._fd, rest) :]
        except BrokenPipeError as error:
            raise KeyboardInterrupt("the runner is gone") from error

    def say(self, text: str) -> None:
        """Print a line to the step's output."""
        if sys.stdout is not None:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()
