"""Runners that want the same run, the same place in a pool, or a run that somebody else has taken meanwhile."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime, timedelta

from tests.faults.history import assert_one_story
from tests.faults.mill import Mill, until
from treadle.store.ownership import SILENCE

GATE = """
@asset
def a():
    mark("a", "start")
    while not (MARKS / "go").exists():
        time.sleep(0.02)
    mark("a", "end")
"""


def abandoned(mill: Mill) -> str:
    """Start a run whose only step waits, kill its runner, and give the run's ID."""
    runner = mill.start("run")
    mill.reached("a")
    os.kill(runner.pid, signal.SIGKILL)
    runner.ended()
    return mill.run.id


def test_of_two_that_resume_a_run_at_once_one_does(mill, faults):
    """
    Exactly one goes on with it; the other says so and ends with 2.
    """
    run_id = abandoned(mill.write(GATE))
    both = [mill.start("runs", "resume", run_id) for _ in range(2)]
    # Whoever lost has ended before the step may: the winner can't be through before the other has come.
    assert until(lambda: any(each.is_over(seconds=0.01) for each in both))
    (mill.marks / "go").touch()
    ends = sorted(each.ended() for each in both)
    assert [0, 2] == [code for code, _ in ends], ends
    assert (
        f"run {run_id} is being run, by process" in ends[1][1] or f"another runner has taken run {run_id}" in ends[1][1]
    )
    assert "Traceback" not in ends[1][1]
    mill.assert_nothing_left()
    with mill.store() as store:
        assert ["interrupted", "succeeded"] == list(assert_one_story(store, run_id).attempts.values())


test_of_two_that_resume_a_run_at_once_one_does.share = 0.2


def seen_from_elsewhere(url: str) -> None:
    """Let a runner be one of another machine that hasn't been heard of for longer than it may be silent."""
    from sqlalchemy import create_engine, update

    from treadle.store.tables import runs

    engine = create_engine(url)
    with engine.begin() as connection:
        then = datetime.now(UTC) - SILENCE - timedelta(seconds=1)
        connection.execute(update(runs).values(heartbeat_at=then, runner_machine="elsewhere"))
    engine.dispose()


def test_a_runner_that_was_frozen_while_another_took_its_run_stops(mill):
    """
    A runner that comes back after it was taken for gone notices it, ends its steps, and writes nothing any more.
    """
    frozen = mill.write(GATE, grace=1).start("run")
    mill.reached("a")
    frozen.signal(signal.SIGSTOP)
    run_id = mill.run.id
    seen_from_elsewhere(mill.url)
    other = mill.start("runs", "resume", run_id)
    assert until(lambda: ["start", "start"] == mill.marked("a")), other.printed
    frozen.signal(signal.SIGCONT)
    code, out = frozen.ended()
    assert 2 == code, out
    assert f"another runner has run {run_id} now; this one has stopped its steps" in out
    (mill.marks / "go").touch()
    code, out = other.ended()
    assert 0 == code, out
    assert ["start", "start", "end"] == mill.marked("a")
    mill.assert_nothing_left()
    with mill.store() as store:
        assert ["interrupted", "succeeded"] == list(assert_one_story(store, run_id).attempts.values())


def test_the_next_life_of_a_step_begins_when_the_last_has_ended(mill):
    """
    A run that is resumed at once, while the steps of its killed runner still tidy up, waits until they are gone.
    """
    mill.write("""
@asset
def a():
    mark("a", "start")
    try:
        while not (MARKS / "go").exists():
            time.sleep(0.02)
    finally:
        time.sleep(2)
        mark("a", "end")
""")
    run_id = abandoned(mill)
    (mill.marks / "go").touch()
    code, out = mill.call("runs", "resume", run_id)
    assert (0, ["start", "end", "start", "end"]) == (code, mill.marked("a")), out


def test_two_runs_share_a_pool_of_one(mill):
    """
    A pool with one place has one step at a time, whichever runs want it.
    """
    steps = "".join(
        f"@asset(pool='loom')\ndef s{number}():\n    mark('order', 'in')\n    time.sleep(0.02)\n    mark('order', 'out')\n\n"
        for number in range(10)
    )
    mill.write(steps)
    with (mill.root / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n[tool.treadle.pools]\nloom = 1\n")
    both = [mill.start("run", "-j", "5") for _ in range(2)]
    ends = [each.ended() for each in both]
    assert [0, 0] == [code for code, _ in ends], ends
    assert ["in", "out"] * 20 == mill.marked("order")
    with mill.store() as store:
        for run in store.runs():
            assert_one_story(store, run.id)
