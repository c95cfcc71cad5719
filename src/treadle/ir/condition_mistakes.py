"""Automation conditions that can't be evaluated, told before anything waits for them."""

from __future__ import annotations

from collections.abc import Iterator

from treadle.errors import Diagnostic, Severity, UsageError, listing
from treadle.ir.asset_graph import AssetGraph
from treadle.ir.assets import Asset
from treadle.ir.automation import AutomationCondition
from treadle.ir.checks import Check
from treadle.ir.condition_meanings import is_too_deep, meaning_of
from treadle.ir.keys import CheckKey
from treadle.ir.origin import span_of, where

__all__ = ["condition_mistakes", "is_made_alone", "mistake_in"]

_MOST_NAMED = 3


def condition_mistakes(graph: AssetGraph) -> Iterator[Diagnostic]:
    """One diagnostic for each asset and check whose condition can't be evaluated, or has no effect."""
    yield from _without_effect(graph)
    known: dict[AutomationCondition, tuple[str, str] | None] = {}
    declared: list[tuple[str, Asset | Check]] = [
        *(("asset", asset) for asset in graph.assets.values()),
        *(("check", check) for check in graph.checks.values()),
    ]
    for noun, each in declared:
        condition = each.automation
        if condition is None:
            continue
        if is_too_deep(condition):
            # Even to compare it with others would go too deep.
            found = mistake_in(condition, graph)
        else:
            if condition not in known:
                known[condition] = mistake_in(condition, graph)
            found = known[condition]
        if found:
            message, fix = found
            yield Diagnostic(
                code="TRD430",
                message=f"the automation condition of {noun} {str(each.key)!r} can't be evaluated: {message}",
                why=f"the {noun}, which is declared at {where(each.origin)}, would never be made by itself",
                fix=fix,
                span=span_of(each.origin),
            )


def is_made_alone(graph: AssetGraph, check: CheckKey) -> bool:
    """Whether a check can be made without an asset being materialized for it."""
    step = graph.step_of_check(check)
    return step is not None and (step.can_subset or not step.assets)


def _without_effect(graph: AssetGraph) -> Iterator[Diagnostic]:
    """One warning for each check whose condition is never asked, since its step makes assets too."""
    for check in graph.checks.values():
        step = graph.step_of_check(check.key)
        if check.automation is not None and step is not None and not is_made_alone(graph, check.key):
            assets = listing(map(str, step.assets), most=_MOST_NAMED)
            yield Diagnostic(
                code="TRD940",
                message=f"the automation condition of check {str(check.key)!r} has no effect: it can't be made alone",
                why=f"its step {step.address!r} makes {assets} too, and can't be asked for a part of that",
                fix="remove the condition: the check is made whenever the asset is; or let a step of its own make it",
                span=span_of(check.origin),
                severity=Severity.WARNING,
            )


def mistake_in(condition: AutomationCondition, graph: AssetGraph) -> tuple[str, str] | None:
    """What is wrong with a condition in a graph, and how to mend it.

    >>> from treadle.ir import Definitions, link
    >>> graph, _ = link(Definitions())
    >>> mistake_in(AutomationCondition(name="eager").ignore("group:"), graph)[0]
    "the selection 'group:' can't be used: expected a value after 'group:' (column 7)"
    """
    if is_too_deep(condition):
        return "it is nested too deeply", "make it of fewer parts"
    try:
        meaning_of(condition)
    except ValueError as error:
        message, _, hint = str(error).partition("; ")
        return message, hint or "correct the condition"
    for selection in _selections(condition):
        try:
            graph.select(selection)
        except UsageError as error:
            return (
                f"the selection {selection!r} can't be used: {error.message.splitlines()[0]}",
                error.fix or "correct it",
            )
    return None


def _selections(condition: AutomationCondition) -> Iterator[str]:
    if condition.name in ("allow", "ignore"):
        yield str(condition.arguments[0])
    for operand in condition.operands:
        yield from _selections(operand)
