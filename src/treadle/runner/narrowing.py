"""Some steps of a plan: for who starts each by itself, as another orchestrator does."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from treadle.errors import UsageError, did_you_mean, listing
from treadle.runner.planning import Plan

__all__ = ["only_steps"]


def only_steps(plan: Plan, names: Collection[str]) -> Plan:
    """The plan without all but these steps; what comes before them is taken to be done.

    >>> from treadle.ir import Asset, Definitions, Step, link
    >>> from treadle.runner import plan
    >>> steps = [Step(name=name, run=print, assets=[name]) for name in ("raw", "orders")]
    >>> graph, _ = link(Definitions(assets=[Asset(key="raw"), Asset(key="orders", deps=["raw"])], steps=steps))
    >>> [(each.address, each.after) for each in only_steps(plan(graph), ["orders"]).steps]
    [('orders', ())]

    Raises:
        UsageError: when the plan has no such step.
    """
    planned = {each.step.address for each in plan.steps}
    if unknown := sorted(set(names) - planned):
        hint = did_you_mean(unknown[0], planned) or f"there is {listing(planned)}"
        raise UsageError(f"no step {unknown[0]!r} makes anything that is selected", fix=hint)
    kept = [each for each in plan.steps if each.step.address in names]
    addresses = {each.address for each in kept}
    made = frozenset(asset for each in kept for asset in each.assets)
    return replace(
        plan,
        steps=tuple(replace(each, after=tuple(name for name in each.after if name in addresses)) for each in kept),
        additional=plan.additional & made,
        inputs={key: found for key, found in plan.inputs.items() if key in made},
        code_versions={key: version for key, version in plan.code_versions.items() if key in made},
    )
