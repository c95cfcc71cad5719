"""What all projects declare, as one graph, and what is wrong between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from treadle.errors import Diagnostic
from treadle.ir import Asset, AssetGraph, AssetKey, Check, CheckKey, Step
from treadle.ir.mentions import mentions_in
from treadle.workspace.circles import circles_between
from treadle.workspace.conflicts import declared_twice, misspelled_between
from treadle.workspace.telling import Told

__all__ = ["Joined", "join"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Several projects seen as one.

    `graph` holds the assets of all, and knows by their origin which project each is of; what no project declares is
    external in it. `told` is what each project said, without the warnings that another project's assets answer;
    `conflicts` are the mistakes that only show when all projects are seen together.
    """

    graph: AssetGraph
    told: tuple[Told, ...]
    conflicts: tuple[Diagnostic, ...] = ()

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything that is wrong: in one project after the other, then between them."""
        return (*(mistake for each in self.told for mistake in each.diagnostics), *self.conflicts)

    def project_of(self, key: AssetKey) -> str | None:
        """The name of the project that an asset is of; None when no project declares it."""
        origin = self.graph.assets[key].origin
        return origin.project if origin else None


def join(told: Sequence[Told]) -> Joined:
    """One graph of what projects told. Never raises.

    Of an asset that several projects declare, the one that makes it counts: the others say that it is made elsewhere.
    """
    owners = _owners(told)
    assets = {key: asset for key, (asset, _) in owners.items()}
    graph = _graph(told, assets)
    return Joined(
        graph=graph,
        told=tuple(_answered(each, assets) for each in told),
        conflicts=(
            *declared_twice(told),
            *circles_between(graph),
            *misspelled_between(told, assets),
        ),
    )


def _owners(told: Iterable[Told]) -> Mapping[AssetKey, tuple[Asset, bool]]:
    """The record that counts for each key, and whether a step makes it."""
    found: dict[AssetKey, tuple[Asset, bool]] = {}
    for each in told:
        made = {key for step in each.definitions.steps for key in step.assets}
        for asset in each.definitions.assets:
            known = found.get(asset.key)
            if known is None or (asset.key in made and not known[1]):
                found[asset.key] = (asset, asset.key in made)
    return found


def _graph(told: Sequence[Told], assets: Mapping[AssetKey, Asset]) -> AssetGraph:
    mentioned = {mention.key for each in told for mention in mentions_in(each.definitions)}
    return AssetGraph(
        assets={**assets, **{key: Asset(key=key) for key in sorted(mentioned - assets.keys())}},
        checks=_checks(told),
        steps={step.address: step for each in told for step in _steps(each)},
        schedules={},
        sensors={},
        jobs={},
        declared=frozenset(assets),
    )


def _checks(told: Iterable[Told]) -> dict[CheckKey, Check]:
    found: dict[CheckKey, Check] = {}
    for each in told:
        for check in each.definitions.checks:
            found.setdefault(check.key, check)
    return found


def _steps(told: Told) -> Iterable[Step]:
    """Steps of a project under addresses that no other project has."""
    return (replace(step, component=f"{told.project.name}//{step.component}") for step in told.definitions.steps)


def _answered(told: Told, assets: Mapping[AssetKey, Asset]) -> Told:
    """Without the warnings that a name may be misspelled where it is the name of another project's asset."""
    mentioned = {mention.key for mention in mentions_in(told.definitions)}
    own = {asset.key for asset in told.definitions.assets}
    elsewhere = [f"{str(key)!r}, which nobody declares" for key in mentioned - own if key in assets]
    kept = [
        each for each in told.diagnostics if each.code != "TRD409" or not any(key in each.message for key in elsewhere)
    ]
    return replace(told, diagnostics=tuple(kept))
