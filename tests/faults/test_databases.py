"""Stores that can't be used for a while: another process holds the lock, the server restarts, connections are cut."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable

import pytest

from tests.faults.history import assert_one_story
from tests.faults.mill import Command, Mill, many_steps
from tests.postgres import Server

GATE = """
@asset
def a():
    mark("a", "start")
    while not (MARKS / "go").exists():
        time.sleep(0.02)

@asset(deps=[a])
def b():
    mark("b", "start")
"""


def assert_whole(mill: Mill, runner: Command) -> None:
    """The run has succeeded, each step at the first attempt."""
    code, out = runner.ended()
    assert 0 == code, out
    assert "Traceback" not in out
    with mill.store() as store:
        story = assert_one_story(store, mill.run.id)
    assert {1} == {attempt for _, attempt in story.attempts}
    assert {"succeeded"} == set(story.attempts.values())
    for _, step, _, asset in story.materialized:
        if mill.marked(asset):
            assert ["start", "end"] == mill.marked(asset), step


def test_a_run_waits_for_a_file_that_another_process_has_locked(mill):
    """
    However long the store is locked, the run goes on afterwards; steps that run meanwhile aren't disturbed.
    """
    runner = mill.write(GATE, patience='"2m"').start("run")
    mill.reached("a")
    other = sqlite3.connect(mill.root / ".treadle" / "treadle.db", isolation_level=None)
    try:
        other.execute("BEGIN EXCLUSIVE")
        (mill.marks / "go").touch()
        runner.says("trying again")  # after the ten seconds that SQLite itself waits
        other.execute("ROLLBACK")
    finally:
        other.close()
    code, out = runner.ended()
    assert (0, ["start"], ["start"]) == (code, mill.marked("a"), mill.marked("b")), out
    with mill.store() as store:
        assert_one_story(store, mill.run.id)


@pytest.fixture
def shared(new_mill: Callable[..., Mill], postgres_server: Server, postgres_url: str) -> Mill:
    """A project whose store is a PostgreSQL that keeps what it has promised to keep, as those of users do."""
    mill = new_mill(TREADLE_STORE=postgres_url)
    postgres_server.execute(f"ALTER DATABASE {database_of(mill)} SET synchronous_commit = on")
    return mill


def database_of(mill: Mill) -> str:
    from sqlalchemy import make_url

    name = make_url(mill.url).database
    assert name
    return name


@pytest.mark.parametrize("how", ["stop", "crash"])
def test_a_run_outlives_a_restart_of_its_database(shared, postgres_server, how):
    """
    A server that is stopped or crashes in the middle of a run, and comes back, costs time and nothing else.
    """
    functions, files = many_steps(20)
    runner = shared.write(functions, files, jobs=3, patience='"2m"').start("run")
    shared.reached("s006")
    getattr(postgres_server, how)()
    try:
        runner.says("trying again")
    finally:
        postgres_server.start()
    assert_whole(shared, runner)


def test_a_run_whose_database_stays_away_can_be_resumed(shared, postgres_server):
    """
    When patience ends the runner says why, leaves no step behind, and the run goes on when the server is back.
    """
    runner = shared.write(GATE, patience=0.5).start("run")
    shared.reached("a")
    postgres_server.stop()
    try:
        (shared.marks / "go").touch()
        code, out = runner.ended()
        assert 2 == code, out
        assert "Traceback" not in out
        assert "treadle runs resume" in out
        shared.assert_nothing_left()
    finally:
        postgres_server.start()
    code, out = shared.call("runs", "resume", "latest")
    assert (0, ["start"]) == (code, shared.marked("b")), out
    with shared.store() as store:
        assert_one_story(store, shared.run.id)


def test_a_run_outlives_the_end_of_its_connections(shared, postgres_server, faults: random.Random):
    """
    Connections that are cut at any moment, also in the middle of a transaction or at its end, lose and repeat nothing.
    """
    functions, files = many_steps(20)
    runner = shared.write(functions, files, jobs=3, patience='"2m"').start("run")
    shared.reached("s000")
    while not runner.is_over(seconds=faults.uniform(0.0, 0.1)):
        ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        postgres_server.execute(ends, database_of(shared))
    assert_whole(shared, runner)


test_a_run_outlives_the_end_of_its_connections.share = 0.1
