"""`treadle lineage …`: which columns are made from which, and what waits for a catalogue of lineage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from treadle.cli.loaded import load_for_listing, opened_store
from treadle.cli.showing import json_option
from treadle.errors import UsageError

__all__ = ["lineage"]


@click.group()
def lineage() -> None:
    """See which columns are made from which; send what catalogues of lineage weren't told."""


@lineage.command()
@click.argument("selection", nargs=-1)
@json_option
@click.pass_obj
@click.pass_context
def columns(ctx: click.Context, folder: Path, selection: tuple[str, ...], as_json: bool) -> None:
    """List the columns that those of a SELECTION of assets (all, when it is left out) are made from.

    What is known of that is what component types say, and what their SQL says: that of dbt models is known when dbt
    has compiled them.
    """
    from treadle.cli.tables import table
    from treadle.observers.lineage.columns import ColumnLineage

    project, code = load_for_listing(folder, remembered=False)  # what is remembered of steps has no SQL
    selected = project.graph.select(" ".join(selection) or "*")
    known = ColumnLineage(project.graph)
    found: list[dict[str, Any]] = [
        {
            "asset": str(key),
            "column": column,
            "sources": [{"asset": str(each.asset), "column": each.column} for each in sources],
        }
        for key in project.graph.topological()
        if key in selected
        for column, sources in sorted(known.of(key).items())
    ]
    if as_json:
        click.echo(json.dumps(found, indent=2))
    else:
        rows = [
            (
                each["asset"],
                each["column"],
                ", ".join(f"{one['asset']}.{one['column']}" for one in each["sources"]),
            )
            for each in found
        ]
        table(("Asset", "Column", "Made from"), rows, empty="Of no column it is known what it is made from.")
    ctx.exit(code)


@lineage.command()
@json_option
@click.pass_obj
def waiting(folder: Path, as_json: bool) -> None:
    """Tell how many events wait to be sent, since when, and why."""
    from treadle.cli.tables import table
    from treadle.observers.lineage.noting import destinations
    from treadle.project import find_settings

    settings = find_settings(folder)
    catalogue = settings.observed().lineage
    found = []
    with opened_store(settings) as store:
        for name in [] if catalogue is None else destinations(catalogue):
            number, since, error = store.spool.waiting(str(settings.root), name)
            way = name.removeprefix("@openlineage.")
            found.append({"way": way, "events": number, "since": since and since.isoformat(), "error": error})
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    rows = [
        (str(each["way"]), str(each["events"]), str(each["since"] or "–"), str(each["error"] or "–")) for each in found
    ]
    table(("Way", "Events", "Since", "Why"), rows, empty=_NOBODY)


@lineage.command()
@click.pass_obj
@click.pass_context
def send(ctx: click.Context, folder: Path) -> None:
    """Send the events that wait. Ends with 3 when some still do."""
    from treadle.cli.lineage_sending import send_lineage, show_sent
    from treadle.cli.main import EXIT_RUN

    project, _ = load_for_listing(folder)
    with opened_store(project.settings) as store:
        sent = send_lineage(project, store, seconds=600.0)
    if sent is None:
        raise UsageError("nobody is told of lineage", fix=_NOBODY)
    for each in sent:
        click.echo(f"{each.told:,} sent ({each.way})")
    show_sent(sent)
    ctx.exit(EXIT_RUN if any(each.waiting or each.lost for each in sent) else 0)


_NOBODY = "Nobody is told. Write [tool.treadle.observe.openlineage]."
