"""`treadle store`, and the variable that names the store."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import CommandLine, MakeProject

FIXTURES = Path(__file__).parents[1] / "store" / "fixtures"
WEAVE = {
    "cloth/defs.yaml": "type: treadle.PythonScript\nattributes:\n  execution: {path: weave.py}\n  assets: [{key: cloth}]\n",
    "cloth/weave.py": "print('woven')\n",
}


@pytest.fixture
def treadle(make_project: MakeProject) -> CommandLine:
    """A project with one asset, whose settings name a store that can't be used."""
    return make_project({"/pyproject.toml": '[tool.treadle]\nmodule = "p"\nstore = "mysql://host/x"\n', **WEAVE})


def test_the_environment_names_the_store_for_all_commands(treadle: CommandLine, store_url: str) -> None:
    """
    TREADLE_STORE wins over the settings, for who writes and for who reads.
    """
    env = {"TREADLE_STORE": store_url}
    ran = treadle("run", "--json", env=env)
    listed = treadle("runs", "list", "--json", env=env)
    assert (0, "") == (ran.code, ran.err)
    assert [ran.json["id"]] == [each["id"] for each in listed.json]
    assert ran.json["id"] in treadle("runs", "show", "latest", env=env).out
    assert "kept in mysql" in treadle("runs", "list").err


def test_the_env_file_may_name_the_store(treadle: CommandLine, tmp_path: Path) -> None:
    """
    A project's `.env` names its store, unless the shell does.
    """
    (treadle.folder / ".env").write_text(f"TREADLE_STORE=sqlite:///{tmp_path / 'one.db'}\n", encoding="utf-8")
    other = {"TREADLE_STORE": f"sqlite:///{tmp_path / 'other.db'}"}
    assert [0, 0, 0] == [treadle("run").code, treadle("run").code, treadle("run", env=other).code]
    assert [2, 1] == [len(treadle("runs", "list", "--json", env=env).json) for env in (None, other)]


@pytest.mark.parametrize(
    "command",
    [
        "run",
        "runs list",
        "runs show latest",
        "graph",
        "list env",
        "check",
        "store upgrade",
        "store backup x.dump",
        "store prune --older-than 1d",
    ],
)
@pytest.mark.parametrize(
    "url",
    [
        pytest.param("postgresql+psycopg://u:hunter2@127.0.0.1:1/x", id="password"),
        pytest.param("postgresql+psycopg://u@127.0.0.1:1/x?password=hunter2", id="in-the-query"),
        pytest.param("postgresql+psycopg://u:hunter2@host:port/x", id="no-url"),
    ],
)
def test_a_password_is_never_printed(treadle: CommandLine, command: str, url: str) -> None:
    """
    Whatever goes wrong with a store, nobody reads its password.
    """
    answer = treadle(*command.split(), env={"TREADLE_STORE": url})
    assert "hunter2" not in answer.out + answer.err
    assert "Traceback" not in answer.err
    if command.split()[0] in ("run", "runs", "store"):
        assert 2 == answer.code


def test_a_store_is_upgraded_and_says_from_what(make_project: MakeProject) -> None:
    """
    The first upgrade says what it did, the second that there is nothing to do.
    """
    treadle = make_project(WEAVE)
    (treadle.folder / ".treadle").mkdir()
    with closing(sqlite3.connect(treadle.folder / ".treadle" / "treadle.db")) as database:
        database.executescript((FIXTURES / "first_landing.sqlite.sql").read_text(encoding="utf-8"))
    first, second = treadle("store", "upgrade"), treadle("store", "upgrade")

    assert "Upgraded the store from version 0000 to " in first.out
    assert "The store is up to date" in second.out
    assert 2 == len(treadle("runs", "list", "--json").json)


def test_a_shared_store_that_is_behind_waits_for_its_upgrade(treadle: CommandLine, postgres_url: str) -> None:
    """
    Commands refuse a PostgreSQL store of an older Treadle until `treadle store upgrade` was called.
    """
    import psycopg

    env = {"TREADLE_STORE": postgres_url}
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        connection.execute((FIXTURES / "first_landing.postgres.sql").read_text(encoding="utf-8").encode())
    refused = treadle("runs", "list", env=env)
    assert (2, True) == (refused.code, "treadle store upgrade" in refused.err)
    assert 0 == treadle("store", "upgrade", env=env).code
    assert 2 == len(treadle("runs", "list", "--json", env=env).json)


def test_a_backup_is_a_store(make_project: MakeProject, tmp_path: Path) -> None:
    """
    The copy that `treadle store backup` writes is a store that commands can use.
    """
    treadle = make_project(WEAVE)
    ran = treadle("run", "--json")
    done = treadle("store", "backup", str(tmp_path / "copy.db"))
    again = treadle("store", "backup", str(tmp_path / "copy.db"))

    assert (0, f"Wrote {tmp_path / 'copy.db'}.\n") == (done.code, done.out.replace("\n", "") + "\n")
    assert (2, True) == (again.code, "already something" in again.err)
    listed = treadle("runs", "list", "--json", env={"TREADLE_STORE": f"sqlite:///{tmp_path / 'copy.db'}"})
    assert [ran.json["id"]] == [each["id"] for each in listed.json]


def long_ago(treadle: CommandLine, run_id: str) -> None:
    """Let a run, and what it printed, be years old."""
    with closing(sqlite3.connect(treadle.folder / ".treadle" / "treadle.db")) as database:
        database.execute("UPDATE runs SET ended_at = '2020-01-01T00:00:00.000000+00:00' WHERE id = ?", [run_id])
        database.commit()
    age(treadle.folder / ".treadle" / "runs" / run_id)


def age(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (0, 0))


def test_old_runs_are_pruned_with_what_they_printed(make_project: MakeProject) -> None:
    """
    `treadle store prune` deletes old runs and the output of all old ones; a dry run says the same, and deletes nothing.
    """
    treadle = make_project(WEAVE)
    first, last = [treadle("run", "--json").json["id"] for _ in range(2)]
    for run_id in (first, last):
        long_ago(treadle, run_id)
    outputs = treadle.folder / ".treadle" / "runs"

    trial = treadle("store", "prune", "--older-than", "30d", "--dry-run")
    assert {first, last} == {each.name for each in outputs.iterdir()}
    assert 2 == len(treadle("runs", "list", "--json").json)
    done = treadle("store", "prune", "--older-than", "30d")
    assert ([0, 0], "") == ([trial.code, done.code], done.err)
    assert trial.out.splitlines()[1:] == done.out.splitlines()[1:]
    assert {"runs": "1", "ticks": "0", "outputs": "2"}.items() <= dict(
        each.split()[:2] for each in done.out.splitlines()
    ).items()
    assert [last] == [each["id"] for each in treadle("runs", "list", "--json").json]
    assert [] == list(outputs.iterdir())
    assert "its output is gone" in treadle("runs", "logs", last).out


def test_outputs_of_what_is_not_old_stay(make_project: MakeProject) -> None:
    """
    The output of a run that isn't old stays; that of a run which no store knows goes when nobody has written to it lately.
    """
    treadle = make_project(WEAVE)
    run = treadle("run", "--json").json["id"]
    outputs = treadle.folder / ".treadle" / "runs"
    age(outputs / run)  # its files say that they are old, and the store knows better
    for name in ("lost", "elsewhere"):
        (outputs / name).mkdir()
        (outputs / name / "runner.log").write_text("hm", encoding="utf-8")
    age(outputs / "lost")

    assert 0 == treadle("store", "prune", "--older-than", "1d").code
    assert {run, "elsewhere"} == {each.name for each in outputs.iterdir()}


@pytest.mark.parametrize("text", ["soon", "30", "0d", "999999999d", "99999999999999d"])
def test_how_old_is_a_length_of_time(make_project: MakeProject, text: str) -> None:
    """
    What isn't a length of time, or is longer than there was time, is refused with an example of one.
    """
    answer = make_project(WEAVE)("store", "prune", "--older-than", text)
    assert (2, "", True) == (answer.code, answer.out, "--older-than can't be" in answer.err)
    assert "Traceback" not in answer.err
