"""What commands that run something, and the scheduler, do for those who observe runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from treadle.observers.telemetry.identity import Trace
    from treadle.observers.telemetry.sender import Sender
    from treadle.observers.telemetry.telling import TelemetryOfRun
    from treadle.project import Settings
    from treadle.runner import Plan
    from treadle.store import AttemptRecord, RunEvent, RunRecord, Store

__all__ = ["TRACEPARENT_TAG", "Observers", "caller", "observing"]

TRACEPARENT_TAG = "treadle/traceparent"
"""The tag of a run that says which span asked for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observers:
    """Who is told the events of a run; `traceparent` gives the span of an attempt at a step."""

    listen: Callable[[RunEvent], object] = lambda event: None
    traceparent: Callable[[str, int], str] | None = None


Observe = Callable[["RunRecord", "Plan", "Store"], Observers]
"""Gives who is told the events of a run."""


@contextmanager
def observing(settings: Settings) -> Iterator[Observe]:
    """Tell who observes runs what happens in one; what can't be told is said once, at the end.

    Nothing of the project may be forked from this process any more.
    """
    observed = settings.observed()
    for mistake in observed.mistakes:
        _warn(mistake)
    if observed.telemetry is None or not _is_installed():
        yield lambda run, plan, store: Observers()
        return
    from treadle.observers.telemetry.sender import Sender

    sender = Sender(observed.telemetry, os.environ)

    def observe(run: RunRecord, plan: Plan, store: Store) -> Observers:
        telemetry = _telemetry(sender, run, plan, store)
        return Observers(listen=telemetry.listen, traceparent=telemetry.trace.traceparent)

    try:
        yield observe
    finally:
        if problem := sender.close():
            _warn(f"of this run's traces, metrics and logs, {problem}")


def caller(settings: Settings) -> dict[str, str]:
    """The tag with the span that asks for a run, when this process was given one and traces go somewhere."""
    # Loading the project has put its `.env` into the environment.
    if not os.environ.get("TRACEPARENT") or settings.observed().telemetry is None:
        return {}
    from treadle.observers.telemetry.identity import parent_in

    return {TRACEPARENT_TAG: parent} if (parent := parent_in(os.environ)) else {}


def _telemetry(sender: Sender, run: RunRecord, plan: Plan, store: Store) -> TelemetryOfRun:
    from treadle.observers.telemetry.telling import TelemetryOfRun, TracedStep

    trace, attempts = _trace(run, store, os.environ)
    steps = [
        TracedStep(
            address=each.address,
            component=each.step.component,
            assets=list(map(str, each.assets)),
            checks=len(each.checks),
            partition=each.partition,
            after=each.after,
        )
        for each in plan.steps
    ]
    return TelemetryOfRun(sender, trace, run, steps, attempts=attempts)


def _trace(run: RunRecord, store: Store, environment: Mapping[str, str]) -> tuple[Trace, list[AttemptRecord]]:
    """The trace of a run, which may have been begun long ago, and the attempts that its present life has made so far."""
    from treadle.observers.telemetry.identity import trace_of

    ends = []
    attempts: list[AttemptRecord] = []
    if run.started_at is not None:
        ends = [event.created_at for event in store.events(run_id=run.id) if event.kind == "run_ended"]
        attempts = [each for each in store.attempts(run.id) if not ends or each.started_at > ends[-1]]
    return trace_of(run.id, life=len(ends), parent=run.tags.get(TRACEPARENT_TAG, ""), environment=environment), attempts


def _is_installed() -> bool:
    from importlib.util import find_spec

    try:
        found = find_spec("opentelemetry.proto")
    except ModuleNotFoundError:
        found = None
    if found is None:
        _warn("nothing is sent to OpenTelemetry, for want of packages. Type: pip install 'treadle[otel]'")
    return found is not None


def _warn(message: str) -> None:
    click.echo(f"warning: {message}", err=True)
