"""Names that projects don't share as they should: declared by two, or nearly the name of another's asset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from treadle.errors import Diagnostic
from treadle.ir import Asset, AssetKey, Check, CheckKey, Definitions
from treadle.ir.mentions import mentions_in, misspelled
from treadle.ir.origin import span_of, where
from treadle.workspace.telling import Told

__all__ = ["declared_twice", "misspelled_between"]


def declared_twice(told: Sequence[Told]) -> Iterator[Diagnostic]:
    """Assets and checks that the steps of several projects make.

    To declare an asset without a step is how others say that it exists.
    """
    makers: dict[AssetKey | CheckKey, tuple[str, Asset | Check]] = {}
    for each in told:
        for declared in _made(each.definitions):
            name, first = makers.setdefault(declared.key, (each.project.name, declared))
            if name != each.project.name:
                yield _twice(declared, each.project.name, first, name)


def _made(definitions: Definitions) -> Iterator[Asset | Check]:
    made = {key for step in definitions.steps for key in (*step.assets, *step.checks)}
    yield from (each for each in definitions.assets if each.key in made)
    yield from (each for each in definitions.checks if each.key in made)


def _twice(declared: Asset | Check, project: str, first: Asset | Check, other: str) -> Diagnostic:
    noun, fix = (
        ("asset", "give one of them another key; a project that only uses it declares it without a step, or not at all")
        if isinstance(declared, Asset)
        else ("check", "give one of them another name")
    )
    return Diagnostic(
        code="TRD546",
        message=f"{noun} {str(declared.key)!r} is made by two projects, {other!r} and {project!r}",
        why=f"{other!r} declares it at {where(first.origin)}, {project!r} at {where(declared.origin)}",
        fix=fix,
        span=span_of(declared.origin),
    )


def misspelled_between(told: Sequence[Told], assets: Mapping[AssetKey, Asset]) -> Iterator[Diagnostic]:
    """Warnings for what no project declares, and that is a slip away from an asset of another project."""
    for each in told:
        own = {asset.key: asset for asset in each.definitions.assets}
        unknown = [mention for mention in mentions_in(each.definitions) if mention.key not in assets]
        near = {mistake.message for mistake in misspelled(unknown, own)}
        others = {key: asset for key, asset in assets.items() if key not in own}
        yield from (mistake for mistake in misspelled(unknown, others) if mistake.message not in near)
