"""Why a selection can't run, before anybody plans it: something that it needs is broken, or a policy denies it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from treadle.ir.denials import denials_of_selection
from treadle.project.blocked import blocked_assets

if TYPE_CHECKING:
    from treadle.ir import AssetGraph, AssetKey
    from treadle.project.project import Project

__all__ = ["why_not"]


def why_not(project: Project, selected: Collection[AssetKey]) -> list[str]:
    """A line for each asset that can't run, in words; empty when nothing that is wrong concerns the selection."""
    blocked = blocked_assets(project)
    told = [f"asset {str(key)!r} can't run: {word}" for key in sorted(selected) if (word := blocked.of(key))]
    return told or _denied(project.graph, selected)  # what their steps make or check besides


def _denied(graph: AssetGraph, selected: Collection[AssetKey]) -> list[str]:
    """What policies keep from running, each with the policy."""
    found = dict.fromkeys((each.target, each.name, each.policy) for each in denials_of_selection(graph, selected))
    return [f"{target} {name!r} can't run: denied by {policy}" for target, name, policy in found]
