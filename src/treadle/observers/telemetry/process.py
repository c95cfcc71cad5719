"""The process that makes spans, metrics and log records of a run's events, and sends them to a collector.

It reads a line for each event from its standard input until that is closed, and then says in a line what came of it.
What can't be sent is kept, within bounds, and tried again with what comes next.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import select
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from treadle.observers.telemetry.exporting import Exports

__all__ = ["main"]

_MILLISECONDS_BETWEEN_LOOKS = 500
_SECONDS_BETWEEN_EXPORTS = 5.0  # as processors of OpenTelemetry do
_SECONDS_AFTER_A_FAILURE = 5.0
_ENOUGH = 128  # what is left at the end of a run is waited for
_MOST_AT_ONCE = 512
_MOST_KEPT = 20_000
_CHUNK = 1 << 20
_NICENESS = 5


class _Outgoing:
    """Records of one signal on their way."""

    def __init__(self, export: Callable[[Sequence[Any]], bool]) -> None:
        self._export = export
        self._kept: list[Any] = []
        self._again_at = 0.0
        self.lost = 0

    def add(self, records: Sequence[Any]) -> None:
        """Keep records; when there are too many, the oldest are lost."""
        self._kept += records
        if (too_many := len(self._kept) - _MOST_KEPT) > 0:
            del self._kept[:too_many]
            self.lost += too_many

    @property
    def is_much(self) -> bool:
        """Whether sending shouldn't wait."""
        return len(self._kept) >= _ENOUGH

    def send(self, *, until: float) -> bool:
        """Send what is kept; false when the collector doesn't take it, or there is no more time."""
        if time.monotonic() < self._again_at:
            return True
        while self._kept:
            if time.monotonic() >= until:
                return False
            batch = self._kept[:_MOST_AT_ONCE]
            if not self._export(batch):
                self._again_at = time.monotonic() + _SECONDS_AFTER_A_FAILURE
                return False
            del self._kept[: len(batch)]
        return True

    def be_done(self, *, until: float) -> bool:
        """Send what is kept for the last time."""
        self._again_at = 0.0
        is_sent = self.send(until=until)
        self.lost += len(self._kept)
        self._kept.clear()
        return is_sent


def main() -> None:
    """Send what comes from the standard input."""
    gc.disable()  # it makes records, sends them and is gone
    os.nice(_NICENESS)  # what the run does comes first
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # what it says of failures is said once, at the end
    answer = {"lost": 0, "why": ""}
    chunks = _chunks()
    first = next((chunk for chunk in chunks if chunk), None)
    if first is None:
        return
    try:
        answer["lost"], answer["why"] = _send(json.loads(first[0]), chain([first[1:]], chunks))
    except Exception as error:
        answer["why"] = f"{type(error).__name__}: {error}"
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    os._exit(0)  # no thread of a library is waited for


def _send(run: Mapping[str, Any], chunks: Iterable[list[bytes]]) -> tuple[int, str]:
    """Send everything; give how many records were lost, and why."""
    # These are what takes time to load: meanwhile the pipe keeps what happens.
    from treadle.observers.telemetry.exporting import Exports

    exports = Exports(run, version("treadle"))
    outgoing = [_Outgoing(each) for each in exports.ways]
    last = time.monotonic()
    for chunk in chunks:
        for line in chunk:
            _take(line, exports, outgoing)
        now = time.monotonic()
        if now - last >= _SECONDS_BETWEEN_EXPORTS or any(way.is_much for way in outgoing):
            last = now
            for way in outgoing:
                way.send(until=now + run["flush"])
    until = time.monotonic() + run["flush"]
    is_there = True
    for way in outgoing:
        # A collector that doesn't take one thing takes nothing else: nobody waits for it another time.
        is_there = way.be_done(until=until if is_there else 0.0) and is_there
    lost = (
        exports.unreadable
        + sum(way.lost for way in outgoing)
        + (0 if is_there and exports.measured() else exports.measures)
    )
    return lost, exports.reason if lost else ""


def _take(line: bytes, exports: Exports, outgoing: Sequence[_Outgoing]) -> None:
    try:
        records = exports.records(json.loads(line))
    except (ValueError, KeyError, TypeError):  # a step may have written anything to its pipe
        exports.unreadable += 1
        return
    for way, own in zip(outgoing, records, strict=True):
        way.add(own)


def _chunks() -> Iterator[list[bytes]]:
    """The lines that came since the last time, until no more can come."""
    os.set_blocking(0, False)
    closed = select.poll()
    closed.register(0, 0)
    rest = b""
    is_over = False
    while not is_over:
        # Not woken for each line: whoever writes them has better things to do with the processor.
        closed.poll(_MILLISECONDS_BETWEEN_LOOKS)
        parts = [rest]
        while True:
            try:
                chunk = os.read(0, _CHUNK)
            except BlockingIOError:
                break
            if not chunk:
                is_over = True
                break
            parts.append(chunk)
        *lines, rest = b"".join(parts).split(b"\n")
        yield lines


if __name__ == "__main__":
    main()
