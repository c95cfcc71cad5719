"""From what was declared to one graph, and every mistake that only shows when all of it is seen together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Protocol, TypeVar

from treadle.errors import Diagnostic, listing
from treadle.ir.asset_graph import AssetGraph
from treadle.ir.assets import Asset
from treadle.ir.checks import Check
from treadle.ir.cycle_diagnostics import circles
from treadle.ir.definitions import Definitions
from treadle.ir.keys import AssetKey, CheckKey
from treadle.ir.mapping_rules import impossible_mappings
from treadle.ir.mentions import Mention, mentions_in, misspelled
from treadle.ir.origin import Origin, span_of, where
from treadle.ir.platform import Platform
from treadle.ir.steps import Step

__all__ = ["AssetGraph", "link"]


class _Declared(Protocol):
    @property
    def origin(self) -> Origin | None: ...


K = TypeVar("K", bound=Hashable)
D = TypeVar("D", bound=_Declared)


def link(definitions: Definitions, platform: Platform | None = None) -> tuple[AssetGraph, tuple[Diagnostic, ...]]:
    """The graph of everything that was declared, and all that is wrong with it. Never raises.

    Of two things with one name the first is kept. What is only mentioned gets a bare record.

    >>> twice = Asset(key=AssetKey.parse("orders"))
    >>> graph, mistakes = link(Definitions(assets=(twice, twice)))
    >>> [f"{mistake.code}: {mistake.message}" for mistake in mistakes]
    ["TRD401: asset 'orders' is declared twice"]
    """
    found: list[Diagnostic] = []
    assets = _first("TRD401", "asset", definitions.assets, lambda asset: asset.key, found)
    checks = _first("TRD402", "check", definitions.checks, lambda check: check.key, found)
    steps = _first("TRD404", "step", definitions.steps, lambda step: step.address, found)
    steps = {address: _with_partitions(step, assets) for address, step in steps.items()}
    found += _produced_twice(steps.values(), _declared_twice(definitions))
    found += _undeclared_products(steps.values(), assets, checks)
    mentions = list(mentions_in(Definitions(assets=assets.values(), checks=checks.values())))
    stubs = _stubs(assets, mentions, steps.values())
    graph = AssetGraph(
        assets=assets | stubs,
        checks=checks,
        steps=steps,
        schedules=_first("TRD406", "schedule", definitions.schedules, lambda schedule: schedule.name, found),
        sensors=_first("TRD406", "sensor", definitions.sensors, lambda sensor: sensor.name, found),
        jobs=_first("TRD406", "job", definitions.jobs, lambda job: job.name, found),
        declared=frozenset(assets),
        platform=platform,
    )
    found += circles(graph)
    found += misspelled(mentions, assets)
    found += impossible_mappings(assets)
    return graph, tuple(found)


def _with_partitions(step: Step, assets: Mapping[AssetKey, Asset]) -> Step:
    """The step with the partitions of its assets, and of those that it checks."""
    keys = {*step.assets, *(check.asset for check in step.checks)} if step.checks else step.assets
    found = {key: own for key in keys if key in assets and (own := assets[key].partitions) is not None}
    return replace(step, partitions=MappingProxyType(found)) if found else step


def _first(
    code: str, noun: str, declared: Iterable[D], name_of: Callable[[D], K], found: list[Diagnostic]
) -> dict[K, D]:
    """The first thing of each name; the others become diagnostics."""
    kept: dict[K, D] = {}
    for each in declared:
        name = name_of(each)
        if name not in kept:
            kept[name] = each
        else:
            found.append(
                Diagnostic(
                    code=code,
                    message=f"{noun} {str(name)!r} is declared twice",
                    why=f"it is declared first at {where(kept[name].origin)}, and again at {where(each.origin)}",
                    fix=f"give one of them another {'key' if noun == 'asset' else 'name'}, or remove it",
                    span=span_of(each.origin),
                )
            )
    return kept


def _declared_twice(definitions: Definitions) -> set[AssetKey | CheckKey]:
    keys = Counter[AssetKey | CheckKey]([asset.key for asset in definitions.assets])
    keys.update([check.key for check in definitions.checks])
    return {key for key, count in keys.items() if count > 1}


def _produced_twice(steps: Iterable[Step], declared_twice: set[AssetKey | CheckKey]) -> Iterator[Diagnostic]:
    """What two steps make. Where it is declared twice as well, that alone is the mistake."""
    producers: dict[AssetKey | CheckKey, Step] = {}
    for step in steps:
        keys: list[AssetKey | CheckKey] = [*step.assets, *step.checks]
        for key in keys:
            first = producers.setdefault(key, step)
            if first is not step and key not in declared_twice:
                noun, verb = ("asset", "produced") if isinstance(key, AssetKey) else ("check", "made")
                yield Diagnostic(
                    code="TRD405",
                    message=f"{noun} {str(key)!r} is {verb} by two steps: {first.address!r} and {step.address!r}",
                    why=f"{first.address!r} is declared at {where(first.origin)}, {step.address!r} at {where(step.origin)}",
                    fix=f"remove {str(key)!r} from one of the two steps",
                    span=span_of(step.origin),
                )


def _undeclared_products(
    steps: Iterable[Step], assets: Mapping[AssetKey, Asset], checks: Mapping[CheckKey, Check]
) -> Iterator[Diagnostic]:
    for step in steps:
        missing = [f"asset {str(key)!r}" for key in step.assets if key not in assets]
        missing += [f"check {str(key)!r}" for key in step.checks if key not in checks]
        if missing:
            yield Diagnostic(
                code="TRD407",
                message=f"step {step.address!r} produces what nobody declares: {listing(missing)}",
                why=f"a step makes declared assets and checks; it is declared at {where(step.origin)}",
                fix="return them in the Definitions that hold the step, or remove them from the step",
                span=span_of(step.origin),
            )


def _stubs(
    assets: Mapping[AssetKey, Asset], mentions: Iterable[Mention], steps: Iterable[Step]
) -> dict[AssetKey, Asset]:
    named = {mention.key for mention in mentions} | {key for step in steps for key in step.assets}
    return {key: Asset(key=key) for key in sorted(named - assets.keys())}
