"""Assets: lists of them, and everything about one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query

from treadle import ir
from treadle.errors import did_you_mean
from treadle.ir import AssetKey
from treadle.ir.plain import plain_partitions, plain_policy
from treadle.runner.metadata import json_safe
from treadle.runner.partitions import keys_of
from treadle.server.context import Context, Here
from treadle.server.errors import NotFoundError, error_responses
from treadle.server.filtering import AssetOrder, Filters, counts_of, matching, ordered
from treadle.server.models.assets import (
    Asset,
    AssetCheck,
    AssetDetail,
    AssetFacets,
    AssetPage,
    CheckResult,
    Column,
    FacetValue,
    Materialization,
    PartitionSummary,
    Verdict,
)
from treadle.server.models.project import Place
from treadle.server.routes.paging import Cursor, Limit, page_at, page_of
from treadle.server.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from treadle.runner.staleness import Standing
    from treadle.store import CheckResultRecord, MaterializationRecord

__all__ = ["find_key", "materialization_of", "place_of", "result_of", "router"]

router = APIRouter(prefix="/api", tags=["assets"])

_MOST_MATERIALIZATIONS = 20
_MOST_KEYS = 20
_MOST_VALUES = 100
Order = Annotated[
    AssetOrder, Query(description="`best` is by how well the text fits, `materialized` the newest first.")
]


@router.get("/assets", responses=error_responses(400))
def list_assets(
    here: Here, filters: Filters, order: Order = "key", cursor: Cursor = None, limit: Limit = 50
) -> AssetPage:
    """Assets with how each stands, in the order of their keys or another one."""
    snapshot, standings = here.snapshot, here.standings.of(here.snapshot)
    found = matching(snapshot, standings, filters)
    names = list(found)
    if order == "key":
        page, after = page_of(names, cursor, limit)
    else:
        names = ordered(snapshot, standings, found, order, filters.text)
        page, after = page_at(names, cursor, limit)
    items = [Asset(**_summary(snapshot, standings, found[text])) for text in page]
    return AssetPage(items=items, next=after, total=len(names))


@router.get("/facets", responses=error_responses(400))
def list_facets(here: Here, filters: Filters) -> AssetFacets:
    """What assets that fulfil the filters may be narrowed by, and how many there are of each."""
    total, counts = counts_of(here.snapshot, here.standings.of(here.snapshot), filters)
    found = {name: _most(count, filters.chosen.get(name, frozenset())) for name, count in counts.items()}
    return AssetFacets(total=total, **found)


def _most(counts: Counter[str], chosen: Collection[str]) -> list[FacetValue]:
    """The most frequent values, and those that were chosen though nothing has them."""
    found = sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:_MOST_VALUES]
    there = {value for value, _ in found}
    found += [(value, counts[value]) for value in sorted(chosen) if value not in there]
    return [FacetValue(value=value, count=count) for value, count in found]


def _summary(snapshot: Snapshot, standings: Mapping[AssetKey, Standing], key: AssetKey) -> dict[str, object]:
    asset, graph, standing = snapshot.graph.assets[key], snapshot.graph, standings.get(key)
    return {
        "key": str(key),
        "description": next(iter((asset.description or "").strip().splitlines()), None),
        "group": asset.group,
        "kinds": sorted(asset.kinds),
        "owners": list(asset.owners),
        "tags": dict(sorted(asset.tags.items())),
        "external": graph.is_external(key),
        "component": asset.origin.component if asset.origin else None,
        "checks": len(graph.checks_of(key)),
        "partitioned": asset.partitions is not None,
        "partition_counts": standing.partitions.counts if standing and standing.partitions else None,
        "status": standing.status.value if standing else None,
        "materialized_at": standing.materialized_at if standing else None,
        "blocked_by": list(snapshot.facts.surely.get(key, ())),
        "kept": key in snapshot.facts.kept,
    }


@router.get("/assets/{key:path}", responses=error_responses(404))
def get_asset(here: Here, key: str) -> AssetDetail:
    """Everything about an asset: what it is, where it is declared, how it stands, and what came of it last."""
    snapshot = here.snapshot
    found = find_key(snapshot, key)
    graph, asset = snapshot.graph, snapshot.graph.assets[found]
    standings = here.standings.of(snapshot)
    step, standing = graph.step_of(found), standings.get(found)
    component = snapshot.components.get(asset.origin.component) if asset.origin else None
    written = here.store.materializations(asset=found, limit=_MOST_MATERIALIZATIONS)
    return AssetDetail(
        **_summary(snapshot, standings, found),
        text=asset.description,
        columns=[Column(name=each.name, type=each.type, description=each.description) for each in asset.columns],
        metadata=json_safe(asset.metadata),
        code_version=asset.code_version,
        upstream=sorted(map(str, graph.parents(found))),
        downstream=sorted(map(str, graph.children(found))),
        step=step.address if step else None,
        compute=snapshot.facts.compute.get(step.address) if step else None,
        pool=step.pool if step else None,
        automation=str(asset.automation) if asset.automation else None,
        freshness=plain_policy(asset.freshness),
        component_type=(component.type or None) if component else None,
        place=place_of(asset.origin),
        component_place=Place(file=str(component.span.file), line=component.span.line) if component else Place(),
        detail=asset.origin.detail if asset.origin else "",
        reasons=list(standing.reasons) if standing else [],
        check_list=_checks(here, snapshot, found),
        partitions=_partitions(here, asset, standing),
        materializations=list(map(materialization_of, reversed(written))),
        verdicts=[
            Verdict(
                policy=each.policy,
                severity=each.severity,
                message=each.message,
                why=each.why,
                fix=each.fix,
                excused=None if each.excuse is None else each.excuse.reason or each.excuse.kind,
            )
            for each in graph.verdicts
            if found in each.assets or (each.target, each.name) == ("asset", key)
        ],
    )


def _checks(here: Context, snapshot: Snapshot, key: AssetKey) -> list[AssetCheck]:
    checks = snapshot.graph.checks_of(key)
    last = here.store.latest_check_results([key]) if checks else {}
    return [
        AssetCheck(
            name=each.name,
            description=each.description,
            severity=each.severity.value,
            blocking=each.blocking,
            place=place_of(each.origin),
            last=result_of(last[each.key]) if each.key in last else None,
        )
        for each in checks
    ]


def materialization_of(record: MaterializationRecord) -> Materialization:
    """What the API says of a materialization."""
    return Materialization(
        created_at=record.created_at,
        run_id=record.run_id,
        step=record.step,
        partition=record.partition,
        data_version=record.data_version,
        code_version=record.code_version,
        metadata=dict(record.metadata),
    )


def result_of(record: CheckResultRecord) -> CheckResult:
    """What the API says of a check's result."""
    return CheckResult(
        passed=record.passed,
        severity=record.severity.value,
        created_at=record.created_at,
        run_id=record.run_id,
        partition=record.partition,
        description=record.description,
        metadata=dict(record.metadata),
    )


def _partitions(here: Context, asset: ir.Asset, standing: Standing | None) -> PartitionSummary | None:
    definition = plain_partitions(asset.partitions)
    if asset.partitions is None or definition is None:
        return None
    there = keys_of(asset.partitions, now=datetime.now(UTC), dynamic=here.store.partition_sets.keys)
    return PartitionSummary(
        definition=definition,
        count=len(there),
        materialized=len(standing.partitions.materialized) if standing and standing.partitions else 0,
        latest=list(islice(reversed(there), _MOST_KEYS)),
    )


def find_key(snapshot: Snapshot, text: str) -> AssetKey:
    """The asset that a path names.

    Raises:
        NotFoundError: when there is none.
    """
    if (found := snapshot.all_keys.get(text)) is None:
        endings = sorted(each for each in snapshot.all_keys if each.endswith(f"/{text}"))[:3]
        fix = f"did you mean {' or '.join(map(repr, endings))}?" if endings else did_you_mean(text, snapshot.all_keys)
        raise NotFoundError(f"there is no asset {text!r}", fix=fix)
    return found


def place_of(origin: ir.Origin | None) -> Place:
    """Where something was declared."""
    span = origin.span if origin else None
    return Place(file=str(span.file), line=span.line) if span else Place()
