"""Automation conditions, evaluated again and again: what they request becomes runs."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from treadle.ir import Asset, AssetGraph, AssetKey, CheckKey, Partitions
from treadle.ir.mapping_rules import mapping_between
from treadle.runner.automation import Evaluation, Keys, evaluate, view_of
from treadle.runner.partitions import keys_of, upstream_keys, window_of
from treadle.runner.scheduling.requested import runs_of
from treadle.store import RunRecord, TickRecord, TickStatus

if TYPE_CHECKING:
    from treadle.store import Store

__all__ = ["CONDITIONS", "Conditions", "has_conditions"]

CONDITIONS = "conditions"
"""The name under which all automation conditions of a project are switched, and tick."""

_SECONDS_TO_EVALUATE = 120.0
_MOST_REASONS = 5


class Conditions:
    """Evaluates the conditions of a project's assets and checks; of several schedulers, one does at a time."""

    def __init__(self, store: Store, graph: AssetGraph, *, project: str, holder: str, every: float = 15.0) -> None:
        self._store = store
        self._graph = graph
        self._project = project
        self._holder = holder
        self._every = timedelta(seconds=every)
        self._looked: datetime | None = None
        self.has_some = has_conditions(graph)

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
        dynamic = self._store.partition_sets.keys
        runs, problems = runs_of(self._graph, evaluation, now=now, dynamic=dynamic)
        cursor = json.dumps(evaluation.state)
        status = TickStatus.FAILED if problems else TickStatus.FIRED if runs else TickStatus.SKIPPED
        reason = "; ".join([*problems, *_reasons(evaluation)])
        tick = TickRecord(kind="automation", name=CONDITIONS, due_at=now, status=status, reason=reason)
        made = self._store.automations.commit(
            self._project, tick, runs, seen=seen, cursor=cursor, holder=self._holder, is_told=bool(runs or problems)
        )
        return (tick, made) if made is not None and (runs or problems) else None


def _reasons(evaluation: Evaluation) -> list[str]:
    things: list[AssetKey | CheckKey] = [*sorted(evaluation.requested), *sorted(evaluation.checks)]
    told = [f"{key}: {evaluation.explanations[key].why}" for key in things if key in evaluation.explanations]
    more = [f"and {len(told) - _MOST_REASONS} more"] if len(told) > _MOST_REASONS else []
    return told[:_MOST_REASONS] + more


def has_conditions(graph: AssetGraph) -> bool:
    """Whether an asset or a check has a condition."""
    is_some = any(asset.automation is not None for asset in graph.assets.values())
    return is_some or any(check.automation is not None for check in graph.checks.values())


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
