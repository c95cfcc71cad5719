"""Policies that need more than an expression."""

from __future__ import annotations

from treadle import Asset, AssetGraph, policy


@policy(severity="deny", match="is:materializable")
def staging_stays_at_home(asset: Asset, graph: AssetGraph) -> str | None:
    """What a team prepares for itself is read by nobody else."""
    prepared = sorted(key for key in asset.deps if str(key).rsplit("/", 1)[-1].startswith("stg_"))
    foreign = [key for key in prepared if graph.assets[key].group != asset.group]
    if not foreign:
        return None
    return f"{asset.key} reads {foreign[0]}, which is prepared for the domain {graph.assets[foreign[0]].group!r} alone"
