"""What became of an asset over time: when it was written, what was reported of it, and what its checks found."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query

from treadle.errors import UsageError, did_you_mean
from treadle.ir import AssetKey
from treadle.server.context import Here
from treadle.server.errors import NotFoundError, error_responses
from treadle.server.models.histories import (
    CheckResultPage,
    MaterializationPage,
    MetadataHistory,
    MetadataPoint,
    MetadataSeries,
)
from treadle.server.routes.assets import find_key, materialization_of, result_of
from treadle.server.routes.paging import Cursor, Limit
from treadle.store import CheckResultRecord, MaterializationRecord, Recorded

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["assets"])

_MOST_SERIES = 50
AssetName = Annotated[str, Query(max_length=2000, description="The key of the asset.")]


@router.get("/materializations", responses=error_responses(400, 404))
def list_materializations(
    here: Here,
    asset: AssetName,
    partition: Annotated[str | None, Query(max_length=2000, description="Of this partition alone.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> MaterializationPage:
    """When an asset was written, the newest first, with what was reported of it."""
    found = here.store.materializations(
        asset=find_key(here.snapshot, asset), partition=partition, before=_read(cursor), limit=limit + 1
    )[::-1]
    page = found[:limit]
    after = _written(page[-1]) if len(found) > limit else None
    return MaterializationPage(items=list(map(materialization_of, page)), next=after)


@router.get("/check-results", responses=error_responses(400, 404))
def list_check_results(
    here: Here,
    asset: AssetName,
    check: Annotated[str, Query(max_length=2000, description="The name of the check.")],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> CheckResultPage:
    """What a check of an asset found, the newest first."""
    key = find_key(here.snapshot, asset)
    names = [each.name for each in here.snapshot.graph.checks_of(key)]
    if check not in names:
        raise NotFoundError(f"{asset!r} has no check {check!r}", fix=did_you_mean(check, names))
    found = here.store.check_results(asset=key, check=check, before=_read(cursor), limit=limit + 1)[::-1]
    page = found[:limit]
    after = _written(page[-1]) if len(found) > limit else None
    return CheckResultPage(items=list(map(result_of, page)), next=after)


@router.get("/metadata", responses=error_responses(404))
def get_metadata_history(
    here: Here,
    asset: AssetName,
    by: Annotated[str, Query(pattern="^(time|partition)$", description="`partition`: the last of each.")] = "time",
    limit: Annotated[int, Query(ge=1, le=2000, description="How many materializations at most.")] = 300,
) -> MetadataHistory:
    """The numbers that were reported of an asset: rows, seconds, loss…; a series for each name."""
    key = find_key(here.snapshot, asset)
    if by == "partition":
        latest = sorted(here.store.latest_partitions(key).values(), key=lambda each: each.partition or "")
        found = latest[-limit:]
        has_more = len(latest) > limit
    else:
        found = here.store.materializations(asset=key, limit=limit + 1)
        has_more = len(found) > limit
        found = found[-limit:]
    return MetadataHistory(series=_series(key, found), materializations=len(found), more=has_more)


def _series(key: AssetKey, found: list[MaterializationRecord]) -> list[MetadataSeries]:
    points: dict[str, list[MetadataPoint]] = {}
    for each in found:
        for name, value in _numbers(each.metadata):
            point = MetadataPoint(at=each.created_at, value=value, run_id=each.run_id, partition=each.partition)
            points.setdefault(name, []).append(point)
    longest = sorted(points, key=lambda name: (-len(points[name]), name))[:_MOST_SERIES]
    return [MetadataSeries(name=name, points=points[name]) for name in longest]


def _numbers(metadata: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    """The numbers in metadata, also those one level deeper: `metrics.loss`."""
    for name, value in metadata.items():
        if isinstance(value, Mapping) and not prefix:
            yield from _numbers(value, f"{name}.")
        elif isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            yield f"{prefix}{name}", float(value)


def _written(record: MaterializationRecord | CheckResultRecord) -> str:
    return f"{record.created_at.isoformat()} {record.run_id} {record.position}"


def _read(cursor: str | None) -> Recorded | None:
    """What a cursor says.

    Raises:
        UsageError: when it is none.
    """
    if cursor is None:
        return None
    try:
        moment, run_id, position = cursor.split(" ")
        found = Recorded(datetime.fromisoformat(moment), run_id, int(position))
        if found.created_at.tzinfo is None or abs(found.position) > 2**31:
            raise ValueError
    except ValueError:
        raise UsageError("the cursor can't be read", fix="take `next` of the page before") from None
    return found
