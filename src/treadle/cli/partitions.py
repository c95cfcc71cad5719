"""`treadle list partitions`: the partitions that an asset has now."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.background.opening import dynamic_keys
from treadle.cli.loaded import load_for_listing
from treadle.cli.tables import table
from treadle.errors import UsageError, did_you_mean, listing

if TYPE_CHECKING:
    from treadle.ir import Asset, AssetGraph, Partitions

__all__ = ["partitions"]

_MOST_NAMED = 5


@click.command()
@click.argument("asset")
@click.argument("keys", metavar="RANGE", default="all")
@click.option(
    "--limit", metavar="N", type=click.IntRange(min=1), default=20, show_default=True, help="How many, the latest."
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of objects: of all that are meant.")
@click.pass_obj
@click.pass_context
def partitions(ctx: click.Context, folder: Path, asset: str, keys: str, limit: int, as_json: bool) -> None:
    """List the partitions of an ASSET that there are now, or those of a RANGE.

    A range is written `A..B`, `A..`, `..B`, `A,B` or `all`; of several dimensions
    `day=2026-01-01..2026-01-05,region=eu`. A time window is there when it has ended.
    """
    from treadle.runner.partitions import keys_of, parse_keys, summary

    project, code = load_for_listing(folder)
    found = _found(project.graph, asset)
    own = found.partitions
    assert own is not None  # or it wouldn't have been found
    now = datetime.now(UTC)
    dynamic = dynamic_keys(project.settings)
    there = keys_of(own, now=now, dynamic=dynamic)
    chosen: Sequence[str] = there if keys == "all" else parse_keys(keys, own, now=now, dynamic=dynamic, of=asset)
    if as_json:
        click.echo(json.dumps([_json(own, key) for key in chosen], indent=2))
        ctx.exit(code)
    shown = chosen[-limit:]
    rows = [(key, *_window(own, key)) for key in shown]
    columns = ("Partition", "From", "To")
    table(columns if rows and len(rows[0]) > 1 else columns[:1], rows, empty=f"{asset} has no partition yet.")
    if len(shown) < len(chosen):
        span = f"{chosen[0]}..{chosen[-1]} ({len(chosen):,})" if keys == "all" else summary(chosen, there)
        click.echo(f"\nThese are the latest {len(shown)} of {span}.")
    ctx.exit(code)


def _found(graph: AssetGraph, name: str) -> Asset:
    by_name = {str(key): each for key, each in graph.assets.items()}
    if name not in by_name:
        raise UsageError(f"there is no asset {name!r}", fix=did_you_mean(name, by_name) or "see `treadle list assets`")
    if by_name[name].partitions is None:
        having = list(islice((key for key, each in by_name.items() if each.partitions is not None), _MOST_NAMED))
        raise UsageError(
            f"{name} has no partitions",
            fix=f"these have some: {listing(having)}" if having else "write `partitions:` at the asset",
        )
    return by_name[name]


def _window(partitions: Partitions, key: str) -> tuple[str, ...]:
    from treadle.runner.partitions import window_of

    window = window_of(partitions, key)
    return () if window is None else tuple(each.isoformat(sep=" ", timespec="minutes") for each in window)


def _json(partitions: Partitions, key: str) -> dict[str, Any]:
    """The documented JSON shape of a partition."""
    from treadle.runner.partitions import dimensions_of, window_of

    window = window_of(partitions, key)
    return {
        "key": key,
        "start": window.start.isoformat() if window else None,
        "end": window.end.isoformat() if window else None,
        "dimensions": dict(dimensions_of(partitions, key)),
    }
