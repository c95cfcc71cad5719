"""The way that an asset came, from the changes of all assets that were told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from treadle.ir import Asset
from treadle.ir.provenance import Change

__all__ = ["Stage", "chain_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """An asset before something was said of it, and afterwards; without a `change`, nobody told who said it."""

    before: Asset
    after: Asset
    change: Change | None = None


def chain_of(asset: Asset, told: Sequence[Change]) -> list[Stage]:
    """The changes that led to an asset, in order, with what happened between them.

    >>> from dataclasses import replace
    >>> bare, named = Asset(key="a"), Asset(key="a", group="raw")
    >>> final = replace(named, description="Raw.")
    >>> stages = chain_of(final, [Change(before=bare, after=named), Change(before=Asset(key="b"), after=Asset(key="b"))])
    >>> [(each.after.group, each.after.description, each.change is None) for each in stages]
    [('raw', None, False), ('raw', 'Raw.', True)]
    """
    stages: list[Stage] = []
    current = asset
    for change in reversed(told):
        if not _leads_to(change.after, current):
            continue
        if change.after != current:
            stages.append(Stage(before=change.after, after=current))
        if change.before is None:
            stages.append(Stage(before=_bare(current), after=change.after, change=change))
            return stages[::-1]
        stages.append(Stage(before=change.before, after=change.after, change=change))
        current = change.before
    if current != _bare(current):
        stages.append(Stage(before=_bare(current), after=current))
    return stages[::-1]


def _leads_to(before: Asset, after: Asset) -> bool:
    """Whether the one became the other: an origin is made once for each asset, and stays with it."""
    return before.key == after.key and (before.origin is None or before.origin is after.origin)


def _bare(asset: Asset) -> Asset:
    return Asset(key=asset.key, origin=asset.origin)
