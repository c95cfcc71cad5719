"""Assets that are named but not declared: most are outside of the project, some are misspelled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from treadle.errors import Diagnostic, Severity
from treadle.ir.assets import Asset
from treadle.ir.definitions import Definitions
from treadle.ir.keys import AssetKey
from treadle.ir.near import Slips
from treadle.ir.origin import Origin, span_of, where

__all__ = ["Mention", "mentions_in", "misspelled"]

# A project that names more assets of elsewhere than this has them for a reason.
_MOST_LOOKED_AT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Somebody (`by`: "asset 'orders' depends on") names an asset."""

    by: str
    key: AssetKey
    origin: Origin | None


def mentions_in(definitions: Definitions) -> Iterator[Mention]:
    """Every place where an asset is named that may be declared elsewhere."""
    for asset in definitions.assets:
        for key in asset.deps:
            yield Mention(by=f"asset {str(asset.key)!r} depends on", key=key, origin=asset.origin)
    for check in definitions.checks:
        yield Mention(by=f"check {str(check.key)!r} is about", key=check.asset, origin=check.origin)
        for key in check.additional_deps:
            yield Mention(by=f"check {str(check.key)!r} depends on", key=key, origin=check.origin)


def misspelled(mentions: Iterable[Mention], assets: Mapping[AssetKey, Asset]) -> Iterator[Diagnostic]:
    """A warning for each undeclared asset whose name is a slip away from a declared one."""
    undeclared: dict[AssetKey, list[Mention]] = {}
    for mention in mentions:
        if mention.key not in assets:
            undeclared.setdefault(mention.key, []).append(mention)
    if not undeclared or len(undeclared) > _MOST_LOOKED_AT:
        return
    slips = Slips(map(str, assets))
    for key in sorted(undeclared):
        if meant := slips.meant_by(str(key)):
            yield _warning(undeclared[key], meant, assets[AssetKey(tuple(meant.split("/")))])


def _warning(mentions: list[Mention], meant: str, declared: Asset) -> Diagnostic:
    first = mentions[0]
    others = f" (so do {len(mentions) - 1} more)" if len(mentions) > 1 else ""
    return Diagnostic(
        code="TRD409",
        message=f"{first.by} {str(first.key)!r}, which nobody declares{others}",
        why=f"{where(first.origin)} names it; {meant!r} is declared at {where(declared.origin)}",
        fix=f"did you mean {meant!r}? If it is an asset of elsewhere, declare it without a step to say so",
        span=span_of(first.origin),
        severity=Severity.WARNING,
    )
