"""`treadle automations …`: what starts runs by itself: whether it is on, when it looked last, and what it decided."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.cli.loaded import load_for_listing, opened_store
from treadle.cli.showing import json_option

if TYPE_CHECKING:
    from treadle.runner.scheduling.listing import Automation
    from treadle.store import TickRecord

__all__ = ["automations"]


@click.group()
def automations() -> None:
    """Look at schedules and sensors, and turn them on and off."""


@automations.command(name="list")
@json_option
@click.pass_obj
@click.pass_context
def list_(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """List what starts runs: whether it is on, when it is due, and what it did last."""
    from treadle.cli.tables import table
    from treadle.runner.scheduling.listing import automations_of

    project, code = load_for_listing(folder)
    with opened_store(project.settings) as store:
        found = automations_of(project.graph, store, project=str(project.settings.root))
    if as_json:
        click.echo(json.dumps([_as_json(each) for each in found], indent=2))
        ctx.exit(code)
    rows = [
        (
            each.name,
            each.kind,
            "on" if each.is_on else "off",
            _soon(each.next_at) if each.is_on else "–",
            _last(each.last),
            each.when,
        )
        for each in found
    ]
    table(
        ("Name", "Kind", "State", "Next", "Last", "When"),
        rows,
        empty="Nothing starts by itself. A schedule: treadle scaffold defs treadle.ScheduledJob NAME",
    )
    ctx.exit(code)


@automations.command()
@click.argument("name")
@click.pass_obj
def on(folder: Path, name: str) -> None:
    """Turn a schedule or a sensor on, whatever its declaration says."""
    _switch(folder, name, is_enabled=True)


@automations.command()
@click.argument("name")
@click.pass_obj
def off(folder: Path, name: str) -> None:
    """Turn a schedule or a sensor off, whatever its declaration says."""
    _switch(folder, name, is_enabled=False)


@automations.command()
@click.argument("name")
@click.pass_obj
def reset(folder: Path, name: str) -> None:
    """Let a schedule or a sensor be on or off as it is declared."""
    _switch(folder, name, is_enabled=None)


@automations.command()
@click.argument("name", required=False)
@click.option(
    "--limit",
    metavar="N",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="How many, the newest first.",
)
@click.option(
    "--status",
    "statuses",
    type=click.Choice(["fired", "skipped", "failed"]),
    multiple=True,
    help="Only such. (repeatable)",
)
@click.option("--before", metavar="ID", type=int, help="Only those before this tick: the next page of a list.")
@json_option
@click.pass_obj
def ticks(
    folder: Path, name: str | None, limit: int, statuses: tuple[str, ...], before: int | None, as_json: bool
) -> None:
    """List the ticks of all automations, or of NAME: what was decided, and why."""
    from treadle.cli.tables import table
    from treadle.project import find_settings
    from treadle.store import TickStatus

    settings = find_settings(folder)
    with opened_store(settings) as store:
        found = store.automations.ticks(
            str(settings.root), name=name, statuses=[TickStatus(each) for each in statuses], before=before, limit=limit
        )
    if as_json:
        click.echo(json.dumps([_tick_json(each) for each in found], indent=2))
        return
    rows = [
        (
            str(each.id),
            f"{each.due_at:%Y-%m-%d %H:%M:%S}",
            each.name,
            each.status.value,
            ", ".join(each.run_ids) or each.reason,
        )
        for each in found
    ]
    table(("Tick", "Due (UTC)", "Name", "Status", "Runs, or why none"), rows, empty="There was no tick yet.")


def _switch(folder: Path, name: str, *, is_enabled: bool | None) -> None:
    from treadle.runner.scheduling.listing import kind_of

    project, _ = load_for_listing(folder)
    kind = kind_of(project.graph, name)
    with opened_store(project.settings) as store:
        store.automations.switch(str(project.settings.root), kind, name, is_enabled=is_enabled)
    word = {True: "on", False: "off", None: "as it is declared"}[is_enabled]
    click.echo(f"The {kind} {name!r} is {word}.")


def _last(tick: TickRecord | None) -> str:
    return "–" if tick is None else f"{tick.status.value} {_length(datetime.now(UTC) - tick.due_at)} ago"


def _soon(moment: datetime | None) -> str:
    return "–" if moment is None else f"in {_length(moment - datetime.now(UTC))}"


def _length(length: timedelta) -> str:
    """A length of time as a person would say it: the largest unit that fits.

    >>> [_length(timedelta(seconds=each)) for each in (-1, 59, 150, 7200, 200_000)]
    ['0 s', '59 s', '2 min', '2 h', '2 d']
    """
    seconds = max(0, int(length.total_seconds()))
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _as_json(each: Automation) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "name": each.name,
        "when": each.when,
        "on": each.is_on,
        "next_at": each.next_at.isoformat() if each.next_at else None,
        "last_tick": None if each.last is None else _tick_json(each.last),
    }


def _tick_json(tick: TickRecord) -> dict[str, Any]:
    return {
        "id": tick.id,
        "kind": tick.kind,
        "name": tick.name,
        "due_at": tick.due_at.isoformat(),
        "status": tick.status.value,
        "reason": tick.reason,
        "run_ids": list(tick.run_ids),
    }
