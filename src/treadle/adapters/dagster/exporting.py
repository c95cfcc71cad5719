"""The part of an asset graph that Dagster can have, as one plain value."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from treadle.adapters.dagster.assets import asset_facts
from treadle.adapters.dagster.leaving import Leaving, LeftOut
from treadle.adapters.dagster.nodes import Wanted, nodes
from treadle.adapters.dagster.partitions import partitions_for_dagster
from treadle.adapters.dagster.starters import jobs, note_what_has_no_likeness, schedules
from treadle.errors import Diagnostic, ProjectError
from treadle.ir import Asset, AssetGraph, AssetKey, CheckKey
from treadle.runner.ordering import Part

__all__ = ["FORMAT", "MARK", "Export", "exported"]

FORMAT = 1
"""The number of the format: higher when the file that reads it has to be another."""

MARK = "treadle export dagster"
"""Written into each file, so that it may be overwritten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What is written, and what Dagster won't have of it."""

    graph: dict[str, Any]
    left_out: tuple[LeftOut, ...]

    @property
    def text(self) -> str:
        """The graph as JSON: the same bytes for the same graph."""
        return json.dumps(self.graph, indent=1, ensure_ascii=False) + "\n"


def exported(graph: AssetGraph, parts: Iterable[Part], *, root: Path, head: dict[str, Any]) -> Export:
    """The graph of these steps, which are known to be admitted; `head` says what runs them, and where.

    Raises:
        ProjectError: TRD920, when Dagster can have none of them.
    """
    leaving = Leaving()
    found = nodes(graph, _wanted(parts), root, leaving)
    there = dict.fromkeys(AssetKey.parse(asset["key"]) for node in found for asset in node["assets"])
    if not found:
        raise ProjectError(_nothing(leaving))
    checks = [CheckKey(AssetKey.parse(each["asset"]), each["name"]) for node in found for each in node["checks"]]
    note_what_has_no_likeness(graph, there, checks, leaving)
    value = {
        "written_by": MARK,
        "format": FORMAT,
        **head,
        "nodes": found,
        "external": [asset_facts(each, each.deps, root, leaving) for each in _external(graph, there, leaving)],
        "jobs": jobs(graph, there, leaving),
        "schedules": schedules(graph, there, leaving),
    }
    return Export(graph={**value, "left_out": leaving.facts()}, left_out=tuple(leaving.found))


def _wanted(parts: Iterable[Part]) -> Wanted:
    """The parts of each step put together again: Dagster divides a step by itself."""
    wanted: dict[str, tuple[frozenset[AssetKey], frozenset[Any]]] = {}
    for part in parts:
        assets, checks = wanted.get(part.step.address, (frozenset(), frozenset()))
        wanted[part.step.address] = (assets | set(part.assets), checks | set(part.checks))
    return wanted


def _external(graph: AssetGraph, there: Iterable[AssetKey], leaving: Leaving) -> Iterator[Asset]:
    """Declared assets that no step makes, and that what is exported is made from."""
    read = {dep for key in there for dep in graph.assets[key].deps}
    for key in sorted(key for key in read if graph.is_external(key) and graph.is_declared(key)):
        asset = graph.assets[key]
        try:
            partitions_for_dagster(asset.partitions)
        except ValueError as error:
            leaving.out("partitions", key, str(error), asset.origin)
            asset = replace(asset, partitions=None)
        yield asset


def _nothing(leaving: Leaving) -> Diagnostic:
    first = leaving.found[0]
    return Diagnostic(
        code="TRD920",
        message="Dagster can have nothing of what is selected",
        why="\n".join(f"{each.what} {each.name!r}: {each.why}" for each in leaving.found[:5]),
        fix="select something else, or run these with `treadle run` and `treadle scheduler`",
        span=first.span,
    )
