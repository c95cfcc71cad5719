"""A project as plain values that can be compared with those of another revision, wherever it was loaded."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from treadle.errors import Diagnostic, ProjectError
from treadle.ir import Asset, AssetGraph, Check, Job, Origin, Schedule, Sensor, Step
from treadle.project.explaining.secrecy import Secrets, secrets_of
from treadle.project.explaining.values import plain, plain_step, values_of
from treadle.project.project import load
from treadle.project.settings import find_settings
from treadle.templating.env import FromEnv

__all__ = ["EMPTY", "Snapshot", "snapshot"]

Snapshot = Mapping[str, Any]
"""By kind and name, the values of everything; and what is wrong."""

EMPTY: Snapshot = {
    "project": False,
    **{kind: {} for kind in ("assets", "checks", "steps", "schedules", "sensors", "jobs", "origins")},
    "made": [],
    "diagnostics": [],
}
"""Where there is no project."""

_NO_PROJECT = "TRD501"


def snapshot(
    folder: Path,
    top: Path,
    *,
    remembered: bool = False,
    texts: Mapping[Path, str] = MappingProxyType({}),
    hides: bool = True,
) -> Snapshot:
    """The project that is exactly in a folder, without the path of the repository (`top`) anywhere.

    `texts` are what component files would hold, where they aren't saved yet. Who doesn't want it to hide anything has
    to do so with what comes of it: that is less.

    What is compared may be shown to many, so what the environment holds is left out of it, as far as it may be secret.
    """
    try:
        settings = find_settings(folder)
        if settings.root.resolve() != folder.resolve():
            return EMPTY
        secrets = secrets_of(settings)
        project = load(folder, remembered=remembered, texts=texts)
    except ProjectError as error:
        if any(each.code == _NO_PROJECT for each in error.diagnostics):
            return EMPTY
        found: dict[str, Any] = {**EMPTY, "project": True, "diagnostics": _diagnostics(error.diagnostics)}
        placeless: Snapshot = _without(found, _cuts(top))
    else:
        found = {"project": True, **_graph(project.graph), "diagnostics": _diagnostics(project.diagnostics)}
        placeless = _without(found, _cuts(top))
        placeless = _safe(placeless, secrets) if hides else placeless
    return placeless


def _safe(found: Mapping[str, Any], secrets: Secrets) -> Snapshot:
    return {name: secrets.hide(value) for name, value in found.items()}


def _graph(graph: AssetGraph) -> dict[str, Any]:
    declared = [asset for key, asset in graph.assets.items() if graph.is_declared(key)]
    return {
        "assets": {str(asset.key): _asset(asset, graph) for asset in declared},
        "origins": {str(asset.key): _origin(asset.origin) for asset in declared},
        "made": sorted(str(asset.key) for asset in declared if not graph.is_external(asset.key)),
        "checks": _by_name(graph.checks, _check),
        "steps": _by_name(graph.steps, _step),
        "schedules": _by_name(graph.schedules, _schedule),
        "sensors": _by_name(graph.sensors, _sensor),
        "jobs": _by_name(graph.jobs, _job),
    }


def _by_name(things: Mapping[Any, Any], read: Callable[[Any], dict[str, object]]) -> dict[str, dict[str, object]]:
    return {str(name): read(each) for name, each in things.items()}


def _asset(asset: Asset, graph: AssetGraph) -> dict[str, object]:
    step = graph.step_of(asset.key)
    values = {name: value for name, value in values_of(asset).items() if name != "key"}
    return {**values, **_metadata(asset.metadata), "step": step and step.address}


def _metadata(metadata: Mapping[str, object]) -> dict[str, object]:
    return {f"metadata.{name}": plain(_shown(value)) for name, value in metadata.items()}


def _shown(value: Any) -> Any:
    """A value of metadata, without texts that a template made from the environment."""
    if isinstance(value, FromEnv):
        return "[made from the environment]"
    if isinstance(value, Mapping):
        return {name: _shown(each) for name, each in value.items()}
    return [_shown(each) for each in value] if isinstance(value, list | tuple) else value


def _origin(origin: Origin | None) -> list[str]:
    return [origin.component, origin.detail] if origin else ["", ""]


def _check(check: Check) -> dict[str, object]:
    return {
        "description": check.description,
        "severity": check.severity.value,
        "blocking": check.blocking,
        "additional_deps": sorted(map(str, check.additional_deps)),
        "automation": None if check.automation is None else str(check.automation),
        **_metadata(check.metadata),
    }


def _step(step: Step) -> dict[str, object]:
    return {
        **{name: value for name, value in plain_step(step).items() if name != "step"},
        "description": step.description,
        "can_subset": step.can_subset,
        "assets": sorted(map(str, step.assets)),
        "checks": sorted(map(str, step.checks)),
        **{f"tags.{name}": value for name, value in step.tags.items()},
        **_metadata(step.metadata),
    }


def _schedule(schedule: Schedule) -> dict[str, object]:
    return {
        "cron": schedule.cron,
        "timezone": schedule.timezone,
        "selection": schedule.selection,
        "job": schedule.job,
        "enabled": schedule.enabled,
        "missed": schedule.missed,
        "description": schedule.description,
        **{f"tags.{name}": value for name, value in schedule.tags.items()},
    }


def _sensor(sensor: Sensor) -> dict[str, object]:
    return {
        "selection": sensor.selection,
        "interval": sensor.interval,
        "timeout": sensor.timeout,
        "watch": None if sensor.watch is None else str(sensor.watch),
        "enabled": sensor.enabled,
        "description": sensor.description,
        **{f"tags.{name}": value for name, value in sensor.tags.items()},
    }


def _job(job: Job) -> dict[str, object]:
    return {
        "selection": job.selection,
        "description": job.description,
        **{f"tags.{name}": value for name, value in job.tags.items()},
    }


def _diagnostics(found: Iterable[Diagnostic]) -> list[dict[str, object]]:
    return [
        {
            "code": each.code,
            "severity": each.severity.value,
            "message": each.message,
            "fix": each.fix,
            "file": str(each.span.file) if each.span else None,
            "line": each.span.line if each.span else None,
        }
        for each in found
    ]


def _cuts(top: Path) -> tuple[tuple[str, str], ...]:
    """What is cut out of every text: the folder of the repository, as it is named and as it really is."""
    folders = dict.fromkeys((str(top), str(top.resolve())))
    return tuple(each for folder in folders for each in ((f"{folder}{os.sep}", ""), (folder, ".")))


def _without(value: Any, cuts: tuple[tuple[str, str], ...]) -> Any:
    if isinstance(value, str):
        for old, new in cuts:
            value = value.replace(old, new)
        return value
    if isinstance(value, Mapping):
        return {_without(name, cuts): _without(each, cuts) for name, each in value.items()}
    if isinstance(value, list):
        return [_without(each, cuts) for each in value]
    return value
