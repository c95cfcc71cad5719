"""The parts of a step's work that take their time: each is a span of the run's trace."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from treadle.ir import Phase
from treadle.runner.metadata import bounded, json_safe
from treadle.runner.reporter import Reporter

__all__ = ["TRACEPARENT", "continue_trace", "current_traceparent", "flush_spans", "phase"]

TRACEPARENT = "TRACEPARENT"
_MILLISECONDS_TO_FLUSH = 2000

_current: ContextVar[str | None] = ContextVar("treadle_phase", default=None)


@contextmanager
def phase(
    reporter: Reporter,
    traceparent: str,
    name: str,
    attributes: Mapping[str, Any],
    *,
    redact: Callable[[str], str] = str,
) -> Iterator[str]:
    """Report a phase when it is over; gives the traceparent of what happens inside."""
    own, parent = os.urandom(8).hex(), _current.get()
    token = _current.set(own)
    started, error = time.time(), ""
    try:
        yield current_traceparent(traceparent)
    except BaseException as raised:
        error = bounded(redact(f"{type(raised).__name__}: {raised}"))
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
                attributes=json_safe(attributes, redact),
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


def continue_trace(traceparent: str) -> None:
    """Let what a module of the project makes with a library of OpenTelemetry belong to the span of this process."""
    if not traceparent or "opentelemetry.context" not in sys.modules:
        return
    from opentelemetry.context import attach
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    attach(TraceContextTextMapPropagator().extract({"traceparent": traceparent}))


def flush_spans() -> None:
    """Send what such a library in this process hasn't sent: nothing is called when a forked process ends."""
    trace = sys.modules.get("opentelemetry.trace")
    provider = trace.get_tracer_provider() if trace is not None and hasattr(trace, "get_tracer_provider") else None
    if (flush := getattr(provider, "force_flush", None)) is not None:
        with suppress(Exception):  # it is the project's own
            flush(_MILLISECONDS_TO_FLUSH)
