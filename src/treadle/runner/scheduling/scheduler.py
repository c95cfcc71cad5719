"""The loop: what is due is decided and recorded, and what waits is started."""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from treadle.ir import AssetGraph, Schedule, Sensor, TickContext
from treadle.runner.cancel import Cancel
from treadle.runner.processes import is_gone, this_process_as_text
from treadle.runner.scheduling import schedules, sensors
from treadle.runner.scheduling.decisions import Decision
from treadle.runner.scheduling.isolation import Answer, Call, call
from treadle.runner.scheduling.queue import Queue
from treadle.runner.scheduling.refusing import without_denied
from treadle.runner.scheduling.sensors import Surroundings
from treadle.store import AutomationState, RunRecord, TickRecord

if TYPE_CHECKING:
    from treadle.store import Store

__all__ = ["Scheduler"]

_SECONDS_BETWEEN_LOOKS = 1.0
_SECONDS_BETWEEN_ANSWERS = 0.1
_MOST_TICKS = 100  # of a schedule that are made up for in one look: everything else has to go on
_SECONDS_BESIDES = 30.0  # beyond its own limit, for which a sensor stays held by who looks


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A function that was asked, and what becomes of its answer."""

    call: Call
    seen: str | None
    holder: str
    decide: Callable[[Answer], Decision]


class Scheduler:
    """Looks after one project. Any number of schedulers may share a store: each tick happens once.

    `tell` is given a tick that was recorded with the runs that it asked for, or a run with what was done to it.
    `warn` is told why the store can't be used, once, and that it can be again.
    `ask` makes the command that asks the function of an automation, of a kind and with a name, in a process that loads
    the project anew (see `isolation`).
    """

    def __init__(
        self,
        *,
        store: Store,
        graph: AssetGraph,
        project: str,
        around: Surroundings,
        queue: Queue,
        also: Iterable[Callable[[datetime], None]] = (),
        tell: Callable[[TickRecord | RunRecord, str], object] = lambda what, word: None,
        warn: Callable[[str], object] = lambda message: None,
        ask: Callable[[str, str, int], Sequence[str]] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._graph = graph
        self._project = project
        self._around = around
        self._queue = queue
        self._also = tuple(also)
        self._tell = tell
        self._warn = warn
        self._ask = ask
        self._now = now
        self._me = this_process_as_text()
        self._looked: dict[str, float] = {}
        self._calls: dict[tuple[str, str], _Asked] = {}

    def run(self, cancel: Cancel, *, until: Callable[[], bool] = lambda: False) -> None:
        """Look until it is asked to stop; a store that can't be used is waited for."""
        from treadle.store import StoreUnavailableError

        is_waiting = False
        try:
            while not cancel.count() and not until():
                try:
                    self.look()
                except StoreUnavailableError as error:
                    if not is_waiting:
                        self._warn(f"{error.message}; waiting until it can be used again")
                    is_waiting = True
                else:
                    if is_waiting:
                        self._warn("the store can be used again")
                    is_waiting = False
                calls = [asked.call for asked in self._calls.values()]
                select.select([cancel, *calls], [], [], _SECONDS_BETWEEN_ANSWERS if calls else _SECONDS_BETWEEN_LOOKS)
        finally:
            self.close()

    def close(self) -> None:
        """End the functions that are being asked."""
        from treadle.store import StoreUnavailableError

        while self._calls:
            (kind, name), asked = self._calls.popitem()
            asked.call.end()
            with suppress(StoreUnavailableError):  # others see that this process is gone
                self._store.automations.release(self._project, kind, name, holder=asked.holder)

    def look(self) -> None:
        """Do once what is due now."""
        now = self._now()
        self._hear()
        states = {(state.kind, state.name): state for state in self._store.automations.states(self._project)}
        for schedule in self._graph.schedules.values():
            self._look_at_schedule(schedule, states.get(("schedule", schedule.name)), now)
        for sensor in self._graph.sensors.values():
            self._look_at_sensor(sensor, states.get(("sensor", sensor.name)), now)
        for act in self._also:
            act(now)
        for run, word in self._queue.look():
            self._tell(run, word)

    def _look_at_schedule(self, schedule: Schedule, state: AutomationState | None, now: datetime) -> None:
        cursor = None if state is None else state.cursor
        if not _is_on(schedule, state):
            if cursor is not None:  # what passes while it is off isn't missed
                self._store.automations.set_cursor(self._project, "schedule", schedule.name, seen=cursor, cursor=None)
            return
        if cursor is None:
            begin = now.isoformat()
            self._store.automations.set_cursor(self._project, "schedule", schedule.name, seen=None, cursor=begin)
            return
        if ("schedule", schedule.name) in self._calls:
            return
        due = schedules.due_now(schedule, cursor, now)
        for _ in range(_MOST_TICKS):
            if due is None or (schedule.evaluate is not None and due.is_made_up):
                break
            decision = schedules.decide(schedule, due)
            if not self._commit(decision, seen=cursor, holder=None):
                return  # another scheduler is at it
            assert decision.cursor is not None
            cursor = decision.cursor
            due = schedules.due_now(schedule, cursor, now)
        if due is None or schedule.evaluate is None or not due.is_made_up:
            return
        if holder := self._hold("schedule", schedule.name, schedules.SECONDS_TO_ANSWER):
            context = TickContext(name=schedule.name, due_at=due.at, last_due_at=datetime.fromisoformat(cursor))
            asked = self._call("schedule", schedule.evaluate, context, timeout=schedules.SECONDS_TO_ANSWER)
            self._calls["schedule", schedule.name] = _Asked(
                call=asked,
                seen=cursor,
                holder=holder,
                decide=lambda answer: schedules.decide(schedule, due, answer.answer),
            )

    def _look_at_sensor(self, sensor: Sensor, state: AutomationState | None, now: datetime) -> None:
        last = self._looked.get(sensor.name)
        if not _is_on(sensor, state) or (last is not None and time.monotonic() - last < sensor.interval):
            return
        if ("sensor", sensor.name) in self._calls:
            return
        self._looked[sensor.name] = time.monotonic()
        if state is not None and state.cursor is not None and state.changed_at is not None:
            since = abs((now - state.changed_at).total_seconds())
            if since < sensor.interval / 2:
                return  # another scheduler looked a moment ago
        holder = self._hold("sensor", sensor.name, sensor.timeout)
        if holder is None:
            return
        seen = None if state is None else state.cursor
        if sensor.evaluate is None or sensor.watch is not None:
            found = sensors.look(sensor, seen, self._around)
            self._commit(sensors.decide(sensor, found, seen=seen, at=now), seen=seen, holder=holder)
            return
        context = TickContext(name=sensor.name, due_at=now, cursor=seen)
        self._calls["sensor", sensor.name] = _Asked(
            call=self._call("sensor", sensor.evaluate, context, timeout=sensor.timeout),
            seen=seen,
            holder=holder,
            decide=lambda answer: sensors.decide(sensor, answer, seen=seen, at=now),
        )

    def _hear(self) -> None:
        """Record what functions have answered meanwhile."""
        for name, asked in list(self._calls.items()):
            if (answer := asked.call.look()) is not None:
                del self._calls[name]
                self._commit(asked.decide(answer), seen=asked.seen, holder=asked.holder)

    def _call(self, kind: str, function: Callable[..., object], context: TickContext, *, timeout: float) -> Call:
        ask = self._ask
        otherwise = None if ask is None else lambda writer: ask(kind, context.name, writer)
        return call(function, context, timeout=timeout, otherwise=otherwise)

    def _hold(self, kind: str, name: str, seconds: float) -> str | None:
        held = self._store.automations.hold(
            self._project, kind, name, holder=self._me, seconds=seconds + _SECONDS_BESIDES, is_gone=is_gone
        )
        return self._me if held else None

    def _commit(self, decision: Decision, *, seen: str | None, holder: str | None) -> bool:
        decision = without_denied(decision, self._graph, seen=seen)
        made = self._store.automations.commit(
            self._project,
            decision.tick,
            decision.runs,
            seen=seen,
            cursor=decision.cursor,
            holder=holder,
            passed=decision.passed,
        )
        if made is not None:
            self._tell(decision.tick, ", ".join(run.id for run in made))
        return made is not None


def _is_on(declared: Schedule | Sensor, state: AutomationState | None) -> bool:
    if state is not None and state.is_enabled is not None:
        return state.is_enabled
    return declared.enabled
