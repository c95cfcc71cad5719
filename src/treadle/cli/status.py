"""`treadle status`: how each asset stands, and why."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.cli.loaded import load_for_listing, opened_store
from treadle.cli.showing import json_option

if TYPE_CHECKING:
    from treadle.runner.staleness import Standing

__all__ = ["status"]

_STATUSES = ("failed", "missing", "overdue", "stale", "partial", "fresh")
_SIGNS = {"failed": "✗", "missing": "·", "overdue": "!", "stale": "~", "partial": "◐", "fresh": "✓"}
_COLORS = {
    "failed": "red",
    "missing": "white",
    "overdue": "red",
    "stale": "yellow",
    "partial": "cyan",
    "fresh": "green",
}


@click.command()
@click.argument("selection", nargs=-1)
@click.option("--only", type=click.Choice(_STATUSES), multiple=True, help="Only such assets. (repeatable)")
@json_option
@click.pass_obj
@click.pass_context
def status(ctx: click.Context, folder: Path, selection: tuple[str, ...], only: tuple[str, ...], as_json: bool) -> None:
    """Tell of a SELECTION of assets (all, when it is left out) which are fresh, partial, stale, missing, failed or overdue.

    Stale is what would come out otherwise now: its code changed, or what it is made from. Partial is what has
    partitions of which some were never materialized. `treadle run --stale` runs what isn't fresh.
    """
    from treadle.runner.standing import standing_of_all

    project, code = load_for_listing(folder)
    selected = project.graph.select(" ".join(selection) or "*")
    with opened_store(project.settings) as store:
        found = [each for key, each in standing_of_all(project.graph, store).items() if key in selected]
    shown = [each for each in found if not only or each.status.value in only]
    if as_json:
        click.echo(json.dumps(list(map(_json, shown)), indent=2))
        ctx.exit(code)
    _show(shown)
    counts = Counter(each.status.value for each in found)
    click.echo("\n" + (", ".join(f"{counts[name]} {name}" for name in _STATUSES if counts[name]) or "no asset"))
    ctx.exit(code)


def _show(shown: Iterable[Standing]) -> None:
    rows = sorted(shown, key=lambda each: str(each.asset))
    width = max((len(str(each.asset)) for each in rows), default=0)
    for each in rows:
        name = each.status.value
        sign = click.style(_SIGNS[name], fg=_COLORS[name])
        word = click.style(f"{name:<8}", fg=_COLORS[name])
        reasons = each.reasons or ((_when(each.materialized_at),) if each.materialized_at else ())
        first, *rest = reasons or ("",)
        click.echo(f"{sign} {each.asset!s:<{width}}  {word} {click.style(first, dim=name == 'fresh')}".rstrip())
        for line in rest:
            click.echo(f"{'':<{width + 4}}{'':<9}{line}")


def _when(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"


def _json(each: Standing) -> dict[str, Any]:
    return {
        "asset": str(each.asset),
        "status": each.status.value,
        "late": each.is_late,
        "reasons": list(each.reasons),
        "materialized_at": each.materialized_at.isoformat() if each.materialized_at else None,
        "partitions": None if each.partitions is None else each.partitions.counts,
    }
