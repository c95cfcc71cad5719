"""What evaluated conditions request, as runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from treadle.errors import ProjectError, UsageError, listing
from treadle.ir import AssetGraph, AssetKey, CheckKey
from treadle.ir.denials import denials_of_selection
from treadle.runner.automation import Evaluation
from treadle.runner.executing import pending_steps
from treadle.runner.partitions import DynamicKeys
from treadle.runner.planning import Plan, plan, plan_checks
from treadle.runner.scheduling.refusing import why_denied
from treadle.store import NewRun

__all__ = ["CHECKS_TAG", "runs_of"]

CHECKS_TAG = "treadle/checks"
"""The label of runs that make checks alone; it says which."""

_MOST_NAMED = 3

T = TypeVar("T", AssetKey, CheckKey)


def runs_of(
    graph: AssetGraph, evaluation: Evaluation, *, now: datetime, dynamic: DynamicKeys
) -> tuple[list[NewRun], list[str]]:
    """A run for each partition that is requested, and one for all that has none; and what can't be run.

    Checks of what is requested are made with it, the others in runs of their own.
    """
    assets, problems = _assets(graph, evaluation)
    runs: list[NewRun] = []
    for partition, keys in _in_order(assets):
        selection = " or ".join(f'key:"{key}"' for key in keys)
        try:
            runs.append(_run(plan(graph, selection, partition=partition, now=now, dynamic=dynamic)))
        except (ProjectError, UsageError) as error:
            problems.append(f"{listing(map(str, keys), most=_MOST_NAMED)} can't run: {error}")
    alone, denied = _checks(graph, evaluation, assets)
    problems += denied
    for partition, checks in _in_order(alone):
        names = listing(map(str, checks), most=_MOST_NAMED)
        try:
            planned = plan_checks(graph, checks, partition=partition, now=now, dynamic=dynamic)
            runs.append(_run(planned, {CHECKS_TAG: names}))
        except (ProjectError, UsageError) as error:
            problems.append(f"{names} can't be made: {error}")
    return runs, problems


def _assets(graph: AssetGraph, evaluation: Evaluation) -> tuple[dict[str | None, set[AssetKey]], list[str]]:
    """The assets that are requested, by partition; and those that may not run, which keep nothing else from it."""
    found: dict[str | None, set[AssetKey]] = {}
    problems: list[str] = []
    for key, partitions in sorted(evaluation.requested.items()):
        if denied := denials_of_selection(graph, {key}):
            problems.append(f"{key} may not run: {why_denied(denied)}")
            continue
        for partition in partitions:
            found.setdefault(partition, set()).add(key)
    return found, problems


def _checks(
    graph: AssetGraph, evaluation: Evaluation, assets: Mapping[str | None, set[AssetKey]]
) -> tuple[dict[str | None, set[CheckKey]], list[str]]:
    """The checks that are requested without their asset, by partition; and those that may not be made."""
    found: dict[str | None, set[CheckKey]] = {}
    problems: list[str] = []
    for key, partitions in sorted(evaluation.checks.items()):
        alone = [partition for partition in partitions if key.asset not in assets.get(partition, ())]
        if alone and (denied := denials_of_selection(graph, {key.asset})):
            problems.append(f"{key} may not be made: {why_denied(denied)}")
            continue
        for partition in alone:
            found.setdefault(partition, set()).add(key)
    return found, problems


def _in_order(keys: Mapping[str | None, set[T]]) -> Iterator[tuple[str | None, list[T]]]:
    for partition in sorted(keys, key=lambda each: each or ""):
        yield partition, sorted(keys[partition])


def _run(planned: Plan, tags: Mapping[str, str] | None = None) -> NewRun:
    return NewRun(
        selection=planned.selection,
        partition=planned.partition,
        partition_keys=planned.partition_keys,
        tags=tags or {},
        steps=tuple(pending_steps(planned)),
    )
