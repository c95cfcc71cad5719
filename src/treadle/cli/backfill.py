"""`treadle backfill`: materialize many partitions, in several runs that are followed as one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from treadle.cli.loaded import load_for_run, opened_store
from treadle.cli.run_options import Tag

if TYPE_CHECKING:
    from treadle.ir import AssetKey
    from treadle.project import Settings
    from treadle.runner.staleness import Standing
    from treadle.store import BackfillRecord, RunRecord, Store

__all__ = ["backfill", "follow"]

_SECONDS_BETWEEN_LOOKS = 0.5


@click.command()
@click.argument("selection", nargs=-1)
@click.option("--partitions", metavar="RANGE", required=True, help="Which: A..B, A.., ..B, A,B, all, or stale.")
@click.option(
    "--runs-at-once",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="How many of its runs run at once.",
)
@click.option("--tag", "tags", metavar="KEY=VALUE", type=Tag(), multiple=True, help="A label of its runs. (repeatable)")
@click.option("--priority", metavar="N", type=int, default=0, help="That of its runs. [default: 0]")
@click.option("--detach", is_flag=True, help="Leave the runs to a scheduler, and don't wait.")
@click.option("--dry-run", is_flag=True, help="Print which runs there would be, and run nothing.")
@click.pass_obj
@click.pass_context
def backfill(
    ctx: click.Context,
    folder: Path,
    selection: tuple[str, ...],
    partitions: str,
    runs_at_once: int,
    tags: tuple[dict[str, str], ...],
    priority: int,
    detach: bool,
    dry_run: bool,
) -> None:
    """Materialize a RANGE of partitions of a SELECTION (all, when it is left out), and follow it as one.

    The partitions that are `stale` are those of which something isn't fresh, see `treadle status`. How many a run takes
    is what `backfill` of its assets says, and one otherwise. Ctrl-C cancels it; one that ended, or was left behind,
    goes on with `treadle backfills resume ID`. Ends with 3 when a run fails.
    """
    from treadle.background.opening import dynamic_keys
    from treadle.cli.outcomes import amount
    from treadle.runner.backfilling import parts_of
    from treadle.runner.standing import standing_of_all

    text = " ".join(selection) or "*"
    project = load_for_run(folder, text)
    settings = project.settings

    def standings() -> dict[AssetKey, Standing]:
        with opened_store(settings) as store:
            return standing_of_all(project.graph, store)

    now, dynamic = datetime.now(UTC), dynamic_keys(settings)
    parts = parts_of(project.graph, text, partitions, standings=standings, now=now, dynamic=dynamic)
    if not parts:
        click.echo("Every partition of what is selected is fresh.")
        return
    keys = sum(len(each) for _, each in parts)
    what = f"{amount(keys, 'partition')} in {amount(len(parts), 'run')}"
    if dry_run:
        click.echo(f"Would materialize {what}:")
        for name, _ in parts:
            click.echo(f"  {name}")
        return
    with opened_store(settings) as store:
        made = store.backfills.create(
            parts,
            project=str(settings.root),
            selection=text,
            partitions=partitions,
            tags={key: value for each in tags for key, value in each.items()},
            priority=priority,
            runs_at_once=runs_at_once,
        )
        click.echo(f"Backfill {click.style(made.id, bold=True)}: {what}")
        if detach:
            click.echo(f"A scheduler starts them; look: treadle backfills show {made.id}")
            return
        ctx.exit(follow(settings, store, made))


def follow(settings: Settings, store: Store, backfill: BackfillRecord) -> int:
    """Start the runs of a backfill as it allows, until it has ended; give the exit code."""
    from treadle.cli.main import EXIT_RUN
    from treadle.runner import Cancel
    from treadle.runner.cancel import signals_cancel
    from treadle.store import BackfillStatus

    show = _shower(store)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    with closing(Cancel()) as cancel, signals_cancel(cancel):
        while backfill.status is BackfillStatus.RUNNING:
            backfill = _look(settings, store, backfill, processes, cancelled=bool(cancel.count()))
            show(backfill)
            if backfill.status is BackfillStatus.RUNNING:
                _wait(cancel.fileno() if not cancel.count() else None)
    for process in processes.values():
        process.wait()
    click.echo(_outcome(backfill))
    return 0 if backfill.status is BackfillStatus.SUCCEEDED else EXIT_RUN


def _look(
    settings: Settings,
    store: Store,
    backfill: BackfillRecord,
    processes: dict[str, subprocess.Popen[bytes]],
    *,
    cancelled: bool,
) -> BackfillRecord:
    from treadle.cli.lineage_sending import noting
    from treadle.runner.backfilling import advance
    from treadle.runner.resuming import end_abandoned

    if cancelled and backfill.cancel_requested_at is None:
        store.backfills.request_cancel(backfill.id)
    now, queued = advance(store, store.backfills.find(backfill.id))
    for run in queued:
        processes[run.id] = _start(settings, run)
    for run_id in [each for each, process in processes.items() if process.poll() is not None]:
        del processes[run_id]
        run = store.run(run_id)
        if not run.status.is_final and run.cancel_requested_at is not None:
            end_abandoned(store, run, announce=noting(settings))
    return now


def _start(settings: Settings, run: RunRecord) -> subprocess.Popen[bytes]:
    folder = settings.state / "runs" / run.id
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "runner.log").open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "treadle", "-C", str(settings.root), "runs", "resume", run.id],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches this command alone, which cancels its runs in order
        )


def _wait(wish: int | None) -> None:
    import select

    select.select([] if wish is None else [wish], [], [], _SECONDS_BETWEEN_LOOKS)


def _shower(store: Store) -> Callable[[BackfillRecord], None]:
    """What tells, in a line each, which runs of a backfill have ended."""
    told: set[str] = set()

    def show(backfill: BackfillRecord) -> None:
        parts = store.backfills.parts(backfill.id)
        for part in parts:
            if part.run_id is not None and part.status is not None and part.status.is_final and part.run_id not in told:
                told.add(part.run_id)
                good = part.status.value == "succeeded"
                sign = click.style("✓" if good else "✗", fg="green" if good else "red")
                note = "" if good else f"  {store.run(part.run_id).error}"
                click.echo(f"  {sign} {part.partition}  run {part.run_id} {part.status.value}{note}")

    return show


def _outcome(backfill: BackfillRecord) -> str:
    color = {"succeeded": "green", "failed": "red"}.get(backfill.status.value, "yellow")
    word = click.style(backfill.status.value.capitalize(), fg=color, bold=True)
    if backfill.status.value == "succeeded":
        return word
    reason = f": {backfill.error}" if backfill.error != backfill.status.value else ""
    return f"{word}{reason}\n\nGo on with what is left: treadle backfills resume {backfill.id}"
