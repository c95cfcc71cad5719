"""`treadle status`: how each asset stands, and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.cli.loaded import load_for_listing, opened_store
from treadle.cli.showing import json_option
from treadle.cli.standings import STATUSES, StandingLine, show_standings
from treadle.cli.workspaces import workspace_option

if TYPE_CHECKING:
    from treadle.runner.staleness import Standing

__all__ = ["status"]


@click.command()
@click.argument("selection", nargs=-1)
@click.option("--only", type=click.Choice(STATUSES), multiple=True, help="Only such assets. (repeatable)")
@workspace_option
@json_option
@click.pass_obj
@click.pass_context
def status(
    ctx: click.Context, folder: Path, selection: tuple[str, ...], only: tuple[str, ...], whole: bool, as_json: bool
) -> None:
    """Tell of a SELECTION of assets (all, when it is left out) which are fresh, partial, stale, missing, failed or overdue.

    Stale is what would come out otherwise now: its code changed, or what it is made from. Partial is what has
    partitions of which some were never materialized. `treadle run --stale` runs what isn't fresh.

    With --workspace, the assets of all projects are told, each as its own project tells it.
    """
    wanted = " ".join(selection) or "*"
    if whole:
        from treadle.cli.workspace_status import show_workspace_status

        ctx.exit(show_workspace_status(folder, wanted, only, as_json=as_json))
    from treadle.runner.standing import standing_of_all

    project, code = load_for_listing(folder)
    selected = project.graph.select(wanted)
    with opened_store(project.settings) as store:
        found = [each for key, each in standing_of_all(project.graph, store).items() if key in selected]
    if as_json:
        click.echo(json.dumps([_json(each) for each in found if not only or each.status.value in only], indent=2))
    else:
        show_standings(list(map(_line, found)), only)
    ctx.exit(code)


def _line(each: Standing) -> StandingLine:
    return StandingLine(
        asset=str(each.asset),
        status=each.status.value,
        reasons=each.reasons,
        materialized_at=each.materialized_at,
    )


def _json(each: Standing) -> dict[str, Any]:
    return {
        "asset": str(each.asset),
        "status": each.status.value,
        "late": each.is_late,
        "reasons": list(each.reasons),
        "materialized_at": each.materialized_at.isoformat() if each.materialized_at else None,
        "partitions": None if each.partitions is None else each.partitions.counts,
    }
