"""Steps as what Dagster starts: one op for each, and another for checks of assets that the step doesn't make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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


def nodes(graph: AssetGraph, wanted: Wanted, root: Path, leaving: Leaving) -> list[dict[str, Any]]:
    """What Dagster starts, in the order of the steps' names."""
    found = [each for address in sorted(wanted) for each in _of_step(graph, address, wanted, root, leaving)]
    names = named_apart(each["name"] for each in found)
    return [{**each, "name": name} for each, name in zip(found, names, strict=True)]


def _of_step(graph: AssetGraph, address: str, wanted: Wanted, root: Path, leaving: Leaving) -> Iterator[dict[str, Any]]:
    step = graph.steps[address]
    assets, checks = wanted[address]
    if why := _why_not(graph, step, assets):
        leaving.out("step", address, why, step.origin)
        return
    own = [graph.checks[key] for key in step.checks if key in checks and key.asset in assets]
    others = [graph.checks[key] for key in step.checks if key in checks and key.asset not in assets]
    if assets:
        yield {
            **_head(step, address),
            "backfill": _backfill(graph, step, assets, leaving),
            "assets": [asset_facts(graph.assets[key], root, leaving) for key in step.assets if key in assets],
            "checks": [check_facts(each, None, root) for each in _told_apart(own, assets, leaving)],
        }
    if others and assets and not step.can_subset:
        for each in others:
            why = "its step makes other assets, and can't be run for a part of them"
            leaving.out("check", each.key, why, each.origin)
    elif others:
        yield {
            **_head(step, f"{address}:checks" if assets else address),
            "backfill": None,
            "assets": [],
            "checks": [check_facts(each, _partitions(graph, each), root) for each in _told_apart(others, (), leaving)],
        }


def _head(step: Step, name: str) -> dict[str, Any]:
    return {"name": name, "step": step.address, "description": step.description, "can_subset": step.can_subset}


def _why_not(graph: AssetGraph, step: Step, assets: Iterable[AssetKey]) -> str:
    """Why Dagster can't have a step; empty when it can."""
    taken: dict[str, AssetKey] = {}
    for key in sorted(assets):
        name = output(key)
        if not is_word(name):
            return f"Dagster can't have an asset called {str(key)!r}: keys are made of letters, digits, _, - and ."
        if (other := taken.setdefault(name, key)) != key:
            return f"{str(other)!r} and {str(key)!r} are the same to Dagster in one step"
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


def _partitions(graph: AssetGraph, check: Check) -> dict[str, Any] | None:
    return partitions_for_dagster(graph.assets[check.asset].partitions)


def _told_apart(checks: Iterable[Check], assets: Iterable[AssetKey], leaving: Leaving) -> Iterator[Check]:
    """The checks that Dagster can have beside these assets, and beside each other."""
    taken = {output(key) for key in assets}
    for check in checks:
        name = check_output(check.key)
        if is_word(name) and name not in taken:
            taken.add(name)
            yield check
        else:
            why = "Dagster's checks are made of letters, digits, _ and ., and no two may be the same without these"
            leaving.out("check", check.key, why, check.origin)


def _backfill(graph: AssetGraph, step: Step, assets: Iterable[AssetKey], leaving: Leaving) -> dict[str, Any] | None:
    policies = {graph.assets[key].backfill for key in assets if graph.assets[key].partitions is not None}
    if len(policies) > 1:
        leaving.out("backfill policy", listing(map(str, assets)), "assets of one step have several", step.origin)
    if len(policies) != 1 or (policy := policies.pop()) is None:
        return None
    return {"max_partitions_per_run": policy.max_partitions_per_run}
