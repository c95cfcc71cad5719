"""Works something out in another process, while this one is busy with something else."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Generic, TypeVar

__all__ = ["beside", "is_other_core"]

T = TypeVar("T")


@contextmanager
def beside(work: Callable[[], T]) -> Iterator[Callable[[], T]]:
    """Begin some work; what is given tells its result, and waits for that.

    Where there is no other core, or other threads are busy, the work is done when it is asked for.

    >>> with beside(lambda: 6 * 7) as answer:
    ...     answer()
    42
    """
    if not is_other_core():
        yield work
        return
    other = _start(work)
    try:
        yield other.answer
    finally:
        other.end()


def is_other_core() -> bool:
    """Whether another process may be forked that has a core of its own."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1 and threading.active_count() == 1


class _Process(Generic[T]):
    """A forked process, which finds all that it needs in its memory, and where it writes its answer."""

    def __init__(self, id_: int, answers: int, work: Callable[[], T]) -> None:
        self._id = id_
        self._answers = answers
        self._work = work
        self._is_over = False

    def answer(self) -> T:
        """What it has found; what it failed at is better met here, and so is the rest when it was killed."""
        with os.fdopen(self._answers, "rb", closefd=False) as stream:
            data = stream.read()
        self._is_over = True
        _, status = os.waitpid(self._id, 0)
        if status:
            return self._work()
        found: T = pickle.loads(data)
        return found

    def end(self) -> None:
        """Leave nothing behind."""
        os.close(self._answers)
        if not self._is_over:
            with suppress(ProcessLookupError):
                os.kill(self._id, signal.SIGKILL)
            os.waitpid(self._id, 0)


def _start(work: Callable[[], T]) -> _Process[T]:
    sys.stdout.flush()  # what waits to be written would be written by both
    sys.stderr.flush()
    reads, writes = os.pipe()
    id_ = os.fork()
    if id_:
        os.close(writes)
        return _Process(id_, reads, work)
    status = 1
    gc.disable()  # it ends before there is much garbage, and looking for some would copy every page that is shared
    try:
        os.close(reads)
        answer = pickle.dumps(work(), protocol=pickle.HIGHEST_PROTOCOL)
        with os.fdopen(writes, "wb") as stream:
            stream.write(answer)
        sys.stderr.flush()
        status = 0
    finally:
        os._exit(status)
