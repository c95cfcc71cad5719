"""Which assets and checks to request now: every condition is evaluated, those of dependencies first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from treadle.errors import UsageError
from treadle.ir import AssetGraph, AssetKey, AutomationCondition, CheckKey
from treadle.ir.condition_meanings import is_too_deep
from treadle.ir.condition_mistakes import is_made_alone
from treadle.runner.automation.explaining import Explanation, Explanations
from treadle.runner.automation.keys import LISTED, Keys
from treadle.runner.automation.looking import Look, as_root
from treadle.runner.automation.memory import Memory, from_state, to_state
from treadle.runner.automation.nodes import Node, node_of, parts_of
from treadle.runner.automation.subjects import still_counted, subjects_of
from treadle.runner.automation.truth import glance_all, truth
from treadle.runner.automation.view import KeySet, Thing, View

__all__ = ["Evaluation", "evaluate"]

_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What came of an evaluation.

    `requested` are the assets to materialize now, each with its partition keys (None for an asset without partitions),
    `checks` those to make, also where the asset that they check is requested.
    `state` is to be given to the next evaluation, once what is requested has been queued; it is plain JSON.
    `explanations` says for each asset and check, when it is asked, which parts of its condition are true and why.
    """

    requested: Mapping[AssetKey, KeySet]
    state: Mapping[str, object]
    explanations: Mapping[Thing, Explanation]
    checks: Mapping[CheckKey, KeySet] = field(default_factory=lambda: MappingProxyType({}))


def evaluate(
    graph: AssetGraph,
    view: View,
    state: Mapping[str, object] = _NOTHING,
    *,
    now: datetime,
    assets: Iterable[AssetKey] | None = None,
    keys: Keys = LISTED,
) -> Evaluation:
    """Evaluate the conditions of assets and checks: of all that have one and a step, or of some assets.

    A check counts only when it can be made alone: it isn't made by a step that always makes assets too.

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
    requested = [subject for subject in look.subjects.values() if subject.requested]
    after.requested = {subject.name: subject.requested for subject in requested}
    return Evaluation(
        requested=MappingProxyType({each.key: each.requested for each in requested if isinstance(each.key, AssetKey)}),
        checks=MappingProxyType({each.key: each.requested for each in requested if isinstance(each.key, CheckKey)}),
        state=to_state(after),
        explanations=Explanations(look, broken),
    )


def _nodes(
    graph: AssetGraph, assets: Iterable[AssetKey] | None
) -> tuple[dict[Thing, Node], dict[Thing, tuple[str, str]]]:
    """The conditions to evaluate, and those that can't be, with what is wrong."""
    nodes: dict[Thing, Node] = {}
    broken: dict[Thing, tuple[str, str]] = {}
    made: dict[AutomationCondition, Node | str] = {}
    for key, condition in _conditions(graph, assets):
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


def _conditions(graph: AssetGraph, assets: Iterable[AssetKey] | None) -> Iterator[tuple[Thing, AutomationCondition]]:
    for key in graph.assets if assets is None else assets:
        if (condition := graph.assets[key].automation) is not None and not graph.is_external(key):
            yield key, condition
    for check in graph.checks.values() if assets is None else ():
        if check.automation is not None and check.asset in graph.assets and is_made_alone(graph, check.key):
            yield check.key, check.automation


def _made(condition: AutomationCondition, graph: AssetGraph) -> Node | str:
    try:
        return node_of(condition, graph)
    except UsageError as error:
        return error.message
    except ValueError as error:
        return str(error)


def _distinct(nodes: Mapping[Thing, Node]) -> Iterable[Node]:
    return {id(node): node for node in nodes.values()}.values()
