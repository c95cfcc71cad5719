"""Every check of the project, and what came of it last."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Query

from treadle.ir import Check
from treadle.server.context import Here
from treadle.server.models.histories import CheckList, CheckSummary
from treadle.server.routes.assets import place_of, result_of
from treadle.server.routes.paging import Cursor, Limit, page_of

if TYPE_CHECKING:
    from treadle.store import CheckResultRecord

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["assets"])

CheckStatus = Literal["passed", "warned", "failed", "never"]


@router.get("/checks")
def list_checks(
    here: Here,
    status: Annotated[list[CheckStatus] | None, Query(max_length=10, description="Only such. (repeatable)")] = None,
    q: Annotated[str | None, Query(max_length=200, description="Text in the asset's key or the check's name.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> CheckList:
    """Checks in the order of their assets, with what came of each last."""
    last = here.store.latest_check_results()
    checks = {str(each.key): each for each in here.snapshot.graph.checks.values()}
    states = {name: _status(last.get(each.key)) for name, each in checks.items()}
    word = (q or "").casefold()
    names = sorted(name for name in checks if word in name.casefold() and (not status or states[name] in status))
    page, after = page_of(names, cursor, limit)
    items = [_summary(checks[name], states[name], last.get(checks[name].key)) for name in page]
    return CheckList(items=items, next=after, total=len(names), counts=dict(Counter(states.values())))


def _status(last: CheckResultRecord | None) -> CheckStatus:
    if last is None:
        return "never"
    return "passed" if last.passed else "warned" if last.severity.value == "warn" else "failed"


def _summary(check: Check, status: CheckStatus, last: CheckResultRecord | None) -> CheckSummary:
    return CheckSummary(
        asset=str(check.asset),
        name=check.name,
        description=check.description,
        severity=check.severity.value,
        blocking=check.blocking,
        place=place_of(check.origin),
        status=status,
        last=result_of(last) if last is not None else None,
    )
