"""Which ticks of a schedule are due, and what happens at them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from treadle.ir import Schedule
from treadle.runner.cron import last_tick, next_tick, ticks
from treadle.runner.scheduling.decisions import Decision, answered
from treadle.store import TickRecord, TickStatus

__all__ = ["SECONDS_TO_ANSWER", "Due", "decide", "due_now", "next_due"]

_ON_TIME = timedelta(seconds=60)
"""A tick that is noticed later than this was missed."""
SECONDS_TO_ANSWER = 60.0
_MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Due:
    """A tick that is due, those before it that are passed over, and whether it fires although it is late."""

    at: datetime
    passed: tuple[TickRecord, ...] = ()
    is_made_up: bool = True


def next_due(schedule: Schedule, cursor: str | None, now: datetime) -> datetime | None:
    """When a schedule ticks next."""
    after = now if cursor is None else datetime.fromisoformat(cursor)
    return next_tick(schedule.cron, schedule.timezone, after=after)


def due_now(schedule: Schedule, cursor: str, now: datetime) -> Due | None:
    """The tick of a schedule that is due, by its rule for ticks that were missed; None when there is none."""
    after = datetime.fromisoformat(cursor)
    first = next_tick(schedule.cron, schedule.timezone, after=after)
    if first is None or first > now:
        return None
    newest = last_tick(schedule.cron, schedule.timezone, until=now) or first
    if schedule.missed == "all" or newest <= first:
        late = schedule.missed == "none" and now - first > _ON_TIME
        return Due(first, is_made_up=not late)
    passed = _passed(schedule, after, newest)
    return Due(newest, passed, is_made_up=schedule.missed == "last" or now - newest <= _ON_TIME)


def _passed(schedule: Schedule, after: datetime, newest: datetime) -> tuple[TickRecord, ...]:
    """One record for all the ticks before the newest."""
    count, last = 0, after
    for each in ticks(schedule.cron, schedule.timezone, after=after):
        if each >= newest:
            break
        count, last = count + 1, each
        if count == _MOST_COUNTED:
            break
    if not count:
        return ()
    many = f"{count:,} ticks" if count < _MOST_COUNTED else f"{count:,} ticks or more"
    why = f"{'a tick' if count == 1 else many} passed while no scheduler ran, since {after:%Y-%m-%d %H:%M} UTC"
    return (TickRecord(kind="schedule", name=schedule.name, due_at=last, status=TickStatus.SKIPPED, reason=why),)


def decide(schedule: Schedule, due: Due, answer: object = None) -> Decision:
    """What happens at a tick: the answer of the schedule's function, where there is one, has the last word."""
    blank = TickRecord(kind="schedule", name=schedule.name, due_at=due.at, status=TickStatus.SKIPPED)
    cursor = due.at.isoformat()
    if not due.is_made_up:
        missed = replace(blank, reason="it was missed, because no scheduler ran then")
        return Decision(tick=missed, cursor=cursor, passed=due.passed)
    tick, runs = answered(answer, blank, selection=schedule.selection, tags=schedule.tags, yes=True)
    return Decision(tick=tick, runs=runs, cursor=cursor, passed=due.passed)
