"""Keeps what is known of the project up to date: loads it when it is asked to, or when a file has changed."""

from __future__ import annotations

import hashlib
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from treadle.background.project_process import NotLoadedError
from treadle.errors import ProjectError, UsageError
from treadle.project import Settings
from treadle.project.settings import find_settings
from treadle.project.watching import changes
from treadle.server.facts import Facts, as_bytes, from_loader, with_last_good
from treadle.server.loader import Loader
from treadle.server.snapshot import Snapshot, State

__all__ = ["Current"]

# Runs write these all the time, and no component is made from them.
_DATA = frozenset(
    (".db", ".duckdb", ".jsonl", ".log", ".parquet", ".sqlite", ".wal", ".db-journal", ".db-shm", ".db-wal")
)


class Current:
    """The project as it is now.

    The thread that loads calls `before` with each new snapshot before anybody else has it, and `told` afterwards.
    """

    def __init__(
        self,
        settings: Settings,
        loader: Loader,
        *,
        before: Callable[[Snapshot], object] = lambda snapshot: None,
        told: Callable[[Snapshot], object] = lambda snapshot: None,
    ) -> None:
        self.snapshot = Snapshot(settings=settings, facts=Facts(), state="loading", version="0")
        self._before = before
        self._told = told
        self._folder = settings.root
        self._good: Facts | None = None
        self._loader = loader
        self._due = threading.Event()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, *, watch: bool) -> None:
        """Load the project, again whenever it is asked for, and when a file changes if it is to `watch`."""
        if not watch:
            self._due.set()
        work = [self._load_when_due, *([self._watch] if watch else [])]
        self._threads = [threading.Thread(target=each, name=each.__name__, daemon=True) for each in work]
        for each in self._threads:
            each.start()

    def ask(self) -> None:
        """Load again, soon."""
        self._due.set()

    def close(self) -> None:
        """Stop."""
        self._stop.set()
        self._due.set()
        for each in self._threads:
            each.join(10)

    def _watch(self) -> None:
        try:
            for files in changes(self._folder, self._stop):
                # None at first: from then on nothing is missed, so it is loaded then and not before.
                if not files or any(_matters(each) for each in files):
                    self._due.set()
        except UsageError as error:
            print(f"changes aren't followed: {error.message}", file=sys.stderr)  # noqa: T201 - whoever started it is to know
            self._due.set()

    def _load_when_due(self) -> None:
        self._loader.start()
        while True:
            self._due.wait()
            self._due.clear()
            if self._stop.is_set():
                return
            self._load()

    def _load(self) -> None:
        began = time.monotonic()
        try:
            data = self._loader.load(self._due.is_set)
            settings = find_settings(self._folder)
        except NotLoadedError as error:
            if not self._due.is_set():  # otherwise it is loaded again anyway
                self._take(_with_error(self.snapshot, str(error)))
            return
        except ProjectError as error:
            data, settings = as_bytes(error.diagnostics), self.snapshot.settings
        facts = from_loader(data)
        shown = with_last_good(facts, self._good)
        if facts.graph is not None:
            self._good = shown  # of what is broken, what was known before goes on being known
        state: State = "failed" if facts.graph is None else "broken" if facts.is_broken else "loaded"
        self._take(
            Snapshot(
                settings=settings,
                facts=shown,
                state=state,
                version=hashlib.blake2b(data, digest_size=8).hexdigest(),
                loaded_at=datetime.now(UTC),
                seconds=round(time.monotonic() - began, 3),
            )
        )

    def _take(self, snapshot: Snapshot) -> None:
        is_same = (snapshot.version, snapshot.error) == (self.snapshot.version, self.snapshot.error)
        self._before(snapshot)
        self.snapshot = snapshot
        if not is_same:
            self._told(snapshot)


def _with_error(snapshot: Snapshot, error: str) -> Snapshot:
    """The same, when the project couldn't be loaded again."""
    return Snapshot(
        settings=snapshot.settings,
        facts=snapshot.facts,
        state="failed",
        version=snapshot.version,
        error=error,
        loaded_at=snapshot.loaded_at,
        seconds=snapshot.seconds,
    )


def _matters(file: Path) -> bool:
    return file.suffix not in _DATA
