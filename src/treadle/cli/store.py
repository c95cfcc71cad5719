"""`treadle store …`: look after the database of past runs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from treadle.errors import UsageError, cut

if TYPE_CHECKING:
    from treadle.store.pruning import Pruned

__all__ = ["store"]


@click.group()
def store() -> None:
    """Upgrade the store, copy it into a file, or delete what is old from it."""


@store.command()
@click.pass_obj
def upgrade(folder: Path) -> None:
    """Bring the tables of the store up to date.

    A SQLite file is also upgraded by the next command that opens it. A store in PostgreSQL is upgraded only
    by this one: end what still uses it with an older Treadle.
    """
    from treadle.cli.loaded import make_state
    from treadle.project import find_settings
    from treadle.store import upgrade_store

    settings = find_settings(folder)
    make_state(settings)
    done = upgrade_store(settings.store_url)
    if done.before == done.after:
        click.echo(f"The store is up to date (version {done.after}).")
    elif done.before:
        click.echo(f"Upgraded the store from version {done.before} to {done.after}.")
    else:
        click.echo(f"Made the store's tables (version {done.after}).")


@store.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def backup(folder: Path, file: Path) -> None:
    """Copy the store into a FILE, as it is at one moment, while others write to it.

    A SQLite store becomes a SQLite file, which can take its place. A store in PostgreSQL is copied by
    pg_dump, which has to be on the PATH, into an archive for pg_restore.
    """
    from treadle.project import find_settings
    from treadle.store import backup_store

    backup_store(find_settings(folder).store_url, file)
    click.echo(f"Wrote {file}.")


@store.command()
@click.option("--older-than", metavar="DURATION", required=True, help="How long ago it was over, like 30d or 12h.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and delete nothing.")
@click.pass_obj
def prune(folder: Path, older_than: str, dry_run: bool) -> None:
    """Delete runs that were over long ago, with their events and outputs, and ticks, deliveries and backfills.

    Runs stay in which an asset, a partition or a check was last written or failed, and those that a sensor asked for
    by a key; their events and outputs go. A shared store is pruned for all its projects, and outputs are removed from
    the folder .treadle/runs of this one.
    """
    from treadle.cli.loaded import opened_store
    from treadle.project import find_settings
    from treadle.runner.outputs import old_outputs, remove_output

    before = _before(older_than)
    settings = find_settings(folder)
    with opened_store(settings) as store:
        pruned = store.prune(before, is_trial=dry_run)
        outputs = size = 0
        for output in old_outputs(settings.state / "runs", store, before):
            if not dry_run:
                remove_output(output)
            outputs, size = outputs + 1, size + output.size
    click.echo(f"{'Would delete' if dry_run else 'Deleted'} what was over before {before:%Y-%m-%d %H:%M} UTC:")
    click.echo("\n".join(_told(pruned, outputs, size)))


def _before(older_than: str) -> datetime:
    from treadle.ir.durations import parse_duration

    try:
        return datetime.now(UTC) - parse_duration(older_than)
    except (ValueError, OverflowError) as error:
        why = "that is before all calendars" if isinstance(error, OverflowError) else str(error)
        raise UsageError(f"--older-than can't be {cut(older_than)}: {why}", fix="write one like 30d or 12h") from error


def _told(pruned: Pruned, outputs: int, size: int) -> list[str]:
    """What goes, a line for each kind."""
    from treadle.cli.outcomes import amount

    rows = [
        ("runs", pruned.runs, ""),
        ("events", pruned.events, f"also of {amount(pruned.emptied, 'run')} kept" if pruned.emptied else ""),
        ("ticks", pruned.ticks, ""),
        ("deliveries", pruned.deliveries, ""),
        ("backfills", pruned.backfills, ""),
        ("outputs", outputs, f"{size / 1e6:,.1f} MB" if outputs else ""),
    ]
    return [f"{word:<10} {count:>9,}" + (f"  ({note})" if note else "") for word, count, note in rows]
