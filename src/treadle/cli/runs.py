"""`treadle runs …`: past runs, and what their steps printed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from treadle.cli.loaded import opened_store
from treadle.errors import UsageError, did_you_mean, listing

if TYPE_CHECKING:
    from treadle.store import Store

__all__ = ["runs"]

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_COLORS = {"succeeded": "green", "failed": "red", "cancelled": "yellow", "skipped": "yellow", "running": "blue"}


@click.group()
def runs() -> None:
    """Look at past runs, and at what their steps printed."""


@runs.command(name="list")
@click.option(
    "--limit",
    metavar="N",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="How many, the newest first.",
)
@_json
@click.pass_obj
def list_(folder: Path, limit: int, as_json: bool) -> None:
    """List runs, the newest first."""
    from treadle.cli.tables import table
    from treadle.project import find_settings

    with opened_store(find_settings(folder)) as store:
        found = store.runs(limit=limit)
        if as_json:
            objects = [
                {
                    "id": each.id,
                    "status": each.status.value,
                    "selection": each.selection,
                    "created_at": each.created_at.isoformat(),
                    "seconds": _seconds(each.started_at, each.ended_at),
                    "error": each.error,
                }
                for each in found
            ]
            click.echo(json.dumps(objects, indent=2))
            return
    rows = [
        (each.id, each.status.value, _ago(each.created_at), _duration(each.started_at, each.ended_at), each.selection)
        for each in found
    ]
    table(("Run", "Status", "Started", "Took", "Selection"), rows, empty="Nothing has run yet. Start: treadle run")


@runs.command(short_help="Show a run: its steps, and what came of them.")
@click.argument("run_id", metavar="ID")
@_json
@click.pass_obj
def show(folder: Path, run_id: str, as_json: bool) -> None:
    """Show a run: its steps, what they materialized, and the results of checks.

    The first characters of the ID are enough; `latest` is the newest run.
    """
    from treadle.cli.outcomes import facts
    from treadle.cli.run import run_json
    from treadle.project import find_settings

    with opened_store(find_settings(folder)) as store:
        run = store.run(_newest(store) if run_id == "latest" else run_id)
        if as_json:
            click.echo(json.dumps(run_json(store, run), indent=2))
            return
        click.echo(
            f"Run {click.style(run.id, bold=True)}  {_status(run.status.value)}  {_ago(run.created_at)}, took {_duration(run.started_at, run.ended_at)}"
        )
        click.echo(f"Selection: {run.selection}")
        if run.partition:
            click.echo(f"Partition: {run.partition}")
        if run.error:
            click.echo(f"{run.error}")
        results = store.check_results(run_id=run.id)
        materialized = store.materializations(run_id=run.id)
        for step in store.steps(run.id):
            click.echo(
                f"\n{click.style(step.step, bold=True)}  {_status(step.status.value)}  {_duration(step.started_at, step.ended_at)}"
            )
            if step.error:
                click.echo("  " + step.error.replace("\n", "\n  "))
            for each in materialized:
                if each.step == step.step:
                    of = f" [{each.partition}]" if each.partition else ""
                    click.echo(f"  {click.style('✓', fg='green')} {each.asset}{of}  {facts(each.metadata)}")
            for result in results:
                if result.step == step.step:
                    sign = (
                        click.style("✓", fg="green")
                        if result.passed
                        else click.style("✗", fg="red" if result.severity.value == "error" else "yellow")
                    )
                    text = f"  {result.description}" if result.description and not result.passed else ""
                    click.echo(f"    {sign} {result.check}{text}")


@runs.command()
@click.argument("run_id", metavar="ID")
@click.argument("step", required=False)
@click.pass_obj
def logs(folder: Path, run_id: str, step: str | None) -> None:
    """Print what the steps of a run printed, or what one STEP did."""
    from treadle.project import find_settings

    with opened_store(find_settings(folder)) as store:
        run = store.run(_newest(store) if run_id == "latest" else run_id)
        steps = store.steps(run.id)
    if step is not None:
        names = [each.step for each in steps]
        steps = [each for each in steps if step in (each.step, *each.step.rsplit(":", 1))]
        if not steps:
            raise UsageError(
                f"the run has no step {step!r}", fix=did_you_mean(step, names) or f"it has {listing(names)}"
            )
    for each in steps:
        if len(steps) > 1:
            click.echo(click.style(f"── {each.step} ({each.status.value})", bold=True))
        file = Path(each.output) if each.output else None
        if file and file.is_file():
            with file.open(encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    click.echo(line, nl=False)
        else:
            click.echo(
                "it printed nothing: it never started" if not each.started_at else f"its output is gone: {each.output}"
            )


def _newest(store: Store) -> str:
    found = store.runs(limit=1)
    if not found:
        raise UsageError("nothing has run yet", fix="start: treadle run")
    return found[0].id


def _status(status: str) -> str:
    return click.style(status, fg=_COLORS.get(status))


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return round((end - start).total_seconds(), 3) if start and end else None


def _duration(start: datetime | None, end: datetime | None) -> str:
    """How long it took, in units that a person would use.

    >>> from datetime import timedelta
    >>> begin = datetime(2026, 1, 1)
    >>> [_duration(begin, begin + timedelta(seconds=each)) for each in (0.25, 59.97, 119.7)]
    ['0.2 s', '1 min 0 s', '2 min 0 s']
    """
    seconds = _seconds(start, end)
    if seconds is None:
        return "–"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def _ago(when: datetime) -> str:
    """How long ago, in the largest unit that fits."""
    seconds = (datetime.now(UTC) - when).total_seconds()
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            count = int(seconds // length)
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"
