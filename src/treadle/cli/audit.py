"""`treadle audit`: who changed what through a server, and who was refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.cli.loaded import opened_store
from treadle.cli.showing import json_option, show_objects
from treadle.errors import UsageError, cut

if TYPE_CHECKING:
    from treadle.store.changes import ChangeRecord

__all__ = ["audit"]


@click.command()
@click.option("--who", metavar="NAME", help="A part of a name.")
@click.option("--action", "actions", multiple=True, metavar="NAME", help="Only such, like launch_run. (repeatable)")
@click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    type=click.Choice(("done", "refused", "failed")),
    help="Only such. (repeatable)",
)
@click.option("--since", metavar="DURATION", help="Not older than this, like 7d or 12h.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, metavar="N", help="How many.")
@json_option
@click.pass_obj
def audit(
    folder: Path,
    who: str | None,
    actions: tuple[str, ...],
    outcomes: tuple[str, ...],
    since: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Show what people and programs changed through the server, and what they were refused, the newest first."""
    from treadle.cli.tables import table
    from treadle.project import find_settings

    settings = find_settings(folder)
    with opened_store(settings) as store:
        found = store.changes.all(
            str(settings.root), who=who, actions=actions, outcomes=outcomes, since=_moment(since), limit=limit
        )
    rows = [
        (
            f"{each.change.at:%Y-%m-%d %H:%M}",
            each.change.who or "–",
            each.change.action,
            each.change.outcome,
            " ".join(filter(None, (each.change.target, each.change.details, each.change.message))),
        )
        for each in found
    ]
    empty = "Nothing was changed through the server."
    show_objects(
        as_json,
        list(map(_json_of, found)),
        lambda: table(("When (UTC)", "Who", "Action", "Outcome", "What"), rows, empty=empty),
    )


def _moment(since: str | None) -> datetime | None:
    from treadle.ir.durations import parse_duration

    if since is None:
        return None
    try:
        return datetime.now(UTC) - parse_duration(since)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--since can't be {cut(since)}", fix="write a length of time like 7d or 12h") from error


def _json_of(record: ChangeRecord) -> dict[str, Any]:
    change = record.change
    return {
        "id": record.id,
        "at": change.at.isoformat(),
        "kind": change.kind,
        "who": change.who,
        "action": change.action,
        "target": change.target,
        "details": change.details,
        "outcome": change.outcome,
        "status": change.status,
        "message": change.message,
        "address": change.address,
    }
