"""Backfills: many partitions of a selection, in as many runs as its assets ask for, some at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from treadle.errors import UsageError, cut, listing
from treadle.ir import Asset, AssetGraph, AssetKey, Partitions
from treadle.runner.partitions import DynamicKeys, keys_of, no_dynamic_keys, parse_keys
from treadle.runner.partitions.seen import text_for_run
from treadle.store import BackfillPart, BackfillRecord, BackfillStatus, RunRecord, RunStatus

if TYPE_CHECKING:
    from treadle.runner.staleness import Standing
    from treadle.store import Store

__all__ = ["advance", "parts_of", "progress_of"]

_STALE = "stale"
_LIVE = (RunStatus.QUEUED, RunStatus.RUNNING)


def parts_of(
    graph: AssetGraph,
    selection: str,
    partitions: str,
    *,
    standings: Callable[[], Mapping[AssetKey, Standing]],
    now: datetime,
    dynamic: DynamicKeys = no_dynamic_keys,
) -> list[tuple[str, tuple[str, ...]]]:
    """The runs that a backfill needs: for each the text of its partitions, and their keys.

    A run takes as many partitions as every asset's backfill policy allows, and one where nothing is said. The partitions
    that are `stale` are those of which something that is selected isn't fresh, as `standings` tells it; there may be none.

    Raises:
        UsageError: when nothing that is selected has partitions, or not these.
    """
    selected = [graph.assets[key] for key in sorted(graph.select(selection)) if not graph.is_external(key)]
    cut_up = [asset for asset in selected if asset.partitions is not None]
    if not cut_up:
        raise UsageError(
            f"nothing that {cut(selection)} selects has partitions", fix="run it: treadle run, or select what has some"
        )
    first = cut_up[0].partitions
    assert first is not None
    if partitions.strip() == _STALE and _STALE not in (there := keys_of(first, now=now, dynamic=dynamic)):
        found = standings()
        keys = tuple(key for key in there if not all(_is_fresh(found[asset.key], key) for asset in cut_up))
    else:
        keys = parse_keys(partitions, first, now=now, dynamic=dynamic, of=str(cut_up[0].key))
    for asset in cut_up[1:]:
        if asset.partitions != first:
            _check_shared(cut_up[0], asset, keys, now, dynamic)
    return [(text_for_run(some, first), some) for some in _divided(keys, _most(cut_up), first, now, dynamic)]


def _is_fresh(standing: Standing, key: str) -> bool:
    return standing.partitions is not None and standing.partitions.of(key) == "fresh"


def _check_shared(first: Asset, other: Asset, keys: Sequence[str], now: datetime, dynamic: DynamicKeys) -> None:
    assert other.partitions is not None
    there = keys_of(other.partitions, now=now, dynamic=dynamic)
    if missing := [key for key in keys if key not in there]:
        raise UsageError(
            f"{other.key} doesn't have the partitions {listing(missing, most=3)} of {first.key}",
            fix="make a backfill of what has the same partitions: select less",
        )


def _most(assets: Sequence[Asset]) -> int | None:
    """How many partitions a run may take: what the strictest of the assets allows; None when all of them."""
    allowed = [1 if asset.backfill is None else asset.backfill.max_partitions_per_run for asset in assets]
    return min((each for each in allowed if each is not None), default=None)


def _divided(
    keys: Sequence[str], most: int | None, partitions: Partitions, now: datetime, dynamic: DynamicKeys
) -> Iterator[tuple[str, ...]]:
    """The keys in order, as many at once as allowed; a run takes only keys that follow each other."""
    there = keys_of(partitions, now=now, dynamic=dynamic)
    position = {key: number for number, key in enumerate(there)} if most != 1 else {}
    some: list[str] = []
    for key in keys:
        follows = not some or most == 1 or position[key] == position[some[-1]] + 1
        if some and (len(some) == most or not follows):
            yield tuple(some)
            some = []
        some.append(key)
    if some:
        yield tuple(some)


def advance(store: Store, backfill: BackfillRecord) -> tuple[BackfillRecord, list[RunRecord]]:
    """Queue the runs of a backfill that may be queued now, or end it; give it as it is then, and those runs.

    Any number of processes may do that at once.
    """
    parts = store.backfills.parts(backfill.id)
    live = [part for part in parts if part.status in _LIVE]
    waiting = [part for part in parts if part.run_id is None]
    if backfill.cancel_requested_at is not None:
        _cancel(store, backfill, live)
        return store.backfills.find(backfill.id), []
    if waiting:
        queued = store.backfills.queue(backfill, waiting[: max(0, backfill.runs_at_once - len(live))])
        return backfill, queued
    if not live:
        lost = [part for part in parts if part.status is not RunStatus.SUCCEEDED]
        error = f"{len(lost)} of {len(parts)} runs didn't succeed" if lost else ""
        store.backfills.end(backfill, BackfillStatus.FAILED if lost else BackfillStatus.SUCCEEDED, error=error)
        return store.backfills.find(backfill.id), []
    return backfill, []


def _cancel(store: Store, backfill: BackfillRecord, live: Sequence[BackfillPart]) -> None:
    for part in live:
        assert part.run_id is not None
        store.request_cancel(part.run_id)
    if not live:
        store.backfills.end(backfill, BackfillStatus.CANCELLED, error="cancelled")


def progress_of(parts: Sequence[BackfillPart]) -> dict[str, int]:
    """How many runs of a backfill are in which state; those without a run yet are `waiting`."""
    return dict(Counter("waiting" if part.status is None else part.status.value for part in parts))
