"""Puts the steps of a plan in order, through everything that lies between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from treadle.errors import UsageError, listing
from treadle.ir import AssetGraph, AssetKey, CheckKey, Step

__all__ = ["Part", "in_order"]

_Item = AssetKey | CheckKey
_Before = dict[_Item, frozenset[_Item]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A step, or the part of it that can run at once, and the names of the parts before it."""

    step: Step
    number: int
    assets: tuple[AssetKey, ...]
    checks: tuple[CheckKey, ...]
    after: tuple[str, ...]


def in_order(graph: AssetGraph, wanted: Mapping[str, tuple[_Item, ...]]) -> list[Part]:
    """What is wanted of each step, as parts in an order that respects every dependency.

    A step is one part, except where a step of another lies between its own assets: then a step that
    can be subset is divided.

    Raises:
        UsageError: when steps that can't be subset wait for each other.
    """
    before = _before(graph, wanted)
    step_of = {item: address for address, items in wanted.items() for item in items}
    groups = _whole(wanted, before, step_of)
    if groups is None:
        groups = _divided(graph, wanted, before, step_of)
    return _parts(graph, groups, before)


def _before(graph: AssetGraph, wanted: Mapping[str, tuple[_Item, ...]]) -> _Before:
    """For each wanted asset and check: the wanted ones that must be there first, seen through the others."""
    items = {item for each in wanted.values() for item in each}
    nearest: dict[AssetKey, frozenset[_Item]] = {}  # an unwanted asset stands for what it depends on

    def seen(keys: frozenset[AssetKey]) -> frozenset[_Item]:
        return frozenset().union(*(frozenset({key}) if key in items else nearest.get(key, frozenset()) for key in keys))

    before: _Before = {}
    for key in graph.topological():
        found = seen(graph.parents(key))
        if key in items:
            before[key] = found - {key}
        else:
            nearest[key] = found
    for item in items:
        if isinstance(item, CheckKey):
            check = graph.checks.get(item)
            before[item] = seen(frozenset({item.asset}) | (check.additional_deps if check else frozenset()))
    _put_blocking_checks_first(graph, wanted, before)
    return before


def _put_blocking_checks_first(graph: AssetGraph, wanted: Mapping[str, tuple[_Item, ...]], before: _Before) -> None:
    """What is downstream of an asset waits for the blocking checks that a step of their own makes of it."""
    for address, items in wanted.items():
        if graph.steps[address].assets:
            continue
        for check in items:
            if isinstance(check, CheckKey) and check in graph.checks and graph.checks[check].blocking:
                needed = graph.upstream(graph.checks[check].additional_deps)
                for asset in _first_below(graph, check.asset, before) - needed:
                    before[asset] |= {check}


def _first_below(graph: AssetGraph, key: AssetKey, before: _Before) -> set[AssetKey]:
    """The nearest wanted assets downstream of one, seen through the others."""
    found: set[AssetKey] = set()
    met: set[AssetKey] = set()
    waiting = list(graph.children(key))
    while waiting:
        child = waiting.pop()
        if child in before:
            found.add(child)
        elif child not in met:
            met.add(child)
            waiting.extend(graph.children(child))
    return found


def _whole(
    wanted: Mapping[str, tuple[_Item, ...]], before: _Before, step_of: Mapping[_Item, str]
) -> list[tuple[str, tuple[_Item, ...]]] | None:
    """The steps in order, or None when some wait for each other."""
    edges = {
        address: sorted({step_of[first] for item in items for first in before[item]} - {address})
        for address, items in wanted.items()
    }
    try:
        return [(address, wanted[address]) for address in TopologicalSorter(edges).static_order()]
    except CycleError:
        return None


def _divided(
    graph: AssetGraph, wanted: Mapping[str, tuple[_Item, ...]], before: _Before, step_of: Mapping[_Item, str]
) -> list[tuple[str, tuple[_Item, ...]]]:
    """The steps in order; where they wait for each other, as much of a step as can run."""
    sorter = TopologicalSorter({item: sorted(first, key=str) for item, first in before.items()})
    left = dict.fromkeys(sorter.static_order())
    groups: list[tuple[str, tuple[_Item, ...]]] = []
    while left:
        ready = _ready(left, before, step_of)
        complete = [
            address for address in ready if all(item in ready[address] for item in wanted[address] if item in left)
        ]
        partial = [address for address in ready if graph.steps[address].can_subset]
        chosen = complete or partial[:1]
        if not chosen:
            raise _wait_for_each_other({step_of[item] for item in left})
        for address in chosen:
            group = tuple(item for item in wanted[address] if item in ready[address])
            groups.append((address, group))
            for item in group:
                del left[item]
    return groups


def _ready(left: Mapping[_Item, None], before: _Before, step_of: Mapping[_Item, str]) -> dict[str, set[_Item]]:
    """For each step, what it can make when everything that isn't left is there."""
    ready: dict[str, set[_Item]] = {}
    for item in left:  # in order, so what comes before an item has been looked at
        mine = ready.get(step_of[item], set())
        if all(first not in left or first in mine for first in before[item]):
            ready.setdefault(step_of[item], mine).add(item)
    return ready


def _wait_for_each_other(addresses: set[str]) -> UsageError:
    return UsageError(
        f"these steps wait for each other, though their assets don't: {listing(addresses)}",
        fix="divide a step that makes several assets, or let it be run in part (can_subset)",
    )


def _parts(graph: AssetGraph, groups: list[tuple[str, tuple[_Item, ...]]], before: _Before) -> list[Part]:
    names: dict[_Item, str] = {}
    count: dict[str, int] = {}
    parts: list[Part] = []
    for address, items in groups:
        count[address] = number = count.get(address, 0) + 1
        name = address if number == 1 else f"{address}~{number}"
        after = {names[first] for item in items for first in before[item] if first in names}
        names.update(dict.fromkeys(items, name))
        parts.append(
            Part(
                step=graph.steps[address],
                number=number,
                assets=tuple(item for item in items if isinstance(item, AssetKey)),
                checks=tuple(item for item in items if isinstance(item, CheckKey)),
                after=tuple(sorted(after)),
            )
        )
    return parts
