"""What a store knows, as conditions look at it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from treadle.errors import UsageError
from treadle.ir import AssetGraph, AssetKey, CheckKey
from treadle.runner.automation.memory import from_state
from treadle.runner.automation.subjects import fresh_in
from treadle.runner.automation.view import Key, KeySet, Thing, View
from treadle.store import AssetState, Store

__all__ = ["view_of"]


def view_of(store: Store, graph: AssetGraph, *, project: str, state: Mapping[str, object]) -> View:
    """What is known of the assets of a graph; `state` is what the last evaluation left, and says what is new.

    What is in progress is read first: a step that ends in between is seen as both running and done, never as neither.
    """
    backfilling = _of_backfills(store, graph, project)
    running = _together(((*part.assets, *part.checks), part.partition_keys) for part in store.unfinished(project))
    states: dict[Thing, dict[Key, AssetState]] = {}
    for each in store.asset_states():
        if each.asset in graph.assets:
            states.setdefault(each.asset, {})[each.partition] = each
    for key, made in _of_checks(store, graph):
        states.setdefault(key, {})[made.partition] = made
    fresh = fresh_in(View(states=states), from_state(state))
    lately = {states[asset][key].run_id for asset, keys in fresh.items() for key in keys}
    return View(
        states=states,
        running=running,
        backfilling=backfilling,
        planned=store.asked_of([run_id for run_id in lately if run_id is not None]),
    )


def _of_checks(store: Store, graph: AssetGraph) -> Iterator[tuple[CheckKey, AssetState]]:
    """When the checks that have a condition were made last."""
    wanted = {key for key, check in graph.checks.items() if check.automation is not None}
    for each in store.check_states({key.asset for key in wanted}) if wanted else ():
        if each.check in wanted:
            asset, at = each.check.asset, each.made_at
            yield each.check, AssetState(asset=asset, partition=each.partition, run_id=each.run_id, materialized_at=at)


def _of_backfills(store: Store, graph: AssetGraph, project: str) -> dict[Thing, KeySet]:
    selected: dict[str, frozenset[AssetKey]] = {}
    parts: list[tuple[frozenset[AssetKey], tuple[str, ...]]] = []
    for selection, keys in store.unfinished_of_backfills(project):
        if selection not in selected:
            selected[selection] = _selected(graph, selection)
        parts.append((selected[selection], keys))
    return _together(parts)


def _selected(graph: AssetGraph, selection: str) -> frozenset[AssetKey]:
    try:
        return graph.select(selection)
    except UsageError:
        # The assets that the backfill was for aren't there any more.
        return frozenset()


def _together(parts: Iterable[tuple[Iterable[Thing], tuple[str, ...]]]) -> dict[Thing, KeySet]:
    """The keys by asset or check; a part for some partitions of it is one for the whole of it, too."""
    found: dict[Thing, set[Key]] = {}
    for things, keys in parts:
        for thing in things:
            found.setdefault(thing, {None}).update(keys)
    return {thing: frozenset(keys) for thing, keys in found.items()}
