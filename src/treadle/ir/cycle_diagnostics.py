"""Circles that make a project impossible to run: of assets, and of the steps that produce them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from treadle.errors import Diagnostic
from treadle.ir.asset_graph import AssetGraph
from treadle.ir.assets import Asset
from treadle.ir.cycles import cycles, shortest_cycle
from treadle.ir.keys import AssetKey, CheckKey
from treadle.ir.origin import span_of, where
from treadle.ir.partitions import MultiPartitions, TimeWindowPartitions

__all__ = ["circles"]

_MOST_NAMED = 20

# What runs at once: a step (its address) that can't be subset, or one asset.
Unit = str | AssetKey
# Of each unit, the units it waits for, and what of it needs what of theirs.
Waits = dict[Unit, dict[Unit, tuple[AssetKey | CheckKey, AssetKey]]]


def circles(graph: AssetGraph) -> Iterator[Diagnostic]:
    """One diagnostic for each set of assets that depend on each other, and of steps that wait for each other."""
    needs = _needs(graph.assets)
    rings = cycles(needs)
    for members in rings:
        yield _asset_circle(graph, members, shortest_cycle(needs, members))
    if not any(len(step.assets) + len(step.checks) > 1 for step in graph.steps.values() if not step.can_subset):
        return  # where no step makes several things at once, steps wait only as their assets do
    waits = _waits(graph, rings)
    edges = {unit: list(others) for unit, others in waits.items()}
    for units in cycles(edges):
        yield _step_circle(graph, waits, units, shortest_cycle(edges, units))


def _asset_circle(graph: AssetGraph, members: list[AssetKey], path: list[AssetKey]) -> Diagnostic:
    alone = len(members) == 1
    return Diagnostic(
        code="TRD403",
        message=f"{'an asset depends on itself' if alone else 'assets depend on each other'}: {_arrows(path)}",
        why="none of them can be the first to be materialized; " + _places(members, graph.assets),
        fix="remove it from its own deps, or partition it by time" if alone else "remove one of these dependencies",
        span=span_of(graph.assets[path[0]].origin),
    )


def _step_circle(graph: AssetGraph, waits: Waits, members: list[Unit], path: list[Unit]) -> Diagnostic:
    """Steps that wait for each other though their assets don't."""
    stuck = [graph.steps[unit] for unit in members if isinstance(unit, str)]
    reasons = [_reason(*waits[unit][other]) for unit, other in pairwise(path[: _MOST_NAMED + 1])]
    places = [f"{step.address!r} is declared at {where(step.origin)}" for step in stuck[:_MOST_NAMED]]
    first = stuck[0]
    return Diagnostic(
        code="TRD408",
        message=f"steps wait for each other: {_arrows(path)}",
        why=f"{'; '.join(reasons)}; but {first.address!r} makes all that it produces at once; {'; '.join(places)}",
        fix=f"split step {first.address!r} in two, or let it run for a part of its assets (can_subset)",
        span=span_of(first.origin),
    )


def _needs(assets: Mapping[AssetKey, Asset]) -> dict[AssetKey, list[AssetKey]]:
    return {
        key: sorted(dep for dep in asset.deps if dep in assets and not (dep == key and _has_windows(asset)))
        for key, asset in assets.items()
    }


def _has_windows(asset: Asset) -> bool:
    """Whether a partition has earlier ones, which it may be made of."""
    match asset.partitions:
        case TimeWindowPartitions():
            return True
        case MultiPartitions(dimensions=dimensions):
            return any(isinstance(dimension, TimeWindowPartitions) for dimension in dimensions.values())
        case _:
            return False


def _waits(graph: AssetGraph, rings: list[list[AssetKey]]) -> Waits:
    circle = {key: at for at, members in enumerate(rings) for key in members}
    waits: Waits = {_unit(graph, key): {} for key in graph.assets}
    for key in graph.assets:
        for dep in sorted(graph.parents(key)):
            # Within a circle of assets it is the assets that are wrong, and that is said already.
            if key not in circle or circle[key] != circle.get(dep):
                _wait(waits, _unit(graph, key), _unit(graph, dep), (key, dep))
    for check in graph.checks.values():
        step = graph.step_of_check(check.key)
        if step is not None and not step.can_subset:
            waits.setdefault(step.address, {})
            for dep in sorted({check.asset, *check.additional_deps}):
                _wait(waits, step.address, _unit(graph, dep), (check.key, dep))
    return waits


def _wait(waits: Waits, unit: Unit, other: Unit, because: tuple[AssetKey | CheckKey, AssetKey]) -> None:
    if unit != other:
        waits[unit].setdefault(other, because)


def _unit(graph: AssetGraph, key: AssetKey) -> Unit:
    step = graph.step_of(key)
    return key if step is None or step.can_subset else step.address


def _reason(key: AssetKey | CheckKey, dep: AssetKey) -> str:
    if isinstance(key, CheckKey) and key.asset == dep:
        return f"check {str(key)!r} is about {str(dep)!r}"
    return f"{str(key)!r} depends on {str(dep)!r}"


def _arrows(path: list[AssetKey] | list[Unit]) -> str:
    names = [str(each) for each in path]
    if len(names) > _MOST_NAMED:
        names = [*names[: _MOST_NAMED - 1], "…", names[-1]]
    return " → ".join(names)


def _places(members: list[AssetKey], assets: Mapping[AssetKey, Asset]) -> str:
    places = [f"{str(key)!r} is declared at {where(assets[key].origin)}" for key in members[:_MOST_NAMED]]
    if len(members) > _MOST_NAMED:
        places.append(f"… and {len(members) - _MOST_NAMED} more")
    return "; ".join(places)
