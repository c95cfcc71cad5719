"""Starts runs by themselves: schedules, sensors, and runs that wait or were left behind.

Data walks one way: what is due (`schedules`, `sensors`) becomes a `Decision`, the decision a tick in the store with the
runs that it asks for, and each queued run a process (`queue`). Any number of schedulers may share a store.
"""

from __future__ import annotations

from treadle.runner.scheduling.scheduler import Scheduler

__all__ = ["Scheduler"]
