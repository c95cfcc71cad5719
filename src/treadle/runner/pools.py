"""Places that a run's steps need before they start: in pools, and at what only one step may use at a time."""

from __future__ import annotations

import time
from collections.abc import Mapping

from treadle.runner.planning import PlannedStep
from treadle.runner.processes import machine
from treadle.runner.recorder import Recorder

__all__ = ["Pools"]

_SECONDS_BETWEEN_QUESTIONS = 0.5


class Pools:
    """Takes places in the store, which all runs share, and asks again from time to time when there was none."""

    def __init__(self, recorder: Recorder, limits: Mapping[str, int], *, priority: int) -> None:
        self._recorder = recorder
        self._limits = limits
        self._priority = priority
        self._full: dict[str, float] = {}

    @property
    def asks_again_at(self) -> float | None:
        """When a step that waits for a place should be tried again."""
        return min(self._full.values(), default=None)

    def take(self, step: PlannedStep) -> bool:
        """Take all the places that a step needs, or none."""
        needed = {f"lock {machine()} {lock}": 1 for lock in sorted(step.step.locks)}
        if step.step.pool is not None and step.step.pool in self._limits:
            needed[step.step.pool] = self._limits[step.step.pool]
        now = time.monotonic()
        if any(self._full.get(pool, 0.0) > now for pool in needed):
            return False
        if not needed or self._recorder.take_slots(step.address, pools=needed, priority=self._priority):
            return True
        self._full.update(dict.fromkeys(needed, now + _SECONDS_BETWEEN_QUESTIONS))
        return False

    def leave(self) -> None:
        """A step has ended, and what it had is free."""
        self._full.clear()
