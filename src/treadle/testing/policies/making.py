"""From what a case gives to a graph that can be judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from treadle.errors import Span
from treadle.ir import Asset, Check, Column, Definitions, Origin, Step, StepContext
from treadle.policies.subjects import DeclaredComponent
from treadle.testing.policies.model import GivenAsset, GivenComponent, GivenGraph

__all__ = ["components_of", "definitions_of", "step_address"]


def definitions_of(given: GivenGraph, span: Span) -> Definitions:
    """What a case gives: its asset first."""
    everything = [given, *given.others]
    return Definitions(
        assets=tuple(_asset(each, span) for each in everything),
        checks=tuple(check for each in everything for check in _checks(each, span)),
        steps=tuple(_step(each, span) for each in everything if not each.external),
    )


def components_of(given: GivenGraph, span: Span) -> tuple[DeclaredComponent, ...]:
    """The components that declare the assets, as if they were written where the case is."""
    found = {each.component.address: each.component for each in (*reversed(given.others), given)}
    return tuple(_component(each, span) for each in found.values())


def step_address(given: GivenAsset) -> str:
    """The name of the step of an asset in its project."""
    return f"{given.component.address}:{given.step.name}"


def _asset(given: GivenAsset, span: Span) -> Asset:
    columns = [Column(name=each.name, type=each.type, description=each.description) for each in given.columns]
    return replace(given.to_asset(_origin(given, span)), columns=tuple(columns))


def _checks(given: GivenAsset, span: Span) -> Iterator[Check]:
    for each in given.checks:
        yield Check(
            name=each.name,
            asset=given.key,
            description=each.description,
            blocking=each.blocking,
            severity=each.severity,
            metadata=each.metadata,
            origin=_origin(given, span),
        )


def _step(given: GivenAsset, span: Span) -> Step:
    said = given.step
    checks = [check.key for check in _checks(given, span)]
    is_own = isinstance(given, GivenGraph) or "name" in said.model_fields_set
    return Step(
        name=said.name if is_own else f"make {given.key}",  # assets that say nothing of it don't share a step
        run=_nothing,
        component=given.component.address,
        assets=said.assets if said.assets is not None else [given.key],
        checks=checks,
        can_subset=said.can_subset,
        description=said.description,
        compute=said.compute,
        credentials=said.credentials,
        pool=said.pool,
        retries=said.retries,
        timeout=said.timeout,
        tags=said.tags,
        metadata=said.metadata,
        origin=_origin(given, span),
    )


def _nothing(context: StepContext) -> None:
    """What a step of a case does: it is never run."""


def _component(given: GivenComponent, span: Span) -> DeclaredComponent:
    return DeclaredComponent(
        address=given.address, type=given.type, package=given.package, attributes=given.attributes, span=span
    )


def _origin(given: GivenAsset, span: Span) -> Origin:
    return Origin(component=given.component.address, span=span)
