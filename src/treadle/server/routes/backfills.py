"""Backfills: many partitions, in runs that are followed as one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from treadle.errors import UsageError
from treadle.runner import end_abandoned
from treadle.runner.backfilling import advance, parts_of, progress_of
from treadle.runner.standing import standing_of_all
from treadle.server.context import Context, Here
from treadle.server.errors import ConflictError, NotFoundError, error_responses
from treadle.server.identity.journal import Noting
from treadle.server.identity.needs import Who, need_all_of, need_with, needs
from treadle.server.models.backfills import Backfill, BackfillDetail, BackfillList, BackfillPart, NewBackfill
from treadle.server.routes.launching import refuse_blocked
from treadle.server.routes.paging import Limit
from treadle.store import BackfillStatus, StoreUnavailableError

if TYPE_CHECKING:
    from treadle.store import BackfillRecord

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["backfills"])


_NEED = needs("launcher")


@router.get("/backfills")
def list_backfills(here: Here, limit: Limit = 50) -> BackfillList:
    """Backfills, the newest first."""
    found = here.store.backfills.all(project=here.project, limit=limit)
    return BackfillList(items=[Backfill(**_summary(here, each)) for each in found])


@router.post("/backfills", status_code=202, dependencies=[_NEED], responses=error_responses(400, 409))
def start_backfill(here: Here, who: Who, note: Noting, asked: NewBackfill) -> BackfillDetail:
    """Ask for a backfill: its runs are queued some at a time, until each partition was materialized."""
    graph = here.snapshot.graph
    note.details = f"{asked.selection}, {asked.partitions}"
    selected = graph.select(asked.selection)
    need_with(who, "launcher", here.snapshot, selected)
    parts = parts_of(
        graph,
        asked.selection,
        asked.partitions,
        standings=lambda: standing_of_all(graph, here.store),
        now=datetime.now(UTC),
        dynamic=here.store.partition_sets.keys,
    )
    if not parts:
        raise ConflictError("every partition of what is selected is fresh")
    refuse_blocked(here.snapshot, selected)
    made = here.store.backfills.create(
        parts,
        project=here.project,
        selection=asked.selection,
        partitions=asked.partitions,
        tags=asked.tags,
        priority=asked.priority,
        runs_at_once=asked.runs_at_once,
    )
    note.target = made.id
    here.launcher.wake()
    return _detail(here, made)


@router.get("/backfills/{backfill_id}", responses=error_responses(404))
def get_backfill(here: Here, backfill_id: str) -> BackfillDetail:
    """A backfill with its runs; the beginning of the id is enough."""
    return _detail(here, _find(here, backfill_id))


@router.post(
    "/backfills/{backfill_id}/cancel", status_code=202, dependencies=[_NEED], responses=error_responses(404, 409)
)
def cancel_backfill(here: Here, who: Who, backfill_id: str) -> BackfillDetail:
    """Stop a backfill, and its runs."""
    store, found = here.store, _find(here, backfill_id)
    need_all_of(who, "launcher", here.snapshot, found.selection)
    if not store.backfills.request_cancel(found.id):
        raise ConflictError(f"backfill {found.id} is over: it {found.status.value}")
    advance(store, store.backfills.find(found.id))
    for part in store.backfills.parts(found.id):
        if part.run_id is not None and part.status is not None and not part.status.is_final:
            end_abandoned(store, store.run(part.run_id), announce=here.announce)
    advance(store, store.backfills.find(found.id))
    return _detail(here, store.backfills.find(found.id))


@router.post(
    "/backfills/{backfill_id}/resume", status_code=202, dependencies=[_NEED], responses=error_responses(404, 409)
)
def resume_backfill(here: Here, who: Who, backfill_id: str) -> BackfillDetail:
    """Run again what didn't succeed of a backfill that is over."""
    found = _find(here, backfill_id)
    need_all_of(who, "launcher", here.snapshot, found.selection)
    if found.status is BackfillStatus.SUCCEEDED:
        raise ConflictError(f"backfill {found.id} is over: it succeeded")
    if found.status is not BackfillStatus.RUNNING:
        here.store.backfills.reopen(found)
    here.launcher.wake()
    return _detail(here, here.store.backfills.find(found.id))


def _find(here: Context, name: str) -> BackfillRecord:
    try:
        found = here.store.backfills.find(name)
    except StoreUnavailableError:
        raise
    except UsageError as error:
        raise NotFoundError(error.message) from None
    if found.project != here.project:
        raise NotFoundError(f"the project has no backfill {name!r}")
    return found


def _summary(here: Context, backfill: BackfillRecord) -> dict[str, Any]:
    return {
        "id": backfill.id,
        "status": backfill.status.value,
        "selection": backfill.selection,
        "partitions": backfill.partitions,
        "runs_at_once": backfill.runs_at_once,
        "tags": dict(backfill.tags),
        "created_at": backfill.created_at,
        "ended_at": backfill.ended_at,
        "error": backfill.error,
        "runs": progress_of(here.store.backfills.parts(backfill.id)),
    }


def _detail(here: Context, backfill: BackfillRecord) -> BackfillDetail:
    return BackfillDetail(
        **_summary(here, backfill),
        parts=[
            BackfillPart(
                partition=each.partition,
                partition_keys=list(each.partition_keys),
                run_id=each.run_id,
                status=each.status.value if each.status else None,
            )
            for each in here.store.backfills.parts(backfill.id)
        ],
    )
