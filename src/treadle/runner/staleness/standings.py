"""How each asset stands, by how it and its partitions do. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from treadle.errors import listing
from treadle.ir import Asset, AssetGraph, AssetKey
from treadle.runner.partitions.keys import DynamicKeys, no_dynamic_keys
from treadle.runner.staleness.above import (
    Above,
    above_by_version,
    above_in_partitions,
    above_in_time,
    causes_above,
)
from treadle.runner.staleness.moment import Moment
from treadle.runner.staleness.overdue import is_late, overdue_since
from treadle.runner.staleness.partitions import Partitioned, PartitionsStanding, Unsettled, partitions_standing
from treadle.store import AssetState, MaterializationRecord

__all__ = ["AssetStatus", "Standing", "standings"]

_MOST_NAMED = 3


class AssetStatus(StrEnum):
    """How an asset stands. The first that holds is told: failed, missing, overdue, stale, partial, fresh."""

    FAILED = "failed"
    MISSING = "missing"
    OVERDUE = "overdue"
    STALE = "stale"
    PARTIAL = "partial"
    FRESH = "fresh"


_UNSETTLED: Mapping[AssetStatus, Unsettled] = {
    AssetStatus.FAILED: "failed",
    AssetStatus.MISSING: "missing",
    AssetStatus.STALE: "stale",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an asset stands, and why; `reasons` has a line for each cause.

    `partitions` says how its partitions stand, when it has some: it is partial when some of them were never written.
    """

    asset: AssetKey
    status: AssetStatus
    reasons: tuple[str, ...] = ()
    materialized_at: datetime | None = None
    is_late: bool = False
    partitions: PartitionsStanding | None = None


def standings(
    graph: AssetGraph,
    latest: Mapping[AssetKey, MaterializationRecord],
    states: Sequence[AssetState],
    *,
    now: datetime,
    dynamic: DynamicKeys = no_dynamic_keys,
) -> dict[AssetKey, Standing]:
    """How each asset that a step makes stands, dependencies first.

    `latest` holds the newest materialization of each asset, `states` what was last of it and of its partitions.
    """
    known = _Known(graph=graph, latest=latest, moment=Moment(now=now, dynamic=dynamic))
    for state in states:
        if state.partition is None:
            known.whole[state.asset] = state
        else:
            known.parts[state.asset][state.partition] = state
    for key in graph.topological():
        if not graph.is_external(key):
            known.found[key] = _standing(graph.assets[key], known)
    return known.found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the store has, and how the assets stand that were looked at already."""

    graph: AssetGraph
    latest: Mapping[AssetKey, MaterializationRecord]
    moment: Moment
    whole: dict[AssetKey, AssetState] = field(default_factory=dict)
    parts: dict[AssetKey, dict[str, AssetState]] = field(default_factory=lambda: defaultdict(dict))
    found: dict[AssetKey, Standing] = field(default_factory=dict)
    _there: dict[AssetKey, dict[str, AssetState]] = field(default_factory=dict)

    def there(self, asset: Asset) -> dict[str, AssetState]:
        """What is known of the partitions that there are."""
        assert asset.partitions is not None
        if asset.key not in self._there:
            keys = self.moment.keys(asset.partitions)
            parts = self.parts.get(asset.key, {}).items()
            self._there[asset.key] = {key: state for key, state in parts if key in keys}
        return self._there[asset.key]


def _standing(asset: Asset, known: _Known) -> Standing:
    latest, now = known.latest.get(asset.key), known.moment.now
    written_at = None if latest is None else latest.created_at
    status, reasons, partitions = (_of_whole if asset.partitions is None else _of_partitions)(asset, latest, known)
    since = None if asset.freshness is None else overdue_since(asset.freshness, written_at, now)
    if since is not None and status not in (AssetStatus.FAILED, AssetStatus.MISSING):
        status = AssetStatus.OVERDUE
        reasons = (f"it should have been materialized by {since:%Y-%m-%d %H:%M} UTC", *_counted(partitions))
    late = asset.freshness is not None and is_late(asset.freshness, written_at, now)
    if late and status is AssetStatus.FRESH:
        reasons = ("it is older than it should be without a warning",)
    return Standing(
        asset=asset.key,
        status=status,
        reasons=reasons,
        materialized_at=written_at,
        is_late=late,
        partitions=partitions,
    )


_Judged = tuple[AssetStatus, tuple[str, ...], PartitionsStanding | None]


def _of_whole(asset: Asset, latest: MaterializationRecord | None, known: _Known) -> _Judged:
    state = known.whole.get(asset.key)
    if state is not None and state.failed_at is not None:
        return AssetStatus.FAILED, (f"run {state.failed_run_id} didn't materialize it",), None
    if latest is None:
        return AssetStatus.MISSING, ("it was never materialized",), None
    causes = _code_changed(asset, latest.code_version)
    if state is not None:
        causes += causes_above(None, state, _above(asset, latest, known))
    return (AssetStatus.STALE if causes else AssetStatus.FRESH), tuple(causes), None


def _of_partitions(asset: Asset, latest: MaterializationRecord | None, known: _Known) -> _Judged:
    assert asset.partitions is not None
    states, total = known.there(asset), len(known.moment.keys(asset.partitions))
    deps, causes = _above(asset, latest, known), defaultdict[str, list[str]](list)
    for key, state in states.items():
        if state.materialized_at is not None and state.failed_at is None:
            for cause in (*_code_changed(asset, state.code_version), *causes_above(key, state, deps)):
                causes[cause].append(key)
    found = partitions_standing(states, total, causes)
    if found.failed:
        return AssetStatus.FAILED, (_failures(found), *_counted(found)), found
    if not found.materialized and (total or latest is None):
        return AssetStatus.MISSING, (_nothing(total),), found
    if found.stale:
        told = sorted(causes.items(), key=lambda each: (-len(each[1]), each[0]))
        return AssetStatus.STALE, (*(_stale(cause, keys, total) for cause, keys in told), *_counted(found)), found
    is_whole = len(found.materialized) == total
    return (AssetStatus.FRESH if is_whole else AssetStatus.PARTIAL), _counted(found), found


def _nothing(total: int) -> str:
    if total == 1:
        return "its one partition was never materialized"
    return f"none of its {total:,} partitions was ever materialized" if total else "it has no partition yet"


def _failures(found: PartitionsStanding) -> str:
    named = listing(sorted(found.failed), most=_MOST_NAMED)
    return f"{len(found.failed):,} of {found.total:,} partitions failed: {named}"


def _stale(cause: str, keys: Sequence[str], total: int) -> str:
    return f"{keys[0] if len(keys) == 1 else f'{len(keys):,} of {total:,} partitions'}: {cause}"


def _counted(found: PartitionsStanding | None) -> tuple[str, ...]:
    """That some partitions were never written, if so."""
    if found is None or len(found.materialized) == found.total:
        return ()
    return (f"{found} {'is' if len(found.materialized) == 1 else 'are'} materialized",)


def _above(asset: Asset, latest: MaterializationRecord | None, known: _Known) -> list[Above]:
    """What an asset is made from; with partitions, that may be its own earlier ones."""
    found = [_one_above(asset, key, latest, known) for key in sorted(known.graph.parents(asset.key))]
    if asset.partitions is not None and asset.key in asset.deps:
        found.append(above_in_partitions(asset, Partitioned(asset=asset, states=known.there(asset)), known.moment))
    return found


def _one_above(asset: Asset, key: AssetKey, latest: MaterializationRecord | None, known: _Known) -> Above:
    upstream, standing = known.graph.assets[key], known.found.get(key)
    if upstream.partitions is not None:
        partitioned = Partitioned(
            asset=upstream, states=known.there(upstream), standing=None if standing is None else standing.partitions
        )
        return above_in_partitions(asset, partitioned, known.moment)
    unsettled = None if standing is None else _UNSETTLED.get(standing.status)
    if asset.partitions is not None:
        return above_in_time(key, known.whole.get(key), unsettled)
    return above_by_version(key, known.whole.get(key), {} if latest is None else latest.inputs, unsettled)


def _code_changed(asset: Asset, made_with: str | None) -> list[str]:
    if asset.code_version is None or made_with == asset.code_version:
        return []
    return [f"its code changed: {_said(made_with)} then, {_said(asset.code_version)} now"]


def _said(version: str | None) -> str:
    return "none" if version is None else repr(version if len(version) <= 16 else version[:12] + "…")
