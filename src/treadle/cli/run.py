"""`treadle run`: materialize assets and make their checks."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.cli.loaded import load_for_run, opened_store

if TYPE_CHECKING:
    from treadle.ir import AssetGraph
    from treadle.runner import Plan
    from treadle.store import RunRecord, Store

__all__ = ["run", "run_json"]


@click.command()
@click.argument("selection", nargs=-1)
@click.option(
    "-j",
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    default=None,
    help="How many steps run at once. [default: one a core]",
)
@click.option("--dry-run", is_flag=True, help="Print what would run, and run nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan, or what came of the run, as JSON.")
@click.pass_obj
@click.pass_context
def run(
    ctx: click.Context, folder: Path, selection: tuple[str, ...], jobs: int | None, dry_run: bool, as_json: bool
) -> None:
    """Materialize a SELECTION of assets (all, when it is left out) and make their checks.

    A selection is a key (`marts/orders`), a key with what is above or below it (`+orders`, `orders+`),
    or an expression: `group:marts and not tag:slow`. Ends with 3 when the run fails.
    """
    from treadle.cli.main import EXIT_RUN
    from treadle.cli.progress import Progress
    from treadle.project.last_load import remember_assets
    from treadle.runner import Fork, Spawn, execute, plan, run_step
    from treadle.store import RunStatus

    text = " ".join(selection) or "*"
    project = load_for_run(folder, text)
    planned = plan(project.graph, text)
    if dry_run:
        click.echo(json.dumps(_plan_json(planned), indent=2) if as_json else _plan_text(planned, project.graph))
        return
    remember_assets(project)
    launch = Fork(
        run=lambda request: run_step(lambda: project.step(request.component, request.step), request),
        otherwise=Spawn(command=_command),
    )
    with closing(launch):
        for first in planned.steps[: jobs or os.cpu_count() or 1]:
            if not first.after:
                launch.stand_by(first.step)  # it gets ready while the store is opened
        with opened_store(project.settings) as store, Progress(quiet=as_json) as progress:
            record = execute(
                _possible(planned, project.graph, store),
                store=store,
                launch=launch,
                folder=project.settings.state / "runs",
                jobs=jobs or os.cpu_count() or 1,
                listen=progress.listen,
                project=project.settings.root,
            )
            result = run_json(store, record) if as_json else None
    if result:
        click.echo(json.dumps(result, indent=2))
    ctx.exit(0 if record.status is RunStatus.SUCCEEDED else EXIT_RUN)


def _possible(planned: Plan, graph: AssetGraph, store: Store) -> Plan:
    """The plan without checks that also read what was never materialized: on an empty database they could only fail."""
    from treadle.runner import also_reads, plan

    read = {
        dep
        for check in also_reads(graph, planned.selected, graph.assets)
        for dep in graph.checks[check].additional_deps - planned.selected
        if not graph.is_external(dep)
    }
    absent = read - store.latest_materializations(read).keys() if read else set()
    return plan(graph, planned.selection, absent=frozenset(absent)) if absent else planned


def _command(request: Path) -> Sequence[str]:
    # -P: a file of the project named like a module of Python (types.py…) must not stand in for it.
    return [sys.executable, "-P", "-m", "treadle", "step", "run", str(request)]


def _plan_json(planned: Plan) -> dict[str, Any]:
    return {
        "selection": planned.selection,
        "steps": [
            {
                "step": each.address,
                "assets": list(map(str, each.assets)),
                "checks": list(map(str, each.checks)),
                "after": list(each.after),
            }
            for each in planned.steps
        ],
        "additional": sorted(map(str, planned.additional)),
        "external": sorted(map(str, planned.external)),
    }


def _plan_text(planned: Plan, graph: AssetGraph) -> str:
    from treadle.cli.outcomes import amount

    assets, checks = (sum(len(getattr(each, name)) for each in planned.steps) for name in ("assets", "checks"))
    lines = [f"Would run {amount(len(planned.steps), 'step')}: {amount(assets, 'asset')}, {amount(checks, 'check')}"]
    for number, each in enumerate(planned.steps, start=1):
        after = f"  after {', '.join(each.after)}" if each.after else ""
        lines.append(f"\n{number}. {click.style(each.address, bold=True)}{click.style(after, dim=True)}")
        for key in each.assets:
            also = "  (can't be left out of its step)" if key in planned.additional else ""
            made = sum(1 for check in each.checks if check.asset == key)
            lines.append(f"   {key}" + (f"  {amount(made, 'check')}" if made else "") + also)
        lines += [f"   check {check}" for check in each.checks if check.asset not in each.assets]
    return "\n".join(lines)


def run_json(store: Store, record: RunRecord) -> dict[str, Any]:
    """The documented JSON shape of a run."""
    return {
        "id": record.id,
        "status": record.status.value,
        "selection": record.selection,
        "created_at": record.created_at.isoformat(),
        "started_at": record.started_at.isoformat() if record.started_at else None,
        "ended_at": record.ended_at.isoformat() if record.ended_at else None,
        "error": record.error,
        "steps": [
            {
                "step": each.step,
                "status": each.status.value,
                "error": each.error,
                "output": each.output,
                "assets": list(map(str, each.assets)),
            }
            for each in store.steps(record.id)
        ],
        "materializations": [
            {
                "asset": str(each.asset),
                "step": each.step,
                "created_at": each.created_at.isoformat(),
                "partition": each.partition,
                "metadata": dict(each.metadata),
            }
            for each in store.materializations(run_id=record.id)
        ],
        "checks": [
            {
                "asset": str(each.check.asset),
                "check": each.check.name,
                "passed": each.passed,
                "severity": each.severity.value,
                "description": each.description,
                "created_at": each.created_at.isoformat(),
                "metadata": dict(each.metadata),
            }
            for each in store.check_results(run_id=record.id)
        ],
    }
