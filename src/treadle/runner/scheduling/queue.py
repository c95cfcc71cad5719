"""Gives each run that waits, or was left behind, a process of its own."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.runner.resuming import end_abandoned, is_abandoned
from treadle.store import RunRecord, RunStatus

if TYPE_CHECKING:
    from treadle.store import Store

__all__ = ["Queue"]

_SECONDS_BEFORE_ANOTHER_TRY = 60.0


class Queue:
    """Starts at most `most` runs of a project at once; they are processes of their own, and outlive who started them."""

    def __init__(
        self, store: Store, *, project: str, most: int, command: Callable[[str], Sequence[str]], folder: Path
    ) -> None:
        self._store = store
        self._project = project
        self._most = most
        self._command = command
        self._folder = folder
        self._started: dict[str, subprocess.Popen[bytes]] = {}
        self._tried: dict[str, float] = {}

    def look(self) -> list[tuple[RunRecord, str]]:
        """Start what may be started now; tell which runs, and why: `queued`, `resumed` or `cancelled`."""
        for run_id in [run_id for run_id, process in self._started.items() if process.poll() is not None]:
            del self._started[run_id]
        live = self._store.runs(project=self._project, statuses=[RunStatus.QUEUED, RunStatus.RUNNING])
        abandoned = [run for run in live if is_abandoned(run)]
        done = [(run, why) for run in abandoned if (why := self._go_on(run))]
        room = self._most - sum(run.status is RunStatus.RUNNING for run in live) - len(self._starting(live))
        waiting = [run for run in live if run.status is RunStatus.QUEUED and run.id not in self._started]
        for run in sorted(waiting, key=lambda run: (-run.priority, run.created_at, run.id)):
            if run.cancel_requested_at is not None and end_abandoned(self._store, run):
                done.append((run, "cancelled"))
            elif room > 0 and run.launched_by != "command":
                self._start(run)
                done.append((run, "queued"))
                room -= 1
        return done

    def _starting(self, live: list[RunRecord]) -> list[RunRecord]:
        return [run for run in live if run.status is RunStatus.QUEUED and run.id in self._started]

    def _go_on(self, run: RunRecord) -> str | None:
        if run.cancel_requested_at is not None:
            return "cancelled" if end_abandoned(self._store, run) else None
        last = self._tried.get(run.id)
        if run.id in self._started or (last is not None and time.monotonic() - last < _SECONDS_BEFORE_ANOTHER_TRY):
            return None
        self._start(run)
        return "resumed"

    def _start(self, run: RunRecord) -> None:
        folder = self._folder / run.id
        folder.mkdir(parents=True, exist_ok=True)
        self._tried[run.id] = time.monotonic()
        with (folder / "runner.log").open("ab") as output:
            self._started[run.id] = subprocess.Popen(
                list(self._command(run.id)),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # what ends the scheduler doesn't end its runs
            )
