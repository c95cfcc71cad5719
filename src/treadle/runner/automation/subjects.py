"""Each asset with all that is known of it, put together once for an evaluation that asks for it again and again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from treadle.ir import Asset, AssetGraph, AssetKey, Check, CheckKey, IdentityMapping
from treadle.runner.automation.memory import Memory
from treadle.runner.automation.nodes import Node
from treadle.runner.automation.view import NO_KEYS, Key, KeySet, Thing, View
from treadle.store import AssetState

__all__ = ["Subject", "fresh_in", "still_counted", "subjects_of"]

# A materialization is recorded with the time of the machine that ran it, and is seen a little later.
_LATE = timedelta(minutes=10)
_NO_STATES: Mapping[Key, AssetState] = {}


@dataclass(slots=True, kw_only=True, eq=False)
class Subject:
    """An asset, or a check, as conditions look at it.

    `written` are the keys that were ever materialized, `fresh` those that were since the last evaluation,
    `was_requested` what that one requested, `requested` what this one does. `node` is its own condition, and
    `is_initial` says that it is evaluated with it for the first time. For a check, `asset` is a record that is cut and
    depends on others as the check does: on the asset that it checks, and on what it reads besides.
    """

    key: Thing
    name: str
    asset: Asset
    is_external: bool
    states: Mapping[Key, AssetState]
    written: KeySet
    fresh: KeySet
    running: KeySet
    backfilling: KeySet
    was_requested: KeySet
    node: Node | None
    is_initial: bool
    deps: tuple[Subject, ...] = ()
    children: list[Subject] = field(default_factory=list)
    requested: KeySet = NO_KEYS

    @property
    def is_check(self) -> bool:
        """Whether it is a check."""
        return isinstance(self.key, CheckKey)

    @property
    def is_unknown(self) -> bool:
        """Whether it is made elsewhere, and nobody ever told that it was."""
        return self.is_external and not self.written


def subjects_of(graph: AssetGraph, view: View, memory: Memory, nodes: Mapping[Thing, Node]) -> dict[Thing, Subject]:
    """All assets of a graph, each after those it depends on, and then the checks that have a condition."""
    fresh = fresh_in(view, memory)
    known_as = {thing: text for text, names in memory.conditions.items() for thing in names}
    checks = [key for key in nodes if isinstance(key, CheckKey)]
    found: dict[Thing, Subject] = {}
    things: list[Thing] = [*graph.topological(), *checks]
    for key in things:
        name, node = str(key), nodes.get(key)
        asset = _like_an_asset(graph.checks[key], graph) if isinstance(key, CheckKey) else graph.assets[key]
        states = view.states.get(key, _NO_STATES)
        subject = Subject(
            key=key,
            name=name,
            asset=asset,
            is_external=isinstance(key, AssetKey) and graph.is_external(key),
            states=states,
            written=frozenset([each for each, state in states.items() if state.materialized_at is not None]),
            fresh=fresh.get(key, NO_KEYS),
            running=view.running.get(key, NO_KEYS),
            backfilling=view.backfilling.get(key, NO_KEYS),
            was_requested=memory.requested.get(name, NO_KEYS),
            node=node,
            is_initial=node is not None and known_as.get(name) != node.known_as(asset),
        )
        found[key] = subject
    for key, subject in found.items():
        deps = subject.asset.deps & graph.assets.keys() if isinstance(key, CheckKey) else graph.parents(key)
        subject.deps = tuple(found[dep] for dep in sorted(deps))
        # Nothing is made because a check of it wants to be.
        for dep in () if subject.is_check else subject.deps:
            dep.children.append(subject)
    return found


def _like_an_asset(check: Check, graph: AssetGraph) -> Asset:
    """An asset that is cut as the one that is checked, and made from it: a check of a partition is about that one."""
    checked = graph.assets[check.asset]
    return Asset(
        key=check.asset,
        deps={check.asset, *check.additional_deps},
        partitions=checked.partitions,
        partition_mappings={} if checked.partitions is None else {check.asset: IdentityMapping()},
    )


def fresh_in(view: View, memory: Memory) -> dict[Thing, KeySet]:
    """What was materialized since the last evaluation, by asset; nothing when there was none.

    A materialization may come late, so it is new when it is newer than the last evaluation less some minutes, and
    wasn't counted there.
    """
    if memory.evaluated_at is None:
        return {}
    since = memory.evaluated_at - _LATE
    found: dict[Thing, KeySet] = {}
    for asset, states in view.states.items():
        recent = [key for key, each in states.items() if each.materialized_at and each.materialized_at > since]
        if recent:
            counted = memory.counted.get(str(asset), {})
            if fresh := frozenset(key for key in recent if counted.get(key) != states[key].materialized_at):
                found[asset] = fresh
    return found


def still_counted(view: View, now: datetime) -> dict[str, dict[Key, datetime]]:
    """The materializations that the next evaluation could mistake for new ones."""
    since = now - _LATE
    found: dict[str, dict[Key, datetime]] = {}
    for asset, states in view.states.items():
        for key, each in states.items():
            if each.materialized_at and each.materialized_at > since:
                found.setdefault(str(asset), {})[key] = each.materialized_at
    return found
