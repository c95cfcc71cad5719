"""`treadle run`: materialize assets and make their checks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from treadle.background.opening import dynamic_keys
from treadle.cli.executing import launching, run_to_its_end
from treadle.cli.loaded import load_for_run
from treadle.cli.observing import TRACEPARENT_TAG, caller
from treadle.cli.run_options import Configuration, Tag
from treadle.errors import UsageError, listing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from treadle.ir import AssetGraph, AssetKey
    from treadle.project import Project
    from treadle.runner import Fork, Plan
    from treadle.runner.staleness import Standing
    from treadle.store import RunRecord, Store

__all__ = ["run"]


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
@click.option("--partition", metavar="KEY", default=None, help="The partition that assets with partitions are run for.")
@click.option(
    "--partitions",
    metavar="RANGE",
    default=None,
    help="Several of them in one run: A..B, A.., all. Each asset has to allow it.",
)
@click.option(
    "--assets-from",
    metavar="FILE",
    type=click.File(encoding="utf-8"),
    help="Keys of assets, one a line, instead of a SELECTION; - is the standard input.",
)
@click.option("--step", "steps", metavar="STEP", multiple=True, help="Only this step of what is selected. (repeatable)")
@click.option("--tag", "tags", metavar="KEY=VALUE", type=Tag(), multiple=True, help="A label of the run. (repeatable)")
@click.option(
    "--config",
    metavar="KEY=VALUE",
    type=Configuration(),
    multiple=True,
    help="A value that steps find in `context.config`, or @FILE with some. (repeatable)",
)
@click.option(
    "--priority",
    metavar="N",
    type=int,
    default=0,
    help="Runs with a higher one get places in pools first. [default: 0]",
)
@click.option(
    "--from-failure",
    "rerun_of",
    metavar="RUN",
    help="Run what failed in a run, and all that was skipped for it; `latest` is the newest.",
)
@click.option("--stale", is_flag=True, help="Only what isn't fresh, see `treadle status`.")
@click.option("--dry-run", is_flag=True, help="Print what would run, and run nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan, or what came of the run, as JSON.")
@click.pass_obj
@click.pass_context
def run(
    ctx: click.Context,
    folder: Path,
    selection: tuple[str, ...],
    jobs: int | None,
    partition: str | None,
    partitions: str | None,
    assets_from: TextIO | None,
    steps: tuple[str, ...],
    tags: tuple[dict[str, str], ...],
    config: tuple[dict[str, Any], ...],
    priority: int,
    rerun_of: str | None,
    stale: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Materialize a SELECTION of assets (all, when it is left out) and make their checks.

    A selection is a key (`marts/orders`), a key with what is above or below it (`+orders`, `orders+`),
    or an expression: `group:marts and not tag:slow`. Ends with 3 when the run fails.

    Assets with partitions run for the one that --partition names (see `treadle list partitions`);
    assets without run as ever.
    """
    from treadle.cli.named_assets import text_of_keys
    from treadle.project.last_load import remember_assets
    from treadle.runner import create_run, plan
    from treadle.runner.possible import possible_part

    if partition is not None and partitions is not None:
        raise UsageError("--partition and --partitions are two ways to say one thing", fix="leave one of them out")
    given: dict[str, Any] = {
        "tags": {key: value for each in tags for key, value in each.items()},
        "config": {key: value for each in config for key, value in each.items()},
        "priority": priority,
    }
    if rerun_of is not None:
        if steps or assets_from is not None:
            given_too = "--step" if steps else "--assets-from"
            raise UsageError(f"{given_too} and --from-failure exclude each other", fix="leave one of them out")
        _run_again(ctx, folder, rerun_of, selection, jobs=jobs, given=given, dry_run=dry_run, as_json=as_json)
        return
    keys = _listed(assets_from, selection, stale=stale)
    text = " ".join(selection) or "*"
    project = load_for_run(folder, text if keys is None else keys)
    dynamic = dynamic_keys(project.settings)
    chosen: dict[str, Any] = {"partition": partition, "partitions": partitions, "dynamic": dynamic}
    if stale:
        is_for_some = partition is not None or partitions is not None
        whole = plan(project.graph, text, **chosen) if is_for_some else None
        keys = _stale_assets(project, text, whole.partition_keys if whole else ())
        if not keys:
            click.echo("[]" if as_json else "Everything that is selected is fresh.")
            return
        chosen |= _partitions_of_stale(project.graph, keys, is_said=is_for_some)
    if keys is not None:
        text = text_of_keys(project.graph, keys)
    planned = _narrowed(plan(project.graph, text, selected=keys, **chosen), steps)
    if dry_run:
        _show(planned, project.graph, as_json=as_json)
        return

    def recorded(store: Store) -> tuple[RunRecord, Plan]:
        possible = _narrowed(possible_part(planned, project.graph, store), steps)
        given["tags"] |= caller(project.settings)
        return create_run(store, possible, project=project.settings.root, **given), possible

    remember_assets(project)
    with launching(project) as launch:
        _get_ready(planned, launch, jobs or project.settings.limits.jobs)  # while the store is opened
        ctx.exit(run_to_its_end(project, launch, recorded, jobs=jobs, as_json=as_json))


def _listed(file: TextIO | None, selection: tuple[str, ...], *, stale: bool) -> frozenset[AssetKey] | None:
    """The assets that a file names; None when there is no file."""
    if file is None:
        return None
    from treadle.cli.named_assets import listed_keys

    if selection or stale:
        other = "a SELECTION" if selection else "--stale"
        raise UsageError(f"{other} and --assets-from exclude each other", fix="leave one of them out")
    return listed_keys(file)


def _narrowed(planned: Plan, steps: tuple[str, ...]) -> Plan:
    if not steps:
        return planned
    from treadle.runner.narrowing import only_steps

    return only_steps(planned, steps)


def _get_ready(planned: Plan, launch: Fork, jobs: int) -> None:
    if profiles := [step.profile for step in planned.steps if step.profile is not None]:
        from treadle.runner.far.launchers import heavy_modules

        for module in heavy_modules(profiles):
            launch.supervisor().load(module)
    for first in planned.steps[:jobs]:
        if not first.after:
            launch.supervisor().prepare(first.step)


def _stale_assets(project: Project, selection: str, partition_keys: Sequence[str]) -> frozenset[AssetKey]:
    """Those of some assets that aren't fresh; of an asset with partitions, those that the run is for have a say alone."""
    from treadle.cli.loaded import opened_store
    from treadle.runner.standing import standing_of_all

    selected = project.graph.select(selection)
    with opened_store(project.settings) as store:
        found = standing_of_all(project.graph, store)
    return frozenset(key for key, each in found.items() if key in selected and not _is_fresh(each, partition_keys))


def _partitions_of_stale(graph: AssetGraph, keys: frozenset[AssetKey], *, is_said: bool) -> dict[str, None]:
    """What is to be forgotten of the partitions that were asked for: all of it, when none of the assets has some."""
    cut_up = sorted(key for key in keys if graph.assets[key].partitions is not None)
    if not cut_up:
        return {"partition": None, "partitions": None}
    if not is_said:
        raise UsageError(
            f"{listing(map(str, cut_up), most=3)} {'has' if len(cut_up) == 1 else 'have'} partitions that aren't fresh",
            fix=f"fill them: treadle backfill {cut_up[0]} --partitions stale; or say which: --partition KEY",
        )
    return {}


def _is_fresh(standing: Standing, partition_keys: Sequence[str]) -> bool:
    if standing.partitions is None or not partition_keys:
        return standing.status.value == "fresh"
    return all(standing.partitions.of(key) == "fresh" for key in partition_keys)


def _run_again(
    ctx: click.Context,
    folder: Path,
    run_id: str,
    selection: tuple[str, ...],
    *,
    jobs: int | None,
    given: dict[str, Any],
    dry_run: bool,
    as_json: bool,
) -> None:
    """A new run of the steps of an earlier one that didn't succeed."""
    from treadle.cli.loaded import opened_store
    from treadle.cli.named_runs import named_run
    from treadle.project import find_settings
    from treadle.runner import create_run, plan_of_steps
    from treadle.runner.resuming import left_of

    if selection:
        raise UsageError("a SELECTION and --from-failure exclude each other", fix="leave one of them out")
    with opened_store(find_settings(folder)) as store:
        earlier = named_run(store, run_id)
        left = left_of(store, earlier)
    project = load_for_run(folder, {key for step in left for key in step.assets})
    planned = plan_of_steps(project.graph, left, earlier)
    if dry_run:
        _show(planned, project.graph, as_json=as_json)
        return
    inherited = {name: value for name, value in earlier.tags.items() if name != TRACEPARENT_TAG}
    tags = {**inherited, **given["tags"], **caller(project.settings)}
    config = {**earlier.config, **given["config"]}
    asked = {**given, "tags": tags, "config": config, "rerun_of": earlier.id}

    with launching(project) as launch:
        ctx.exit(
            run_to_its_end(
                project,
                launch,
                lambda store: (create_run(store, planned, project=project.settings.root, **asked), planned),
                jobs=jobs,
                as_json=as_json,
            )
        )


def _show(planned: Plan, graph: AssetGraph, *, as_json: bool) -> None:
    click.echo(json.dumps(_plan_json(planned), indent=2) if as_json else _plan_text(planned, graph))


def _plan_json(planned: Plan) -> dict[str, Any]:
    return {
        "selection": planned.selection,
        "partition": planned.partition,
        "partition_keys": list(planned.partition_keys),
        "steps": [
            {
                "step": each.address,
                "assets": list(map(str, each.assets)),
                "checks": list(map(str, each.checks)),
                "after": list(each.after),
                "partition": each.partition,
                "compute": each.step.compute,
                "credentials": list(each.step.credentials),
            }
            for each in planned.steps
        ],
        "additional": sorted(map(str, planned.additional)),
        "external": sorted(map(str, planned.external)),
    }


def _plan_text(planned: Plan, graph: AssetGraph) -> str:
    from treadle.cli.outcomes import amount, for_partitions

    assets, checks = (sum(len(getattr(each, name)) for each in planned.steps) for name in ("assets", "checks"))
    lines = [
        f"Would run {amount(len(planned.steps), 'step')}: {amount(assets, 'asset')}, {amount(checks, 'check')}"
        + for_partitions(planned.partition_keys)
    ]
    for number, each in enumerate(planned.steps, start=1):
        after = f"  after {', '.join(each.after)}" if each.after else ""
        lines.append(f"\n{number}. {click.style(each.address, bold=True)}{click.style(after, dim=True)}")
        for key in each.assets:
            also = "  (can't be left out of its step)" if key in planned.additional else ""
            made = sum(1 for check in each.checks if check.asset == key)
            lines.append(f"   {key}" + (f"  {amount(made, 'check')}" if made else "") + also)
        lines += [f"   check {check}" for check in each.checks if check.asset not in each.assets]
    return "\n".join(lines)
