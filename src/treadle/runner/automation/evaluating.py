"""Which assets to request now: every condition is evaluated, those of dependencies first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from treadle.errors import UsageError
from treadle.ir import AssetGraph, AssetKey, AutomationCondition
from treadle.ir.condition_meanings import is_too_deep
from treadle.runner.automation.explaining import Explanation, Explanations
from treadle.runner.automation.keys import LISTED, Keys
from treadle.runner.automation.looking import Look, as_root
from treadle.runner.automation.memory import Memory, from_state, to_state
from treadle.runner.automation.nodes import Node, node_of, parts_of
from treadle.runner.automation.subjects import still_counted, subjects_of
from treadle.runner.automation.truth import glance_all, truth
from treadle.runner.automation.view import KeySet, View

__all__ = ["Evaluation", "evaluate"]

_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What came of an evaluation.

    `requested` are the assets to materialize now, each with its partition keys (None for an asset without partitions).
    `state` is to be given to the next evaluation, once what is requested has been queued; it is plain JSON.
    `explanations` says for each asset, when it is asked, which parts of its condition are true and why.
    """

    requested: Mapping[AssetKey, KeySet]
    state: Mapping[str, object]
    explanations: Mapping[AssetKey, Explanation]


def evaluate(
    graph: AssetGraph,
    view: View,
    state: Mapping[str, object] = _NOTHING,
    *,
    now: datetime,
    assets: Iterable[AssetKey] | None = None,
    keys: Keys = LISTED,
) -> Evaluation:
    """Evaluate the conditions of assets: of all that have one and a step, or of some.

    `state` is what the last evaluation of the same assets left, and empty before the first one.

    >>> from datetime import UTC
    >>> from treadle.ir import Asset, Definitions, Step, link
    >>> orders = Asset(key="orders", automation=AutomationCondition(name="missing"))
    >>> graph, _ = link(Definitions(assets=[orders], steps=[Step(name="s", assets=["orders"], run=print)]))
    >>> evaluation = evaluate(graph, View(), now=datetime(2026, 1, 1, tzinfo=UTC))
    >>> [str(key) for key in evaluation.requested], evaluation.explanations[orders.key].why
    (['orders'], 'orders was never materialized')
    """
    nodes, broken = _nodes(graph, assets)
    before = from_state(state)
    after = Memory(evaluated_at=now, counted=still_counted(view, now))
    look = Look(
        subjects=subjects_of(graph, view, before, nodes), planned=view.planned, keys=keys, now=now, before=before
    )
    if any(part.name == "any_downstream_conditions" for node in _distinct(nodes) for part in parts_of(node)):
        glance_all(look)
    deciding = replace(look, after=after)
    for subject in look.subjects.values():
        if subject.node is not None:
            subject.requested = truth(subject.node, as_root(subject, deciding), deciding)
            after.conditions.setdefault(subject.node.known_as(subject.asset), []).append(subject.name)
    requested = {subject.key: subject.requested for subject in look.subjects.values() if subject.requested}
    after.requested = {str(key): true for key, true in requested.items()}
    return Evaluation(
        requested=MappingProxyType(requested),
        state=to_state(after),
        explanations=Explanations(look, broken),
    )


def _nodes(
    graph: AssetGraph, assets: Iterable[AssetKey] | None
) -> tuple[dict[AssetKey, Node], dict[AssetKey, tuple[str, str]]]:
    """The conditions to evaluate, and those that can't be, with what is wrong."""
    nodes: dict[AssetKey, Node] = {}
    broken: dict[AssetKey, tuple[str, str]] = {}
    made: dict[AutomationCondition, Node | str] = {}
    for key in graph.assets if assets is None else assets:
        condition = graph.assets[key].automation
        if condition is None or graph.is_external(key):
            continue
        if is_too_deep(condition):
            broken[key] = "a condition that is nested too deeply", "it can't be evaluated"
            continue
        if condition not in made:
            made[condition] = _made(condition, graph)
        found = made[condition]
        if isinstance(found, str):
            broken[key] = str(condition), found
        else:
            nodes[key] = found
    return nodes, broken


def _made(condition: AutomationCondition, graph: AssetGraph) -> Node | str:
    try:
        return node_of(condition, graph)
    except UsageError as error:
        return error.message
    except ValueError as error:
        return str(error)


def _distinct(nodes: Mapping[AssetKey, Node]) -> Iterable[Node]:
    return {id(node): node for node in nodes.values()}.values()
