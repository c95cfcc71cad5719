"""Conditions as they are evaluated: made only of what can be looked at, their selections found in the graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from treadle.ir import Asset, AssetGraph, AssetKey, AutomationCondition
from treadle.ir.condition_meanings import meaning_of

__all__ = ["Node", "node_of", "parts_of"]

_REMEMBERING = frozenset({"code_version_changed", "data_version_changed", "newly_true", "since"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Node:
    """A part of a condition.

    `text` names it in what is remembered, `shown` to people. `remembers` says that it, or a part of it, has to be
    evaluated each time, because it leaves something for the next one. `allowed` and `ignored` narrow the
    dependencies that it is about.
    """

    name: str
    arguments: tuple[str | int | float | bool | None, ...]
    operands: tuple[Node, ...]
    text: str
    shown: str
    remembers: bool
    allowed: frozenset[AssetKey] | None = None
    ignored: frozenset[AssetKey] = frozenset()

    @property
    def schedule(self) -> tuple[str, str]:
        """The schedule that it names, and its time zone."""
        cron, *zone = map(str, self.arguments)
        return cron, zone[0] if zone else "UTC"

    @property
    def lookback(self) -> float | None:
        """How many seconds before its end the latest window reaches back, when it says so."""
        return float(str(self.arguments[0])) if self.arguments else None

    def known_as(self, asset: Asset) -> str:
        """What is remembered of an asset that has this condition: one that says something else is another one."""
        partitions = asset.partitions
        return self.text if partitions is None else f"{self.text} of {type(partitions).__name__}"


def node_of(condition: AutomationCondition, graph: AssetGraph) -> Node:
    """A condition as it is evaluated.

    Raises:
        ValueError: when it means nothing.
        UsageError: when one of its selections can't be used.
    """
    return _node(meaning_of(condition), graph)


def parts_of(node: Node) -> Iterator[Node]:
    """A node and all that it is made of."""
    yield node
    for operand in node.operands:
        yield from parts_of(operand)


def _node(condition: AutomationCondition, graph: AssetGraph) -> Node:
    said, allowed, ignored = condition, None, frozenset[AssetKey]()
    narrowed: list[str] = []
    while said.name in ("allow", "ignore"):
        selected = graph.select(str(said.arguments[0]))
        if said.name == "allow":
            allowed = selected if allowed is None else allowed | selected
        else:
            ignored |= selected
        narrowed.insert(0, f".{said.name}({said.arguments[0]!r})")
        said = said.operands[0]
    operands = tuple(_node(each, graph) for each in said.operands)
    return Node(
        name=said.name,
        arguments=said.arguments,
        operands=operands,
        text=str(condition),
        shown=(condition.label or _shown(said, operands)) + "".join(narrowed),
        remembers=said.name in _REMEMBERING or any(each.remembers for each in operands),
        allowed=allowed,
        ignored=ignored,
    )


def _shown(condition: AutomationCondition, operands: tuple[Node, ...]) -> str:
    """The condition as it prints, its parts by their names."""
    parts = tuple(AutomationCondition(name=each.shown) for each in operands)
    return str(AutomationCondition(name=condition.name, arguments=condition.arguments, operands=parts))
