"""Steps that use the same thing wait for each other; others pass them."""

from __future__ import annotations

from treadle.ir import Asset, AssetKey, Definitions, Step, link
from treadle.runner import plan
from treadle.runner.progress import Progress


def nothing(context: object) -> None: ...


def test_a_step_waits_for_what_another_one_uses() -> None:
    """
    While a lock is held, steps that need it are passed over; when it is free, they start in the order of the plan.
    """
    steps = tuple(
        Step(name=name, run=nothing, assets=(AssetKey.parse(name),), locks=frozenset(locks))
        for name, locks in (("a", ["folder"]), ("b", ["folder"]), ("c", []), ("d", ["folder"]))
    )
    graph, _ = link(Definitions(assets=tuple(Asset(key=step.assets[0]) for step in steps), steps=steps))
    progress = Progress(plan(graph).steps)
    free, held = lambda step: True, lambda step: not step.step.locks
    taken = [progress.take(may_start) for may_start in (free, held, held, free, free, free)]
    assert ["a", "c", None, "b", "d", None] == [each and each.address for each in taken]
