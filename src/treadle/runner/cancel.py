"""How a run is told to stop: by a signal, or by another thread."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

__all__ = ["Cancel", "signals_cancel"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_REQUESTED = 0  # no signal has this number
_MEANT = frozenset({_REQUESTED, *_SIGNALS})


class Cancel:
    """A wish that a run should stop. The first asks its steps to end; the second kills them."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)
        self._requests = 0

    def request(self) -> None:
        """Ask for it; from any thread, and as often as needed."""
        with suppress(BlockingIOError):  # it was asked for thousands of times
            os.write(self._writer, bytes([_REQUESTED]))

    def count(self) -> int:
        """How often it was asked for."""
        # Every signal that has a handler is written to the pipe, whoever handles it.
        with suppress(BlockingIOError):
            self._requests += sum(byte in _MEANT for byte in os.read(self._reader, 64))
        return self._requests

    def fileno(self) -> int:
        """What becomes readable when it is asked for."""
        return self._reader

    def close(self) -> None:
        """Let go of the pipe."""
        os.close(self._reader)
        os.close(self._writer)

    @property
    def signal_fd(self) -> int:
        """Where the interpreter may write the numbers of signals."""
        return self._writer


@contextmanager
def signals_cancel(cancel: Cancel) -> Iterator[None]:
    """While inside, Ctrl-C and requests to terminate ask for cancellation; afterwards they do what they did before.

    Only the main thread can receive signals; in any other thread this changes nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # What is ignored stays ignored: it is how `nohup` and shells keep background commands alive.
    ours = [number for number in _SIGNALS if signal.getsignal(number) not in (signal.SIG_IGN, None)]
    # The interpreter writes to the pipe as soon as a signal comes. A handler would run only before or after
    # the wait, so a signal that comes just before it would be noticed when something else happens.
    wakeup = signal.set_wakeup_fd(cancel.signal_fd, warn_on_full_buffer=False)
    handlers = {number: signal.signal(number, _noted) for number in ours}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(wakeup)


def _noted(number: int, frame: object) -> None:
    """Nothing: the pipe has it."""
