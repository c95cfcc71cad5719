"""Notes of what has to be told, written into the store with the events that they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from treadle.ir.observing import ToCatalogue
from treadle.store import PendingDelivery, RunEnded, RunEvent, RunStarted, StepEnded, StepStarted, StepStatus

__all__ = ["DESTINATIONS", "destinations", "noting"]

DESTINATIONS = ("@openlineage.http", "@openlineage.file", "@openlineage.console")
"""By these names the store keeps what is to be told, for each way of its own: one that is down holds up no other."""

_LONGEST = 4_000


def destinations(catalogue: ToCatalogue) -> list[str]:
    """The names of the ways that events go.

    >>> destinations(ToCatalogue(url="http://localhost:5000", console=True))
    ['@openlineage.http', '@openlineage.console']
    """
    wanted = (bool(catalogue.url), catalogue.file is not None, catalogue.console)
    return [name for name, is_wanted in zip(DESTINATIONS, wanted, strict=True) if is_wanted]


def noting(catalogue: ToCatalogue, *, project: str) -> Callable[[Sequence[RunEvent]], list[PendingDelivery]]:
    """What gives, for events that are about to be recorded, the notes to record with them."""
    ways = destinations(catalogue)

    def noted(events: Sequence[RunEvent]) -> list[PendingDelivery]:
        at = datetime.now(UTC).isoformat()
        return [
            PendingDelivery(project=project, hook=way, run_id=event.run_id, message={**note, "at": at})
            for event in events
            for note in _notes(event)
            for way in ways
        ]

    return noted


def _notes(event: RunEvent) -> Iterator[dict[str, object]]:
    match event:
        case RunStarted():
            yield {"type": "RUNNING" if event.is_resumed else "START"}
        case RunEnded():
            yield {"type": _type(StepStatus(event.status.value)), "error": event.error[:_LONGEST]}
        case StepStarted():
            yield {"type": "START" if event.attempt == 1 else "RUNNING", "step": event.step}
        case StepEnded() if event.attempt and event.retry_at is None:  # what never started has no run of its own
            yield {"type": _type(event.status), "step": event.step, "error": event.error[:_LONGEST]}


def _type(status: StepStatus) -> str:
    return {StepStatus.SUCCEEDED: "COMPLETE", StepStatus.FAILED: "FAIL"}.get(status, "ABORT")
