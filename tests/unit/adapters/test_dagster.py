"""An export in a real Dagster, which `tools/dagster` installs into an environment of its own."""

from __future__ import annotations

import json
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CommandLine, MakeProject
from treadle import load
from treadle.runner.partitions.keys import keys_of

pytestmark = pytest.mark.xdist_group("dagster")

ROOT = Path(__file__).parents[3]
PROGRAM = ROOT / "tests" / "fixtures" / "in_dagster.py"

SHOP = """
from datetime import timedelta
from treadle import (
    Asset, AssetKey, BackfillPolicy, CheckResult, CheckSeverity, FreshnessPolicy, Materialization, MultiPartitions, Schedule,
    StaticPartitions, TimeWindowPartitions, asset, check,
)

DAYS = TimeWindowPartitions(cron="@daily", start="2026-01-01")
rates = Asset(key="raw/rates", description="From outside.")

@asset(deps=["raw/rates"], group="marts", owners=["team:looms"], tags={"tier": "gold"},
       freshness=FreshnessPolicy(fail_window=timedelta(hours=9), warn_window=timedelta(hours=8)))
def orders():
    "Orders, cleaned."
    print("weaving")
    return Materialization(metadata={"rows": 3, "columns": ["a"]}, data_version="v1")

@check(asset=orders)
def has_rows():
    return CheckResult(passed=True, asset=AssetKey.parse("orders"), check="has_rows", metadata={"rows": 3})

@check(asset=orders, severity=CheckSeverity.WARN)
def is_new(): return False

@asset(deps=[orders])
def torn(): ...

@check(asset=torn, blocking=True)
def is_whole(): return False

@asset(deps=[torn])
def patched(): ...

@asset(deps=[orders])
def broken():
    raise ValueError("no such table")

@asset(deps=[broken])
def after(): ...

@asset(partitions=DAYS)
def daily(context):
    return Materialization(metadata={"day": context.partition})

@check(asset=daily)
def is_complete(context): return context.partition == "2026-01-05"

@asset(partitions=StaticPartitions(keys=["s1", "s2", "s3"]), backfill=BackfillPolicy())
def seasons(context):
    for key in context.partition_keys:
        context.materialize(partition=key, metadata={"season": key})

@asset
def endless():
    "Ask Dagster to end, and wait for that."
    import os, signal
    os.kill(int(os.environ["DAGSTERS_PROCESS"]), signal.SIGINT)
    signal.pause()

mornings = Schedule(name="mornings", cron="0 6 * * mon-fri", selection="daily", timezone="Europe/Vienna")
"""

WINDOWS = """
from treadle import MultiPartitions, StaticPartitions, TimeWindowPartitions, asset

def window(cron, start, **given):
    return TimeWindowPartitions(cron=cron, start=start, **given)

HOUR = "%Y-%m-%d-%H:%M"
DAYS = window("@daily", "2026-03-27", timezone="Europe/Vienna")

@asset(partitions=window("0 * * * *", "2026-03-28-20:00", format=HOUR, timezone="Europe/Vienna", end="2026-03-29-09:00"))
def in_spring(): ...
@asset(partitions=window("0 * * * *", "2025-10-25-22:00", format=HOUR, timezone="Europe/Vienna", end="2025-10-26-05:00"))
def in_autumn(): ...
@asset(partitions=window("@weekly", "2026-01-01"))
def weekly(): ...
@asset(partitions=window("0 0 1 * *", "2025-11-15", end="2026-03-01"))
def monthly(): ...
@asset(partitions=window("30 4 * * mon,thu", "2026-03-01-04:30", format=HOUR))
def twice_a_week(): ...
@asset(partitions=MultiPartitions(dimensions={"shop": StaticPartitions(keys=["b", "a"]), "day": DAYS}))
def cube(): ...
"""

THREE = """
from treadle import Asset, AssetKey, Check, Component, Definitions, Step

class Three(Component):
    '''Assets that can be made one by one; the first is made from the last.'''

    def build_defs(self, context):
        keys = [AssetKey.parse(name) for name in ("left", "middle", "right")]
        checks = [Check(name="made", asset=key) for key in (*keys, "raw/rates")]
        step = Step(name="both", component=context.address, run=self.run, assets=keys, can_subset=True,
                    checks=[each.key for each in checks])
        deps = {"left": ["right"]}
        assets = [Asset(key=key, deps=deps.get(str(key), ())) for key in keys]
        return Definitions(assets=assets, checks=checks, steps=[step])

    def run(self, step):
        for key in sorted(step.assets, reverse=True):
            step.materialize(key)
        for key in sorted(step.checks):
            step.check(key.name, True, asset=key.asset)
"""

LATER = """
policies:
  has_owner:
    description: Somebody answers for every asset
    require: asset.owners
    message: "{{ asset.key }} has no owner"
"""


@pytest.fixture(scope="session")
def python() -> Path:
    """The interpreter that has Dagster; it is installed when it isn't there."""
    done = subprocess.run(["tools/dagster"], cwd=ROOT, capture_output=True, text=True)
    assert 0 == done.returncode, done.stdout + done.stderr
    return ROOT / ".venv-dagster" / "bin" / "python"


def asked(python: Path, treadle: CommandLine, *wanted: dict[str, Any]) -> list[Any]:
    """What Dagster answers, whose process begins far away from the project."""
    done = subprocess.run(
        [str(python), "-W", "ignore", str(PROGRAM), str(treadle.folder / "dagster"), json.dumps(wanted)],
        cwd="/",
        capture_output=True,
        text=True,
    )
    assert 0 == done.returncode, done.stderr
    return list(json.loads(done.stdout))


def test_dagster_starts_steps_and_records_what_treadle_did(python: Path, make_project: MakeProject) -> None:
    """
    Assets with metadata and versions, checks that block, partitions, ranges, parts of a step, schedules, a step that
    fails, one that is ended, and one that a policy denies since: all of it is in Dagster as it is in Treadle.
    """
    files = {"shop.py": SHOP, "windows.py": WINDOWS, "three/defs.yaml": "type: p.components.three.Three\n"}
    treadle = make_project({**files, "/src/p/components/__init__.py": "", "/src/p/components/three.py": THREE})
    exported = treadle("export", "dagster", "dagster", "--json")
    assert "" == exported.err
    assert (0, "", []) == (exported.code, exported.err, exported.json["left_out"])
    names = ["orders", "torn", "patched", "broken", "after"]
    now = "2026-03-31T12:00:00+00:00"
    policies = {"do": "write", "file": str(treadle.folder / "policies.yaml"), "text": LATER}
    shown, ran, day, range_, part, alone, ended, keys, ticks, _, denied = asked(
        python,
        treadle,
        {"do": "specs"},
        {"do": "run", "assets": names},
        {"do": "run", "assets": ["daily"], "partition_key": "2026-01-05"},
        {
            "do": "run",
            "assets": ["seasons"],
            "tags": {"dagster/asset_partition_range_start": "s1", "dagster/asset_partition_range_end": "s2"},
        },
        {"do": "run", "assets": ["left", "right"]},
        {"do": "run", "assets": [], "check": ["left", "made"]},
        {"do": "interrupted_run", "assets": ["endless"]},
        {"do": "keys", "now": now},
        {"do": "tick", "schedule": "mornings", "at": "2026-02-02T05:00:00+00:00"},
        policies,
        {"do": "run", "assets": ["middle"]},
    )

    assert {
        "description": "Orders, cleaned.",
        "group": "marts",
        "owners": ["team:looms"],
        "tags": {"tier": "gold", "dagster/kind/python": ""},
        "parents": ["raw/rates"],
        "fresh_for": 9 * 3600,
        "is_made_here": True,
    } == shown["orders"]
    assert {"description": "From outside.", "is_made_here": False}.items() <= shown["raw/rates"].items()
    assert not ran["success"]
    assert ["orders", None, {"rows": 3, "columns": ["a"]}, "v1"] == ran["materializations"][0]
    assert ["orders", "torn"] == [each[0] for each in ran["materializations"]]
    assert [
        ["orders", "has_rows", True, "ERROR", {"rows": 3}],
        ["orders", "is_new", False, "WARN", {}],
        ["torn", "is_whole", False, "ERROR", {}],
    ] == sorted(ran["checks"])
    assert {
        "shop_py__broken": "shop.py:broken: ValueError: no such table (shop.py:36)",
        "shop_py__is_whole": "shop.py:is_whole: blocking check failed: torn:is_whole",
    } == ran["failures"]
    assert (True, [["daily", "2026-01-05", {"day": "2026-01-05"}]], [True]) == (
        day["success"],
        [each[:3] for each in day["materializations"]],
        [each[2] for each in day["checks"]],
    )
    assert [["s1", {"season": "s1"}], ["s2", {"season": "s2"}]] == sorted(
        each[1:3] for each in range_["materializations"]
    )
    assert ([["right"], ["left"]], [["left", "made"], ["right", "made"]]) == (
        [each[:1] for each in part["materializations"]],
        [each[:2] for each in part["checks"]],
    )
    assert ["RUNNING", ["2026-02-01"]] == ticks
    assert keys == {
        str(key): list(keys_of(asset.partitions, now=datetime.fromisoformat(now)))
        for key, asset in load(treadle.folder).graph.assets.items()
        if asset.partitions
    }
    assert [] == denied["materializations"]
    assert "middle has no owner (policy has_owner)" in denied["failures"]["three__both"]
    assert "src/p/defs/three/defs.yaml:1:1" in denied["failures"]["three__both"]
    assert {"three__both": "Treadle makes these checks with their assets: select the assets too"} == alone["failures"]
    assert {"shop_py__endless": "DagsterExecutionInterruptedError"} == ended["failures"]
    recorded = treadle("runs", "list", "--json").json
    assert ['key:"endless"'] == [each["selection"] for each in recorded if each["status"] == "cancelled"]
