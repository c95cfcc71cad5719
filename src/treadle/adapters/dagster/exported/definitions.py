"""Definitions of a Treadle project. Written by `treadle export dagster`, which writes it over again.

It makes Dagster's definitions of the file `graph.json` beside it, and needs Dagster only: each step is run by Treadle,
in Treadle's own environment, as `treadle run` would. Of the environment it reads TREADLE_PYTHON and TREADLE_PROJECT:
Treadle's interpreter and the project's folder, where they aren't those that were exported.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg

FORMAT = 1
HERE = Path(__file__).resolve().parent
GRAPH = json.loads((HERE / "graph.json").read_text(encoding="utf-8"))
if GRAPH["format"] != FORMAT:
    raise RuntimeError("graph.json and definitions.py are of different exports; type `treadle export dagster` again")

PROJECT = Path(os.environ.get("TREADLE_PROJECT") or HERE / GRAPH["project"])
PYTHON = os.environ.get("TREADLE_PYTHON") or os.path.normpath(HERE / GRAPH["python"])


def partitions_of(told: dict[str, Any] | None) -> Any:
    if told is None:
        return None
    if told["type"] == "static":
        return dg.StaticPartitionsDefinition(told["keys"])
    if told["type"] == "multi":
        return dg.MultiPartitionsDefinition({name: partitions_of(each) for name, each in told["dimensions"].items()})
    return dg.TimeWindowPartitionsDefinition(
        cron_schedule=told["cron"],
        start=told["start"],
        end=told["end"],
        fmt=told["format"],
        timezone=told["timezone"],
    )


def mapping_of(told: dict[str, Any] | None) -> Any:
    if told is None:
        return None
    if told["type"] == "static":
        return dg.StaticPartitionMapping(told["keys"])
    if told["type"] == "time_window":
        return dg.TimeWindowPartitionMapping(start_offset=told["start_offset"], end_offset=told["end_offset"])
    plain = {"identity": dg.IdentityPartitionMapping, "all": dg.AllPartitionMapping, "last": dg.LastPartitionMapping}
    return plain[told["type"]]()


def freshness_of(told: dict[str, Any] | None) -> Any:
    if told is None:
        return None
    warn = told["warn_window"]
    return dg.FreshnessPolicy.time_window(
        fail_window=timedelta(seconds=told["fail_window"]),
        warn_window=timedelta(seconds=warn) if warn else None,
    )


def metadata_of(told: dict[str, Any]) -> dict[str, Any]:
    return {
        name: dg.MetadataValue.json(value) if isinstance(value, (list, dict)) else value for name, value in told.items()
    }


def key_of(text: str) -> dg.AssetKey:
    return dg.AssetKey(text.split("/"))


def asset_of(told: dict[str, Any]) -> dg.AssetSpec:
    columns = [
        dg.TableColumn(each["name"], each["type"] or "unknown", description=each["description"])
        for each in told["columns"]
    ]
    schema = {"dagster/column_schema": dg.TableSchema(columns=columns)} if columns else {}
    return dg.AssetSpec(
        key_of(told["key"]),
        deps=[dg.AssetDep(key_of(each["key"]), partition_mapping=mapping_of(each["mapping"])) for each in told["deps"]],
        description=told["description"],
        group_name=told["group"],
        owners=told["owners"],
        tags=told["tags"],
        kinds=set(told["kinds"]),
        metadata={**metadata_of(told["metadata"]), **schema},
        code_version=told["code_version"],
        partitions_def=partitions_of(told["partitions"]),
        freshness_policy=freshness_of(told["freshness"]),
        skippable=told["skippable"],
    )


def check_of(told: dict[str, Any]) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        told["name"],
        asset=key_of(told["asset"]),
        description=told["description"],
        blocking=told["blocking"],
        additional_deps=list(map(key_of, told["additional_deps"])),
        metadata=metadata_of(told["metadata"]),
        partitions_def=partitions_of(told["partitions"]),
    )


def node_of(told: dict[str, Any]) -> dg.AssetsDefinition:
    """An op that runs a step: with the assets that it makes, or with checks alone."""
    common = {"name": told["name"], "description": told["description"], "can_subset": told["can_subset"]}
    checks = list(map(check_of, told["checks"]))
    if not told["assets"]:

        @dg.multi_asset_check(specs=checks, **common)
        def make_checks(context: dg.AssetCheckExecutionContext) -> Iterator[Any]:
            yield from run_step(context, told, set(), context.selected_asset_check_keys)

        return make_checks

    backfill = told["backfill"]

    @dg.multi_asset(
        specs=list(map(asset_of, told["assets"])),
        check_specs=checks,
        backfill_policy=backfill_of(backfill) if backfill else None,
        **common,
    )
    def make_assets(context: dg.AssetExecutionContext) -> Iterator[Any]:
        yield from run_step(context, told, context.selected_asset_keys, context.selected_asset_check_keys)

    return make_assets


def backfill_of(told: dict[str, Any]) -> dg.BackfillPolicy:
    most = told["max_partitions_per_run"]
    return dg.BackfillPolicy.single_run() if most is None else dg.BackfillPolicy.multi_run(most)


def run_step(context: Any, told: dict[str, Any], assets: Any, checks: Any) -> Iterator[Any]:
    """Let Treadle run a step, and report what it recorded."""
    if told["assets"] and not assets:
        raise dg.Failure("Treadle makes these checks with their assets: select the assets too", allow_retries=False)
    wanted = {key.to_user_string() for key in assets} or {key.asset_key.to_user_string() for key in checks}
    run = treadle(
        context,
        sorted(wanted),
        *("--step", told["step"], *partition_options(context), "--tag", f"dagster_run={context.run.run_id}"),
    )
    show_output(run)
    order = [key for each in told["assets"] if (key := key_of(each["key"])) in assets]
    yield from materialized(context, run, order)
    why = why_failed(run)
    yield from checked(run, checks, missing=not why and not told["can_subset"])
    if why:
        raise dg.Failure(f"{told['step']}: {why}", metadata={"treadle_run": run["id"]})


def why_failed(run: dict[str, Any]) -> str:
    """Why the op fails; empty when it doesn't: checks that failed speak for themselves."""
    for step in run["steps"]:
        if step["status"] not in ("succeeded", "skipped"):
            return str(step["error"] or step["status"])
    if run["status"] == "succeeded" or any(not each["passed"] for each in run["checks"]):
        return ""
    return str(run["error"] or run["status"])


def partition_options(context: Any) -> list[str]:
    if not context.has_partition_key and not context.has_partition_key_range:
        return []
    keys = list(map(str, context.partition_keys))
    if len(keys) == 1:
        return ["--partition", keys[0]]
    return ["--partitions", ",".join(keys) if "|" in keys[0] else f"{keys[0]}..{keys[-1]}"]


def treadle(context: Any, assets: list[str], *options: str) -> dict[str, Any]:
    """Type `treadle run`, and give what it recorded."""
    # -P: a file in the folder that is named like a module of Python must not stand in for it.
    command = [PYTHON, "-P", "-m", "treadle", "-C", str(PROJECT), "run", "--assets-from", "-", *options, "--json"]
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env={**os.environ, "NO_COLOR": "1"},
        stdin=subprocess.PIPE,  # a command line has no room for all the assets of a large step
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,  # whoever interrupts Dagster doesn't interrupt Treadle twice
    )
    try:
        out, err = process.communicate("\n".join(assets))
    except BaseException:
        process.terminate()  # then it ends its steps
        process.wait()
        raise
    try:
        found = json.loads(out)
    except ValueError:
        said = err.strip() or out.strip() or f"it ended with {process.returncode}"
        raise dg.Failure(f"Treadle didn't run it:\n{said}", allow_retries=False) from None
    if err.strip():
        context.log.warning(err.strip())
    return dict(found)


def show_output(run: dict[str, Any]) -> None:
    """Print what the step has printed, for Dagster's own record of that."""
    for attempt in (each for step in run["steps"] for each in step["attempts"]):
        file = Path(attempt["output"] or "")
        if file.is_file():
            print(file.read_text(encoding="utf-8", errors="replace"), end="")


def materialized(context: Any, run: dict[str, Any], order: list[dg.AssetKey]) -> Iterator[dg.MaterializeResult]:
    """What was materialized, each asset after those that it is made from."""
    found: dict[dg.AssetKey, list[dict[str, Any]]] = {}
    for each in run["materializations"]:
        found.setdefault(key_of(each["asset"]), []).append(each)
    for key in filter(found.__contains__, order):
        last = {each["partition"]: each for each in found[key]}
        if len(last) > 1:
            for partition, each in last.items():
                context.add_asset_metadata(metadata_of(each["metadata"]), asset_key=key, partition_key=partition)
        [*_, one] = last.values()
        yield dg.MaterializeResult(
            asset_key=key,
            metadata={**(metadata_of(one["metadata"]) if len(last) == 1 else {}), "treadle_run": run["id"]},
            data_version=dg.DataVersion(one["data_version"]) if one["data_version"] else None,
        )


def checked(run: dict[str, Any], checks: Any, *, missing: bool) -> Iterator[dg.AssetCheckResult]:
    """The results of checks; `missing` says whether Dagster has to be told of those that there are none of."""
    found = {dg.AssetCheckKey(key_of(each["asset"]), each["check"]): each for each in run["checks"]}
    for key in sorted(checks, key=str):
        if key in found:
            each = found[key]
            yield dg.AssetCheckResult(
                asset_key=key.asset_key,
                check_name=key.name,
                passed=each["passed"],
                severity=dg.AssetCheckSeverity[each["severity"].upper()],
                description=each["description"],
                metadata={**metadata_of(each["metadata"]), "treadle_run": run["id"]},
            )
        elif missing:
            yield dg.AssetCheckResult(
                asset_key=key.asset_key,
                check_name=key.name,
                passed=False,
                severity=dg.AssetCheckSeverity.WARN,
                description="its step gave no result",
                metadata={"treadle_run": run["id"]},
            )


def job_of(told: dict[str, Any]) -> Any:
    return dg.define_asset_job(
        told["name"],
        selection=dg.AssetSelection.assets(*map(key_of, told["assets"])),
        description=told["description"],
        tags=told["tags"],
    )


def schedule_of(told: dict[str, Any]) -> dg.ScheduleDefinition:
    partitions = partitions_of(told["partitions"])

    def request(context: dg.ScheduleEvaluationContext) -> Any:
        if partitions is None:
            return dg.RunRequest()
        with dg.partition_loading_context(effective_dt=context.scheduled_execution_time):
            key = partitions.get_last_partition_key()
        return dg.RunRequest(partition_key=key) if key else dg.SkipReason("no time window has ended yet")

    return dg.ScheduleDefinition(
        name=told["name"],
        target=dg.AssetSelection.assets(*map(key_of, told["assets"])),
        cron_schedule=told["cron"],
        execution_timezone=told["timezone"],
        description=told["description"],
        tags=told["tags"],
        execution_fn=request,
        default_status=dg.DefaultScheduleStatus.RUNNING if told["enabled"] else dg.DefaultScheduleStatus.STOPPED,
    )


nodes = list(map(node_of, GRAPH["nodes"]))
defs = dg.Definitions(
    assets=[each for each, told in zip(nodes, GRAPH["nodes"], strict=True) if told["assets"]]
    + list(map(asset_of, GRAPH["external"])),
    asset_checks=[each for each, told in zip(nodes, GRAPH["nodes"], strict=True) if not told["assets"]],
    jobs=list(map(job_of, GRAPH["jobs"])),
    schedules=list(map(schedule_of, GRAPH["schedules"])),
)
