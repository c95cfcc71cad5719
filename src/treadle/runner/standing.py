"""How the assets of a project stand now, by what its store has of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from treadle.ir import AssetGraph, AssetKey
from treadle.runner.staleness import Standing, overdue_since, standings

if TYPE_CHECKING:
    from treadle.store import Store

__all__ = ["overdue_assets", "standing_of_all"]


def standing_of_all(graph: AssetGraph, store: Store) -> dict[AssetKey, Standing]:
    """How every asset of a project stands now."""
    return standings(
        graph,
        store.latest_materializations(),
        store.asset_states(),
        now=datetime.now(UTC),
        dynamic=store.partition_sets.keys,
    )


def overdue_assets(graph: AssetGraph, store: Store) -> dict[AssetKey, datetime]:
    """The assets that are overdue, and since when they are."""
    policies = {key: each.freshness for key, each in graph.assets.items() if each.freshness is not None}
    latest = store.latest_materializations(policies.keys()) if policies else {}
    now = datetime.now(UTC)
    found = {}
    for key, policy in policies.items():
        since = overdue_since(policy, latest[key].created_at if key in latest else None, now)
        if since is not None:
            found[key] = since
    return found
