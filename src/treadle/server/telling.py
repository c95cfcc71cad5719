"""Tells who listens which runs have another status now."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from anyio.to_thread import run_sync

from treadle.store import StoreUnavailableError

if TYPE_CHECKING:
    from treadle.server.context import Context

__all__ = ["tell_of_runs"]

_SECONDS_BETWEEN_LOOKS = 0.5
_MOST_RUNS = 200


async def tell_of_runs(context: Context) -> None:
    """Tell of runs, as long as the server answers; nobody is told anything when nobody listens."""
    last, seen = -1, dict[str, str]()
    while await context.streams.wait(_SECONDS_BETWEEN_LOOKS):
        if not context.streams.is_heard:
            last = -1
            continue
        with suppress(StoreUnavailableError):
            now = await run_sync(context.store.last_event)
            if now == last:
                continue
            runs = await run_sync(lambda: context.store.runs(project=context.project, limit=_MOST_RUNS))
            statuses = {run.id: run.status.value for run in reversed(runs)}
            if last >= 0:
                for run_id, status in statuses.items():
                    if seen.get(run_id) != status:
                        context.streams.tell("run", {"id": run_id, "status": status})
            last, seen = now, statuses
