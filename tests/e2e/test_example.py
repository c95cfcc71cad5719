"""The example that `make demo` runs, driven as a person would: copied somewhere, and `treadle` called in it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import Answer, CommandLine
from tests.faults.mill import until
from treadle.project import find_settings
from treadle.store import open_store

EXAMPLE = Path(__file__).parents[2] / "examples" / "jaffle"
LITTER = shutil.ignore_patterns("target", "logs", "*.duckdb*", ".treadle", "reports", "__pycache__")

# One worker runs them all: the example is built once for most of them.
pytestmark = [pytest.mark.e2e, pytest.mark.dbt, pytest.mark.xdist_group("example")]

# What the dbt project says, by hand: `bolt_yields` is ephemeral, so its readers depend on what it reads.
SEEDS = {"cloth_orders", "looms", "weaving_log", "yarn_lots"}
DEPS: Mapping[str, set[str]] = {
    **{name: set() for name in SEEDS},
    "stg_yarn": {"yarn_lots", "dye_prices"},
    "stg_bolts": {"weaving_log", "looms"},
    "stg_cloth_orders": {"cloth_orders"},
    "loom_output": {"looms", "stg_bolts"},
    "pattern_stock": {"stg_bolts", "stg_cloth_orders"},
    "yarn_usage": {"stg_yarn", "stg_bolts"},
    "daily_weaving": {"stg_bolts"},
    "order_history": {"cloth_orders"},
}
CHECKS: Mapping[str, set[str]] = {
    "looms": {"unique_looms_loom_id", "not_null_looms_loom_id", "accepted_values_looms_kind__shaft__dobby__jacquard"},
    "yarn_lots": {"unique_yarn_lots_lot_code", "not_null_yarn_lots_lot_code"},
    "weaving_log": {
        "unique_weaving_log_bolt_no",
        "relationships_weaving_log_lot_code__lot_code__ref_yarn_lots_",
    },
    "cloth_orders": {"unique_cloth_orders_order_code"},
    "stg_yarn": {"not_null_stg_yarn_lot_code", "not_null_stg_yarn_dye_cost"},
    "stg_bolts": {
        "unique_stg_bolts_bolt_no",
        "not_null_stg_bolts_bolt_no",
        "accepted_values_stg_bolts_pattern__birdseye__herringbone__houndstooth__overshot__plain",
        "assert_bolts_fit_their_loom",
    },
    "stg_cloth_orders": {
        "unique_stg_cloth_orders_order_code",
        "not_null_stg_cloth_orders_order_code",
        "withdrawn_orders_are_left_out",
    },
    "loom_output": {"unique_loom_output_loom_id", "not_null_loom_output_loom_id"},
    "pattern_stock": {"unique_pattern_stock_pattern", "not_null_pattern_stock_free_m"},
    "yarn_usage": {"unique_yarn_usage_lot_code"},
    "daily_weaving": {"unique_daily_weaving_woven_on", "not_null_daily_weaving_woven_on"},
    "order_history": {"not_null_order_history_order_code"},
}
ROWS = {"cloth_orders": 40, "looms": 6, "weaving_log": 120, "yarn_lots": 24}


def key(name: str) -> str:
    return f"target/main/{name}"


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path, with what it holds."""
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


class Mill(CommandLine):
    """The example in a folder of its own, called by someone whose home is empty."""

    def __call__(self, *args: str, env: Mapping[str, str] | None = None) -> Answer:
        home = self.folder.parent / "home"
        home.mkdir(exist_ok=True)
        return super().__call__(*args, env={"HOME": str(home), **(env or {})})


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Mill:
    """The example, never run."""
    folder = tmp_path_factory.mktemp("mill") / "jaffle"
    shutil.copytree(EXAMPLE, folder, ignore=LITTER)
    return Mill(folder)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Mill, Answer, dict[str, bytes]]:
    """The example after its first run: where it is, what the run said, and what was there before."""
    folder = tmp_path_factory.mktemp("ran") / "jaffle"
    shutil.copytree(EXAMPLE, folder, ignore=LITTER)
    before = files(folder)
    mill = Mill(folder)
    return mill, mill("run", "--json"), before


def test_every_model_seed_and_snapshot_is_an_asset_with_its_dependencies(mill: Mill) -> None:
    """
    Five lines of YAML give the assets of the dbt project: ephemeral models are folded into what
    reads them, the source stands upstream of its reader, the script's asset crosses to dbt's.
    """
    answer = mill("list", "assets", "--json")
    assets = {each["key"]: each for each in answer.json}
    made = {name: set(each["deps"]) for name, each in assets.items() if not each["external"]}
    expected = {key(name): set(map(key, deps)) for name, deps in DEPS.items()}
    expected["reports/mill"] = {key("loom_output"), key("pattern_stock")}
    assert (answer.code, answer.err) == (0, "")
    assert expected == made


def test_what_dbt_knows_of_a_model_is_known_of_its_asset(mill: Mill) -> None:
    """
    Description, columns, tags, owner, group, kinds and place of an asset are those of its dbt model.
    """
    (asset,) = mill("list", "assets", key("daily_weaving"), "--json").json
    assert asset["description"] == "The hall's output, day by day; only new days are added."
    assert [each["name"] for each in asset["columns"]] == ["woven_on"]
    assert {"mart", "daily"} == set(asset["tags"])
    assert ["floor@mill.example"] == asset["owners"]
    assert "weaving_floor" == asset["group"]
    assert {"dbt", "duckdb"} <= set(asset["kinds"])
    assert "jdbt" == asset["component"]
    assert str(mill.folder / "transform/jdbt/models/marts/daily_weaving.sql") == asset["file"]


def test_every_data_test_and_unit_test_is_a_check(mill: Mill) -> None:
    """
    Each dbt test is a check of the asset that it tests, and its severity is dbt's.
    """
    checks = mill("list", "checks", "--json").json
    by_asset: dict[str, set[str]] = {}
    for each in checks:
        by_asset.setdefault(each["asset"], set()).add(each["name"])
    expected = {key(name): set(names) for name, names in CHECKS.items()}
    expected["reports/mill"] = {"no_pattern_is_oversold"}
    assert expected == by_asset
    assert {"not_null_pattern_stock_free_m", "no_pattern_is_oversold"} == {
        each["name"] for each in checks if each["severity"] == "warn"
    }


def test_a_run_materializes_every_asset_once_and_makes_every_check(
    ran: tuple[Mill, Answer, dict[str, bytes]],
) -> None:
    """
    `treadle run` builds all of it: one materialization for each asset, a passed result for each check.
    """
    _, answer, _ = ran
    assert 0 == answer.code, answer.err
    run = answer.json
    assert "succeeded" == run["status"]
    assert sorted([*map(key, DEPS), "reports/mill"]) == sorted(each["asset"] for each in run["materializations"])
    expected = {(key(name), check) for name, names in CHECKS.items() for check in names}
    expected.add(("reports/mill", "no_pattern_is_oversold"))
    assert expected == {(each["asset"], each["check"]) for each in run["checks"] if each["passed"]}
    assert len(expected) == len(run["checks"])


def test_materializations_hold_rows_and_seconds_and_come_one_by_one(
    ran: tuple[Mill, Answer, dict[str, bytes]],
) -> None:
    """
    Each materialization has what dbt said of it, in the order in which dbt finished.
    """
    _, answer, _ = ran
    recorded = {each["asset"]: each for each in answer.json["materializations"]}
    assert {key(name): rows for name, rows in ROWS.items()} == {
        key(name): recorded[key(name)]["metadata"]["rows_affected"] for name in ROWS
    }
    assert all(recorded[key(name)]["metadata"]["execution_time"] > 0 for name in DEPS)
    assert {"looms": 6, "patterns": 5, "page": "reports/mill.md"} == recorded["reports/mill"]["metadata"]
    for name, deps in DEPS.items():
        for dep in deps - {"dye_prices"}:
            assert recorded[key(dep)]["created_at"] <= recorded[key(name)]["created_at"]
    assert len({recorded[key(name)]["created_at"] for name in DEPS}) > 1


def test_a_run_leaves_nothing_behind_but_what_dbt_and_the_script_write(
    ran: tuple[Mill, Answer, dict[str, bytes]],
) -> None:
    """
    No file of the project is changed or gone; what is new is dbt's own, the script's page, or in `.treadle`.
    """
    mill, _, before = ran
    after = files(mill.folder)
    assert before == {name: after.get(name) for name in before}
    dbt = "transform/jdbt"
    owned = (".treadle/", f"{dbt}/target/", f"{dbt}/logs/", f"{dbt}/mill.duckdb", "reports/mill.md")
    assert [] == [
        name for name in after if name not in before and not name.startswith(owned) and "__pycache__" not in name
    ]
    assert {} == files(mill.folder.parent / "home")


def test_a_second_run_and_the_graph_are_green(ran: tuple[Mill, Answer, dict[str, bytes]]) -> None:
    """
    Running again succeeds on the database of the first run, and the graph shows every outcome.
    """
    mill, _, _ = ran
    again = mill("run")
    assert 0 == again.code, again.err
    shown = mill("graph")
    assert 0 == shown.code
    assert [] == [
        name for name in DEPS if not any(key(name) in line and "✓" in line for line in shown.out.splitlines())
    ]
    assert "✗" not in shown.out
    assert ["succeeded", "succeeded"] == [each["status"] for each in mill("runs", "list", "--json").json]


def test_a_morning_that_was_missed_is_made_up_for(tmp_path: Path) -> None:
    """
    `treadle scheduler` runs all of the example by its schedule, also when nobody was there at six.
    """
    folder = tmp_path / "jaffle"
    shutil.copytree(EXAMPLE, folder, ignore=LITTER)
    mill = Mill(folder)
    settings = find_settings(folder)
    with open_store(f"sqlite:///{folder}/.treadle/treadle.db") as store:
        yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
        project, name = str(settings.root), "mornings_schedule"
        assert store.automations.set_cursor(project, "schedule", name, seen=None, cursor=yesterday)
        with (tmp_path / "printed").open("wb") as out:
            scheduler = subprocess.Popen(
                [sys.executable, "-m", "treadle", "scheduler"], cwd=folder, stdout=out, stderr=out
            )
        try:
            assert until(lambda: [run for run in store.runs() if run.status.is_final], seconds=240)
        finally:
            scheduler.terminate()
            code = scheduler.wait()
        [run] = store.runs()
        made = {str(each.asset) for each in store.materializations(run_id=run.id)}
    said = (tmp_path / "printed").read_text(encoding="utf-8")
    assert (0, "succeeded", f"schedule {name}") == (code, run.status.value, run.launched_by), said
    assert {*map(key, DEPS), "reports/mill"} == made
    (schedule,) = mill("automations", "list", "--json").json
    assert (name, True) == (schedule["name"], schedule["on"])


def test_a_selection_builds_only_what_was_asked_for(mill: Mill) -> None:
    """
    `treadle run '+KEY'` builds that model and what it is made from, with their checks, and nothing else.
    """
    answer = mill("run", "--json", f"+{key('stg_cloth_orders')}")
    assert 0 == answer.code, answer.err
    chosen = {"cloth_orders", "stg_cloth_orders"}
    assert set(map(key, chosen)) == {each["asset"] for each in answer.json["materializations"]}
    assert {(key(name), check) for name in chosen for check in CHECKS[name]} == {
        (each["asset"], each["check"]) for each in answer.json["checks"] if each["passed"]
    }


def test_the_component_is_the_five_lines_that_the_readme_shows() -> None:
    """
    The README shows the example's component as it is: five lines, in the form that people bring from Dagster.
    """
    yaml = (EXAMPLE / "src/jaffle_platform/defs/jdbt/defs.yaml").read_text(encoding="utf-8")
    assert (
        "type: dagster_dbt.DbtProjectComponent\n"
        "attributes:\n"
        '  project: "{{ project_root }}/transform/jdbt"\n'
        "  translation:\n"
        '    key: "target/main/{{ node.name }}"\n'
    ) == yaml
    assert f"```yaml\n{yaml}```" in (EXAMPLE.parents[1] / "README.md").read_text(encoding="utf-8")
