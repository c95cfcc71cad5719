"""What came of a look at whether runs are due, before it is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from treadle.errors import cut
from treadle.ir import RunRequest, SkipReason
from treadle.runner.scheduling.isolation import Failure
from treadle.store import NewRun, TickRecord, TickStatus

__all__ = ["Decision", "answered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A tick, those that were passed over, the runs that are asked for, and how far it has come with that."""

    tick: TickRecord
    cursor: str | None
    runs: tuple[NewRun, ...] = ()
    passed: tuple[TickRecord, ...] = ()


def answered(
    answer: object, tick: TickRecord, *, selection: str, tags: Mapping[str, str], yes: bool
) -> tuple[TickRecord, tuple[NewRun, ...]]:
    """What a function's answer makes of a tick, and the runs that it asks for; `yes` is what nothing means."""
    if isinstance(answer, Failure):
        return replace(tick, status=TickStatus.FAILED, reason=answer.message), ()
    if isinstance(answer, SkipReason):
        return replace(tick, status=TickStatus.SKIPPED, reason=answer.reason), ()
    if answer is None or isinstance(answer, bool):
        if answer or (answer is None and yes):
            return replace(tick, status=TickStatus.FIRED), (NewRun(selection=selection, tags=tags),)
        reason = f"the {tick.kind} said no" if answer is False else f"the {tick.kind} asked for nothing"
        return replace(tick, status=TickStatus.SKIPPED, reason=reason), ()
    requests = [answer] if isinstance(answer, RunRequest) else answer
    if not isinstance(requests, list) or not all(isinstance(each, (RunRequest, SkipReason)) for each in requests):
        return replace(tick, status=TickStatus.FAILED, reason=_refused(answer)), ()
    runs = tuple(
        NewRun(
            selection=each.selection or selection,
            partition=each.partition,
            tags={**tags, **each.tags},
            config=each.config,
            run_key=each.key,
        )
        for each in requests
        if isinstance(each, RunRequest)
    )
    if runs:
        return replace(tick, status=TickStatus.FIRED), runs
    reasons = "; ".join(each.reason for each in requests if isinstance(each, SkipReason))
    reason = reasons or f"the {tick.kind} asked for nothing"
    return replace(tick, status=TickStatus.SKIPPED, reason=reason), ()


def _refused(answer: object) -> str:
    return (
        f"it returned {cut(answer)} ({type(answer).__name__}); "
        "return True or False, a RunRequest, a SkipReason, or a list of them"
    )
