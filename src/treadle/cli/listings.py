"""`treadle list …`: what the project has. Every listing has `--json`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.cli.diagnostics import relative
from treadle.cli.loaded import load_for_listing
from treadle.cli.packages import packages
from treadle.cli.partitions import partitions
from treadle.cli.platform import compute, credentials
from treadle.cli.policies import policies
from treadle.cli.showing import first_line, json_option, show_objects
from treadle.cli.tables import table
from treadle.cli.workspaces import list_workspace_assets, projects, workspace_option
from treadle.errors import Severity

if TYPE_CHECKING:
    from treadle.components import Descriptor
    from treadle.ir import Job, Schedule, Sensor
    from treadle.project import Project

__all__ = ["listings"]


@click.group(name="list")
def listings() -> None:
    """List what the project has."""


def _nothing(project: Project, selection: str) -> str:
    """Why a listing is empty though the project may have more than it shows."""
    if selection != "*":
        return f"There is nothing in the selection {selection}."
    return "There is nothing beside what is broken." if project.errors else ""


@listings.command()
@click.argument("selection", default="*")
@workspace_option
@json_option
@click.pass_obj
@click.pass_context
def assets(ctx: click.Context, folder: Path, selection: str, whole: bool, as_json: bool) -> None:
    """List assets, or those of a SELECTION.

    A selection is a key, `group:marts`, `+orders`, `key:"raw/*" and not tag:pii`…
    """
    if whole:
        ctx.exit(list_workspace_assets(folder, selection, as_json))
    from treadle.ir.facts import asset_facts
    from treadle.project.blocked import blocked_assets
    from treadle.runner.metadata import json_safe

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
            **asset_facts(each, graph, json_safe),
            "blocked_by": list(blocked.surely.get(each.key, ())),
            "may_be_blocked_by": list(blocked.maybe.get(each.key, ())),
            "denied_by": list(blocked.denied.get(each.key, ())),
        }
        for each in found
    ]
    show_objects(as_json, objects, draw)
    ctx.exit(code)


@listings.command()
@click.argument("selection", default="*")
@json_option
@click.pass_obj
@click.pass_context
def checks(ctx: click.Context, folder: Path, selection: str, as_json: bool) -> None:
    """List checks, or those of assets of a SELECTION."""
    from treadle.ir.facts import check_facts
    from treadle.runner.metadata import json_safe

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

    show_objects(as_json, [check_facts(each, json_safe) for each in found], draw)
    ctx.exit(code)


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


for _each in (packages, partitions, compute, credentials, policies, projects):
    listings.add_command(_each)


@listings.command()
@json_option
@click.pass_obj
@click.pass_context
def jobs(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """List jobs: named selections that run as one."""
    project, code = load_for_listing(folder)
    _starters("Job", project.graph.jobs.values(), {}, as_json)
    ctx.exit(code)


@listings.command()
@json_option
@click.pass_obj
@click.pass_context
def schedules(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """List schedules: what starts runs by the clock."""
    project, code = load_for_listing(folder)
    _starters("Schedule", project.graph.schedules.values(), {"cron": "Cron", "timezone": "Time zone"}, as_json)
    ctx.exit(code)


@listings.command()
@json_option
@click.pass_obj
@click.pass_context
def sensors(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """List sensors: what starts runs by observation."""
    project, code = load_for_listing(folder)
    _starters("Sensor", project.graph.sensors.values(), {"watches": "Watches", "interval": "Seconds"}, as_json)
    ctx.exit(code)


def _starters(kind: str, found: Iterable[Job | Schedule | Sensor], columns: Mapping[str, str], as_json: bool) -> None:
    """List what starts runs: its name, what is its own (some of it in columns), what it selects."""
    from treadle.ir.facts import starter_facts

    objects = [starter_facts(each) for each in sorted(found, key=lambda each: each.name)]
    rows = [
        (each["name"], *(_cell(each[name]) for name in columns), each["selection"], first_line(each["description"]))
        for each in objects
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
