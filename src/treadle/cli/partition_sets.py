"""`treadle partitions …`: the keys of dynamic partitions, which are kept in the store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from treadle.cli.loaded import load_for_listing, opened_store
from treadle.cli.showing import json_option
from treadle.errors import UsageError, did_you_mean, listing

if TYPE_CHECKING:
    from treadle.project import Project

__all__ = ["partitions"]


@click.group()
def partitions() -> None:
    """Look at the keys of dynamic partitions, and change them.

    A set has the name that `type: dynamic` partitions give it. All partitions of an asset: treadle list partitions.
    """


@partitions.command(name="list")
@click.argument("name")
@json_option
@click.pass_obj
def list_(folder: Path, name: str, as_json: bool) -> None:
    """List the keys of the set NAME."""
    project, _ = load_for_listing(folder)
    _check(project, name)
    with opened_store(project.settings) as store:
        keys = store.partition_sets.keys(name)
    if as_json:
        click.echo(json.dumps(keys, indent=2))
        return
    click.echo("\n".join(keys) or f"The set {name!r} is empty. Add keys: treadle partitions add {name} KEY")


@partitions.command()
@click.argument("name")
@click.argument("keys", metavar="KEY...", nargs=-1, required=True)
@click.pass_obj
def add(folder: Path, name: str, keys: tuple[str, ...]) -> None:
    """Add keys to the set NAME."""
    from treadle.cli.outcomes import amount
    from treadle.ir.partitions import check_partition_keys

    project, _ = load_for_listing(folder)
    _check(project, name)
    try:
        check_partition_keys(keys)
    except ValueError as error:
        raise UsageError(str(error)) from None
    with opened_store(project.settings) as store:
        click.echo(f"{amount(store.partition_sets.add(name, keys), 'key')} added to {name!r}.")


@partitions.command()
@click.argument("name")
@click.argument("keys", metavar="KEY...", nargs=-1, required=True)
@click.pass_obj
def delete(folder: Path, name: str, keys: tuple[str, ...]) -> None:
    """Take keys out of the set NAME; what was materialized for them stays recorded."""
    from treadle.cli.outcomes import amount

    project, _ = load_for_listing(folder)
    _check(project, name)
    with opened_store(project.settings) as store:
        click.echo(f"{amount(store.partition_sets.delete(name, keys), 'key')} taken out of {name!r}.")


def _check(project: Project, name: str) -> None:
    """Refuse a set that no asset's partitions are made of.

    Raises:
        UsageError: when there is none.
    """
    from treadle.ir import DynamicPartitions, MultiPartitions

    found: set[str] = set()
    for asset in project.graph.assets.values():
        parts = asset.partitions
        own = parts.dimensions.values() if isinstance(parts, MultiPartitions) else [parts]
        found.update(each.name for each in own if isinstance(each, DynamicPartitions))
    if name not in found:
        hint = did_you_mean(name, found) or (f"there are {listing(sorted(found))}" if found else "no asset has any")
        raise UsageError(f"no asset has dynamic partitions of the set {name!r}", fix=hint)
