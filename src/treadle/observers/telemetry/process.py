"""The process that makes spans, metrics and log records of a run's events, and sends them to a collector.

It reads lines of events from its standard input until that is closed, and then says in a line what came of it. What
can't be sent is kept, within bounds, and tried again with what comes next.
"""

from __future__ import annotations

import gc
import json
import os
import select
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from treadle.observers.telemetry.outgoing import Outgoing

__all__ = ["main"]

_MILLISECONDS_BETWEEN_LOOKS = 500
_SECONDS_BETWEEN_EXPORTS = 5.0  # as processors of OpenTelemetry do
_CHUNK = 1 << 20
_NICENESS = 5


def main() -> None:
    """Send what comes from the standard input."""
    gc.disable()  # it makes records, sends them and is gone
    os.nice(_NICENESS)  # what the run does comes first
    answer = {"lost": 0, "why": ""}
    try:
        answer["lost"], answer["why"] = _sent()
    except Exception as error:
        answer["why"] = f"{type(error).__name__}: {error}"
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    os._exit(0)  # no thread of a library is waited for


def _sent() -> tuple[int, str]:
    """Send everything; give how many records were lost, and why."""
    # These are what takes time to load: meanwhile the run is planned.
    from treadle.observers.telemetry.exporting import signals_of
    from treadle.observers.telemetry.outgoing import Outgoing

    chunks = _chunks()
    if (first := next((chunk for chunk in chunks if chunk), None)) is None:
        return 0, ""
    run = json.loads(first[0])
    outgoing = [Outgoing(each) for each in signals_of(run, os.environ)]
    unreadable = 0
    last = time.monotonic()
    for chunk in chain([first[1:]], chunks):
        unreadable += sum(_take(line, outgoing) for line in chunk)
        now = time.monotonic()
        if now - last >= _SECONDS_BETWEEN_EXPORTS or any(each.is_much for each in outgoing):
            last = now
            for each in outgoing:
                each.send(until=now + run["flush"])
    _hear({"kind": "closed", "at": time.time_ns()}, outgoing)
    until = time.monotonic() + run["flush"]
    for each in outgoing:
        # A collector that doesn't take one thing takes nothing else: nobody waits for it another time.
        until = until if each.be_done(until=until) else 0.0
    lost = unreadable + sum(each.lost for each in outgoing)
    return lost, next((each.why for each in outgoing if each.why), "") if lost else ""


def _take(line: bytes, outgoing: Sequence[Outgoing]) -> int:
    """Hear the events of a line; give how many of them make no sense."""
    unreadable = 0
    for said in json.loads(line):
        try:
            _hear(said, outgoing)
        except (ValueError, KeyError, TypeError):  # a step may have written anything to its pipe
            unreadable += 1
    return unreadable


def _hear(said: Mapping[str, Any], outgoing: Sequence[Outgoing]) -> None:
    for each in outgoing:
        each.hear(said)


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
