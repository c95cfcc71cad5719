"""`treadle backfills …`: what came of backfills, and how to stop or go on with one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.cli.loaded import opened_store
from treadle.cli.showing import json_option
from treadle.errors import UsageError

if TYPE_CHECKING:
    from treadle.store import BackfillPart, BackfillRecord, Store

__all__ = ["backfills"]


@click.group()
def backfills() -> None:
    """Look at backfills; stop them, or go on with them."""


@backfills.command(name="list")
@click.option(
    "--limit",
    metavar="N",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="How many, the newest first.",
)
@json_option
@click.pass_obj
def list_(folder: Path, limit: int, as_json: bool) -> None:
    """List backfills, the newest first."""
    from treadle.cli.tables import table
    from treadle.project import find_settings

    settings = find_settings(folder)
    with opened_store(settings) as store:
        found = store.backfills.all(project=str(settings.root), limit=limit)
        progress = [store.backfills.parts(each.id) for each in found]
    if as_json:
        click.echo(json.dumps([_json_of(each, parts) for each, parts in zip(found, progress, strict=True)], indent=2))
        return
    rows = [
        (each.id, each.status.value, f"{each.created_at:%Y-%m-%d %H:%M}", _done(parts), each.partitions, each.selection)
        for each, parts in zip(found, progress, strict=True)
    ]
    empty = "No backfill yet. Start one: treadle backfill SELECTION --partitions A..B"
    table(("Backfill", "Status", "Started (UTC)", "Runs", "Partitions", "Selection"), rows, empty=empty)


@backfills.command()
@click.argument("backfill_id", metavar="ID")
@json_option
@click.pass_obj
def show(folder: Path, backfill_id: str, as_json: bool) -> None:
    """Show a backfill: its runs, and what came of them."""
    from treadle.cli.tables import table
    from treadle.project import find_settings

    with opened_store(find_settings(folder)) as store:
        found = _named(store, backfill_id)
        parts = store.backfills.parts(found.id)
    if as_json:
        click.echo(json.dumps({**_json_of(found, parts), "parts": list(map(_part_json, parts))}, indent=2))
        return
    click.echo(f"Backfill {click.style(found.id, bold=True)}  {found.status.value}  {_done(parts)} runs succeeded")
    click.echo(f"Selection: {found.selection}\nPartitions: {found.partitions}")
    if found.error:
        click.echo(found.error)
    click.echo()
    table(
        ("Partitions", "Run", "Status"),
        [(each.partition, each.run_id or "–", each.status.value if each.status else "waiting") for each in parts],
        empty="It has no runs.",
    )


@backfills.command()
@click.argument("backfill_id", metavar="ID")
@click.pass_obj
def cancel(folder: Path, backfill_id: str) -> None:
    """Stop a backfill, and its runs."""
    from treadle.cli.lineage_sending import noting
    from treadle.project import find_settings
    from treadle.runner.backfilling import advance
    from treadle.runner.resuming import end_abandoned

    settings = find_settings(folder)
    with opened_store(settings) as store:
        found = _named(store, backfill_id)
        if not store.backfills.request_cancel(found.id):
            raise UsageError(f"backfill {found.id} is over: it {found.status.value}")
        advance(store, store.backfills.find(found.id))
        for part in store.backfills.parts(found.id):
            if part.run_id is not None and part.status is not None and not part.status.is_final:
                end_abandoned(store, store.run(part.run_id), announce=noting(settings))
        advance(store, store.backfills.find(found.id))
        click.echo(f"Backfill {found.id} was asked to stop, and its runs with it.")


@backfills.command()
@click.argument("backfill_id", metavar="ID")
@click.option("--detach", is_flag=True, help="Leave the runs to a scheduler, and don't wait.")
@click.pass_obj
@click.pass_context
def resume(ctx: click.Context, folder: Path, backfill_id: str, detach: bool) -> None:
    """Go on with a backfill that was left behind, or run again what didn't succeed of one that ended."""
    from treadle.cli.backfill import follow
    from treadle.cli.outcomes import amount
    from treadle.project import find_settings
    from treadle.store import BackfillStatus

    settings = find_settings(folder)
    with opened_store(settings) as store:
        found = _named(store, backfill_id)
        if found.status is BackfillStatus.SUCCEEDED:
            raise UsageError(f"backfill {found.id} is over: it succeeded")
        if found.status is not BackfillStatus.RUNNING:
            click.echo(f"{amount(store.backfills.reopen(found), 'run')} of backfill {found.id} run again")
        if detach:
            return
        ctx.exit(follow(settings, store, store.backfills.find(found.id)))


def _named(store: Store, name: str) -> BackfillRecord:
    if name != "latest":
        return store.backfills.find(name)
    if found := store.backfills.all(limit=1):
        return found[0]
    raise UsageError("there is no backfill yet", fix="start one: treadle backfill SELECTION --partitions A..B")


def _done(parts: list[BackfillPart]) -> str:
    return f"{sum(part.status is not None and part.status.value == 'succeeded' for part in parts)}/{len(parts)}"


def _json_of(backfill: BackfillRecord, parts: list[BackfillPart]) -> dict[str, Any]:
    from treadle.runner.backfilling import progress_of

    return {
        "id": backfill.id,
        "status": backfill.status.value,
        "selection": backfill.selection,
        "partitions": backfill.partitions,
        "runs_at_once": backfill.runs_at_once,
        "tags": dict(backfill.tags),
        "created_at": backfill.created_at.isoformat(),
        "ended_at": backfill.ended_at.isoformat() if backfill.ended_at else None,
        "error": backfill.error,
        "runs": progress_of(parts),
    }


def _part_json(part: BackfillPart) -> dict[str, Any]:
    return {
        "partition": part.partition,
        "partition_keys": list(part.partition_keys),
        "run_id": part.run_id,
        "status": part.status.value if part.status else None,
    }
