"""How each asset stands: fresh, stale, missing, failed or overdue, and why. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from treadle.errors import listing
from treadle.ir import Asset, AssetGraph, AssetKey, FreshnessPolicy
from treadle.runner.partitions import DynamicKeys, keys_of, no_dynamic_keys
from treadle.runner.scheduling.cron import last_tick
from treadle.store import AssetState, MaterializationRecord

__all__ = ["AssetStatus", "Standing", "overdue_since", "standings"]

_MOST_NAMED = 3


class AssetStatus(StrEnum):
    """How an asset stands. The first that holds is told: failed, missing, overdue, stale, fresh."""

    FAILED = "failed"
    MISSING = "missing"
    OVERDUE = "overdue"
    STALE = "stale"
    FRESH = "fresh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an asset stands, and why; `reasons` has a line for each cause.

    Of an asset with partitions, `partitions` and `materialized` count those that there are, and those that were ever
    written.
    """

    asset: AssetKey
    status: AssetStatus
    reasons: tuple[str, ...] = ()
    materialized_at: datetime | None = None
    is_late: bool = False
    partitions: int | None = None
    materialized: int | None = None


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
    whole = {state.asset: state for state in states if state.partition is None}
    written: dict[AssetKey, set[str]] = {}
    for state in states:
        if state.partition is not None and state.materialized_at is not None:
            written.setdefault(state.asset, set()).add(state.partition)
    found: dict[AssetKey, Standing] = {}
    for key in graph.topological():
        if not graph.is_external(key):
            about = _About(graph.assets[key], whole.get(key), latest.get(key), written.get(key, set()))
            found[key] = _standing(graph, about, whole, found, now, dynamic)
    return found


@dataclass(frozen=True, slots=True)
class _About:
    asset: Asset
    state: AssetState | None
    latest: MaterializationRecord | None
    written: set[str]


def _standing(
    graph: AssetGraph,
    about: _About,
    whole: Mapping[AssetKey, AssetState],
    found: Mapping[AssetKey, Standing],
    now: datetime,
    dynamic: DynamicKeys,
) -> Standing:
    asset, latest = about.asset, about.latest
    there = None if asset.partitions is None else keys_of(asset.partitions, now=now, dynamic=dynamic)
    materialized = None if there is None else sum(key in there for key in about.written)
    status, reasons = _judged(graph, about, whole, found, now, None if there is None else len(there), materialized)
    late = asset.freshness is not None and _is_late(asset.freshness, latest, now)
    if late and status is AssetStatus.FRESH:
        reasons = ("it is older than it should be without a warning",)
    return Standing(
        asset=asset.key,
        status=status,
        reasons=reasons,
        materialized_at=None if latest is None else latest.created_at,
        is_late=late,
        partitions=None if there is None else len(there),
        materialized=materialized,
    )


def _judged(
    graph: AssetGraph,
    about: _About,
    whole: Mapping[AssetKey, AssetState],
    found: Mapping[AssetKey, Standing],
    now: datetime,
    there: int | None,
    materialized: int | None,
) -> tuple[AssetStatus, tuple[str, ...]]:
    asset, latest, state = about.asset, about.latest, about.state
    if state is not None and state.failed_at is not None:
        return AssetStatus.FAILED, (f"run {state.failed_run_id} didn't materialize it",)
    if latest is None:
        return AssetStatus.MISSING, ("it was never materialized",)
    if there is not None and materialized is not None and materialized < there:
        return AssetStatus.MISSING, (f"{there - materialized:,} of {there:,} partitions were never materialized",)
    since = None if asset.freshness is None else overdue_since(asset.freshness, latest.created_at, now)
    if since is not None:
        return AssetStatus.OVERDUE, (f"it should have been materialized by {since:%Y-%m-%d %H:%M} UTC",)
    reasons = _causes(graph, asset, latest, whole, found)
    return (AssetStatus.STALE, reasons) if reasons else (AssetStatus.FRESH, ())


def _causes(
    graph: AssetGraph,
    asset: Asset,
    latest: MaterializationRecord,
    whole: Mapping[AssetKey, AssetState],
    found: Mapping[AssetKey, Standing],
) -> tuple[str, ...]:
    """Why what is there isn't what would be made now."""
    causes: list[str] = []
    parents = sorted(graph.parents(asset.key) - {asset.key})
    if asset.code_version is not None and latest.code_version != asset.code_version:
        causes.append(f"its code changed: {_said(latest.code_version)} then, {_said(asset.code_version)} now")
    updated = [
        str(dep)
        for dep in parents
        if (state := whole.get(dep)) is not None
        and state.data_version is not None
        and latest.inputs.get(dep) != state.data_version
        # A partition of it may have been written that this one isn't made from.
        and (graph.assets[dep].partitions is None or asset.partitions is None)
    ]
    if updated:
        causes.append(f"{listing(updated, most=_MOST_NAMED)} {'was' if len(updated) == 1 else 'were'} updated since")
    unsettled = {AssetStatus.STALE, AssetStatus.FAILED, AssetStatus.MISSING}
    above = [
        f"{dep} ({standing.status.value})"
        for dep in parents
        if (standing := found.get(dep)) is not None and standing.status in unsettled
    ]
    if above and not updated:
        causes.append(f"what it is made from isn't up to date: {listing(above, most=_MOST_NAMED)}")
    return tuple(causes)


def _said(version: str | None) -> str:
    return "none" if version is None else repr(version if len(version) <= 16 else version[:12] + "…")


def overdue_since(policy: FreshnessPolicy, materialized_at: datetime | None, now: datetime) -> datetime | None:
    """Since when an asset is overdue by its policy; None when it isn't.

    >>> from datetime import UTC, timedelta
    >>> noon = datetime(2026, 1, 2, 12, tzinfo=UTC)
    >>> overdue_since(FreshnessPolicy(fail_window=timedelta(hours=6)), noon - timedelta(hours=8), noon)
    datetime.datetime(2026, 1, 2, 10, 0, tzinfo=datetime.timezone.utc)
    """
    if policy.deadline_cron is not None:
        deadline = last_tick(policy.deadline_cron, policy.timezone, until=now)
        if deadline is None:
            return None
        begin = deadline if policy.lower_bound_delta is None else deadline - policy.lower_bound_delta
        return deadline if materialized_at is None or materialized_at < begin else None
    if policy.fail_window is None or materialized_at is None:
        return None
    due = materialized_at + policy.fail_window
    return due if due < now else None


def _is_late(policy: FreshnessPolicy, latest: MaterializationRecord | None, now: datetime) -> bool:
    return policy.warn_window is not None and latest is not None and latest.created_at + policy.warn_window < now
