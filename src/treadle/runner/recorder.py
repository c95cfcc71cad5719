"""The runner's pen: everything goes through it into the store, and waits there when the store can't be written."""

from __future__ import annotations

import errno
import select
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from treadle.ir import AssetKey
from treadle.runner.cancel import Cancel
from treadle.runner.processes import is_alive
from treadle.store import PendingDelivery, RunEvent, RunRecord, is_kept

if TYPE_CHECKING:
    from treadle.store import Store, StoreUnavailableError

__all__ = ["Announce", "Recorder"]

Announce = Callable[[Sequence[RunEvent]], Sequence[PendingDelivery]]
"""Says what hooks have to tell of events that are about to be recorded."""

_Result = TypeVar("_Result")
_FIRST_WAIT, _LONGEST_WAIT = 0.2, 5.0


class Recorder:
    """Records the events of one run for the runner that has it, and tells them to who listens, in this order.

    A store that is locked, full or restarting is waited for, for at most `patience` seconds, in which the steps'
    pipes fill and nothing is lost.
    """

    def __init__(
        self,
        *,
        store: Store,
        run_id: str,
        runner: str,
        listen: Callable[[RunEvent], object],
        cancel: Cancel,
        patience: float,
        warn: Callable[[str], object],
        announce: Announce | None = None,
    ) -> None:
        self.store = store
        self.run_id = run_id
        self.runner = runner
        self._listen = listen
        self._cancel = cancel
        self._patience = patience
        self._warn = warn
        self._announce = announce or (lambda events: ())
        self._position = self.patiently(lambda: store.next_position(run_id))

    def record(self, *events: RunEvent) -> None:
        """Record events, all or none, and tell them.

        Raises:
            StoreUnavailableError: when the store can't be written for too long.
            RunLostError: when another runner has the run.
        """
        kept = [event for event in events if is_kept(event)]
        if kept:
            self.patiently(lambda: self._write(kept))
            self._position += len(kept)
        for event in events:
            self._listen(event)

    def beat(self) -> RunRecord | None:
        """Say that this runner lives, and give the run as it is now; None when the store can't tell at the moment.

        Raises:
            RunLostError: when another runner has the run.
        """
        from treadle.store import StoreUnavailableError

        try:
            return self.store.beat(self.run_id, self.runner)
        except StoreUnavailableError:
            return None

    def record_quietly(self, *events: RunEvent) -> None:
        """Record events once, and tell nobody: something is wrong already."""
        self._write(events)
        self._position += len(events)

    def _write(self, events: Sequence[RunEvent]) -> None:
        self.store.record(events, runner=self.runner, first=self._position, deliveries=self._announce(events))

    def data_versions(self, assets: Collection[AssetKey]) -> dict[AssetKey, str]:
        """The version of the data of each of these assets that was ever written."""
        states = self.patiently(lambda: self.store.asset_states(assets))
        return {each.asset: each.data_version for each in states if each.partition is None and each.data_version}

    def take_slots(self, step: str, *, pools: Mapping[str, int], priority: int) -> bool:
        """Take a place in each of some pools, or in none."""
        return self.patiently(
            lambda: self.store.take_slots(pools, run_id=self.run_id, step=step, priority=priority, is_alive=is_alive)
        )

    def patiently(self, act: Callable[[], _Result]) -> _Result:
        """Do something again and again until the store, or the disk, has room for it.

        Raises:
            StoreUnavailableError: when that takes too long, or the run is to be cancelled meanwhile.
        """
        from treadle.store import StoreUnavailableError

        began, wait, asked = time.monotonic(), _FIRST_WAIT, self._cancel.count()
        while True:
            try:
                return act()
            except (StoreUnavailableError, OSError) as failed:
                error = _full(failed) if isinstance(failed, OSError) else failed
                waited = time.monotonic() - began
                if waited >= self._patience or self._cancel.count() > asked:
                    raise error from failed
                self._warn(f"{error.message}; trying again for {self._patience - waited:.0f} s")
                select.select([self._cancel], [], [], wait)
                wait = min(wait * 2, _LONGEST_WAIT)


def _full(error: OSError) -> StoreUnavailableError:
    """That a disk is full, which passes; any other trouble of the system is raised as it is."""
    from treadle.store import StoreUnavailableError

    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        raise error
    return StoreUnavailableError(
        f"{error.filename or 'a file'} can't be written: {error.strerror}", fix="free some space"
    )
