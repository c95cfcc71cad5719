"""Real runs of real dbt over DuckDB."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from treadle.ir import StepFailed

pytestmark = pytest.mark.dbt


def query(file: Path, sql: str) -> list[Any]:
    """Rows of a DuckDB file, read by another process: one process can't open a file in two ways."""
    code = "import duckdb,json,sys; print(json.dumps(duckdb.connect(sys.argv[1], read_only=True).sql(sys.argv[2]).fetchall()))"
    done = subprocess.run([sys.executable, "-c", code, str(file), sql], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def parsed(parsed_shop: Path, tmp_path: Path) -> Path:
    """A copy of the shop with a fresh manifest."""
    return Path(shutil.copytree(parsed_shop, tmp_path / "shop"))


def test_a_full_run(declare: Any, shop: Path) -> None:
    """
    A project that dbt has never seen is read and built in its own folder; each asset and check is
    recorded as dbt finishes it; and afterwards nothing needs to be read again.
    """
    before = names(shop)
    declared = declare({"project": "../../../shop"})
    manifest = (shop / "target" / "manifest.json").stat().st_mtime_ns
    step = declared.run()
    assert sorted(map(str, declared.step.assets)) == sorted(step.keys)
    assert dict.fromkeys(declared.checks, True) == dict(sorted((key, each[0]) for key, each in step.checked.items()))
    order = [step.keys.index(key) for key in ("raw/raw_orders", "stg_orders", "orders", "daily")]
    assert sorted(order) == order
    assert step.times[0] < step.times[-1] < step.ended
    seeds = dict(step.materialized)["raw/raw_orders"]
    assert (4, "seed.shop.raw_orders", True) == (
        seeds["rows_affected"],
        seeds["dbt/unique_id"],
        seeds["execution_time"] > 0,
    )
    assert [] == step.logged
    assert [[3, 70]] == [[int(each) for each in row] for row in query(shop / "shop.duckdb", "select * from daily")]
    created = {each.split("/")[0] for each in names(shop) - before}
    assert {"target", "logs", "shop.duckdb"} == created
    assert before <= names(shop)
    after = (shop / "target" / "manifest.json").stat().st_mtime_ns
    assert manifest < after
    assert declared.deps == declare({"project": "../../../shop"}).deps
    assert after == (shop / "target" / "manifest.json").stat().st_mtime_ns
    assert "[debug]" in (shop / "logs" / "dbt.log").read_text(encoding="utf-8")


def test_failures(declare: Any, shop: Path) -> None:
    """
    Failing tests are failed checks; failing models fail the step with dbt's words; what is skipped is said, never recorded.
    """
    (shop / "models/marts/customers_v1.sql").write_text("select nope from {{ ref('stg_customers') }}", encoding="utf-8")
    with (shop / "seeds/raw_orders.csv").open("a", encoding="utf-8") as seed:
        seed.write("4,3,50,paid\n")
    declared = declare({"project": str(shop)})
    recorder = declared.recorder()
    with pytest.raises(StepFailed, match=r"customers: Runtime Error in model customers[\s\S]*\"nope\" not found"):
        declared.step.run(recorder)
    assert {"raw/raw_orders", "stg_customers", "customers_v2"} == set(recorder.keys)
    failed = {key: each[1:] for key, each in recorder.checked.items() if not each[0]}
    assert {"raw/raw_orders:unique_raw_orders_id": ("error", "Got 1 result, configured to fail if != 0")} == failed
    warnings = sorted(message.split(":")[0] for level, message in recorder.logged if level == "warning")
    assert [
        "dbt skipped the model daily",
        "dbt skipped the model orders",
        "dbt skipped the model stg_orders",
        "dbt skipped the snapshot orders_history",
    ] == warnings
    assert ["customers"] == [message.split(":")[0] for level, message in recorder.logged if level == "error"]


def test_only_checks_fail(declare: Any, parsed: Path) -> None:
    """
    When all that failed is recorded as check results, the step has nothing to add.
    """
    yml = parsed / "models/marts/marts.yml"
    yml.write_text(
        yml.read_text(encoding="utf-8").replace("name: Zoe, amount", "name: Other, amount"), encoding="utf-8"
    )
    staging = parsed / "models/staging/staging.yml"
    staging.write_text(staging.read_text(encoding="utf-8").replace("[paid, open]", "[paid]"), encoding="utf-8")
    declared = declare({"project": str(parsed)})
    step = declared.run()
    passed, severity, words = step.checked["orders:joins_names"]
    assert (False, "error", True) == (passed, severity, "Other" in words)
    warned = next(each for key, each in step.checked.items() if "accepted_values" in key)
    assert (False, "warn") == warned[:2]
    assert {"orders", "daily"} == set(map(str, declared.step.assets)) - set(step.keys)


def test_a_subset(declare: Any, parsed: Path) -> None:
    """
    A subset is one dbt command that runs the assets and checks asked for, and no others.
    """
    declared = declare({"project": str(parsed), "cli_args": ["build", "--indirect-selection", "eager"]})
    declared.run(assets=["raw/raw_orders", "stg_orders", "stg_customers"])
    step = declared.run(
        assets=["orders", "customers_v1"], checks=["orders:joins_names", "stg_orders:not_null_paid_orders_order_id"]
    )
    assert {"orders", "customers_v1"} == set(step.keys)
    assert {"orders:joins_names", "stg_orders:not_null_paid_orders_order_id"} == set(step.checked)
    assert 1 == len(step.commands)
    checks = declared.run(checks=["orders:unique_orders_order_id"])
    assert ([], ["orders:unique_orders_order_id"]) == (checks.keys, list(checks.checked))


def test_what_dbt_does_not_know(declare: Any, parsed: Path) -> None:
    """
    A model that is gone when the run comes to it fails the step instead of passing in silence.
    """
    declared = declare({"project": str(parsed)})
    (parsed / "models/marts/orders/daily.sql").unlink()
    (parsed / "tests/totals_add_up.sql").unlink()
    recorder = declared.recorder(assets=["daily"])
    with pytest.raises(StepFailed, match=r"nothing to do; it was asked for model\.shop\.daily"):
        declared.step.run(recorder)


def test_select_and_exclude(declare: Any, parsed: Path) -> None:
    """
    `select` and `exclude` mean what dbt means by them, and dbt is asked once.
    """
    attributes = {"project": str(parsed), "select": "+orders", "exclude": "stg_customers"}
    declared = declare(attributes)
    expected = {
        "raw/raw_orders": [],
        "stg_orders": ["raw/raw_orders"],
        "orders": ["stg_customers", "stg_orders"],
        "till/raw_customers": [],
        "exposures/weekly_report": ["orders"],
    }
    assert expected == declared.deps
    log = parsed / "logs" / "dbt.log"
    said = log.stat().st_size
    assert expected == declare(attributes).deps
    assert said == log.stat().st_size


def test_target_and_vars(declare: Any, parsed: Path) -> None:
    """
    Target and variables of the component reach dbt whenever it is called; mappings in `cli_args` are JSON.
    """
    (parsed / "models/marts/orders/daily.sql").write_text(
        "select '{{ var('one') }}' as one, '{{ var('two', 'none') }}' as two", encoding="utf-8"
    )
    shutil.rmtree(parsed / "tests")
    project = {"project_dir": str(parsed), "target": "prod", "vars": {"one": 'a "b"'}}
    arguments = ["run", {"--threads": 1}, {"--log-path": "logs"}]
    declared = declare({"project": project, "cli_args": arguments})
    assert "shop_prod.live.daily" == declared.asset("daily").metadata["dbt/relation"]
    declared.run(assets=["daily"])
    assert [['a "b"', "none"]] == query(parsed / "shop_prod.duckdb", "select * from live.daily")


def test_two_targets_of_one_project(declare: Any, parsed: Path) -> None:
    """
    A component never takes the manifest that another made for a target of its own.
    """
    prod = declare({"project": {"project_dir": str(parsed), "target": "prod"}}, address="prod")
    dev = declare({"project": str(parsed)}, address="dev")
    relations = [each.asset("daily").metadata["dbt/relation"] for each in (prod, dev)]
    assert ["shop_prod.live.daily", "shop.main.daily"] == relations


@pytest.mark.parametrize("vendored", [True, False], ids=["vendored", "missing"])
def test_packages(declare: Any, shop: Path, tmp_path: Path, vendored: bool) -> None:
    """
    Vendored packages are used as they are; missing ones are installed by `dbt deps`.
    """
    package = tmp_path / "tools"
    (package / "models").mkdir(parents=True)
    (package / "dbt_project.yml").write_text("name: tools\nversion: '1.0'\n", encoding="utf-8")
    (package / "models" / "extra.sql").write_text("select 1 as a", encoding="utf-8")
    (shop / "packages.yml").write_text("packages:\n  - local: ../tools\n", encoding="utf-8")
    if vendored:
        shutil.copytree(package, shop / "dbt_packages" / "tools")
    asset = declare({"project": str(shop)}).asset("extra")
    assert shop / "dbt_packages" / "tools" / "models" / "extra.sql" == asset.origin.span.file
    assert vendored != (shop / "package-lock.yml").exists()
