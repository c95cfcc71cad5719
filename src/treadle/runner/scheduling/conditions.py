"""Automation conditions, evaluated again and again: what they request becomes runs."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from treadle.errors import ProjectError, UsageError, listing
from treadle.ir import Asset, AssetGraph, AssetKey, Partitions
from treadle.ir.denials import denials_of_selection
from treadle.ir.mapping_rules import mapping_between
from treadle.runner.automation import Evaluation, Keys, evaluate, view_of
from treadle.runner.executing import pending_steps
from treadle.runner.partitions import keys_of, upstream_keys, window_of
from treadle.runner.planning import plan
from treadle.runner.scheduling.refusing import why_denied
from treadle.store import NewRun, RunRecord, TickRecord, TickStatus

if TYPE_CHECKING:
    from treadle.store import Store

__all__ = ["CONDITIONS", "Conditions"]

CONDITIONS = "conditions"
"""The name under which all automation conditions of a project are switched, and tick."""

_SECONDS_TO_EVALUATE = 120.0
_MOST_REASONS = 5


class Conditions:
    """Evaluates the conditions of a project's assets; of several schedulers, one does at a time."""

    def __init__(self, store: Store, graph: AssetGraph, *, project: str, holder: str, every: float = 15.0) -> None:
        self._store = store
        self._graph = graph
        self._project = project
        self._holder = holder
        self._every = timedelta(seconds=every)
        self._looked: datetime | None = None
        self.has_some = any(asset.automation is not None for asset in graph.assets.values())

    def look(self, now: datetime) -> tuple[TickRecord, list[RunRecord]] | None:
        """Evaluate them when it is time; give the tick with its runs, when there is something to tell."""
        if not self.has_some or (self._looked is not None and abs(now - self._looked) < self._every):
            return None
        self._looked = now
        state = next(
            (
                each
                for each in self._store.automations.states(self._project)
                if (each.kind, each.name) == ("automation", CONDITIONS)
            ),
            None,
        )
        if state is not None and state.is_enabled is False:
            return None
        automations = self._store.automations
        if not automations.hold(
            self._project, "automation", CONDITIONS, holder=self._holder, seconds=_SECONDS_TO_EVALUATE
        ):
            return None
        seen = None if state is None else state.cursor
        remembered: Mapping[str, Any] = {} if seen is None else json.loads(seen)
        view = view_of(self._store, self._graph, project=self._project, state=remembered)
        evaluation = evaluate(self._graph, view, remembered, now=now, keys=_keys(self._graph, self._store, now))
        return self._commit(evaluation, seen=seen, now=now)

    def _commit(
        self, evaluation: Evaluation, *, seen: str | None, now: datetime
    ) -> tuple[TickRecord, list[RunRecord]] | None:
        runs, problems = _runs(self._graph, self._store, evaluation, now)
        cursor = json.dumps(evaluation.state)
        status = TickStatus.FAILED if problems else TickStatus.FIRED if runs else TickStatus.SKIPPED
        reason = "; ".join([*problems, *_reasons(evaluation)])
        tick = TickRecord(kind="automation", name=CONDITIONS, due_at=now, status=status, reason=reason)
        made = self._store.automations.commit(
            self._project, tick, runs, seen=seen, cursor=cursor, holder=self._holder, is_told=bool(runs or problems)
        )
        return (tick, made) if made is not None and (runs or problems) else None


def _reasons(evaluation: Evaluation) -> list[str]:
    told = [
        f"{key}: {evaluation.explanations[key].why}"
        for key in sorted(evaluation.requested)
        if key in evaluation.explanations
    ]
    more = [f"and {len(told) - _MOST_REASONS} more"] if len(told) > _MOST_REASONS else []
    return told[:_MOST_REASONS] + more


def _runs(graph: AssetGraph, store: Store, evaluation: Evaluation, now: datetime) -> tuple[list[NewRun], list[str]]:
    """A run for each partition that is requested, and one for all that has none; and what can't be run."""
    assets: dict[str | None, set[AssetKey]] = {}
    runs, problems = [], []
    for key, partitions in sorted(evaluation.requested.items()):
        # What is denied keeps nothing else from running.
        if denied := denials_of_selection(graph, {key}):
            problems.append(f"{key} may not run: {why_denied(denied)}")
            continue
        for partition in partitions:
            assets.setdefault(partition, set()).add(key)
    for partition in sorted(assets, key=lambda each: each or ""):
        selection = " or ".join(f'key:"{key}"' for key in sorted(assets[partition]))
        try:
            planned = plan(graph, selection, partition=partition, now=now, dynamic=store.partition_sets.keys)
        except (ProjectError, UsageError) as error:
            problems.append(f"{listing(map(str, sorted(assets[partition])), most=3)} can't run: {error}")
            continue
        runs.append(
            NewRun(
                selection=selection,
                partition=planned.partition,
                partition_keys=planned.partition_keys,
                steps=tuple(pending_steps(planned)),
            )
        )
    return runs, problems


def _keys(graph: AssetGraph, store: Store, now: datetime) -> Keys:
    """What conditions ask about partitions."""
    dynamic = store.partition_sets.keys

    def latest(partitions: Partitions, seconds: float | None) -> Collection[str] | None:
        there = keys_of(partitions, now=now, dynamic=dynamic)
        if not there or window_of(partitions, there[-1]) is None:
            return None
        last = window_of(partitions, there[-1])
        assert last is not None
        if seconds is None:
            return (there[-1],)
        begin = last.end.astimezone(UTC) - timedelta(seconds=seconds)
        return tuple(_since(there, partitions, begin))

    def upstream(asset: Asset, key: str | None, dep: Asset) -> Collection[str]:
        mapping = mapping_between(asset, dep)
        if mapping is None or dep.partitions is None:
            return ()
        found = upstream_keys(
            key, mapping, downstream=asset.partitions, upstream=dep.partitions, now=now, dynamic=dynamic
        )
        return (*found.keys, *found.missing)

    return Keys(
        there=lambda partitions: keys_of(partitions, now=now, dynamic=dynamic), latest=latest, upstream=upstream
    )


def _since(there: Iterable[str], partitions: Partitions, begin: datetime) -> Iterable[str]:
    for key in reversed(list(there)):
        window = window_of(partitions, key)
        if window is None or window.start.astimezone(UTC) < begin:
            return
        yield key
