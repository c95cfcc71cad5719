"""Steps as what Dagster starts: one op for each, and another for checks of assets that the step doesn't make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from treadle.adapters.dagster.assets import asset_facts, check_facts
from treadle.adapters.dagster.leaving import Leaving
from treadle.adapters.dagster.naming import check_output, is_word, named_apart, output
from treadle.adapters.dagster.partitions import partitions_for_dagster
from treadle.errors import listing
from treadle.ir import AssetGraph, AssetKey, Check, CheckKey, Step

__all__ = ["Wanted", "nodes"]

Wanted = Mapping[str, tuple[frozenset[AssetKey], frozenset[CheckKey]]]
"""What is exported of each step, by its address."""


_NO_NAME = "Dagster's assets have names of letters, digits, _, - and ., and not those that it or Python reserves"
_NO_CHECK = "Dagster's checks are made of letters, digits, _ and ., and no two may be the same without these"


@dataclass(frozen=True, slots=True)
class _Around:
    """What every step is seen in; `places` is the order of assets, each after those that it is made from."""

    graph: AssetGraph
    root: Path
    leaving: Leaving
    places: Mapping[AssetKey, int]


def nodes(graph: AssetGraph, wanted: Wanted, root: Path, leaving: Leaving) -> list[dict[str, Any]]:
    """What Dagster starts, in the order of the steps' names."""
    around = _Around(graph, root, leaving, {key: place for place, key in enumerate(graph.topological())})
    found = [each for address in sorted(wanted) for each in _of_step(around, address, *wanted[address])]
    names = named_apart(each["name"] for each in found)
    return [{**each, "name": name} for each, name in zip(found, names, strict=True)]


def _of_step(
    around: _Around, address: str, assets: frozenset[AssetKey], checks: frozenset[CheckKey]
) -> Iterator[dict[str, Any]]:
    step, graph = around.graph.steps[address], around.graph
    if why := _why_not(graph, step, assets):
        around.leaving.out("step", address, why, step.origin)
        return
    own = [graph.checks[key] for key in step.checks if key in checks and key.asset in assets]
    others = [graph.checks[key] for key in step.checks if key in checks and key.asset not in assets]
    if assets:
        yield _with_assets(around, step, assets, own)
    if others and assets and not step.can_subset:
        for each in others:
            why = "its step makes other assets, and can't be run for a part of them"
            around.leaving.out("check", each.key, why, each.origin)
    elif others and (node := _of_checks(around, step, f"{address}:checks" if assets else address, others)):
        yield node


def _with_assets(around: _Around, step: Step, assets: frozenset[AssetKey], checks: list[Check]) -> dict[str, Any]:
    leaving, known = around.leaving, [around.graph.assets[key] for key in sorted(assets, key=around.places.__getitem__)]
    readable = _readable(assets, {dep for each in known for dep in each.deps} | _read(checks))
    return {
        **_head(step, step.address),
        "backfill": _backfill(around.graph, step, assets, leaving),
        # Dagster takes reports of assets in no other order than that of their dependencies.
        "assets": [asset_facts(each, readable, around.root, leaving) for each in known],
        "checks": [
            check_facts(each, None, readable, around.root, leaving) for each in _told_apart(checks, assets, leaving)
        ],
    }


def _of_checks(around: _Around, step: Step, name: str, checks: list[Check]) -> dict[str, Any] | None:
    readable = _readable((), {check.asset for check in checks} | _read(checks))
    there = [check for check in checks if check.asset in readable]
    for check in checks:
        if check.asset not in readable:
            around.leaving.out("check", check.key, _NO_NAME, check.origin)
    facts = [
        check_facts(each, partitions_for_dagster(_own(around.graph, each.asset)), readable, around.root, around.leaving)
        for each in _told_apart(there, (), around.leaving)
    ]
    return {**_head(step, name), "backfill": None, "assets": [], "checks": facts} if facts else None


def _head(step: Step, name: str) -> dict[str, Any]:
    return {"name": name, "step": step.address, "description": step.description, "can_subset": step.can_subset}


def _readable(made: Iterable[AssetKey], read: Iterable[AssetKey]) -> frozenset[AssetKey]:
    """What an op makes and may read: Dagster calls its inputs by the names of assets too."""
    taken = {output(key): key for key in made}
    return frozenset(key for key in (*made, *sorted(read)) if is_word(output(key)) and _is_first(taken, key))


def _is_first(taken: dict[str, AssetKey], key: AssetKey) -> bool:
    return taken.setdefault(output(key), key) == key


def _read(checks: Iterable[Check]) -> set[AssetKey]:
    return {dep for check in checks for dep in check.additional_deps}


def _why_not(graph: AssetGraph, step: Step, assets: Iterable[AssetKey]) -> str:
    """Why Dagster can't have a step; empty when it can."""
    taken: dict[str, AssetKey] = {}
    if not all(is_word(output(key)) for key in assets):
        return _NO_NAME
    for key in sorted(assets):
        if not _is_first(taken, key):
            return f"{str(taken[output(key)])!r} and {str(key)!r} are the same to Dagster in one step"
    every = {*assets, *(check.asset for check in step.checks)}
    try:
        found = {str(each): each for key in sorted(every) if (each := partitions_for_dagster(_own(graph, key)))}
    except ValueError as error:
        return str(error)
    if len(found) > 1 and not step.can_subset:
        return "its assets have several kinds of partitions"
    return ""


def _own(graph: AssetGraph, key: AssetKey) -> Any:
    return graph.assets[key].partitions


def _told_apart(checks: Iterable[Check], assets: Iterable[AssetKey], leaving: Leaving) -> Iterator[Check]:
    """The checks that Dagster can have beside these assets, and beside each other."""
    taken = {output(key) for key in assets}
    for check in checks:
        name = check_output(check.key)
        if is_word(name) and name not in taken:
            taken.add(name)
            yield check
        else:
            leaving.out("check", check.key, _NO_CHECK, check.origin)


def _backfill(graph: AssetGraph, step: Step, assets: Iterable[AssetKey], leaving: Leaving) -> dict[str, Any] | None:
    policies = {graph.assets[key].backfill for key in assets if graph.assets[key].partitions is not None}
    if len(policies) > 1:
        leaving.out("backfill policy", listing(map(str, assets)), "assets of one step have several", step.origin)
    if len(policies) != 1 or (policy := policies.pop()) is None:
        return None
    return {"max_partitions_per_run": policy.max_partitions_per_run}
