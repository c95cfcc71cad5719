"""What a run would do, before it is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Query

from treadle.ir import Partitions
from treadle.runner import plan
from treadle.runner.partitions.keys import keys_of
from treadle.runner.partitions.ranges import text_of
from treadle.server.context import Context, Here
from treadle.server.errors import error_responses
from treadle.server.models.runs import PartitionChoice, PlannedStep, RunPlan
from treadle.server.routes.launching import refuse_blocked

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["runs"])

_MOST_KEYS = 500
_MOST_LOOKED_AT = 20_000  # partitions: the last ones are those that runs are asked for
_LONGEST_TEXT = 10_000  # characters that name partitions: as many as are taken


@router.get("/plan", responses=error_responses(400, 409))
def get_plan(
    here: Here,
    selection: Annotated[str, Query(max_length=10_000, description="What a run would be asked to materialize.")] = "*",
    partition: Annotated[str | None, Query(max_length=1000)] = None,
    partitions: Annotated[str | None, Query(max_length=10_000, description="Several in one run.")] = None,
) -> RunPlan:
    """What a run of a selection would do: its steps in order, and which partitions there are to choose from.

    Where a partition has to be chosen and isn't, the plan is that of the latest.
    """
    graph = here.snapshot.graph
    keys = _keys(here, _partitions_of(here, selection))
    asked = partition
    if keys and partition is None and partitions is None:
        asked = keys[-1]
    planned = plan(graph, selection, partition=asked, partitions=partitions, dynamic=here.store.partition_sets.keys)
    refuse_blocked(here.snapshot, planned.selected)
    return RunPlan(
        steps=[PlannedStep(step=each.address, assets=list(map(str, each.assets))) for each in planned.steps],
        assets=len({asset for each in planned.steps for asset in each.assets}),
        checks=sum(len(each.checks) for each in planned.steps),
        external=sorted(map(str, planned.external)),
        partitions=None
        if keys is None
        else PartitionChoice(
            count=len(keys), latest=list(islice(reversed(keys), _MOST_KEYS)), **_standing(here, selection, keys)
        ),
    )


def _standing(here: Context, selection: str, keys: Sequence[str]) -> dict[str, Any]:
    """Which partitions lack something, of which something is stale, and which failed."""
    graph = here.snapshot.graph
    assets = {key for key in here.snapshot.select(selection) if graph.assets[key].partitions and graph.step_of(key)}
    failed, written = set[str](), Counter[str]()
    for each in here.store.asset_states(assets):
        if each.partition is not None and each.failed_at is not None:
            failed.add(each.partition)
        elif each.partition is not None and each.materialized_at is not None:
            written[each.partition] += 1
    last = keys[-_MOST_LOOKED_AT:]
    missing = [key for key in last if written[key] < len(assets) and key not in failed]
    known = here.standings.of(here.snapshot)
    cut = [known[asset].partitions for asset in assets if asset in known]
    stale = {key for partitions in cut if partitions is not None for key in partitions.stale}
    return {
        "missing": _named(missing, keys),
        "stale": _named([key for key in last if key in stale], keys),
        "failed": _named([key for key in last if key in failed], keys),
        "together": all(graph.assets[key].backfill is not None for key in assets),
    }


def _named(some: Sequence[str], keys: Sequence[str]) -> str:
    text = text_of(some, keys)
    return text if len(text) <= _LONGEST_TEXT else ""


def _partitions_of(here: Context, selection: str) -> Partitions | None:
    """Those of the assets that would be materialized; the plan tells it when they don't belong together."""
    assets = here.snapshot.graph.assets
    found = (assets[key].partitions for key in sorted(here.snapshot.select(selection)))
    return next((each for each in found if each is not None), None)


def _keys(here: Context, partitions: Partitions | None) -> Sequence[str] | None:
    if partitions is None:
        return None
    return keys_of(partitions, now=datetime.now(UTC), dynamic=here.store.partition_sets.keys)
