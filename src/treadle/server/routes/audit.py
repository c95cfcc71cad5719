"""The audit log: who changed what, and who was refused."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from treadle.server.context import Here
from treadle.server.identity.needs import needs
from treadle.server.models.audit import AuditEntry, AuditPage
from treadle.server.routes.paging import Limit
from treadle.store.changes import ChangeRecord, Outcome

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["identity"])


@router.get("/audit", dependencies=[needs("admin", is_change=False)])
def list_changes(
    here: Here,
    who: Annotated[str | None, Query(max_length=300, description="A part of their name.")] = None,
    action: Annotated[
        list[str] | None, Query(max_length=50, description="Only such, like `launch_run`. (repeatable)")
    ] = None,
    outcome: Annotated[list[Outcome] | None, Query(description="Only such. (repeatable)")] = None,
    since: Annotated[datetime | None, Query(description="Only from this moment on.")] = None,
    cursor: Annotated[int | None, Query(ge=0, le=2**62, description="`next` of the page before.")] = None,
    limit: Limit = 50,
) -> AuditPage:
    """What was changed by people and by programs, and what they were refused, the newest first."""
    found = here.store.changes.all(
        here.project,
        who=who,
        actions=action or (),
        outcomes=outcome or (),
        since=since,
        before=cursor,
        limit=limit + 1,
    )
    page = found[:limit]
    return AuditPage(items=list(map(_entry_of, page)), next=str(page[-1].id) if len(found) > limit else None)


def _entry_of(record: ChangeRecord) -> AuditEntry:
    values = asdict(record.change)
    del values["subject"]
    return AuditEntry(id=record.id, **values)
