"""Names that projects don't share as they should: declared by two, or nearly the name of another's asset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from treadle.errors import Diagnostic
from treadle.ir import Asset, AssetKey
from treadle.ir.mentions import mentions_in, misspelled
from treadle.ir.origin import span_of, where
from treadle.workspace.telling import Told

__all__ = ["declared_twice", "misspelled_between"]


def declared_twice(told: Sequence[Told]) -> Iterator[Diagnostic]:
    """Assets that the steps of several projects make; to declare one without a step is how others say that it exists."""
    makers: dict[AssetKey, tuple[str, Asset]] = {}
    for each in told:
        made = {key for step in each.definitions.steps for key in step.assets}
        for asset in each.definitions.assets:
            if asset.key not in made:
                continue
            name, first = makers.setdefault(asset.key, (each.project.name, asset))
            if name != each.project.name:
                yield _twice(asset, each.project.name, first, name)


def _twice(asset: Asset, project: str, first: Asset, other: str) -> Diagnostic:
    return Diagnostic(
        code="TRD546",
        message=f"asset {str(asset.key)!r} is made by two projects, {other!r} and {project!r}",
        why=f"{other!r} declares it at {where(first.origin)}, {project!r} at {where(asset.origin)}",
        fix="give one of them another key, or a prefix to all of a project's keys; "
        "a project that only uses it declares it without a step",
        span=span_of(asset.origin),
    )


def misspelled_between(told: Sequence[Told], assets: Mapping[AssetKey, Asset]) -> Iterator[Diagnostic]:
    """Warnings for what no project declares, and that is a slip away from an asset of another project."""
    for each in told:
        own = {asset.key: asset for asset in each.definitions.assets}
        unknown = [mention for mention in mentions_in(each.definitions) if mention.key not in assets]
        near = {mistake.message for mistake in misspelled(unknown, own)}
        others = {key: asset for key, asset in assets.items() if key not in own}
        yield from (mistake for mistake in misspelled(unknown, others) if mistake.message not in near)
