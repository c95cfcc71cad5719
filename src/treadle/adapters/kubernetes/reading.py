"""A pod's log, read again and again: only what is new, in the order in which it was printed."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["PodLog"]

_MARGIN = 10  # seconds that are asked for twice, so that nothing is missed
_LINES = re.compile(rb"[^\n]*\n|[^\n]+\Z")
_STAMPED = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ")


@dataclass(kw_only=True)
class PodLog:
    """What a container prints. Kubernetes has no byte offsets: lines are told apart by the time that it gives each.

    `read` reads the log with times, from some seconds ago on, or all of it.
    """

    read: Callable[[int | None], bytes]
    position: int = 0
    _last: tuple[str, str] = ("", "")
    _asked_at: float | None = None

    def since(self, start: int) -> bytes:
        """What follows the byte `start`, which is where the last answer has ended."""
        assert start == self.position
        now = time.monotonic()
        seconds = None if self._asked_at is None else math.ceil(now - self._asked_at) + _MARGIN
        fresh = b"".join(self._fresh(self.read(seconds)))
        if fresh:
            self._asked_at = now
        self.position += len(fresh)
        return fresh

    def _fresh(self, log: bytes) -> list[bytes]:
        lines, is_new = [], False
        last = self._last
        for line in _LINES.findall(log):
            if stamped := _STAMPED.match(line):
                stamp = _comparable(stamped[1].decode("ascii"))
                is_new = stamp > self._last
                last = max(last, stamp)
                line = line[stamped.end() :]
            if is_new:
                lines.append(line)
        self._last = last
        return lines


def _comparable(stamp: str) -> tuple[str, str]:
    """A time whose order is that of its text: the fraction may have any number of digits.

    >>> _comparable("2026-11-25T10:00:00.5Z") > _comparable("2026-11-25T10:00:00.123456789Z")
    True
    """
    seconds, _, fraction = stamp.rstrip("Z").partition(".")
    return seconds, fraction.ljust(9, "0")
