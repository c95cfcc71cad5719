"""What of a plan is possible now: some checks read what was never written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from treadle.ir import AssetGraph
from treadle.runner.planning import Plan, also_reads, plan

if TYPE_CHECKING:
    from treadle.store import Store

__all__ = ["possible_part"]


def possible_part(planned: Plan, graph: AssetGraph, store: Store) -> Plan:
    """The plan without checks that also read what was never materialized: on an empty database they could only fail."""
    read = {
        dep
        for check in also_reads(graph, planned.selected, graph.assets)
        for dep in graph.checks[check].additional_deps - planned.selected
        if not graph.is_external(dep)
    }
    absent = read - store.latest_materializations(read).keys() if read else set()
    if not absent:
        return planned
    return plan(
        graph,
        planned.selection,
        selected=planned.selected,
        absent=frozenset(absent),
        partitions=planned.partition,
        dynamic=store.partition_sets.keys,
    )
