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
    parts = _whole(graph, wanted, before, step_of)
    if parts is None:
        parts = _parts(graph, _divided(graph, wanted, before, step_of), before)
    return parts


def _before(graph: AssetGraph, wanted: Mapping[str, tuple[_Item, ...]]) -> _Before:
    """For each wanted asset and check: the wanted ones that must be there first, seen through the others."""
    items = {item for each in wanted.values() for item in each}
    nearest: dict[AssetKey, frozenset[_Item]] = {}  # an unwanted asset stands for what it depends on

    def seen(keys: frozenset[AssetKey]) -> frozenset[_Item]:
        if keys <= items:
            return keys
        return frozenset().union(*(frozenset({key}) if key in items else nearest.get(key, frozenset()) for key in keys))

    before: _Before = {}
    for key in graph.topological():
        found = seen(graph.parents(key))
        if key in items:
            before[key] = found - {key} if key in found else found
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
    graph: AssetGraph, wanted: Mapping[str, tuple[_Item, ...]], before: _Before, step_of: Mapping[_Item, str]
) -> list[Part] | None:
    """The steps in order, each as one part, or None when some wait for each other."""
    edges = {
        address: sorted({step_of[first] for item in items for first in before[item]} - {address})
        for address, items in wanted.items()
    }
    try:
        order = list(TopologicalSorter(edges).static_order())
    except CycleError:
        return None
    return [_part(graph, address, 1, wanted[address], edges[address]) for address in order]


def _divided(
    graph: AssetGraph, wanted: Mapping[str, tuple[_Item, ...]], before: _Before, step_of: Mapping[_Item, str]
) -> list[tuple[str, tuple[_Item, ...]]]:
    """The steps in order; where they wait for each other, as much of a step as can run."""
    ready = _Ready(before, step_of)
    position = {item: number for items in wanted.values() for number, item in enumerate(items)}
    left = {address: len(items) for address, items in wanted.items()}
    groups: list[tuple[str, tuple[_Item, ...]]] = []
    while left:
        addresses = ready.addresses()
        complete = [address for address in addresses if len(ready.items[address]) == left[address]]
        partial = [address for address in addresses if graph.steps[address].can_subset]
        chosen = complete or partial[:1]
        if not chosen:
            raise _wait_for_each_other(set(left))
        # All are taken before what they make ready is looked at: that is for the next round.
        taken = [(address, ready.take(address)) for address in chosen]
        for address, items in taken:
            groups.append((address, tuple(sorted(items, key=position.__getitem__))))
            ready.are_there(items)
            left[address] -= len(items)
            if not left[address]:
                del left[address]
    return groups


class _Ready:
    """For each step, what it can make of what is left, kept up to date as assets and checks get there."""

    def __init__(self, before: _Before, step_of: Mapping[_Item, str]) -> None:
        order = TopologicalSorter({item: sorted(first, key=str) for item, first in before.items()}).static_order()
        self.items: dict[str, list[_Item]] = {}
        self._place = {item: number for number, item in enumerate(order)}
        self._step_of = step_of
        self._missing = {item: len(first) for item, first in before.items()}
        self._after: dict[_Item, list[_Item]] = {item: [] for item in before}
        for item in self._place:
            for first in before[item]:
                self._after[first].append(item)
        self._first: dict[str, int] = {}  # the place of the first item of each step that is ready
        self._add([item for item, missing in self._missing.items() if not missing])

    def addresses(self) -> list[str]:
        """The steps that can make something, in the order of what they can make first."""
        return sorted(self._first, key=self._first.__getitem__)

    def take(self, address: str) -> list[_Item]:
        """What a step can make, which isn't left any more."""
        del self._first[address]
        return self.items.pop(address)

    def are_there(self, items: list[_Item]) -> None:
        """Steps of others need not wait for these any more; their own didn't."""
        self._add(
            [
                after
                for item in items
                for after in self._after[item]
                if self._step_of[after] != self._step_of[item] and self._is_last(after)
            ]
        )

    def _add(self, items: list[_Item]) -> None:
        while items:
            item = items.pop()
            address = self._step_of[item]
            self.items.setdefault(address, []).append(item)
            self._first[address] = min(self._place[item], self._first.get(address, len(self._place)))
            items += [after for after in self._after[item] if self._step_of[after] == address and self._is_last(after)]

    def _is_last(self, item: _Item) -> bool:
        """Whether an item that waited for one more waits for none now."""
        self._missing[item] -= 1
        return not self._missing[item]


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
        after = {named for item in items for first in before[item] if (named := names.get(first)) is not None}
        names.update(dict.fromkeys(items, name))
        parts.append(_part(graph, address, number, items, sorted(after)))
    return parts


def _part(graph: AssetGraph, address: str, number: int, items: tuple[_Item, ...], after: list[str]) -> Part:
    return Part(
        step=graph.steps[address],
        number=number,
        assets=tuple([item for item in items if isinstance(item, AssetKey)]),
        checks=tuple([item for item in items if isinstance(item, CheckKey)]) if graph.checks else (),
        after=tuple(after),
    )
