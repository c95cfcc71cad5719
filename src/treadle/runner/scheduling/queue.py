"""Gives each run that waits, or was left behind, a process of its own."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.runner.output import read_output
from treadle.runner.processes import child_process, is_alive
from treadle.runner.recorder import Announce
from treadle.runner.resuming import end_abandoned, fail_unstarted, is_abandoned
from treadle.store import RunRecord, RunStatus
from treadle.store.queueing import COMMAND, is_reserved, times_reserved

if TYPE_CHECKING:
    from treadle.store import Store

__all__ = ["Queue"]

_SECONDS_BEFORE_ANOTHER_TRY = 60.0
_MOST_TRIES = 5
_LONGEST_BEGINNING = timedelta(minutes=5)
_LEFT = "the command that was to run it ended before it began"


class Queue:
    """Starts runs of a project, which are processes of their own and outlive who started them.

    At most `most` of them run at once, however many schedulers share the store.
    """

    def __init__(
        self,
        store: Store,
        *,
        project: str,
        most: int,
        command: Callable[[str], Sequence[str]],
        folder: Path,
        announce: Announce | None = None,
    ) -> None:
        self._store = store
        self._project = project
        self._most = most
        self._command = command
        self._folder = folder
        self._announce = announce
        self._started: list[subprocess.Popen[bytes]] = []
        self._tried: dict[str, float] = {}

    def look(self) -> list[tuple[RunRecord, str]]:
        """Start what may be started now; tell which runs, and what was done.

        That is `queued`, `resumed`, `cancelled`, `failed`, or `refused: ` with the reason why there is no process.
        """
        self._started = [process for process in self._started if process.poll() is None]
        live = self._store.runs(project=self._project, statuses=[RunStatus.QUEUED, RunStatus.RUNNING])
        done = [(run, word) for run in live if (word := self._tidy(run))]
        over = {run.id for run, _ in done}
        if self._has_room_and_work([run for run in live if run.id not in over]):
            while run := self._store.reserve_run(self._project, most=self._most, is_alive=is_alive):
                done.append((run, self._start(run, "queued")))
        return done

    def _has_room_and_work(self, live: list[RunRecord]) -> bool:
        """Whether it is worth asking the store, which lets one scheduler at a time ask."""
        now = datetime.now(UTC)
        reserved = {run.id for run in live if is_reserved(run, is_alive=is_alive, now=now)}
        waiting = [run for run in live if run.status is RunStatus.QUEUED and run.id not in reserved]
        taken = len(reserved) + sum(run.status is RunStatus.RUNNING for run in live)
        return taken < self._most and any(run.launched_by != COMMAND for run in waiting)

    def _tidy(self, run: RunRecord) -> str | None:
        """Go on with what was left behind, and end what nobody will begin."""
        if run.status is RunStatus.RUNNING:
            return self._go_on(run) if is_abandoned(run) else None
        if run.cancel_requested_at is not None:
            return "cancelled" if end_abandoned(self._store, run, announce=self._announce) else None
        if run.launched_by == COMMAND:
            is_left = run.runner is None and abs(datetime.now(UTC) - run.created_at) > _LONGEST_BEGINNING
            return (
                "cancelled" if is_left and end_abandoned(self._store, run, why=_LEFT, announce=self._announce) else None
            )
        if times_reserved(run) >= _MOST_TRIES and not is_reserved(run, is_alive=is_alive, now=datetime.now(UTC)):
            return "failed" if fail_unstarted(self._store, run, self._how_it_ended(run)) else None
        return None

    def _go_on(self, run: RunRecord) -> str | None:
        if run.cancel_requested_at is not None:
            return "cancelled" if end_abandoned(self._store, run, announce=self._announce) else None
        last = self._tried.get(run.id)
        if last is not None and time.monotonic() - last < _SECONDS_BEFORE_ANOTHER_TRY:
            return None
        self._tried[run.id] = time.monotonic()
        return self._start(run, "resumed")

    def _start(self, run: RunRecord, word: str) -> str:
        try:
            self._log(run).parent.mkdir(parents=True, exist_ok=True)
            with self._log(run).open("ab") as output:
                process = subprocess.Popen(
                    list(self._command(run.id)),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,  # what ends the scheduler doesn't end its runs
                )
        except OSError as error:  # a full disk, or too many processes: it is tried again, as when it dies at once
            return f"refused: {error}"
        self._started.append(process)
        if run.status is RunStatus.QUEUED and run.runner is not None:
            self._store.note_process(run, child_process(run.runner.id, process.pid))
        return word

    def _log(self, run: RunRecord) -> Path:
        return self._folder / run.id / "runner.log"

    def _how_it_ended(self, run: RunRecord) -> str:
        said = ""
        with suppress(OSError):
            text = b"".join(read_output(self._log(run)))[-4096:].decode("utf-8", "replace")
            said = next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
        ended = f"its process ended {times_reserved(run)} times before it began"
        return f"{ended}; the last that it said: {said}" if said else ended
