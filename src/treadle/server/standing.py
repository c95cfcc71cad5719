"""How assets stand now, worked out at most so often: it takes a second for ten thousand of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from treadle.ir import AssetKey
from treadle.runner.staleness import Standing
from treadle.runner.standing import standing_of_all
from treadle.server.snapshot import Snapshot

if TYPE_CHECKING:
    from treadle.store import Store

__all__ = ["Standings"]

_SECONDS_AT_LEAST = 2.0  # while runs go on
_SECONDS_AT_MOST = 30.0  # time passes, and assets become overdue


class Standings:
    """How the assets of the newest snapshot stand. For any number of threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._known: tuple[str, int, float, Mapping[AssetKey, Standing]] | None = None

    def of(self, snapshot: Snapshot) -> Mapping[AssetKey, Standing]:
        """How each asset that a step makes stands."""
        known = self._known
        if known is not None and self._is_fresh(known[0], known[1], known[2], snapshot):
            return known[3]
        # Who comes while it is worked out gets what was known, if that is of the same graph.
        if not self._lock.acquire(blocking=known is None or known[0] != snapshot.version):
            assert known is not None
            return known[3]
        try:
            known = self._known
            if known is not None and self._is_fresh(known[0], known[1], known[2], snapshot):
                return known[3]
            last = self._store.last_event()
            found = standing_of_all(snapshot.graph, self._store)
            self._known = (snapshot.version, last, time.monotonic(), found)
            return found
        finally:
            self._lock.release()

    def _is_fresh(self, version: str, last: int, at: float, snapshot: Snapshot) -> bool:
        if version != snapshot.version:
            return False
        age = time.monotonic() - at
        return age < _SECONDS_AT_LEAST or (age < _SECONDS_AT_MOST and self._store.last_event() == last)
