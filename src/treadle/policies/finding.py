"""Which items violate a policy: it is asked about each, and what goes wrong then is kept beside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from treadle.ir.verdicts import PolicyTarget
from treadle.policies.cel import CelExpression
from treadle.policies.deadlines import TooLongError, time_limit
from treadle.policies.expressions import Expression
from treadle.policies.functions import answers, asked
from treadle.policies.records import Policy
from treadle.policies.roster import Item, Roster
from treadle.policies.rulebook import Entry
from treadle.policies.views import Scene

__all__ = ["Found", "find"]

_FEW = 4
"""Where less than one of so many items is asked about, fields of the others aren't found."""

SECONDS = 10.0
"""How long a Python function may take for everything that it is asked about."""


@dataclass(slots=True, kw_only=True)
class Found:
    """Violations by the numbers of their items, each with its message or None; and what couldn't be judged.

    What is `overdue` wasn't judged, because the time was over.
    """

    violations: list[tuple[int, str | None]] = field(default_factory=list)
    failed: dict[int, Exception] = field(default_factory=dict)
    overdue: list[int] = field(default_factory=list)


def find(entry: Entry, numbers: Sequence[int], parameters: Mapping[str, object], roster: Roster, scene: Scene) -> Found:
    """Ask a policy about items."""
    if entry.expression is None:
        return _call(entry.policy, numbers, parameters, roster, scene)
    return _evaluate(
        entry.expression, entry.policy.target, numbers, parameters, roster.items(entry.policy.target), scene
    )


def _evaluate(
    expression: Expression | CelExpression,
    target: PolicyTarget,
    numbers: Sequence[int],
    parameters: Mapping[str, object],
    items: list[Item],
    scene: Scene,
) -> Found:
    found = Found()

    def ask(number: int) -> bool:
        try:
            return expression.holds({target: scene.view(target, items[number].key), "parameters": parameters})
        except Exception as error:  # whatever it is, the others are judged
            found.failed[number] = error
            return True

    if expression.compiled is None:
        violating = [number for number in numbers if not ask(number)]
    else:
        few = len(numbers) * _FEW < len(items)
        columns = {name: scene.column_of(target, items, name, few=few) for name in expression.compiled.columns}
        violating = expression.compiled.violations(numbers, parameters, columns, ask)
    found.violations = [(number, None) for number in violating]
    return found


def _call(
    policy: Policy, numbers: Iterable[int], parameters: Mapping[str, object], roster: Roster, scene: Scene
) -> Found:
    function = policy.require.function
    assert function is not None
    wanted = asked(policy)
    subjects = roster.subjects
    always = {"graph": subjects.graph, "components": subjects.components, "parameters": parameters}
    given = {name: value for name, value in always.items() if name in wanted}
    record = _RECORDS[policy.target]
    items = roster.items(policy.target)
    left = list(numbers)
    found = Found()
    at = 0
    try:
        with time_limit(SECONDS):
            while at < len(left):
                item = items[left[at]]
                target: dict[str, Any] = {policy.target: record(scene, item)} if policy.target in wanted else {}
                try:
                    told = answers(function(**given, **target))
                    found.violations += [(left[at], each) for each in told]
                except Exception as error:  # whatever it is, the others are judged
                    found.failed[left[at]] = error
                at += 1
    except TooLongError:
        found.overdue = left[at:]
    return found


_RECORDS: Mapping[str, Callable[[Scene, Item], Any]] = {
    "asset": lambda scene, item: scene.graph.assets[item.key],
    "check": lambda scene, item: scene.graph.checks[item.key],
    "step": lambda scene, item: scene.graph.steps[item.key],
    "component": lambda scene, item: scene.declared_component(item.key),
    "project": lambda scene, item: item.key,
}
