"""What can be judged, as lists: every asset, check, step and component, and which of them a policy is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from treadle.errors import Span
from treadle.ir import AssetKey
from treadle.ir.allowing import check_rule
from treadle.ir.origin import Origin
from treadle.ir.selection import parse_selection, pattern_of, select
from treadle.ir.verdicts import PolicyTarget
from treadle.policies.subjects import Subjects

__all__ = ["Item", "Roster", "looks_around"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that is judged.

    `key` is what its view is found by. `about` are the assets by which selections find it, `assets` those that may not
    run while it is denied.
    """

    name: str
    key: Any
    about: frozenset[AssetKey]
    assets: frozenset[AssetKey]
    component: str = ""
    span: Span | None = None


def looks_around(selection: str) -> bool:
    """Whether a selection needs the whole graph.

    >>> looks_around("+orders"), looks_around("group:marts")
    (True, False)
    """
    try:
        check_rule(selection)
    except ValueError:
        return True
    return False


@dataclass(slots=True)
class Roster:
    """All items of a graph; what is asked more than once is remembered."""

    subjects: Subjects
    _items: dict[PolicyTarget, list[Item]] = field(default_factory=dict)
    _selected: dict[str, frozenset[AssetKey]] = field(default_factory=dict)
    _chosen: dict[tuple[PolicyTarget, str], frozenset[int]] = field(default_factory=dict)
    _from: dict[tuple[PolicyTarget, tuple[str, ...]], frozenset[int]] = field(default_factory=dict)

    def items(self, target: PolicyTarget) -> list[Item]:
        """Every item of a kind, in the order of the graph."""
        if target not in self._items:
            self._items[target] = _ITEMS[target](self.subjects)
        return self._items[target]

    def chosen(self, target: PolicyTarget, selection: str) -> frozenset[int]:
        """The numbers of the items that a selection means."""
        known = self._chosen.get((target, selection))
        if known is None:
            known = self._chosen[target, selection] = self._choose(target, selection)
        return known

    def made_by(self, target: PolicyTarget, packages: tuple[str, ...]) -> frozenset[int]:
        """The numbers of the items that are made by component types of packages (names and patterns)."""
        known = self._from.get((target, packages))
        if known is None:
            fits = [pattern_of(each) for each in packages]
            made = {each.address for each in self.subjects.components if any(fit(each.package) for fit in fits)}
            found = (n for n, item in enumerate(self.items(target)) if item.component in made)
            known = self._from[target, packages] = frozenset(found)
        return known

    def _choose(self, target: PolicyTarget, selection: str) -> frozenset[int]:
        items = self.items(target)
        if selection.strip() == "*":
            return frozenset(range(len(items)))
        if not self.subjects.is_whole and looks_around(selection):
            return frozenset()
        keys = self._keys(selection)
        return frozenset(n for n, item in enumerate(items) if not item.about.isdisjoint(keys))

    def _keys(self, selection: str) -> frozenset[AssetKey]:
        if selection not in self._selected:
            found = select(self.subjects.graph, parse_selection(selection), strict=False)
            self._selected[selection] = found
        return self._selected[selection]


def _assets(subjects: Subjects) -> list[Item]:
    graph = subjects.graph
    return [
        Item(
            name=str(key),
            key=key,
            about=(only := frozenset((key,))),
            assets=only,
            component=_component(asset.origin),
            span=_span(asset.origin),
        )
        for key, asset in graph.assets.items()
        if graph.is_declared(key)
    ]


def _checks(subjects: Subjects) -> list[Item]:
    return [
        Item(
            name=str(key),
            key=key,
            about=(only := frozenset((check.asset,))),
            assets=only,
            component=_component(check.origin),
            span=_span(check.origin),
        )
        for key, check in subjects.graph.checks.items()
    ]


def _steps(subjects: Subjects) -> list[Item]:
    return [
        Item(
            name=address,
            key=address,
            about=(about := frozenset((*step.assets, *(check.asset for check in step.checks)))),
            assets=frozenset(step.assets) or about,
            component=step.component,
            span=_span(step.origin),
        )
        for address, step in subjects.graph.steps.items()
    ]


def _components(subjects: Subjects) -> list[Item]:
    graph = subjects.graph
    declared: dict[str, set[AssetKey]] = {}
    for key, asset in graph.assets.items():
        declared.setdefault(_component(asset.origin), set()).add(key)
    for check in graph.checks.values():
        declared.setdefault(_component(check.origin), set()).add(check.asset)
    for step in graph.steps.values():
        declared.setdefault(step.component, set()).update(step.assets)
    return [
        Item(
            name=each.address,
            key=each.address,
            about=(about := frozenset(declared.get(each.address, ()))),
            assets=about,
            component=each.address,
            span=each.span,
        )
        for each in subjects.components
    ]


def _project(subjects: Subjects) -> list[Item]:
    keys = frozenset(key for key in subjects.graph.assets if subjects.graph.is_declared(key))
    return [Item(name=subjects.project, key=subjects.project, about=keys, assets=keys)]


def _component(origin: Origin | None) -> str:
    return origin.component if origin else ""


def _span(origin: Origin | None) -> Span | None:
    return origin.span if origin else None


_ITEMS: dict[PolicyTarget, Callable[[Subjects], list[Item]]] = {
    "asset": _assets,
    "check": _checks,
    "step": _steps,
    "component": _components,
    "project": _project,
}
