"""Which steps of a plan may start now, and which never will."""

from __future__ import annotations

import heapq
from collections.abc import Sequence, Set

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

    def take(self, locked: Set[str] = frozenset()) -> PlannedStep | None:
        """The first step, in the order of the plan, that may start; it is then seen as started.

        Steps that need what is `locked` have to wait.
        """
        passed_over: list[int] = []
        found: PlannedStep | None = None
        while self._ready and found is None:
            position = heapq.heappop(self._ready)
            if self._steps[position].step.locks & locked:
                passed_over.append(position)
            else:
                found = self._steps[position]
                del self._missing[found.address]
        for position in passed_over:
            heapq.heappush(self._ready, position)
        return found

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
