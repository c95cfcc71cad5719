"""The partitions of an asset, and how each stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query

from treadle.errors import UsageError
from treadle.ir import AssetKey, MultiPartitions, Partitions, StaticPartitions, TimeWindowPartitions
from treadle.runner.partitions import keys_of, window_of
from treadle.server.context import Context, Here
from treadle.server.errors import NotFoundError, error_responses
from treadle.server.models.partitions import Partition, PartitionDimension, PartitionGrid
from treadle.server.routes.assets import find_key
from treadle.server.routes.paging import Cursor

if TYPE_CHECKING:
    from treadle.store import AssetState

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["assets"])


@router.get("/partitions", responses=error_responses(400, 404))
def list_partitions(
    here: Here,
    asset: Annotated[str, Query(max_length=2000, description="The key of the asset.")],
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=5000, description="How many at most.")] = 1000,
) -> PartitionGrid:
    """The partitions of an asset in order, the last ones first to be given, and how each stands."""
    key = find_key(here.snapshot, asset)
    cut = here.snapshot.graph.assets[key].partitions
    if cut is None:
        raise NotFoundError(f"{asset!r} has no partitions")
    keys = keys_of(cut, now=datetime.now(UTC), dynamic=here.store.partition_sets.keys)
    states = {each.partition: each for each in here.store.asset_states([key]) if each.partition in keys}
    at_work = _at_work(here, key, keys)
    standing = here.standings.of(here.snapshot).get(key)
    stale = standing.partitions.stale if standing and standing.partitions else frozenset[str]()
    end = _end(cursor, len(keys))
    start = max(0, end - limit)
    return PartitionGrid(
        dimensions=_dimensions(here, cut),
        total=len(keys),
        counts=_counts(len(keys), states, at_work, stale),
        items=[
            _partition(cut, each, states.get(each), _status(each, states, at_work, stale)) for each in keys[start:end]
        ],
        next=str(start) if start else None,
    )


def _end(cursor: str | None, count: int) -> int:
    if cursor is not None and not cursor.isdecimal():
        raise UsageError("the cursor can't be read", fix="take `next` of the page before")
    return count if cursor is None else min(int(cursor), count)


def _at_work(here: Context, key: AssetKey, keys: Sequence[str]) -> frozenset[str]:
    """The partitions that runs are still going to make."""
    parts = [each for each in here.store.unfinished(here.project) if key in each.assets]
    return frozenset(each for part in parts for each in part.partition_keys if each in keys)


def _counts(
    total: int, states: Mapping[Any, AssetState], at_work: frozenset[str], stale: frozenset[str]
) -> dict[str, int]:
    found = dict.fromkeys(("materialized", "stale", "failed", "missing", "running"), 0)
    for key in {*states, *at_work}:
        found[_status(key, states, at_work, stale)] += 1
    found["missing"] += total - len({*states, *at_work})
    return found


def _status(key: str, states: Mapping[Any, AssetState], at_work: frozenset[str], stale: frozenset[str]) -> Any:
    state = states.get(key)
    if key in at_work:
        return "running"
    if state is None or (state.failed_at is None and state.materialized_at is None):
        return "missing"
    return "failed" if state.failed_at is not None else "stale" if key in stale else "materialized"


def _partition(cut: Partitions, key: str, state: AssetState | None, status: Any) -> Partition:
    window = window_of(cut, key)
    return Partition(
        key=key,
        status=status,
        materialized_at=state.materialized_at if state else None,
        failed_at=state.failed_at if state else None,
        run_id=(state.failed_run_id or state.run_id) if state else None,
        start=window.start if window else None,
    )


def _dimensions(here: Context, cut: Partitions) -> list[PartitionDimension]:
    if not isinstance(cut, MultiPartitions):
        return [_dimension(here, "", cut)]
    return [_dimension(here, name, cut.dimensions[name]) for name in sorted(cut.dimensions)]


def _dimension(here: Context, name: str, cut: Partitions) -> PartitionDimension:
    is_timed = isinstance(cut, TimeWindowPartitions)
    return PartitionDimension(
        name=name,
        kind="time_window" if is_timed else "static" if isinstance(cut, StaticPartitions) else "dynamic",
        count=len(keys_of(cut, now=datetime.now(UTC), dynamic=here.store.partition_sets.keys)),
        cron=cut.cron if isinstance(cut, TimeWindowPartitions) else None,
        timezone=cut.timezone if isinstance(cut, TimeWindowPartitions) else None,
    )
