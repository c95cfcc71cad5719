"""Which trace a run is, and which span each of its steps and attempts: known before any of them is made."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["TRACEPARENT", "Trace", "parent_in", "trace_of"]

TRACEPARENT = "TRACEPARENT"
"""The environment variable with the context of the W3C, as `00-TRACE-SPAN-FLAGS`."""

_FORM = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The trace of a run. `life` counts how often the run was over and was taken up again.

    >>> trace = trace_of("20260501-090000-abcd", life=0, parent="", environment={})
    >>> trace.traceparent("orders", 1)
    '00-346f1dab812a2f18e3eb2bcb873ec3e9-476bde6185818ba4-01'
    """

    run_id: str
    trace_id: str
    parent: str | None = None
    is_sampled: bool = True
    life: int = 0

    @property
    def run(self) -> str:
        """The span of the run."""
        return _digest(16, self.run_id, str(self.life))

    def step(self, step: str) -> str:
        """The span of a step."""
        return _digest(16, self.run_id, str(self.life), step)

    def attempt(self, step: str, attempt: int) -> str:
        """The span of an attempt at a step; attempts are counted through all lives of a run."""
        return _digest(16, self.run_id, "", step, str(attempt))

    def traceparent(self, step: str, attempt: int) -> str:
        """What the process of an attempt, and all that it starts, find in their environment."""
        return f"00-{self.trace_id}-{self.attempt(step, attempt)}-{'01' if self.is_sampled else '00'}"


def trace_of(run_id: str, *, life: int, parent: str, environment: Mapping[str, str]) -> Trace:
    """The trace of a run: that of who asked for it (`parent`, a traceparent), or one of its own."""
    if found := _FORM.fullmatch(parent):
        trace_id, span, flags = found.groups()
        return Trace(
            run_id=run_id,
            trace_id=trace_id,
            parent=span,
            life=life,
            is_sampled=_is_sampled(trace_id, environment, parent=bool(int(flags, 16) & 1)),
        )
    trace_id = _digest(32, run_id)
    return Trace(run_id=run_id, trace_id=trace_id, life=life, is_sampled=_is_sampled(trace_id, environment))


def parent_in(environment: Mapping[str, str]) -> str:
    """The traceparent that this process was given; empty when there is none, or it makes no sense.

    >>> parent_in({"TRACEPARENT": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})
    '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    >>> parent_in({"TRACEPARENT": "00-00000000000000000000000000000000-b7ad6b7169203331-01"})
    ''
    """
    given = environment.get(TRACEPARENT, "").strip().lower()
    return given if _FORM.fullmatch(given) else ""


def _is_sampled(trace_id: str, environment: Mapping[str, str], parent: bool | None = None) -> bool:
    """What `OTEL_TRACES_SAMPLER` says of a trace; the processes of steps have to know it before anything is sent."""
    name = environment.get("OTEL_TRACES_SAMPLER", "").strip().lower() or "parentbased_always_on"
    if name.startswith("parentbased_"):
        if parent is not None:
            return parent
        name = name.removeprefix("parentbased_")
    if name == "always_off":
        return False
    if name == "traceidratio":
        try:
            share = min(1.0, max(0.0, float(environment.get("OTEL_TRACES_SAMPLER_ARG", "1"))))
        except ValueError:
            share = 1.0
        return int(trace_id[16:], 16) < round(share * (1 << 64))
    return True


def _digest(digits: int, *words: str) -> str:
    found = hashlib.sha256("\0".join(("treadle", *words)).encode("utf-8", "replace")).hexdigest()[:digits]
    return found if int(found, 16) else "1" * digits
