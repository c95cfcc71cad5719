"""The command line, as a user calls it: what it prints, and the exit codes it ends with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import MakeProject
from treadle.components import registered_types

SCRIPT = "type: treadle.PythonScript\nattributes:\n  execution: {path: s.py}\n  assets:\n"


def script(folder: str, assets: str, text: str = "print('ran')\n") -> dict[str, str]:
    return {f"{folder}/defs.yaml": SCRIPT + assets, f"{folder}/s.py": text}


def test_a_broken_component_does_not_hide_the_rest(make_project: MakeProject) -> None:
    """
    What loads is listed, what doesn't is told, and the exit code says so.
    """
    treadle = make_project({**script("good", "    - key: good\n"), "bad/defs.yaml": "type: treadle.Nothing\n"})
    listed = treadle("list", "assets", "--json")
    assert (1, ["good"]) == (listed.code, [each["key"] for each in listed.json])
    assert "TRD201" in listed.err


def test_a_run_needs_only_what_it_depends_on_to_be_right(make_project: MakeProject) -> None:
    """
    With a broken component, a selection that doesn't depend on anything unknown runs; everything else is refused.
    """
    treadle = make_project(
        {
            **script("good", "    - key: good\n"),
            **script("after", "    - {key: after, deps: [made/by/bad]}\n"),
            "bad/defs.yaml": "type: treadle.Nothing\n",
        }
    )
    assert [1, 1, 0] == [treadle("run").code, treadle("run", "after").code, treadle("run", "good").code]


def test_a_failed_step_fails_the_run_and_skips_what_is_downstream(make_project: MakeProject) -> None:
    """
    Exit code 3; the failed step is told with its own output, its downstream is skipped, the rest runs.
    """
    treadle = make_project(
        {
            **script("a", "    - key: a\n", "import sys\nprint('the reason')\nsys.exit(4)\n"),
            **script("b", "    - {key: b, deps: [a]}\n"),
            **script("c", "    - key: c\n"),
        }
    )
    ran = treadle("run", "--json")
    statuses = {each["step"]: each["status"] for each in ran.json["steps"]}
    assert (3, {"a:s": "failed", "b:s": "skipped", "c:s": "succeeded"}) == (ran.code, statuses)
    assert ["c"] == [each["asset"] for each in ran.json["materializations"]]
    assert "the reason" in treadle("runs", "logs", "latest", "a:s").out
    assert "exit code 4" in treadle("runs", "show", "latest").out


def test_a_step_can_be_run_alone(make_project: MakeProject) -> None:
    """
    `--step` runs one step of what is selected, and takes what comes before it to be done; what doesn't exist is told.
    """
    checked = "from treadle import asset, check\n@asset\ndef a(): ...\n@check(asset=a)\ndef good(): return True\n"
    treadle = make_project({"a.py": checked, **script("b", "    - {key: b, deps: [a]}\n")})
    ran = treadle("run", "a", "--step", "a.py:good", "--json")
    assert (0, ["a.py:good"], []) == (
        ran.code,
        [each["step"] for each in ran.json["steps"]],
        ran.json["materializations"],
    )
    assert ["b:s"] == [
        each["step"] for each in treadle("run", "a+", "--step", "b:s", "--dry-run", "--json").json["steps"]
    ]
    wrong = treadle("run", "a", "--step", "a.py:god")
    assert (2, True) == (wrong.code, "did you mean 'a.py:good'?" in wrong.err)
    assert 2 == treadle("run", "--from-failure", "latest", "--step", "a.py:good").code


def test_assets_can_be_listed_in_a_file(make_project: MakeProject) -> None:
    """
    A file may name more assets than fit into a selection; what is wrong in it, or beside it, is told with 2.
    """
    many = "".join(f"    - key: {'a' * 90}/n{number}\n" for number in range(200))
    treadle = make_project(script("m", many) | script("b", "    - key: b\n"))
    keys = treadle.folder / "keys"
    keys.write_text("\n".join(f"{'a' * 90}/n{number}" for number in range(200)) + "\n\n", encoding="utf-8")
    planned = treadle("run", "--assets-from", "keys", "--dry-run", "--json")
    assert (0, ["m:s"], 'component:"m"') == (
        planned.code,
        [each["step"] for each in planned.json["steps"]],
        planned.json["selection"],
    )
    keys.write_text("b\n", encoding="utf-8")
    assert 'key:"b"' == treadle("run", "--assets-from", "keys", "--json").json["selection"]
    for words, text, told in (
        ([], "c\n", "did you mean"),
        ([], "b//c", "is not an asset key"),
        ([], "\n", "is empty"),
        (["b"], "b\n", "exclude each other"),
        (["--stale"], "b\n", "exclude each other"),
    ):
        keys.write_text(text, encoding="utf-8")
        answer = treadle("run", *words, "--assets-from", "keys")
        assert (2, True) == (answer.code, told in answer.err or "no asset is named" in answer.err), answer.err


def test_a_dry_run_runs_nothing(make_project: MakeProject) -> None:
    """
    The plan is told in order, and nothing is written.
    """
    treadle = make_project({**script("b", "    - key: b\n"), **script("a", "    - {key: a, deps: [b]}\n")})
    told = treadle("run", "--dry-run", "--json")
    assert ["b:s", "a:s"] == [each["step"] for each in told.json["steps"]]
    assert not (treadle.folder / ".treadle").exists()


@pytest.mark.parametrize(
    ("args", "told"),
    [
        pytest.param(["lst"], "Did you mean 'list'?", id="command"),
        pytest.param(["run", "god"], "did you mean 'good'?", id="asset"),
        pytest.param(["run", "("], "^", id="selection"),
        pytest.param(["runs", "show", "nope"], "nope", id="run"),
        pytest.param(["runs", "show", "latest"], "nothing has run yet", id="no-run"),
        pytest.param(["inspect", "treadle.PythonScrpt"], "did you mean 'treadle.PythonScript'?", id="type"),
        pytest.param(["scaffold", "defs", "treadle.PythonScript", "../../x"], "is not below", id="outside"),
        pytest.param(["scaffold", "defs", "treadle.PythonScript", "n" * 300], "too long for a file", id="long"),
        pytest.param(["scaffold", "defs", "treadle.PythonScript", "good"], "has a component already", id="taken"),
        pytest.param(["scaffold", "defs", "treadle.PythonScript", "x", "--nme", "y"], "knows no parameter", id="param"),
        pytest.param(["scaffold", "component", "bad name"], "write BadName", id="class-name"),
        pytest.param(["init", "."], "not an empty folder", id="init"),
        pytest.param(["init", "1st"], "can't be the name", id="init-name"),
        pytest.param(["run", "--jobs", "0"], "--jobs", id="jobs"),
    ],
)
def test_a_wrong_command_line_ends_with_2_and_a_hint(make_project: MakeProject, args: list[str], told: str) -> None:
    """
    Wrong requests are told from wrong projects by their exit code, and never end in a traceback.
    """
    treadle = make_project(script("good", "    - key: good\n"))
    answer = treadle(*args)
    assert (2, "") == (answer.code, answer.out)
    assert told in answer.err
    assert "Traceback" not in answer.err


def test_outside_of_a_project_it_is_told_how_to_make_one(tmp_path: Path, make_project: MakeProject) -> None:
    """
    A command that needs a project says so, and ends with 1.
    """
    treadle = make_project({}, name="one")
    answer = treadle("-C", str(tmp_path), "list", "assets")
    assert 1 == answer.code
    assert "treadle init" in answer.err
    assert "one" in answer.err


def test_a_project_can_be_named_from_anywhere(make_project: MakeProject) -> None:
    """
    `-C` works from outside, and from any folder of the project it isn't needed.
    """
    treadle = make_project(script("good", "    - key: good\n"))
    inside = type(treadle)(treadle.folder / "src" / "p" / "defs" / "good")
    outside = type(treadle)(treadle.folder.parent)
    assert treadle("list", "assets").out == inside("list", "assets").out
    assert treadle("list", "assets").out == outside("-C", str(treadle.folder), "list", "assets").out


@pytest.mark.parametrize("name", [name for name in registered_types() if name not in ("treadle.DbtProject",)])
def test_what_is_scaffolded_is_valid(make_project: MakeProject, name: str) -> None:
    """
    A fresh component of every type passes the check, and a second one in its place is refused.
    """
    connections = '[tool.treadle]\nmodule = "p"\n[tool.treadle.connections]\nwarehouse = "duckdb:///w.duckdb"\n'
    treadle = make_project({"/pyproject.toml": connections})
    assert 0 == treadle("scaffold", "defs", name, "made").code
    assert (0, []) == ((checked := treadle("check", "--json")).code, checked.json["diagnostics"])
    assert 2 == treadle("scaffold", "defs", name, "made").code


def test_a_new_project_with_a_new_component_type_runs(tmp_path: Path, make_project: MakeProject) -> None:
    """
    `init`, `scaffold component`, `scaffold defs` and `run` follow from each other.
    """
    somewhere = make_project({}, name="elsewhere")
    treadle = type(somewhere)(tmp_path / "weave")
    assert 0 == type(somewhere)(tmp_path)("init", "weave").code
    assert 0 == treadle("scaffold", "component", "LoomReport").code
    assert 0 == treadle("scaffold", "defs", "weave.components.loom_report.LoomReport", "looms").code
    ran = treadle("run", "--json")
    assert (0, ["loom_report"]) == (ran.code, [each["asset"] for each in ran.json["materializations"]])
    listed = {each["type"]: each["components"] for each in treadle("list", "components", "--json").json}
    assert ["looms"] == [each["address"] for each in listed["weave.components.loom_report.LoomReport"]]


def test_the_environment_is_listed_without_values(make_project: MakeProject) -> None:
    """
    Names, where they are used and whether they are set are shown; values never are.
    """
    text = "    - key: a\n      description: \"{{ env.SHOWN }} {{ env('OTHER', 'd') }} {{ env.MISSING }}\"\n"
    treadle = make_project({**script("a", text), "/.env": "SHOWN=from-the-file\n"})
    listed = treadle("list", "env", "--json", env={"OTHER": "from-the-shell"})
    states = {each["name"]: (each["set"], each["default"]) for each in listed.json}
    assert {"MISSING": (False, False), "OTHER": (True, True), "SHOWN": (True, False)} == states
    assert "from-the" not in listed.out + listed.err


def test_the_environment_of_connections_is_listed(make_project: MakeProject) -> None:
    """
    A variable that only the URL of a connection names is needed as well.
    """
    settings = '[tool.treadle]\nmodule = "p"\n[tool.treadle.connections]\nw = "sqlite:///{{ env.WHERE }}.db"\n'
    (listed,) = make_project({"/pyproject.toml": settings})("list", "env", "--json").json
    assert ("WHERE", False, "pyproject.toml") == (listed["name"], listed["set"], Path(listed["used"][0]["file"]).name)


def test_the_shell_wins_over_the_env_file(make_project: MakeProject) -> None:
    """
    What a `.env` file says counts only where the shell says nothing.
    """
    text = '    - key: a\n      description: "{{ env.ONE }} {{ env.TWO }}"\n'
    treadle = make_project({**script("a", text), "/.env": "ONE=file\nTWO=file\n"})
    assert "shell file" == treadle("list", "assets", "--json", env={"ONE": "shell"}).json[0]["description"]


def test_a_connection_is_rendered_only_where_it_is_used(make_project: MakeProject) -> None:
    """
    A password that isn't there stops no listing; a wrong one is never printed.
    """
    settings = (
        '[tool.treadle]\nmodule = "p"\n[tool.treadle.connections]\n'
        'shop = "postgresql+psycopg://me:{{ env.SHOP_PASSWORD }}@127.0.0.1:1/shop"\n'
    )
    sql = (
        "type: treadle.TemplatedSql\nattributes:\n  connection: shop\n  sql_template: select 1\n  assets: [{key: a}]\n"
    )
    treadle = make_project({"/pyproject.toml": settings, "sql/defs.yaml": sql})
    assert 0 == treadle("check").code
    assert 3 == treadle("run").code
    assert "SHOP_PASSWORD" in treadle("runs", "logs", "latest").out
    secret = "correct-horse"
    ran = treadle("run", env={"SHOP_PASSWORD": secret})
    logs = treadle("runs", "logs", "latest")
    assert 3 == ran.code
    assert secret not in ran.out + ran.err + logs.out
    stored = b"".join(each.read_bytes() for each in (treadle.folder / ".treadle").rglob("*") if each.is_file())
    assert secret.encode() not in stored


def test_two_projects_may_use_one_package_name(make_project: MakeProject) -> None:
    """
    Each command sees the project it is called in.
    """
    one = make_project(script("a", "    - key: one\n"), name="one")
    two = make_project(script("a", "    - key: two\n"), name="two")
    assert ["one", "two"] == [each("list", "assets", "--json").json[0]["key"] for each in (one, two)]


def test_links_that_lead_back_are_not_followed_forever(make_project: MakeProject) -> None:
    """
    A folder that links to one above it is passed over.
    """
    treadle = make_project({"a/one.py": "from treadle import asset\n\n\n@asset\ndef one(): ...\n"})
    (treadle.folder / "src/p/defs/a/loop").symlink_to(treadle.folder / "src/p/defs")
    assert ["one"] == [each["key"] for each in treadle("list", "assets", "--json").json]


@pytest.mark.parametrize("as_mermaid", [False, True])
def test_the_graph_names_every_asset_and_edge(make_project: MakeProject, as_mermaid: bool) -> None:
    """
    A tree on the terminal, a flowchart for Markdown.
    """
    treadle = make_project(
        {**script("a", "    - key: a\n    - {key: b, deps: [a, x]}\n    - {key: c, deps: [a, b]}\n")}
    )
    drawn = treadle("graph", *(["--mermaid"] if as_mermaid else [])).out
    if as_mermaid:
        assert 4 == drawn.count("-->")
    else:
        assert ["a", "└─ b  ← x", "   └─ c  ← a"] == [
            line.rstrip() for line in drawn.splitlines() if not line.startswith("x")
        ]


def test_the_interpreter_of_the_project_runs_its_scripts(make_project: MakeProject) -> None:
    """
    A script runs with the project's own `.venv`, not with the Python that Treadle runs in.
    """
    treadle = make_project(script("a", "    - key: a\n", "import os\nprint('by', os.environ['WHO'])\n"))
    python = treadle.folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nWHO=the-project exec {sys.executable} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    assert 0 == treadle("run").code
    assert "by the-project" in treadle("runs", "logs", "latest").out


@pytest.mark.parametrize("code", ["0", "'bye'"])
def test_a_component_type_that_ends_the_process_is_a_mistake(make_project: MakeProject, code: str) -> None:
    """
    A module that calls `sys.exit` while it is imported is told like any other that can't be imported.
    """
    treadle = make_project(
        {
            "/src/p/components/__init__.py": "",
            "/src/p/components/leaves.py": f"import sys\n\nsys.exit({code})\n",
            "a/defs.yaml": "type: p.components.leaves.Leaves\n",
        }
    )
    checked = treadle("check", "--json")
    assert (1, ["TRD202"]) == (checked.code, [each["code"] for each in checked.json["diagnostics"]])


@pytest.mark.parametrize("command", [["run"], ["runs", "list"]], ids=["run", "runs"])
def test_a_place_that_cannot_hold_the_store_is_told(make_project: MakeProject, command: list[str]) -> None:
    """
    Where the folder of the store can't be made, it is said which, without a traceback.
    """
    treadle = make_project({**script("a", "    - key: a\n"), "/.treadle": "a file\n"})
    answer = treadle(*command)
    assert 2 == answer.code
    assert "can't be made" in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        pytest.param("create table t (n int); insert into t values (1), (2)", 2, id="some"),
        pytest.param("create table t (n int); insert into t values (1), (2); delete from t where n > 2", 0, id="none"),
        pytest.param("create table t (n int)", None, id="not-about-rows"),
    ],
)
def test_the_rows_of_sql_are_those_of_its_last_statement(make_project: MakeProject, sql: str, rows: int | None) -> None:
    """
    A statement that affects no row has affected 0; one that isn't about rows says nothing.
    """
    settings = '[tool.treadle]\nmodule = "p"\n[tool.treadle.connections]\nw = "sqlite:///w.db"\n'
    defs = (
        f"type: treadle.TemplatedSql\nattributes:\n  connection: w\n  sql_template: {sql!r}\n  assets: [{{key: t}}]\n"
    )
    (written,) = make_project({"/pyproject.toml": settings, "t/defs.yaml": defs})("run", "--json").json[
        "materializations"
    ]
    assert rows == written["metadata"]["rows_affected"]


@pytest.mark.parametrize("name", registered_types())
def test_a_type_is_explained_in_lines_that_fit(make_project: MakeProject, name: str) -> None:
    """
    What a person reads of a type is as wide as a terminal, and has nothing that is meant for its author.
    """
    lines = make_project({})("inspect", name).out.split("\nExample\n")[0].splitlines()
    prose = lines[: lines.index("Attributes")]
    assert [] == [line for line in prose if len(line) > 80 or line.startswith(">>>")]


@pytest.mark.parametrize("command", [["inspect", "p.components.loud.Loud"], ["list", "components"]], ids=" ".join)
def test_what_a_module_prints_is_not_in_the_json(make_project: MakeProject, command: list[str]) -> None:
    """
    A component type whose module prints is listed and explained like any other.
    """
    loud = (
        "from treadle import Component, Definitions\n\nprint('noise')\n\n\nclass Loud(Component):\n"
        "    def build_defs(self, context):\n        return Definitions()\n"
    )
    treadle = make_project({"/src/p/components/__init__.py": "", "/src/p/components/loud.py": loud})
    answer = treadle(*command, "--json")
    assert (0, True) == (answer.code, bool(answer.json))
    assert "noise" not in answer.out + answer.err


def test_a_run_goes_on_when_nobody_reads(make_project: MakeProject) -> None:
    """
    `treadle run | head` stops what is shown, not what is run.
    """
    treadle = make_project(script("a", "    - key: a\n", "open('go').read()\n"))
    go = treadle.folder / "src/p/defs/a/go"
    os.mkfifo(go)
    command = [sys.executable, "-m", "treadle", "run"]
    with subprocess.Popen(command, cwd=treadle.folder, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as running:
        assert running.stdout is not None
        running.stdout.readline()
        running.stdout.close()
        go.write_text("", encoding="utf-8")  # waits for the script to read it
        assert 0 == running.wait()
    assert ["succeeded"] == [each["status"] for each in treadle("runs", "list", "--json").json]


@pytest.mark.parametrize(
    ("files", "args", "told"),
    [
        pytest.param({}, ["assets"], "has no assets yet", id="new"),
        pytest.param({}, ["assets", "group:x"], "nothing in the selection group:x", id="selection"),
        pytest.param({"a/defs.yaml": "type: treadle.Nothing\n"}, ["assets"], "beside what is broken", id="broken"),
        pytest.param({"a/defs.yaml": "type: treadle.Nothing\n"}, ["checks"], "beside what is broken", id="checks"),
    ],
)
def test_an_empty_listing_says_why(
    make_project: MakeProject, files: dict[str, str], args: list[str], told: str
) -> None:
    """
    Only a project without assets is told how to add one.
    """
    assert told in make_project(files)("list", *args).out


def test_a_failed_step_shows_its_last_words_unless_a_check_says_it_all(make_project: MakeProject) -> None:
    """
    What a crashed script printed last is on the screen; after a blocking check that failed, its output isn't.
    """
    module = (
        "from treadle import asset, check\n\n\n@asset\ndef one():\n    print('writing')\n\n\n"
        "@check(asset=one, blocking=True)\ndef full():\n    print('counting')\n    return False\n"
    )
    treadle = make_project({"m.py": module, **script("s", "    - key: a\n", "print('so far')\n1 / 0\n")})
    ran = treadle("run")
    assert 3 == ran.code
    assert "      so far\n" in ran.out
    assert "ZeroDivisionError: division by zero" in ran.out
    assert "blocking check failed: one:full" in ran.out
    assert "counting" not in ran.out
