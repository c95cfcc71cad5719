"""A time limit for code of others that runs in this process."""

from __future__ import annotations

import ctypes
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["TooLongError", "time_limit"]

_AGAIN = 0.2
"""Seconds until it is raised again: code may catch whatever is raised in it."""


class TooLongError(BaseException):
    """The time is over. Not an `Exception`, so that code which goes on after any of these doesn't go on."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TooLongError` in the block when it takes longer.

    Only in the main thread is what waits woken up; in others, it is raised when Python goes on.
    """
    is_main = threading.current_thread() is threading.main_thread()
    with _by_signal(seconds) if is_main and hasattr(signal, "setitimer") else _by_thread(seconds):
        yield


@contextmanager
def _by_signal(seconds: float) -> Iterator[None]:
    def over(number: int, frame: FrameType | None) -> None:
        raise TooLongError

    started = time.monotonic()
    handler = signal.signal(signal.SIGALRM, over)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        # It may be raised while the first of these two is left, and the timer has to be stopped all the same.
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if left:
            # Somebody else's alarm, which was set before.
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - started), 0.001), interval)


@contextmanager
def _by_thread(seconds: float) -> Iterator[None]:
    ident = threading.get_ident()
    done = threading.Event()
    lock = threading.Lock()

    def watch() -> None:
        waited = seconds
        while not done.wait(waited):
            with lock:
                if not done.is_set():
                    _raise_in(ident, TooLongError)
            waited = _AGAIN

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        # As above: what is raised while the first is left must not let the other thread go on.
        try:
            yield
        finally:
            done.set()
    finally:
        done.set()
        with lock:
            _raise_in(ident, None)


def _raise_in(ident: int, error: type[BaseException] | None) -> None:
    """Raise an exception in a thread as soon as it runs Python; None takes back what isn't raised yet."""
    given = ctypes.py_object(error) if error else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), given)
