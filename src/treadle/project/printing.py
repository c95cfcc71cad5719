"""What a project's code prints while it is loaded is for people: the standard output may be JSON, or a protocol."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

__all__ = ["printing_to_stderr"]

_OUT, _ERR = 1, 2


@contextmanager
def printing_to_stderr() -> Iterator[None]:
    """Let everything that is printed inside be on the standard error, also by programs that are started there.

    While there are other threads, which may be writing to the standard output, that holds for Python's own print alone.
    """
    with redirect_stdout(sys.stderr):
        kept = _kept() if threading.active_count() == 1 else None
        if kept is None:
            yield
            return
        try:
            os.dup2(_ERR, _OUT)
            yield
        finally:
            os.dup2(kept, _OUT)
            os.close(kept)


def _kept() -> int | None:
    """Another descriptor of the standard output; None when that, or the standard error, was closed."""
    try:
        os.fstat(_ERR)
        return os.dup(_OUT)
    except OSError:
        return None
