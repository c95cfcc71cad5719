"""`treadle list …`: what the project has. Every listing has `--json`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.cli.diagnostics import relative
from treadle.cli.loaded import load_for_listing
from treadle.cli.partitions import partitions
from treadle.cli.platform import compute, credentials
from treadle.cli.policies import policies
from treadle.cli.showing import first_line, json_option, place_json, show_objects
from treadle.cli.tables import table
from treadle.errors import Severity

if TYPE_CHECKING:
    from treadle.components import Descriptor
    from treadle.ir import (
        Asset,
        AssetGraph,
        AssetWatch,
        Check,
        FileWatch,
        Job,
        Origin,
        Schedule,
        Sensor,
    )
    from treadle.project import Project

__all__ = ["asset_json", "listings"]


@click.group(name="list")
def listings() -> None:
    """List what the project has."""


def _place(origin: Origin | None) -> dict[str, Any]:
    return {"component": origin.component if origin else None, **place_json(origin)}


def _nothing(project: Project, selection: str) -> str:
    """Why a listing is empty though the project may have more than it shows."""
    if selection != "*":
        return f"There is nothing in the selection {selection}."
    return "There is nothing beside what is broken." if project.errors else ""


@listings.command()
@click.argument("selection", default="*")
@json_option
@click.pass_obj
@click.pass_context
def assets(ctx: click.Context, folder: Path, selection: str, as_json: bool) -> None:
    """List assets, or those of a SELECTION.

    A selection is a key, `group:marts`, `+orders`, `key:"raw/*" and not tag:pii`…
    """
    from treadle.project.blocked import blocked_assets

    project, code = load_for_listing(folder)
    graph, blocked = project.graph, blocked_assets(project)
    selected = graph.select(selection)
    found = [asset for key, asset in sorted(graph.assets.items()) if key in selected and graph.is_declared(key)]

    def draw() -> None:
        # What is blocked is told in a column that is only there when something is.
        states = {each.key: blocked.of(each.key) for each in found}
        rows = [
            (
                str(each.key),
                *((states[each.key],) if any(states.values()) else ()),
                each.group,
                " ".join(sorted(each.kinds)),
                str(len(graph.checks_of(each.key)) or ""),
                first_line(each.description),
            )
            for each in found
        ]
        table(
            ("Asset", *(("State",) if any(states.values()) else ()), "Group", "Kinds", "Checks", "Description"),
            rows,
            empty=_nothing(project, selection)
            or "The project has no assets yet. Add one: treadle scaffold defs TYPE PATH",
        )

    objects = [
        {
            **asset_json(each, graph),
            "blocked_by": list(blocked.surely.get(each.key, ())),
            "may_be_blocked_by": list(blocked.maybe.get(each.key, ())),
            "denied_by": list(blocked.denied.get(each.key, ())),
        }
        for each in found
    ]
    show_objects(as_json, objects, draw)
    ctx.exit(code)


def asset_json(asset: Asset, graph: AssetGraph) -> dict[str, Any]:
    """The documented JSON shape of an asset."""
    from treadle.ir.plain import plain_mapping, plain_partitions, plain_policy
    from treadle.runner.metadata import json_safe

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
        "metadata": json_safe(asset.metadata),
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


@listings.command()
@click.argument("selection", default="*")
@json_option
@click.pass_obj
@click.pass_context
def checks(ctx: click.Context, folder: Path, selection: str, as_json: bool) -> None:
    """List checks, or those of assets of a SELECTION."""
    project, code = load_for_listing(folder)
    selected = project.graph.select(selection)
    found = [each for _, each in sorted(project.graph.checks.items()) if each.asset in selected]

    def draw() -> None:
        rows = [
            (
                str(each.asset),
                each.name,
                each.severity.value + (" blocking" if each.blocking else ""),
                first_line(each.description),
            )
            for each in found
        ]
        empty = _nothing(project, selection) or "The project has no checks yet."
        table(("Asset", "Check", "Severity", "Description"), rows, empty=empty)

    show_objects(as_json, [_check_json(each) for each in found], draw)
    ctx.exit(code)


def _check_json(check: Check) -> dict[str, Any]:
    from treadle.runner.metadata import json_safe

    return {
        "key": str(check.key),
        "asset": str(check.asset),
        "name": check.name,
        "description": check.description,
        "severity": check.severity.value,
        "blocking": check.blocking,
        "additional_deps": sorted(map(str, check.additional_deps)),
        "metadata": json_safe(check.metadata),
        "automation": str(check.automation) if check.automation else None,
        **_place(check.origin),
    }


def _use(descriptor: Descriptor) -> str:
    """What a type is for, or why it isn't any more."""
    return f"deprecated: {first_line(descriptor.deprecated)}" if descriptor.deprecated else descriptor.summary


@listings.command()
@json_option
@click.pass_obj
@click.pass_context
def components(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """List component types, and the components made of them.

    Types are those of installed packages, and of the project's own components folder.
    """
    from treadle.cli.diagnostics import show
    from treadle.cli.main import EXIT_PROJECT
    from treadle.cli.types import known_types
    from treadle.project.checking import check
    from treadle.project.outline import written_components

    checked = check(folder)
    descriptors = known_types(folder).descriptors
    types = descriptors.all()
    told = {each.message for each in checked.diagnostics}
    mistakes = [*checked.diagnostics, *(each for each in descriptors.mistakes if each.message not in told)]
    show(mistakes)
    code = EXIT_PROJECT if any(each.severity is Severity.ERROR for each in mistakes) else 0
    written = written_components(checked, descriptors)
    by_type: dict[str, list[dict[str, Any]]] = {}
    for each in written:
        place = {"address": each.address, "state": each.state, "file": str(each.span.file), "line": each.span.line}
        by_type.setdefault(each.type, []).append(place)
    objects: list[dict[str, Any]] = [
        {
            "type": each.name,
            "aliases": list(each.aliases),
            "package": each.package,
            "version": each.version or None,
            "summary": each.summary,
            "deprecated": each.deprecated or None,
            "components": by_type.get(each.name, []),
        }
        for each in types
    ]
    known = {each.name for each in types}
    objects += [
        {
            "type": name or None,
            "aliases": [],
            "package": None,
            "version": None,
            "summary": "",
            "deprecated": None,
            "components": places,
        }
        for name, places in sorted(by_type.items())
        if name not in known
    ]

    def draw() -> None:
        table(("Component type", "What it is for"), [(each.name, _use(each)) for each in types], empty="")
        rows = [
            (each.address, each.type or "(Python module)", each.state, relative(each.span.file)) for each in written
        ]
        click.echo()
        table(
            ("Component", "Type", "State", "File"),
            rows,
            empty="The project has no components yet. Add one: treadle scaffold defs TYPE PATH",
        )

    show_objects(as_json, objects, draw)
    ctx.exit(code)


for _each in (partitions, compute, credentials, policies):
    listings.add_command(_each)


@listings.command()
@json_option
@click.pass_obj
@click.pass_context
def jobs(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """List jobs: named selections that run as one."""
    project, code = load_for_listing(folder)
    found = [(each, {"tags": dict(each.tags)}) for each in project.graph.jobs.values()]
    _starters("Job", found, {}, as_json)
    ctx.exit(code)


@listings.command()
@json_option
@click.pass_obj
@click.pass_context
def schedules(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """List schedules: what starts runs by the clock."""
    project, code = load_for_listing(folder)
    found = [
        (
            each,
            {
                "cron": each.cron,
                "timezone": each.timezone,
                "job": each.job,
                "tags": dict(each.tags),
                "enabled": each.enabled,
                "missed": each.missed,
            },
        )
        for each in project.graph.schedules.values()
    ]
    _starters("Schedule", found, {"cron": "Cron", "timezone": "Time zone"}, as_json)
    ctx.exit(code)


@listings.command()
@json_option
@click.pass_obj
@click.pass_context
def sensors(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """List sensors: what starts runs by observation."""
    project, code = load_for_listing(folder)
    found = [
        (
            each,
            {
                "watches": _watched(each.watch),
                "interval": each.interval,
                "tags": dict(each.tags),
                "enabled": each.enabled,
            },
        )
        for each in project.graph.sensors.values()
    ]
    _starters("Sensor", found, {"watches": "Watches", "interval": "Seconds"}, as_json)
    ctx.exit(code)


def _watched(watch: FileWatch | AssetWatch | None) -> dict[str, str] | None:
    from treadle.ir import AssetWatch, FileWatch

    match watch:
        case FileWatch(pattern=pattern):
            return {"files": pattern}
        case AssetWatch(selection=selection, every=every):
            return {"assets": selection, "when": "all" if every else "any"}
    return None


def _starters(
    kind: str,
    found: Iterable[tuple[Job | Schedule | Sensor, Mapping[str, Any]]],
    columns: Mapping[str, str],
    as_json: bool,
) -> None:
    """List what starts runs: its name, what is its own (some of it in columns), what it selects."""
    ordered = sorted(found, key=lambda item: item[0].name)
    objects = [
        {"name": each.name, **own, "selection": each.selection, "description": each.description, **_place(each.origin)}
        for each, own in ordered
    ]
    rows = [
        (each.name, *(_cell(own[name]) for name in columns), each.selection, first_line(each.description))
        for each, own in ordered
    ]
    titles = (kind, *columns.values(), "Selection", "Description")
    show_objects(as_json, objects, lambda: table(titles, rows, empty=f"The project has no {kind.lower()}s yet."))


def _cell(value: Any) -> str:
    """A value in a column: of what is watched, the first that is said of it."""
    if isinstance(value, Mapping):
        return str(next(iter(value.values())))
    return f"{value:g}" if isinstance(value, float) else "–" if value is None else str(value)


@listings.command()
@json_option
@click.pass_obj
@click.pass_context
def env(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """List environment variables that YAML files and connections use.

    Whether they are set is told, never their values.
    """
    from treadle.project.environment import environment

    project, code = load_for_listing(folder)
    found = environment(project.settings)
    objects = [
        {
            "name": each.name,
            "set": each.is_set,
            "default": each.has_default,
            "used": [{"file": str(span.file), "line": span.line} for span in each.spans],
        }
        for each in found
    ]
    rows = [
        (
            each.name,
            "set" if each.is_set else "default" if each.has_default else "missing",
            ", ".join(f"{relative(span.file)}:{span.line}" for span in each.spans),
        )
        for each in found
    ]
    show_objects(
        as_json,
        objects,
        lambda: table(("Variable", "State", "Used in"), rows, empty="Nothing here uses an environment variable."),
    )
    ctx.exit(code)
