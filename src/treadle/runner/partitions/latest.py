"""Which window a run is for that starts by itself."""

from __future__ import annotations

from datetime import datetime

from treadle.ir import AssetGraph, TimeWindowPartitions
from treadle.runner.partitions.keys import keys_of

__all__ = ["latest_window"]


def latest_window(graph: AssetGraph, selection: str, now: datetime) -> str | None:
    """The key of the latest window that had ended by then; None when what is selected isn't cut by time.

    Raises:
        UsageError: when the selection can't be used.
    """
    for key in sorted(graph.select(selection)):
        partitions = graph.assets[key].partitions
        if isinstance(partitions, TimeWindowPartitions) and not graph.is_external(key):
            there = keys_of(partitions, now=now)
            return there[-1] if there else None
    return None
