"""`treadle store …`: look after the database of past runs."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["store"]


@click.group()
def store() -> None:
    """Upgrade the store, or copy it into a file."""


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
