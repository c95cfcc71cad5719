"""The parts of a step's work that take their time: each is a span of the run's trace."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from treadle.ir import Phase
from treadle.runner.metadata import bounded, json_safe
from treadle.runner.reporter import Reporter

__all__ = ["TRACEPARENT", "current_traceparent", "phase"]

TRACEPARENT = "TRACEPARENT"

_current: ContextVar[str | None] = ContextVar("treadle_phase", default=None)


@contextmanager
def phase(reporter: Reporter, traceparent: str, name: str, attributes: Mapping[str, Any]) -> Iterator[str]:
    """Report a phase when it is over; gives the traceparent of what happens inside."""
    own, parent = os.urandom(8).hex(), _current.get()
    token = _current.set(own)
    started, error = time.time(), ""
    try:
        yield current_traceparent(traceparent)
    except BaseException as raised:
        error = bounded(f"{type(raised).__name__}: {raised}")
        raise
    finally:
        _current.reset(token)
        reporter.send(
            Phase(
                name=bounded(name),
                id=own,
                parent=parent,
                started=started,
                ended=time.time(),
                error=error,
                attributes=json_safe(attributes),
            )
        )


def current_traceparent(traceparent: str) -> str:
    """The traceparent of a step's process, or that of the phase that it is in.

    >>> current_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    """
    own = _current.get()
    if own is None or not traceparent:
        return traceparent
    version, trace, _, flags = traceparent.split("-", 3)
    return f"{version}-{trace}-{own}-{flags}"
