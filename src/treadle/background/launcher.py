"""Gives runs their processes, as a scheduler does; each outlives the server."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from treadle.runner.backfilling import advance
from treadle.runner.scheduling.queue import Queue
from treadle.store import BackfillStatus, StoreUnavailableError

if TYPE_CHECKING:
    from treadle.project import Settings
    from treadle.store import PendingDelivery, RunEvent, RunRecord, Store

__all__ = ["Launcher"]

_SECONDS_BETWEEN_LOOKS = 2.0


class Launcher:
    """Looks after queued runs and backfills: again and again, and at once when it is woken.

    Any number of these, and of schedulers, may share a store.
    """

    def __init__(
        self,
        store: Store,
        settings: Callable[[], Settings],
        *,
        announce: Callable[[Sequence[RunEvent]], Sequence[PendingDelivery]] | None = None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._announce = announce
        self._due = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="launcher", daemon=True)
        self._resumed: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def wake(self) -> None:
        """Look at once."""
        self._due.set()

    def close(self) -> None:
        """Stop looking; what runs goes on."""
        self._stop.set()
        self._due.set()
        self._thread.join(10)

    def resume(self, run: RunRecord) -> None:
        """Start a process that goes on with a run; of several, one gets it."""
        settings = self._settings()
        folder = settings.state / "runs" / run.id
        folder.mkdir(parents=True, exist_ok=True)
        self._resumed = [each for each in self._resumed if each.poll() is None]
        with (folder / "runner.log").open("ab") as output:
            process = subprocess.Popen(
                [*_treadle(settings), "runs", "resume", run.id],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # what ends the server doesn't end its runs
            )
        self._resumed.append(process)

    def _run(self) -> None:
        queue, limits = self._queue(), self._settings().limits
        while True:
            if self._settings().limits != limits:
                queue, limits = self._queue(), self._settings().limits
            with suppress(StoreUnavailableError):  # it is looked at again in a moment
                self._look(queue)
            self._due.wait(_SECONDS_BETWEEN_LOOKS)
            self._due.clear()
            if self._stop.is_set():
                return

    def _look(self, queue: Queue) -> None:
        project = str(self._settings().root)
        for backfill in self._store.backfills.all(project=project, statuses=[BackfillStatus.RUNNING]):
            advance(self._store, backfill)
        queue.look()

    def _queue(self) -> Queue:
        settings = self._settings()
        return Queue(
            self._store,
            project=str(settings.root),
            most=settings.limits.runs,
            command=lambda run_id: [*_treadle(settings), "runs", "resume", "--unless-cancelled", run_id],
            folder=settings.state / "runs",
            announce=self._announce,
        )


def _treadle(settings: Settings) -> list[str]:
    return [sys.executable, "-P", "-m", "treadle", "-C", str(settings.root)]
