"""What is declared, as plain values: the shapes that listings print, and that other processes read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from treadle.ir.asset_graph import AssetGraph
from treadle.ir.assets import Asset
from treadle.ir.automation import Job, Schedule, Sensor
from treadle.ir.checks import Check
from treadle.ir.origin import Origin
from treadle.ir.plain import plain_mapping, plain_partitions, plain_policy
from treadle.ir.requests import AssetWatch, FileWatch
from treadle.ir.steps import Step

__all__ = ["FORMAT", "asset_facts", "check_facts", "facts_of", "starter_facts"]

FORMAT = 1
"""The number of the format: higher when something that a reader needs is named or meant otherwise than before."""

Plain = Callable[[Mapping[str, object]], Mapping[str, object]]
"""Makes metadata plain: whoever declares an asset may put anything there."""


def facts_of(graph: AssetGraph, plain: Plain) -> dict[str, Any]:
    """Everything that a project declares, as values that JSON has; what is only mentioned isn't declared.

    >>> from treadle.ir import Definitions, link
    >>> graph, _ = link(Definitions(assets=[Asset(key="orders", deps=["raw"])]))
    >>> [(each["key"], each["deps"]) for each in facts_of(graph, dict)["assets"]]
    [('orders', ['raw'])]
    """
    declared = [asset for key, asset in sorted(graph.assets.items()) if graph.is_declared(key)]
    return {
        "format": FORMAT,
        "assets": [{**asset_facts(each, graph, plain), **_column(each.origin)} for each in declared],
        "checks": [{**check_facts(each, plain), **_column(each.origin)} for _, each in sorted(graph.checks.items())],
        "steps": [{**_step_facts(each), **_column(each.origin)} for _, each in sorted(graph.steps.items())],
        "jobs": [starter_facts(each) for _, each in sorted(graph.jobs.items())],
        "schedules": [starter_facts(each) for _, each in sorted(graph.schedules.items())],
        "sensors": [starter_facts(each) for _, each in sorted(graph.sensors.items())],
    }


def asset_facts(asset: Asset, graph: AssetGraph, plain: Plain) -> dict[str, Any]:
    """An asset, as `treadle list assets --json` has it."""
    return {
        "key": str(asset.key),
        "deps": sorted(map(str, asset.deps)),
        "description": asset.description,
        "group": asset.group,
        "owners": list(asset.owners),
        "tags": dict(sorted(asset.tags.items())),
        "kinds": sorted(asset.kinds),
        "columns": [{"name": each.name, "type": each.type, "description": each.description} for each in asset.columns],
        "checks": sorted(each.name for each in graph.checks_of(asset.key)),
        "metadata": plain(asset.metadata),
        "code_version": asset.code_version,
        "partitions": plain_partitions(asset.partitions),
        "partition_mappings": {str(key): plain_mapping(each) for key, each in asset.partition_mappings.items()},
        "backfill": plain_policy(asset.backfill),
        "automation": str(asset.automation) if asset.automation else None,
        "freshness": plain_policy(asset.freshness),
        "skippable": asset.skippable,
        "external": graph.is_external(asset.key),
        **_place(asset.origin),
    }


def check_facts(check: Check, plain: Plain) -> dict[str, Any]:
    """A check, as `treadle list checks --json` has it."""
    return {
        "key": str(check.key),
        "asset": str(check.asset),
        "name": check.name,
        "description": check.description,
        "severity": check.severity.value,
        "blocking": check.blocking,
        "additional_deps": sorted(map(str, check.additional_deps)),
        "metadata": plain(check.metadata),
        "automation": str(check.automation) if check.automation else None,
        **_place(check.origin),
    }


def starter_facts(starter: Job | Schedule | Sensor) -> dict[str, Any]:
    """What starts runs, as `treadle list jobs`, `schedules` and `sensors` have it with `--json`."""
    return {
        "name": starter.name,
        **_own(starter),
        "selection": starter.selection,
        "description": starter.description,
        **_place(starter.origin),
    }


def _own(starter: Job | Schedule | Sensor) -> dict[str, Any]:
    match starter:
        case Schedule():
            return {
                "cron": starter.cron,
                "timezone": starter.timezone,
                "job": starter.job,
                "tags": dict(starter.tags),
                "enabled": starter.enabled,
                "missed": starter.missed,
            }
        case Sensor():
            return {
                "watches": _watched(starter.watch),
                "interval": starter.interval,
                "tags": dict(starter.tags),
                "enabled": starter.enabled,
            }
        case _:
            return {"tags": dict(starter.tags)}


def _watched(watch: FileWatch | AssetWatch | None) -> dict[str, str] | None:
    match watch:
        case FileWatch(pattern=pattern):
            return {"files": pattern}
        case AssetWatch(selection=selection, every=every):
            return {"assets": selection, "when": "all" if every else "any"}
    return None


def _step_facts(step: Step) -> dict[str, Any]:
    return {
        "name": step.name,
        "assets": list(map(str, step.assets)),
        "checks": [{"asset": str(each.asset), "name": each.name} for each in step.checks],
        "can_subset": step.can_subset,
        "description": step.description,
        "tags": dict(sorted(step.tags.items())),
        "pool": step.pool,
        "compute": step.compute,
        "credentials": list(step.credentials),
        **_place(step.origin),
        "component": step.component,
    }


def _place(origin: Origin | None) -> dict[str, Any]:
    span = origin.span if origin else None
    return {
        "component": origin.component if origin else None,
        "file": str(span.file) if span else None,
        "line": span.line if span else None,
    }


def _column(origin: Origin | None) -> dict[str, Any]:
    """What only a message that shows the place needs."""
    return {"column": origin.span.column if origin and origin.span else None, "detail": origin.detail if origin else ""}
