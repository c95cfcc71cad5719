"""SQL over the project's named connections: SQLite, DuckDB and PostgreSQL."""

from __future__ import annotations

import pytest

from tests.conftest import CommandLine, MakeProject
from treadle.project import check


@pytest.fixture(params=["sqlite:///mill.db", "duckdb:///mill.duckdb", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """A database of each kind that holds nothing yet."""
    return request.getfixturevalue("postgres_url") if request.param == "postgres" else request.param


YAML = """
type: treadle.TemplatedSql
attributes:
  connection: mill
  sql_template: |
    drop table if exists treadle_bolts;
    create table treadle_bolts as select 1 as bolt, '{{ pattern }}' as pattern;
    insert into treadle_bolts values (2, 'a;b'), (3, '{{ pattern }}');
    select count(*) = 3 as complete, count(*) = 9 as many from treadle_bolts;
  sql_template_vars: {pattern: "it''s plain"}
  assets: [{key: bolts}]
  checks:
    - {name: complete, asset: bolts}
    - {name: many, asset: bolts, severity: warn}
"""


def mill(make_project: MakeProject, url: str, **files: str) -> CommandLine:
    settings = f'[tool.treadle]\nmodule = "p"\n[tool.treadle.connections]\nmill = "{url}"\n'
    return make_project({"/pyproject.toml": settings, **files})


def test_statements_run_in_order_and_the_last_one_makes_the_checks(make_project: MakeProject, url: str) -> None:
    """
    Several statements are one script, semicolons in text are text, and a check is a column of the last result.
    """
    treadle = mill(make_project, url, **{"bolts/defs.yaml": YAML})
    ran = treadle("run", "--json")
    checks = {each["check"]: each["passed"] for each in ran.json["checks"]}
    assert (0, ["bolts"]) == (ran.code, [each["asset"] for each in ran.json["materializations"]])
    assert {"complete": True, "many": False} == checks


def test_rows_that_a_statement_writes_are_counted(make_project: MakeProject, url: str) -> None:
    """
    The last statement that writes says how many rows it did; one that only reads doesn't.
    """
    sql = (
        "drop table if exists treadle_looms; create table treadle_looms (loom int); "
        "insert into treadle_looms values (1), (2), (3)"
    )
    yaml = f"type: treadle.TemplatedSql\nattributes:\n  connection: mill\n  sql_template: {sql}\n  assets: [{{key: looms}}]\n"
    ran = mill(make_project, url, **{"looms/defs.yaml": yaml})("run", "--json")
    assert [3] == [each["metadata"]["rows_affected"] for each in ran.json["materializations"]]


def test_sql_in_a_file_is_a_template_too(make_project: MakeProject) -> None:
    """
    Loops work, the file is found beside the YAML file, and what went wrong is told in the database's words.
    """
    yaml = (
        "type: dagster.TemplatedSqlComponent\nattributes:\n  connection: mill\n  sql_template: {path: looms.sql}\n"
        "  sql_template_vars: {halls: [north, south]}\n  assets: [{key: looms}]\n"
    )
    sql = "create table looms as {% for hall in halls %}select '{{ hall }}' as hall {% if not loop.last %}union {% endif %}{% endfor %}"
    treadle = mill(make_project, "sqlite:///mill.db", **{"looms/defs.yaml": yaml, "looms/looms.sql": sql})
    assert [0, 3] == [treadle("run").code, treadle("run").code]
    assert "table looms already exists" in treadle("runs", "show", "latest").out


def test_a_check_that_the_sql_says_nothing_of_fails_the_step(make_project: MakeProject) -> None:
    """
    Checks that are declared are made, or it is told why not.
    """
    yaml = YAML.replace("as complete", "as finished")
    treadle = mill(make_project, "sqlite:///mill.db", **{"bolts/defs.yaml": yaml})
    assert 3 == treadle("run").code
    assert "check 'complete'" in treadle("runs", "show", "latest").out


@pytest.mark.parametrize(
    ("url", "told"),
    [
        pytest.param("nonsense", "can't be read", id="no-url"),
        pytest.param("oracle+cx_Oracle://a/b", "'oracle'", id="no-driver"),
        pytest.param("sqlite:////no/such/folder/x.db", "unable to open", id="no-folder"),
    ],
)
def test_a_connection_that_cannot_be_made_says_why(make_project: MakeProject, url: str, told: str) -> None:
    """
    A wrong URL is the step's failure, in a line and without a traceback.
    """
    treadle = mill(make_project, url, **{"bolts/defs.yaml": YAML})
    assert 3 == treadle("run").code
    output = treadle("runs", "logs", "latest").out
    assert told in output
    assert "Traceback" not in output


DAILY_YAML = """
type: treadle.TemplatedSql
attributes:
  connection: mill
  sql_template: |
    create table if not exists treadle_days (day text, begun text, ended text);
    delete from treadle_days where day between '{{ partition.keys[0] }}' and '{{ partition.keys[-1] }}';
    {% for day in partition.keys %}
    insert into treadle_days values ('{{ day }}', '{{ partition.start.isoformat() }}', '{{ partition.end }}');
    {% endfor %}
    select count(*) = 3 as complete from treadle_days where ended = '2026-01-04 00:00:00+01:00';
  assets:
    - key: days
      partitions: {type: daily, start: "2026-01-01", timezone: Europe/Vienna}
      backfill: {type: single_run}
  checks: [{name: complete, asset: days}]
"""


@pytest.mark.parametrize("url", ["sqlite:///mill.db", "duckdb:///mill.duckdb"])
def test_sql_is_written_for_the_partitions_of_the_run(make_project: MakeProject, url: str) -> None:
    """
    A template sees the keys of the run's partitions, and from when to when they are.
    """
    treadle = mill(make_project, url, **{"days/defs.yaml": DAILY_YAML})
    ran = treadle("run", "--partitions", "2026-01-01..2026-01-03", "--json")
    expected = ["2026-01-01", "2026-01-02", "2026-01-03"]
    assert (0, expected) == (ran.code, [each["partition"] for each in ran.json["materializations"]])
    assert [True] == [each["passed"] for each in ran.json["checks"]]


def test_sql_for_one_partition(make_project: MakeProject) -> None:
    """
    `partition` is the key of the only one; a template that wants it of several is told so.
    """
    yaml = DAILY_YAML.replace(
        "sql_template: |\n", "sql_template: |\n    select '{{ partition }}' = '{{ partition.key }}' as same;\n"
    )
    treadle = mill(make_project, "sqlite:///mill.db", **{"days/defs.yaml": yaml})
    one = treadle("run", "--partition", "2026-01-01", "--json").json
    assert ["2026-01-01"] == [each["partition"] for each in one["materializations"]]
    failed = treadle("run", "--partitions", "2026-01-01..2026-01-03")
    assert 3 == failed.code
    assert "the run is for 3 partitions, 2026-01-01 to 2026-01-03" in treadle("runs", "show", "latest").out


@pytest.mark.parametrize(
    ("sql", "given", "told"),
    [
        pytest.param("'{{ hal }}'", "{hall: north}", "did you mean 'hall'?", id="misspelled"),
        pytest.param("{{ hall }} {{ partition }} {{ project_root }}", "{hall: north}", None, id="known"),
        pytest.param("{% for each in halls %}{{ each }}{{ loop.index }}{% endfor %}", "{halls: []}", None, id="loop"),
        pytest.param("{{ hall }}", "'{{ env.HALLS }}'", None, id="names that a template gives"),
        pytest.param("{{ hall }}", "{}", "", id="none"),
    ],
)
def test_names_in_the_sql_are_checked(
    sql: str, given: str, told: str | None, make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Before anything runs, a template of SQL is known to name nothing that it won't have.
    """
    monkeypatch.setenv("HALLS", "x")
    yaml = (
        "type: treadle.TemplatedSql\nattributes:\n  connection: mill\n"
        f'  sql_template: "{sql}"\n  sql_template_vars: {given}\n  assets: [{{key: looms}}]\n'
    )
    found = check(mill(make_project, "sqlite:///mill.db", **{"looms/defs.yaml": yaml}).folder).diagnostics
    expected = [] if told is None else [("TRD302", 4, told)]
    assert expected == [(each.code, each.span.line, each.fix) for each in found if each.code != "TRD309" and each.span]
