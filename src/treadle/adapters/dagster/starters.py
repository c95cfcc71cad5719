"""Jobs and schedules as plain values that Dagster takes; what else starts runs is left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from treadle.adapters.dagster.leaving import Leaving
from treadle.adapters.dagster.naming import UNLIKE_A_TAG, is_tag, named_apart
from treadle.adapters.dagster.partitions import cron_for_dagster, partitions_for_dagster
from treadle.ir import Asset, AssetGraph, AssetKey, Check, CheckKey, Job, Schedule

__all__ = ["jobs", "note_what_has_no_likeness", "schedules"]


def jobs(graph: AssetGraph, there: Collection[AssetKey], leaving: Leaving) -> list[dict[str, Any]]:
    """The jobs whose assets Dagster has, by name."""
    found = []
    for _, job in sorted(graph.jobs.items()):
        try:
            found.append({**_common(graph, job, there, leaving), "partitions": _of(graph, job, there)})
        except ValueError as error:
            leaving.out("job", job.name, str(error), job.origin)
    return _named(found)


def schedules(graph: AssetGraph, there: Collection[AssetKey], leaving: Leaving) -> list[dict[str, Any]]:
    """The schedules whose assets Dagster has, by name; of assets with time windows, the latest is run."""
    found = []
    for _, schedule in sorted(graph.schedules.items()):
        try:
            found.append(_schedule(graph, schedule, there, leaving))
        except ValueError as error:
            leaving.out("schedule", schedule.name, str(error), schedule.origin)
    return _named(found)


def note_what_has_no_likeness(
    graph: AssetGraph, assets: Iterable[AssetKey], checks: Iterable[CheckKey], leaving: Leaving
) -> None:
    """Tell of sensors, and of the automation conditions of what is exported."""
    for _, sensor in sorted(graph.sensors.items()):
        leaving.out("sensor", sensor.name, "sensors aren't exported", sensor.origin)
    exported: list[Asset | Check] = [graph.assets[key] for key in sorted(assets)]
    exported += [graph.checks[key] for key in sorted(checks)]
    for each in exported:
        if each.automation is not None:
            leaving.out("automation condition", each.key, "conditions aren't exported", each.origin)


def _schedule(graph: AssetGraph, schedule: Schedule, there: Collection[AssetKey], leaving: Leaving) -> dict[str, Any]:
    if schedule.evaluate is not None:
        raise ValueError("it asks a function of the project")
    partitions = _of(graph, schedule, there)
    if partitions is not None and partitions["type"] != "time_window":
        raise ValueError("its assets have partitions, and no tick says which one to run")
    return {
        **_common(graph, schedule, there, leaving),
        "cron": cron_for_dagster(schedule.cron),
        "timezone": schedule.timezone,
        "enabled": schedule.enabled,
        "partitions": partitions,
    }


def _common(graph: AssetGraph, each: Job | Schedule, there: Collection[AssetKey], leaving: Leaving) -> dict[str, Any]:
    selected = _made(graph, each)
    kept = [key for key in selected if key in there]
    if not kept:
        raise ValueError("none of its assets is exported")
    kind = "job" if isinstance(each, Job) else "schedule"
    if len(kept) < len(selected):
        missing = ", ".join(str(key) for key in selected if key not in there)
        leaving.out(f"asset of a {kind}", each.name, f"without what isn't exported: {missing}", each.origin)
    return {
        "name": each.name,
        "assets": list(map(str, kept)),
        "description": each.description,
        "tags": _tags(each, kind, leaving),
    }


def _tags(each: Job | Schedule, kind: str, leaving: Leaving) -> dict[str, str]:
    for key in sorted(each.tags):
        if not is_tag(key):
            leaving.out(f"tag of a {kind}", f"{key} of {each.name}", UNLIKE_A_TAG, each.origin)
    return {key: value for key, value in sorted(each.tags.items()) if is_tag(key)}


def _made(graph: AssetGraph, each: Job | Schedule) -> list[AssetKey]:
    return sorted(key for key in graph.select(each.selection) if not graph.is_external(key))


def _of(graph: AssetGraph, each: Job | Schedule, there: Collection[AssetKey]) -> dict[str, Any] | None:
    """The partitions that all of a starter's assets have that have some."""
    own = [graph.assets[key].partitions for key in _made(graph, each) if key in there]
    found = {str(plain): plain for one in own if one is not None for plain in [partitions_for_dagster(one)]}
    if len(found) > 1:
        raise ValueError("its assets have several kinds of partitions, and a run of Dagster has one")
    return next(iter(found.values()), None)


def _named(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = named_apart(each["name"] for each in found)
    return [{**each, "name": name} for each, name in zip(found, names, strict=True)]
