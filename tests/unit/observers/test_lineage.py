from __future__ import annotations

import json
import shlex
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CommandLine, MakeProject
from tests.unit.observers.openlineage import facets_of, mistakes
from tests.unit.observers.receivers import HttpReceiver, http_receiver
from treadle.observers.lineage.events import run_uuid

SHOP = """
from treadle import Asset, AssetKey, Column, CheckResult, Materialization, StepFailed, TimeWindowPartitions, asset, check

raw = Asset(
    key="raw/payments",
    description="As the bank sends them.",
    owners=["team:finance"],
    columns=[Column(name="cents", type="bigint", description="What was paid."), Column(name="id")],
)
days = TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01")


@asset(deps=["raw/payments"], owners=["ann@example.com"])
def orders():
    \"\"\"What customers ordered.\"\"\"
    return Materialization(metadata={"rows": 7}, data_version="v1")


@check(asset=orders)
def has_rows():
    return CheckResult(passed=False, severity="warn")


@asset(deps=[orders], partitions=days)
def totals(): ...


@asset(deps=[orders])
def broken():
    raise StepFailed("no more paper")


@asset(deps=[broken])
def late(): ...
"""
FILE = '[tool.treadle.observe.openlineage]\nfile = "lineage.jsonl"\n'


def shop(make_project: MakeProject, observe: str = FILE, **files: str) -> CommandLine:
    return make_project({"/pyproject.toml": f'[tool.treadle]\nmodule = "p"\n{observe}', "shop.py": SHOP, **files})


def told(treadle: CommandLine) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (treadle.folder / "lineage.jsonl").read_text("utf-8").splitlines()]


def of(events: list[dict[str, Any]], name: str, kind: str) -> dict[str, Any]:
    """The only event of a kind about a job."""
    [found] = [each for each in events if each["job"]["name"].endswith(f":{name}") and each["eventType"] == kind]
    return found


def words(events: list[dict[str, Any]]) -> list[str]:
    return [f"{each['eventType']} {each['job']['name']}" for each in events]


def test_every_event_is_valid(make_project: MakeProject) -> None:
    """
    Events, and each of their facets, are as the published schemas want them; every kind of facet is among them.
    """
    treadle = shop(make_project)
    treadle("run", "not totals")
    treadle("run", "totals", "--partition", "2026-01-02")
    events = told(treadle)
    assert [] == [each for event in events for each in mistakes(event)]
    assert {
        "parent", "processing_engine", "errorMessage", "nominalTime", "jobType", "schema", "documentation",
        "ownership", "version", "outputStatistics", "dataQualityAssertions",
    } <= {name for event in events for name, _ in facets_of(event)}  # fmt: skip


def test_a_run_and_each_of_its_steps_begin_and_end(make_project: MakeProject) -> None:
    """
    Each run and step has a START and an end that says how; what never started has neither; steps name their run.
    """
    treadle = shop(make_project)
    answer = treadle("run", "not totals", "--json")
    events = told(treadle)
    said = words(events)
    assert ("START p.run not totals", "FAIL p.run not totals") == (said[0], said[-1])
    assert not any("late" in each for each in said)
    [begun, failed] = [each for each in said if "broken" in each]
    assert (begun[:5], failed[:4]) == ("START", "FAIL")
    run_id = answer.json["id"]
    steps = [each for each in events if "parent" in each["run"]["facets"]]
    assert {run_uuid(run_id)} == {each["run"]["facets"]["parent"]["run"]["runId"] for each in steps}
    assert {run_uuid(run_id)} == {each["run"]["runId"] for each in events if each not in steps}
    assert "no more paper" == of(events, "broken", "FAIL")["run"]["facets"]["errorMessage"]["message"]


def test_datasets_are_assets_with_what_is_known_of_them(make_project: MakeProject) -> None:
    """
    What a step reads and writes is named like the assets, with columns, texts, owners, rows and checks.
    """
    treadle = shop(make_project)
    treadle("run", "orders")
    event = of(told(treadle), "orders", "COMPLETE")
    [read], [written] = event["inputs"], event["outputs"]
    assert ("treadle", "raw/payments") == (read["namespace"], read["name"])
    assert [
        {"name": "cents", "type": "bigint", "description": "What was paid."},
        {"name": "id"},
    ] == read["facets"]["schema"]["fields"]
    assert "As the bank sends them." == read["facets"]["documentation"]["description"]
    assert [{"name": "team:finance", "type": "TEAM"}] == read["facets"]["ownership"]["owners"]
    assert "orders" == written["name"]
    assert "v1" == written["facets"]["version"]["datasetVersion"]
    assert 7 == written["outputFacets"]["outputStatistics"]["rowCount"]


def test_checks_are_assertions_of_what_they_are_about(make_project: MakeProject) -> None:
    """
    The result of a check is told with the step that made it.
    """
    treadle = shop(make_project)
    treadle("run", "orders")
    found = [
        assertion
        for event in told(treadle)
        for name, facet in facets_of(event)
        if name == "dataQualityAssertions"
        for assertion in facet["assertions"]
    ]
    assert [("has_rows", False, "warn")] == [(each["assertion"], each["success"], each["severity"]) for each in found]


def test_a_partition_is_a_nominal_time(make_project: MakeProject) -> None:
    """
    A run for a window of time says from when to when that is.
    """
    treadle = shop(make_project)
    treadle("run", "totals", "--partition", "2026-01-02")
    for event in told(treadle):
        facet = event["run"]["facets"]["nominalTime"]
        assert "2026-01-02T00:00:00+00:00" == facet["nominalStartTime"]
        assert "2026-01-03T00:00:00+00:00" == facet["nominalEndTime"]


KILLED = """
import os, signal
from treadle import asset


@asset
def wool():
    os.kill(int(open("runner").read()), signal.SIGKILL)
    signal.pause()
"""


def test_a_run_that_nobody_goes_on_with_ends_too(make_project: MakeProject) -> None:
    """
    When a runner was killed and its run is cancelled, the run and the steps that it had begun are told as aborted.
    """
    treadle = shop(make_project, **{"shop.py": KILLED})
    command = "echo $$ > runner; exec " + shlex.join([sys.executable, "-m", "treadle", "run"])
    subprocess.run(["sh", "-c", command], cwd=treadle.folder, stdout=subprocess.DEVNULL)
    assert 0 == treadle("runs", "cancel", "latest").code
    assert 0 == treadle("lineage", "send").code
    assert ["START p", "START p.shop.py:wool", "ABORT p.shop.py:wool", "ABORT p"] == [
        each.replace("p.shop:wool", "p.shop.py:wool") for each in words(told(treadle))
    ]


SERVER = '[tool.treadle.observe.openlineage]\nurl = "{}"\nmost = {}\n'


def bodies(receiver: HttpReceiver) -> list[dict[str, Any]]:
    return [each.json for each in receiver.received]


def test_a_server_is_told_in_order_with_its_key(make_project: MakeProject) -> None:
    """
    Events are posted to the server in the order in which things happened, with the key of the environment.
    """
    with http_receiver() as receiver:
        treadle = shop(make_project, SERVER.format(receiver.url, 100))
        answer = treadle("run", "orders", env={"OPENLINEAGE_API_KEY": "s3cr3t"})
    assert (0, "") == (answer.code, answer.err)
    assert ["START", "START", "COMPLETE"] == [each["eventType"] for each in bodies(receiver)][:3]
    assert "COMPLETE p.run orders" == words(bodies(receiver))[-1]
    assert {"/api/v1/lineage"} == {each.path.removeprefix("/hook") for each in receiver.received}
    assert {"Bearer s3cr3t"} == {each.headers["authorization"] for each in receiver.received}


def nobody() -> str:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{found.getsockname()[1]}"


def test_what_a_server_missed_is_told_later_in_order(make_project: MakeProject) -> None:
    """
    While a server is down runs succeed, and warn; when it is back it is told everything, the oldest first.
    """
    treadle = shop(make_project, SERVER.format(nobody(), 1000))
    for _ in range(2):
        answer = treadle("run", "orders", env={"OPENLINEAGE_API_KEY": "s3cr3t"})
        assert 0 == answer.code
        assert "of lineage wait for the next time (http)" in answer.err
        assert "s3cr3t" not in answer.err
    [waiting] = treadle("lineage", "waiting", "--json").json
    assert "refused" in waiting["error"]
    assert 3 == treadle("lineage", "send").code
    with http_receiver() as receiver:
        assert 0 == treadle("lineage", "send", env={"OPENLINEAGE_URL": receiver.url}).code
    events = bodies(receiver)
    assert waiting["events"] == len(events)
    assert [each["eventTime"] for each in events] == sorted(each["eventTime"] for each in events)
    assert 2 == words(events).count("START p.run orders")
    assert [] == [each for event in events for each in mistakes(event)]
    assert 0 == treadle("lineage", "waiting", "--json").json[0]["events"]


def test_the_next_run_tells_what_the_last_could_not(make_project: MakeProject) -> None:
    """
    A server that answers 503 in the middle is told the rest by the next run, and nothing twice.
    """
    with http_receiver(200, 200, 503) as receiver:
        treadle = shop(make_project, SERVER.format(receiver.url, 1000))
        assert "503" in treadle("run", "orders").err
        assert "" == treadle("run", "orders").err
    events = bodies(receiver)
    del events[2]  # which was answered with 503
    assert words(events[: len(events) // 2]) == words(events[len(events) // 2 :])


def test_what_a_server_refuses_holds_up_nothing(make_project: MakeProject) -> None:
    """
    An event that a server understands and doesn't want is given up with a warning, and the next ones are sent.
    """
    with http_receiver(422) as receiver:
        treadle = shop(make_project, SERVER.format(receiver.url, 1000))
        answer = treadle("run", "orders")
    assert 0 == answer.code
    assert "1 event of lineage given up (http): it answered 422" in answer.err
    assert "COMPLETE p.run orders" == words(bodies(receiver))[-1]
    assert 0 == treadle("lineage", "waiting", "--json").json[0]["events"]


def test_no_more_wait_than_the_settings_say(make_project: MakeProject) -> None:
    """
    When too many events wait the oldest are given up, and a warning says how many.
    """
    treadle = shop(make_project, SERVER.format(nobody(), 3))
    answer = treadle("run", "orders")
    assert "of lineage given up (http): more than 3 waited" in answer.err or "it couldn't be reached" in answer.err
    assert 3 == treadle("lineage", "waiting", "--json").json[0]["events"]


def test_hooks_do_not_see_what_is_told_to_catalogues(make_project: MakeProject) -> None:
    """
    Deliveries of hooks, and what waits for catalogues, don't get in each other's way.
    """
    hook = '[tool.treadle.hooks.log]\non = ["success"]\ncommand = ["true"]\n'
    treadle = shop(make_project, SERVER.format(nobody(), 1000) + hook)
    treadle("run", "orders")
    assert ["log"] == [each["hook"] for each in treadle("hooks", "deliveries", "--json").json]


SQL = """
type: treadle.TemplatedSql
attributes:
  connection: warehouse
  sql_template: |
    create or replace temp table paid as select id, cents / 100.0 as euros from raw.payments where cents > 0;
    create or replace table marts.{{ name }} as
    with doubled as (select id as order_id, euros * 2 as amount from paid)
    select order_id, amount, 1 as one, count(*) over () as n from doubled
  sql_template_vars: {name: orders}
  assets: [{key: marts/orders, deps: [raw/payments]}]
"""
RAW = """
from treadle import Asset, Column

raw = Asset(key="raw/payments", columns=[Column(name="ID"), Column(name="cents")])
"""
CONNECTION = '[tool.treadle.connections]\nwarehouse = "duckdb:///w.duckdb"\n'


def test_sql_says_which_columns_are_made_from_which(make_project: MakeProject) -> None:
    """
    Column lineage is read from SQL, through CTEs and tables in between, and written as the assets declare columns.
    """
    files = {"/pyproject.toml": f'[tool.treadle]\nmodule = "p"\n{CONNECTION}', "sql/defs.yaml": SQL, "raw.py": RAW}
    treadle = make_project(files)
    answer = treadle("lineage", "columns", "--json")
    assert {"amount": [("raw/payments", "cents")], "order_id": [("raw/payments", "ID")]} == {
        each["column"]: [(one["asset"], one["column"]) for one in each["sources"]] for each in answer.json
    }
    assert 0 == treadle("list", "assets").code  # which remembers steps, without their SQL
    assert "marts/orders" in treadle("lineage", "columns", "marts/orders").out


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        pytest.param(
            "insert into orders (a, b) select cents, id from payments", {"a": "cents", "b": "ID"}, id="insert"
        ),
        pytest.param("create table orders as select * from raw.payments", {"id": "ID", "cents": "cents"}, id="star"),
        pytest.param(
            "create view orders as select p.cents c from payments p union all select id from payments",
            {"c": "ID cents"},
            id="union",
        ),
        pytest.param(
            "create table orders as select sum(cents) as total from payments group by id", {"total": "cents"}, id="sum"
        ),
        pytest.param("this is no sql at all (", {}, id="nonsense"),
        pytest.param("select 1", {}, id="nothing-written"),
    ],
)
def test_sql_of_many_kinds_is_read(sql: str, expected: dict[str, str], make_project: MakeProject) -> None:
    """
    Statements that write an asset are understood; others have no lineage, and are no mistake.
    """
    attributes = {
        "connection": "warehouse",
        "sql_template": sql,
        "assets": [{"key": "orders", "deps": ["raw/payments"]}],
    }
    document = json.dumps({"type": "treadle.TemplatedSql", "attributes": attributes})
    settings = f'[tool.treadle]\nmodule = "p"\n{CONNECTION}'
    treadle = make_project({"/pyproject.toml": settings, "sql/defs.yaml": document, "raw.py": RAW})
    answer = treadle("lineage", "columns", "--json")
    assert 0 == answer.code, answer.err
    assert expected == {each["column"]: " ".join(one["column"] for one in each["sources"]) for each in answer.json}


def test_column_lineage_is_told(make_project: MakeProject) -> None:
    """
    Events about SQL have the facets `columnLineage` and `sql`, and are valid.
    """
    settings = f'[tool.treadle]\nmodule = "p"\n{CONNECTION}{FILE}sql = true\n'
    before = {"connection": "warehouse", "assets": [{"key": "made"}]}
    make = {
        "sql_template": "create schema if not exists raw; create schema if not exists marts; create or replace table raw.payments as select 1 as id, 200 as cents"
    }
    files = {
        "/pyproject.toml": settings,
        "sql/defs.yaml": SQL,
        "raw.py": RAW,
        "made/defs.yaml": json.dumps({"type": "treadle.TemplatedSql", "attributes": {**before, **make}}),
    }
    treadle = make_project(files)
    assert 0 == treadle("run", "made").code
    answer = treadle("run", "marts/orders")
    assert 0 == answer.code, answer.out + answer.err
    events = told(treadle)
    assert [] == [each for event in events for each in mistakes(event)]
    event = next(each for each in reversed(events) if each["outputs"] and each["outputs"][0]["name"] == "marts/orders")
    fields = event["outputs"][0]["facets"]["columnLineage"]["fields"]
    assert [{"namespace": "treadle", "name": "raw/payments", "field": "cents"}] == fields["amount"]["inputFields"]
    assert "create or replace table marts.orders" in event["job"]["facets"]["sql"]["query"]


@pytest.mark.dbt
def test_dbt_models_have_column_lineage_when_they_are_compiled(tmp_path: Path) -> None:
    """
    What dbt compiled says which columns models are made from, through models that are only inlined.
    """
    import shutil

    example = Path(__file__).parents[3] / "examples" / "jaffle"
    folder = tmp_path / "jaffle"
    litter = shutil.ignore_patterns("target", "logs", "*.duckdb*", ".treadle", "__pycache__")
    shutil.copytree(example, folder, ignore=litter)
    treadle = CommandLine(folder)
    assert 0 == treadle("run").code
    found = {
        (each["asset"].rpartition("/")[2], each["column"]): {
            f"{one['asset'].rpartition('/')[2]}.{one['column']}" for one in each["sources"]
        }
        for each in treadle("lineage", "columns", "--json").json
    }
    assert {"stg_bolts.woven_on"} == found["daily_weaving", "woven_on"]  # through `*` of a model that is inlined
    assert {"yarn_lots.weight_kg", "dye_prices.price_per_kg"} == found["stg_yarn", "dye_cost"]
    assert {"stg_bolts.flaws", "stg_bolts.length_m", "stg_cloth_orders.length_m"} == found["pattern_stock", "free_m"]
