"""`treadle runs …`: past and present runs: what came of them, what their steps print, and how to stop or go on."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.cli.loaded import RefusedExit, opened_store
from treadle.cli.named_runs import named_run
from treadle.cli.showing import json_option
from treadle.errors import ProjectError, Severity, UsageError, did_you_mean, listing

if TYPE_CHECKING:
    from treadle.project import Project
    from treadle.runner import Plan
    from treadle.store import AttemptRecord, CheckResultRecord, EventRecord, RunRecord, StepRecord, Store

__all__ = ["runs"]

_COLORS = {
    "succeeded": "green",
    "failed": "red",
    "cancelled": "yellow",
    "skipped": "yellow",
    "interrupted": "yellow",
    "running": "blue",
}
_STATUSES = ("queued", "running", "succeeded", "failed", "cancelled")
_SECONDS_BETWEEN_LOOKS = 0.3


@click.group()
def runs() -> None:
    """Look at runs and at what their steps print; stop them, or go on with them."""


@runs.command(name="list")
@click.option(
    "--limit",
    metavar="N",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="How many, the newest first.",
)
@click.option("--status", "statuses", type=click.Choice(_STATUSES), multiple=True, help="Only such. (repeatable)")
@click.option("--before", metavar="ID", help="Only those before this run: the next page of a list.")
@json_option
@click.pass_obj
def list_(folder: Path, limit: int, statuses: tuple[str, ...], before: str | None, as_json: bool) -> None:
    """List runs, the newest first."""
    from treadle.cli.tables import table
    from treadle.project import find_settings
    from treadle.store import RunStatus

    with opened_store(find_settings(folder)) as store:
        last = None if before is None else named_run(store, before).id
        found = store.runs(limit=limit, statuses=map(RunStatus, statuses), before=last)
    if as_json:
        click.echo(json.dumps([_summary(each) for each in found], indent=2))
        return
    rows = [
        (each.id, _state(each), _ago(each.created_at), _duration(each.started_at, each.ended_at), _what(each))
        for each in found
    ]
    empty = "No such run." if statuses or before else "Nothing has run yet. Start: treadle run"
    table(("Run", "Status", "Started", "Took", "Selection"), rows, empty=empty)


@runs.command(short_help="Show a run: its steps, and what came of them.")
@click.argument("run_id", metavar="ID")
@json_option
@click.pass_obj
def show(folder: Path, run_id: str, as_json: bool) -> None:
    """Show a run: its steps, what they materialized, and the results of checks.

    The first characters of the ID are enough; `latest` is the newest run.
    """
    from treadle.cli.outcomes import facts
    from treadle.project import find_settings
    from treadle.runner.run_json import run_json

    with opened_store(find_settings(folder)) as store:
        run = named_run(store, run_id)
        if as_json:
            click.echo(json.dumps(run_json(store, run), indent=2))
            return
        took = f", took {_duration(run.started_at, run.ended_at)}" if run.started_at and run.ended_at else ""
        click.echo(f"Run {click.style(run.id, bold=True)}  {_status(_state(run))}  {_ago(run.created_at)}{took}")
        for line in _about(run):
            click.echo(line)
        results = store.check_results(run_id=run.id)
        materialized = store.materializations(run_id=run.id)
        attempts = store.attempts(run.id)
        for step in store.steps(run.id):
            _show_step(step, [each for each in attempts if each.step == step.step])
            for each in materialized:
                if each.step == step.step:
                    of = f" [{each.partition}]" if each.partition else ""
                    click.echo(f"  {click.style('✓', fg='green')} {each.asset}{of}  {facts(each.metadata)}".rstrip())
            _show_results([each for each in results if each.step == step.step])


def _about(run: RunRecord) -> list[str]:
    lines = [f"Selection: {run.selection}"]
    if run.partition is not None:
        lines.append(f"Partition: {run.partition}")
    if run.tags:
        lines.append("Tags: " + ", ".join(f"{key}={value}" for key, value in run.tags.items()))
    if run.launched_by != "command":
        lines.append(f"Launched by: {run.launched_by}")
    if run.rerun_of is not None:
        lines.append(f"Runs again what failed in: {run.rerun_of}")
    if run.error:
        lines.append(run.error)
    if _state(run) == "interrupted":
        lines.append(f"Its runner is gone; go on with: treadle runs resume {run.id}")
    return lines


def _show_step(step: StepRecord, attempts: list[AttemptRecord]) -> None:
    from treadle.cli.diagnostics import relative
    from treadle.runner.artifacts import artifacts_of

    took = _duration(step.started_at, step.ended_at)
    used = _used(attempts[-1]) if attempts else ""
    click.echo(f"\n{click.style(step.step, bold=True)}  {_status(step.status.value)}  {took}{used}")
    if step.error:
        click.echo("  " + step.error.replace("\n", "\n  "))
    if len(attempts) > 1:
        for each in attempts:
            error = f": {each.error.splitlines()[0]}" if each.error else ""
            took = _duration(each.started_at, each.ended_at)
            click.echo(f"  attempt {each.attempt}  {_status(each.status.value)}  {took}{error}")
    for each in attempts:
        for file in artifacts_of(each.output):
            click.echo(f"  {click.style('→', dim=True)} {relative(file)}")


def _used(attempt: AttemptRecord) -> str:
    """How much of the machine an attempt used, where that was measured."""
    from treadle.ir.amounts import memory_text

    if attempt.peak_memory is None or attempt.cpu_seconds is None:
        return ""
    gpus = "" if attempt.peak_gpu_memory is None else f", {memory_text(attempt.peak_gpu_memory)} on its GPUs"
    memory = memory_text(attempt.peak_memory)
    return click.style(f"  {attempt.cpu_seconds:.1f} s of CPU, {memory}{gpus} at most", dim=True)


def _show_results(results: list[CheckResultRecord]) -> None:
    for result in results:
        color = "green" if result.passed else "red" if result.severity.value == "error" else "yellow"
        text = f"  {result.description}" if result.description and not result.passed else ""
        click.echo(f"    {click.style('✓' if result.passed else '✗', fg=color)} {result.check}{text}")


@runs.command()
@click.argument("run_id", metavar="ID")
@click.option("--after", metavar="N", type=int, default=0, help="Only what came after this event: the next page.")
@click.option(
    "--limit",
    metavar="N",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    help="How many, the oldest first.",
)
@json_option
@click.pass_obj
def events(folder: Path, run_id: str, after: int, limit: int, as_json: bool) -> None:
    """List all that happened in a run, in order."""
    from treadle.project import find_settings

    with opened_store(find_settings(folder)) as store:
        found = store.events(run_id=named_run(store, run_id).id, after=after, limit=limit)
    if as_json:
        click.echo(json.dumps(list(map(_event_json, found)), indent=2))
        return
    for each in found:
        attempt = f" (attempt {each.attempt})" if each.attempt and each.attempt > 1 else ""
        about = " ".join(filter(None, (each.step, str(each.asset or ""))))
        said = ", ".join(f"{key}: {value}" for key, value in each.data.items() if value not in (None, "", []))
        click.echo(
            f"{click.style(f'{each.created_at:%Y-%m-%d %H:%M:%S}', dim=True)}  {each.kind.replace('_', ' '):<16}  "
            f"{about}{attempt}" + (f"  {click.style(said, dim=True)}" if said else "")
        )


def _event_json(event: EventRecord) -> dict[str, Any]:
    return {
        "id": event.id,
        "kind": event.kind,
        "created_at": event.created_at.isoformat(),
        "step": event.step,
        "attempt": event.attempt,
        "asset": None if event.asset is None else str(event.asset),
        "data": dict(event.data),
    }


@runs.command()
@click.argument("run_id", metavar="ID")
@click.argument("step", required=False)
@click.option(
    "--attempt", metavar="N", type=click.IntRange(min=1), help="Which attempt at the step. [default: the last]"
)
@click.option("-f", "--follow", is_flag=True, help="Go on printing while it runs.")
@click.pass_obj
def logs(folder: Path, run_id: str, step: str | None, attempt: int | None, follow: bool) -> None:
    """Print what the steps of a run printed, or what one STEP did."""
    from treadle.project import find_settings

    with opened_store(find_settings(folder)) as store:
        run = named_run(store, run_id)
        printed: set[str] = set()
        while True:
            over = store.run(run.id).status.is_final
            steps = _chosen(store.steps(run.id), step)
            for each in steps:
                if each.step not in printed and (each.status.is_final or not follow or each.started_at):
                    if len(steps) > 1:
                        click.echo(click.style(f"── {each.step} ({each.status.value})", bold=True))
                    _print_output(store, each, attempt, follow=follow)
                    printed.add(each.step)
            if not follow or over:
                return
            time.sleep(_SECONDS_BETWEEN_LOOKS)


def _chosen(steps: list[StepRecord], name: str | None) -> list[StepRecord]:
    if name is None:
        return steps
    found = [each for each in steps if name in (each.step, *each.step.rsplit(":", 1))]
    if not found:
        names = [each.step for each in steps]
        raise UsageError(f"the run has no step {name!r}", fix=did_you_mean(name, names) or f"it has {listing(names)}")
    return found


def _print_output(store: Store, step: StepRecord, attempt: int | None, *, follow: bool) -> None:
    from treadle.runner.output import read_output

    file = step.output
    if attempt is not None:
        outputs = {each.attempt: each.output for each in store.attempts(step.run_id, step.step)}
        if attempt not in outputs:
            raise UsageError(f"{step.step!r} has no attempt {attempt}", fix=f"it has {listing(map(str, outputs))}")
        file = outputs[attempt]
    if not step.started_at:
        click.echo("it printed nothing: it never started")
        return
    start = 0
    while True:
        over = not follow or _is_over(store, step)
        for chunk in read_output(Path(file), start=start):
            start += len(chunk)
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        if over:
            break
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    if not start and not Path(file).exists():
        click.echo(f"its output is gone: {file}")


def _is_over(store: Store, step: StepRecord) -> bool:
    [now] = [each for each in store.steps(step.run_id) if each.step == step.step]
    return now.status.is_final


@runs.command()
@click.argument("run_id", metavar="ID")
@click.pass_obj
def cancel(folder: Path, run_id: str) -> None:
    """Stop a run: its steps are asked to end, and killed when they don't."""
    from treadle.cli.lineage_sending import noting
    from treadle.project import find_settings
    from treadle.runner import end_abandoned

    settings = find_settings(folder)
    with opened_store(settings) as store:
        run = named_run(store, run_id)
        if run.status.is_final or not store.request_cancel(run.id):
            raise UsageError(f"run {run.id} is over: it {store.run(run.id).status.value}")
        if end_abandoned(store, store.run(run.id), announce=noting(settings)):
            click.echo(f"Run {run.id} is cancelled; nobody was running it.")
        else:
            click.echo(f"Run {run.id} was asked to stop; its steps have {settings.limits.grace:g} s to end.")


@runs.command()
@click.argument("run_id", metavar="ID")
@click.option("-j", "--jobs", metavar="N", type=click.IntRange(min=1), help="How many steps run at once.")
@click.option("--unless-cancelled", is_flag=True, hidden=True)  # for the scheduler, whom a person may forestall
@click.pass_obj
@click.pass_context
def resume(ctx: click.Context, folder: Path, run_id: str, jobs: int | None, unless_cancelled: bool) -> None:
    """Go on with a run whose runner is gone, or which was cancelled or only queued.

    What has succeeded isn't repeated. Ends with 3 when the run fails.
    """
    from treadle.cli.executing import launching, run_to_its_end
    from treadle.project import find_settings
    from treadle.runner import fail_unstarted, may_be_resumed
    from treadle.store import RunStatus, StoreUnavailableError

    with opened_store(find_settings(folder)) as store:
        run = named_run(store, run_id)
        may_be_resumed(run)
        if unless_cancelled and run.status is RunStatus.CANCELLED:
            raise UsageError(f"run {run.id} was cancelled before it began")
        try:
            project, plan = _planned(folder, store, run)
        except StoreUnavailableError:  # it passes, and the run can be planned then
            raise
        except (ProjectError, UsageError) as error:
            fail_unstarted(store, run, f"it can't be planned: {_first_line(error)}")
            raise
        except RefusedExit as refused:
            fail_unstarted(store, run, f"it can't be planned: {refused.why}")
            raise
        except click.exceptions.Exit:
            fail_unstarted(store, run, "it can't be planned: what it needs is broken; see `treadle check`")
            raise
    with launching(project) as launch:
        ctx.exit(run_to_its_end(project, launch, lambda store: (run, plan), jobs=jobs, as_json=False))


def _planned(folder: Path, store: Store, run: RunRecord) -> tuple[Project, Plan]:
    """The project, and what is planned of a run: what was planned before, or what its selection says now."""
    from treadle.cli.loaded import load_for_run
    from treadle.runner import plan_again, plan_of_run
    from treadle.store import StepStatus

    steps = store.steps(run.id)
    if not steps:
        project = load_for_run(folder, run.selection)
        return project, plan_of_run(project.graph, run, dynamic=store.partition_sets.keys)
    left = {key for step in steps if step.status is not StepStatus.SUCCEEDED for key in step.assets}
    project = load_for_run(folder, left)
    return project, plan_again(project.graph, store, run)


def _first_line(error: ProjectError | UsageError) -> str:
    if isinstance(error, UsageError):
        return error.message.splitlines()[0]
    # What is only a warning stops nothing.
    first = next((each for each in error.diagnostics if each.severity is Severity.ERROR), error.diagnostics[0])
    return first.message.splitlines()[0]


def _summary(run: RunRecord) -> dict[str, Any]:
    return {
        "id": run.id,
        "status": _state(run),
        "selection": run.selection,
        "partition": run.partition,
        "tags": dict(run.tags),
        "launched_by": run.launched_by,
        "created_at": run.created_at.isoformat(),
        "seconds": _seconds(run.started_at, run.ended_at),
        "error": run.error,
    }


def _state(run: RunRecord) -> str:
    """A run's status as it really is: one that nobody runs any more is interrupted."""
    from treadle.runner import is_abandoned

    return "interrupted" if is_abandoned(run) else run.status.value


def _what(run: RunRecord) -> str:
    return run.selection if run.partition is None else f"{run.selection} [{run.partition}]"


def _status(status: str) -> str:
    return click.style(status, fg=_COLORS.get(status))


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return round(max(0.0, (end - start).total_seconds()), 3) if start and end else None


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
