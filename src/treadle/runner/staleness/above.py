"""What an asset is made from, as it sees that, and as each of its partitions does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from treadle.errors import listing
from treadle.ir import (
    AllMapping,
    Asset,
    AssetKey,
    DimensionMapping,
    IdentityMapping,
    LastMapping,
    MultiPartitions,
    PartitionMapping,
    Partitions,
    TimeWindowMapping,
    TimeWindowPartitions,
)
from treadle.ir.mapping_rules import can_hold, default_mapping, mapping_between
from treadle.runner.partitions.keys import dimensions_of
from treadle.runner.partitions.mapping import upstream_keys
from treadle.runner.partitions.timeline import made_from, timeline
from treadle.runner.staleness.moment import Moment
from treadle.runner.staleness.partitions import Partitioned, Unsettled
from treadle.store import AssetState

__all__ = ["Above", "above_by_version", "above_in_partitions", "above_in_time", "causes_above"]

_MOST_NAMED = 3

_Changes = Sequence[tuple[datetime, str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Above:
    """An asset that another one is made from. Both ask for a partition of that one, or for it as a whole (None).

    `is_newer` says whether it was changed after something had been made from it, `unsettled` how it stands when it
    isn't up to date itself.
    """

    key: AssetKey
    is_newer: Callable[[str | None, AssetState], bool]
    unsettled: Callable[[str | None], Unsettled | None]


def causes_above(key: str | None, state: AssetState, deps: Iterable[Above]) -> list[str]:
    """What among the assets that something is made from makes it stale, in words."""
    if updated := [str(dep.key) for dep in deps if dep.is_newer(key, state)]:
        return [f"{listing(updated, most=_MOST_NAMED)} {'was' if len(updated) == 1 else 'were'} updated since"]
    if found := [f"{dep.key} ({each})" for dep in deps if (each := dep.unsettled(key)) is not None]:
        return [f"what it is made from isn't up to date: {listing(found, most=_MOST_NAMED)}"]
    return []


def above_by_version(
    key: AssetKey, state: AssetState | None, inputs: Mapping[AssetKey, str], unsettled: Unsettled | None
) -> Above:
    """An asset of which is known with which version of it the other one was made."""
    is_other = state is not None and state.data_version is not None and inputs.get(key) != state.data_version
    return Above(key=key, is_newer=lambda _, since: is_other, unsettled=lambda _: unsettled)


def above_in_time(key: AssetKey, state: AssetState | None, unsettled: Unsettled | None) -> Above:
    """An asset without partitions, as the partitions of another one see it."""
    changes = _changes([state]) if state is not None else ()
    return Above(key=key, is_newer=lambda _, since: _is_newer(changes, since), unsettled=lambda _: unsettled)


def above_in_partitions(downstream: Asset, upstream: Partitioned, moment: Moment) -> Above:
    """An asset with partitions: of these, only those count that something is made from."""
    states, standing = upstream.states, upstream.standing
    mapping, key = mapping_between(downstream, upstream.asset), upstream.asset.key
    if mapping is None or not can_hold(mapping, downstream.partitions, upstream.asset.partitions):
        # A mistake of its own, which the check tells.
        return Above(key=key, is_newer=lambda _, since: False, unsettled=lambda _: None)
    if downstream.partitions is None or isinstance(mapping, AllMapping | LastMapping):
        # The same ones for all.
        keys = _last(upstream.asset, mapping, moment) if isinstance(mapping, LastMapping) else list(states)
        changes = _changes(states[each] for each in keys if each in states)
        worst = None if standing is None else standing.worst_of(keys) if keys else "missing"
        return Above(key=key, is_newer=lambda _, since: _is_newer(changes, since), unsettled=lambda _: worst)
    follow = _following(mapping, downstream.partitions, upstream.asset.partitions, moment)
    return Above(
        key=key,
        is_newer=lambda own, since: _is_newer(_changes(states[k] for k in follow(str(own)) if k in states), since),
        unsettled=lambda own: None if standing is None else standing.worst_of(follow(str(own))),
    )


def _last(upstream: Asset, mapping: LastMapping, moment: Moment) -> Sequence[str]:
    assert upstream.partitions is not None
    return moment.keys(upstream.partitions)[-mapping.count :]


def _following(
    mapping: PartitionMapping, down: Partitions, up: Partitions | None, moment: Moment
) -> Callable[[str], Sequence[str]]:
    """The partitions that a partition is made from. What there may be many of is found without asking for each."""
    assert up is not None
    match mapping, down, up:
        case IdentityMapping(), _, _:
            return lambda key: (key,)
        case TimeWindowMapping(), TimeWindowPartitions(), TimeWindowPartitions():
            ours, theirs = timeline(down, now=moment.now), timeline(up, now=moment.now)
            return lambda key: made_from(key, mapping, downstream=ours, upstream=theirs)
        case DimensionMapping(dimension=name), MultiPartitions(dimensions=dimensions), _:
            own = dimensions[name]
            follow = cache(_following(mapping.mapping or default_mapping(own, up), own, up, moment))
            return lambda key: follow(dimensions_of(down, key)[name])
    return lambda key: (
        upstream_keys(key, mapping, downstream=down, upstream=up, now=moment.now, dynamic=moment.dynamic).keys
    )


def _changes(states: Iterable[AssetState]) -> _Changes:
    """When some partitions were changed last, and when last by another run than that one."""
    by_run: dict[str | None, datetime] = {}
    for state in states:
        if state.changed_at is not None:
            by_run[state.run_id] = max(state.changed_at, by_run.get(state.run_id, state.changed_at))
    return sorted(((at, run) for run, at in by_run.items()), key=lambda each: each[0], reverse=True)[:2]


def _is_newer(changes: _Changes, since: AssetState) -> bool:
    # What the run itself has written is what it was made from, whatever was told first.
    written = since.materialized_at
    return written is not None and any(run != since.run_id and at > written for at, run in changes)
