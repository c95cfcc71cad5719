"""Which steps of a plan may start now, and which never will."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence

from treadle.runner.planning import PlannedStep

__all__ = ["Progress"]


class Progress:
    """The steps of a plan that haven't started, and what each still waits for."""

    def __init__(self, steps: Sequence[PlannedStep]) -> None:
        self._steps = steps
        self._position = {step.address: position for position, step in enumerate(steps)}
        self._missing = {step.address: set(step.after) for step in steps}
        self._followers: dict[str, list[str]] = {step.address: [] for step in steps}
        for step in steps:
            for first in step.after:
                self._followers[first].append(step.address)
        self._ready = [self._position[address] for address, missing in self._missing.items() if not missing]
        heapq.heapify(self._ready)

    def take(self, may_start: Callable[[PlannedStep], bool] = lambda step: True) -> PlannedStep | None:
        """The first step, in the order of the plan, that is ready and may start; it is then seen as started."""
        passed_over: list[int] = []
        found: PlannedStep | None = None
        while self._ready and found is None:
            position = heapq.heappop(self._ready)
            if may_start(self._steps[position]):
                found = self._steps[position]
                del self._missing[found.address]
            else:
                passed_over.append(position)
        for position in passed_over:
            heapq.heappush(self._ready, position)
        return found

    @property
    def is_waiting(self) -> bool:
        """Whether there are steps that haven't started."""
        return bool(self._missing)

    def has_ended(self, address: str) -> None:
        """Say of a step that it ended in an earlier life of the run: it isn't started again."""
        self._missing.pop(address, None)
        self._forget(address)

    def withdraw(self, address: str) -> PlannedStep | None:
        """Take back a step that hasn't started; None when it has."""
        if self._missing.pop(address, None) is None:
            return None
        self._forget(address)
        return self._steps[self._position[address]]

    def put_back(self, step: PlannedStep) -> None:
        """Let a step that was started wait until it is tried `again`."""
        self._missing[step.address] = {step.address}

    def again(self, address: str) -> None:
        """A step that was put back may start."""
        if address in self._missing:
            self._missing[address].clear()
            heapq.heappush(self._ready, self._position[address])

    def _forget(self, address: str) -> None:
        self._ready = [position for position in self._ready if position != self._position[address]]
        heapq.heapify(self._ready)

    def succeeded(self, address: str) -> None:
        """What waited for this step alone may start."""
        for follower in self._followers[address]:
            if follower in self._missing:
                self._missing[follower].discard(address)
                if not self._missing[follower]:
                    heapq.heappush(self._ready, self._position[follower])

    def failed(self, address: str) -> list[PlannedStep]:
        """What depends on this step, however far, will never start: these are the steps."""
        lost: set[int] = set()
        waiting = [address]
        while waiting:
            for follower in self._followers[waiting.pop()]:
                if self._missing.pop(follower, None) is not None:
                    lost.add(self._position[follower])
                    waiting.append(follower)
        return [self._steps[position] for position in sorted(lost)]

    def give_up(self) -> list[PlannedStep]:
        """All that hasn't started, and now never will."""
        lost = [step for step in self._steps if step.address in self._missing]
        self._missing.clear()
        self._ready.clear()
        return lost
