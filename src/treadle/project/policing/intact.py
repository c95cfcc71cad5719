"""Components that are as they were declared: nothing that others say changes them, so they are judged by themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from treadle.ir import AssetGraph, Definitions
from treadle.ir.origin import Origin
from treadle.ir.verdicts import PolicyTarget
from treadle.project.loaded import LoadedComponent

__all__ = ["intact", "names_in"]


def intact(
    graph: AssetGraph, definitions: Definitions, components: Iterable[LoadedComponent]
) -> Iterator[LoadedComponent]:
    """The components of which all that they declare, and nothing else, is in a graph under their name.

    What a folder above adds, and what policies set, makes other records of their assets.

    Args:
        definitions: what the graph was linked from.
    """
    seen = Counter(_component(each.origin) for each in graph.assets.values())
    seen.update(_component(each.origin) for each in graph.checks.values())
    seen.update(each.component for each in graph.steps.values())
    # Linking tells steps of the partitions of their assets, which makes others of them.
    steps = {id(each) for each in definitions.steps}
    for component in components:
        own = component.definitions
        amount = len(own.assets) + len(own.checks) + len(own.steps)
        if component.state != "loaded" or seen[component.address] != amount:
            continue
        keys = {each.key for each in own.assets}
        if (
            all(graph.assets.get(each.key) is each for each in own.assets)
            and all(graph.checks.get(each.key) is each and each.asset in keys for each in own.checks)
            and all(id(each) in steps and each.address in graph.steps for each in own.steps)
            and all(each.component == component.address and keys.issuperset(each.assets) for each in own.steps)
            and all(_component(each.origin) == component.address for each in own.assets)
            and all(_component(each.origin) == component.address for each in own.checks)
        ):
            yield component


def names_in(components: Iterable[LoadedComponent]) -> Mapping[PolicyTarget, frozenset[str]]:
    """The names under which policies judge what components declare, by its kind."""
    known = list(components)
    return {
        "asset": frozenset(str(each.key) for one in known for each in one.definitions.assets),
        "check": frozenset(str(each.key) for one in known for each in one.definitions.checks),
        "step": frozenset(each.address for one in known for each in one.definitions.steps),
        "component": frozenset(one.address for one in known),
    }


def _component(origin: Origin | None) -> str:
    return origin.component if origin else ""
