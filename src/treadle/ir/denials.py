"""Whether policies let steps run: the one answer that a command, the planner and every step's process give."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from treadle.errors import Diagnostic, Severity
from treadle.ir.asset_graph import AssetGraph
from treadle.ir.keys import AssetKey
from treadle.ir.steps import Step
from treadle.ir.verdicts import Verdict

__all__ = ["denials", "denials_of_selection", "diagnostic_of", "told_of"]


def denials(graph: AssetGraph, assets: Iterable[AssetKey]) -> tuple[Verdict, ...]:
    """The verdicts that keep some of these assets from being made or checked.

    >>> from treadle.ir import Asset, Definitions, link
    >>> orders = AssetKey.parse("orders")
    >>> verdict = Verdict(
    ...     policy="owners", severity="deny", target="asset", name="orders", message="no owner", assets=frozenset({orders})
    ... )
    >>> graph = link(Definitions(assets=[Asset(key=orders)]))[0].judged([verdict])
    >>> [each.policy for each in denials(graph, [orders])], denials(graph, [AssetKey.parse("users")])
    (['owners'], ())
    """
    if not graph.verdicts:
        return ()
    wanted = frozenset(assets)
    return tuple(each for each in graph.verdicts if each.denies and not each.assets.isdisjoint(wanted))


def denials_of_selection(graph: AssetGraph, selected: Collection[AssetKey]) -> tuple[Verdict, ...]:
    """The verdicts that keep a selection from being run, with what else its steps make."""
    if not graph.verdicts:
        return ()
    return denials(graph, {key for step in graph.steps.values() for key in _touched(step, selected)})


def _touched(step: Step, selected: Collection[AssetKey]) -> set[AssetKey]:
    """What a step makes or checks when these assets are selected."""
    touched = {*step.assets, *(check.asset for check in step.checks)}
    asked = touched.intersection(selected)
    return asked if step.can_subset or not asked else touched


def diagnostic_of(verdict: Verdict) -> Diagnostic:
    """What is told of a violation: TRD901 where it stops something, TRD902 where it doesn't."""
    stops = verdict.severity == "deny"
    return Diagnostic(
        code="TRD901" if stops else "TRD902",
        message=f"{told_of(verdict)} (policy {verdict.policy})",
        why=verdict.why,
        fix=verdict.fix,
        span=verdict.span,
        severity=Severity.ERROR if stops else Severity.WARNING,
        edits=verdict.edits,
    )


def told_of(verdict: Verdict) -> str:
    """What a violation is, in one line."""
    return " ".join(verdict.message.split())
