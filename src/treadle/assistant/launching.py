"""Gives the runs that an assistant asks for their processes, as a server does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.errors import ProjectError

if TYPE_CHECKING:
    from treadle.background.launcher import Launcher
    from treadle.project import Settings
    from treadle.store import PendingDelivery, RunEvent

__all__ = ["Announcing", "Launching"]

Announcing = Callable[["Settings"], Callable[[Sequence["RunEvent"]], Sequence["PendingDelivery"]] | None]
"""Gives what says of events which observers have to be told of them."""


class Launching:
    """Starts queued runs from the first one on that is asked for; what was started outlives it."""

    def __init__(self, folder: Path, announce: Announcing | None) -> None:
        self._folder = folder
        self._announce = announce
        self._open = ExitStack()
        self._launcher: Launcher | None = None
        self._settings: Settings | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Look after what is queued, at once and from now on."""
        with self._lock:
            if self._launcher is None:
                self._launcher = self._begun()
            self._launcher.wake()

    def _begun(self) -> Launcher:
        from treadle.background.launcher import Launcher
        from treadle.background.opening import opened_store

        settings = self._now()
        store = self._open.enter_context(opened_store(settings))
        announce = self._announce(settings) if self._announce else None
        launcher = Launcher(store, self._now, announce=announce)
        launcher.start()
        return launcher

    def close(self) -> None:
        """Stop looking after them."""
        if self._launcher is not None:
            self._launcher.close()
        self._open.close()

    def _now(self) -> Settings:
        """The settings; as long as they can't be read, those of before."""
        from treadle.project import find_settings

        with suppress(ProjectError):
            self._settings = find_settings(self._folder)
        if self._settings is None:
            raise RuntimeError("a run was launched in a project without settings")
        return self._settings
