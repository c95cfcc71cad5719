"""Runs that policies deny: a tick asks for none of them, and says why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from treadle.errors import UsageError
from treadle.ir import AssetGraph
from treadle.ir.denials import denials_of_selection, told_of
from treadle.ir.verdicts import Verdict
from treadle.runner.scheduling.decisions import Decision
from treadle.store import NewRun, TickStatus

__all__ = ["why_denied", "without_denied"]

_MOST_TOLD = 3


def without_denied(decision: Decision, graph: AssetGraph, *, seen: str | None) -> Decision:
    """The decision without the runs that policies deny; a tick that is left without any has failed.

    What a sensor has seen then isn't taken as seen, so that it asks again: `seen` is its cursor. A schedule's tick is over.
    """
    if not graph.verdicts:
        return decision
    denied = {id(run): found for run in decision.runs if (found := _denials(run, graph))}
    if not denied:
        return decision
    left = tuple(run for run in decision.runs if id(run) not in denied)
    why = why_denied(each for found in denied.values() for each in found)
    tick = replace(decision.tick, reason=f"{'some of it ' if left else ''}may not run: {why}")
    if left:
        return replace(decision, tick=tick, runs=left)
    cursor = seen if tick.kind == "sensor" else decision.cursor
    return replace(decision, tick=replace(tick, status=TickStatus.FAILED), runs=(), cursor=cursor)


def _denials(run: NewRun, graph: AssetGraph) -> tuple[Verdict, ...]:
    try:
        return denials_of_selection(graph, graph.select(run.selection))
    except UsageError:
        return ()  # whoever plans the run tells that


def why_denied(verdicts: Iterable[Verdict]) -> str:
    """What is said of a refusal in one line.

    >>> why_denied([Verdict(policy="owned", severity="deny", target="asset", name="a", message="a has no owner")])
    'a has no owner (policy owned)'
    """
    told = [f"{told_of(each)} (policy {each.policy})" for each in dict.fromkeys(verdicts)]
    more = f"; and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
    return "; ".join(told[:_MOST_TOLD]) + more
