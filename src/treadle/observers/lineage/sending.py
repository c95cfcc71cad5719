"""Sends what has to be told in the order in which it happened; what can't be told now waits for the next time."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from treadle.errors import UsageError
from treadle.ir.observing import ToCatalogue
from treadle.observers.channels.letter import UndeliverableError
from treadle.observers.lineage.events import EventMaker
from treadle.observers.lineage.noting import destinations
from treadle.observers.lineage.transports import RefusedError, Send, opened
from treadle.store import DeliveryRecord

if TYPE_CHECKING:
    from treadle.store import Store

__all__ = ["Sent", "send_waiting"]

_AT_ONCE = 100
_FIRST_WAIT, _LONGEST_WAIT = 30.0, 3600.0
_LONGER_THAN_ANY = timedelta(minutes=1)
_LONGEST_ANSWER = 5.0
_LONGEST_ERROR = 300


@dataclass(slots=True, kw_only=True)
class Sent:
    """What came of sending events one way: how many were told, wait, and were lost, and why they wait or are."""

    way: str
    told: int = 0
    waiting: int = 0
    lost: int = 0
    error: str = ""


def send_waiting(
    store: Store,
    catalogue: ToCatalogue,
    make: EventMaker,
    *,
    project: str,
    environment: Mapping[str, str],
    seconds: float,
    is_patient: bool = False,
) -> list[Sent]:
    """Send the events of a project that wait, in about so many seconds.

    Any number of processes may call it at once: one of them sends. Who `is_patient` leaves alone for a while who
    couldn't be told.

    Raises:
        StoreUnavailableError: when the store can't be used; what was told may be told again then.
    """
    found = []
    until = time.monotonic() + seconds
    for name in destinations(catalogue):
        sent = Sent(way=name.removeprefix("@openlineage."))
        sent.lost += store.spool.shed(project, name, most=catalogue.most)
        if sent.lost:
            sent.error = f"more than {catalogue.most:,} waited, and the oldest were given up"
        with opened(name, catalogue, environment, seconds=min(_LONGEST_ANSWER, seconds)) as send:
            _send_all(store, name, make, send, sent, project=project, until=until, is_patient=is_patient)
        if sent.error or time.monotonic() >= until:
            sent.waiting, _, _ = store.spool.waiting(project, name)
        found.append(sent)
    return found


def _send_all(
    store: Store, name: str, make: EventMaker, send: Send, sent: Sent, *, project: str, until: float, is_patient: bool
) -> None:
    while (left := until - time.monotonic()) > 0:
        lease = timedelta(seconds=left) + _LONGER_THAN_ANY
        taken = store.spool.take(project, name, limit=_AT_ONCE, lease=lease, is_patient=is_patient)
        if not taken or not _send_some(store, taken, make, send, sent, until=until):
            return


def _send_some(
    store: Store, taken: list[DeliveryRecord], make: EventMaker, send: Send, sent: Sent, *, until: float
) -> bool:
    """Send what was taken; false when the rest has to wait."""
    for position, note in enumerate(taken):
        error = ""
        if time.monotonic() < until:
            try:
                send(make.event(note))
            except UndeliverableError as failed:
                error = str(failed)[:_LONGEST_ERROR]
            except RefusedError as refused:
                sent.lost += 1
                sent.error = str(refused)[:_LONGEST_ERROR]
                continue
            except UsageError:
                sent.lost += 1
                sent.error = "their runs were deleted before they could be told"
                continue
            else:
                sent.told += 1
                continue
        store.spool.told(taken[:position])
        wait = min(_FIRST_WAIT * 2 ** min(note.attempts, 10), _LONGEST_WAIT) if error else 0.0
        store.spool.put_off(taken[position:], error=error, again_in=timedelta(seconds=wait))
        sent.error = error or sent.error
        return False
    store.spool.told(taken)
    return True
