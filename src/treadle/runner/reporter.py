"""The child's end of the pipe to the runner, or of the output that stands for it on another machine."""

from __future__ import annotations

import os
import select
import sys
import threading

from treadle.runner.marks import MARK, marked
from treadle.runner.wire import EVENTS_FD, HandedOut, Said, to_line

__all__ = ["Reporter"]


class Reporter:
    """Tells the runner what happens, from any thread. Without a runner it tells nobody.

    With a mark, it tells it by marked lines in the output, from which the step's driver takes them out again.
    """

    def __init__(self, fd: int | None, *, mark: str = "") -> None:
        self._fd = fd
        self._mark = mark
        self._lock = threading.Lock()
        self._parent = os.getppid()

    @classmethod
    def from_environment(cls) -> Reporter:
        """The reporter of this process; what it starts doesn't inherit it."""
        number, mark = os.environ.pop(EVENTS_FD, None), os.environ.pop(MARK, "")
        if number is None and mark:
            return cls(os.dup(1), mark=mark)  # the output as it is now: a step may lead its own elsewhere
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
    def is_far(self) -> bool:
        """Whether this process is where the step has been taken to."""
        return bool(self._mark)

    @property
    def is_runner_gone(self) -> bool:
        """Whether the runner that started this process has died."""
        if self._fd is None:
            return False
        if self._mark:
            return os.getppid() != self._parent  # its keeper
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
        try:
            with self._lock:
                for part in marked(line, self._mark) if self._mark else (line,):
                    rest = memoryview(part)
                    while rest:
                        rest = rest[os.write(self._fd, rest) :]
        except BrokenPipeError as error:
            raise KeyboardInterrupt("the runner is gone") from error

    def say(self, text: str) -> None:
        """Print a line to the step's output."""
        if sys.stdout is not None:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()
