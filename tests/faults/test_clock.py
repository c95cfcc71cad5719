"""Clocks that are put back or forward while something runs."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.history import assert_one_story
from tests.faults.mill import Mill

HOUR = 3600
CLOCK = Path(__file__).parent / "fixtures" / "clock"

GATES = """
def wait_for(name):
    mark(name, "start")
    while not (MARKS / f"go-{name}").exists():
        time.sleep(0.02)

@asset
def a():
    wait_for("a")

@asset(deps=[a])
def b():
    wait_for("b")

@asset(deps=[b])
def c():
    mark("c", "start")
"""


@pytest.fixture
def timed(new_mill: Callable[..., Mill], tmp_path: Path) -> Mill:
    """A project whose processes have a clock of their own, which `put` sets."""
    return new_mill(PYTHONPATH=str(CLOCK), MILL_CLOCK=str(tmp_path / "clock"))


def put(mill: Mill, seconds: int) -> None:
    """Put a project's clock forward, or back; at once, so that nobody reads half of it."""
    new = Path(mill.env["MILL_CLOCK"] + ".new")
    new.write_text(str(seconds), encoding="ascii")
    os.replace(new, mill.env["MILL_CLOCK"])


def test_a_clock_that_is_put_back_confuses_no_run(timed):
    """
    The clock jumps back in the middle of a step, and again while nobody runs the run: its story keeps its order, and
    nothing has taken less than no time.
    """
    put(timed, 0)
    runner = timed.write(GATES).start("run")
    timed.reached("a")
    put(timed, -HOUR)
    (timed.marks / "go-a").touch()
    timed.reached("b")
    assert ["running"] == [each["status"] for each in listed(timed)]
    runner.signal(signal.SIGKILL)
    runner.ended()
    put(timed, -3 * HOUR)
    assert ["interrupted"] == [each["status"] for each in listed(timed)]
    (timed.marks / "go-b").touch()
    code, out = timed.call("runs", "resume", "latest")
    assert 0 == code, out
    with timed.store() as store:
        first = timed.run.id
        assert_one_story(store, first)
        attempts = store.attempts(first)
    assert [("a", 1), ("b", 1), ("b", 2), ("c", 1)] == [(each.step[-1], each.attempt) for each in attempts]
    assert all(each.seconds is None or 0 <= each.seconds < 60 for each in attempts)

    code, out = timed.call("run")
    assert 0 == code, out
    assert {first} < {each["id"] for each in listed(timed)}
    assert all(each["seconds"] >= 0 for each in listed(timed))
    code, out = timed.call("runs", "show", first)
    assert (0, False) == (code, "-" in out.partition("took")[2].splitlines()[0]), out


def listed(mill: Mill) -> list[dict[str, object]]:
    code, out = mill.call("runs", "list", "--json")
    assert 0 == code, out
    found: list[dict[str, object]] = json.loads(out)
    return found


def test_a_clock_that_is_put_forward_frees_no_place_in_a_pool(timed):
    """
    A runner that hasn't said for an hour that it lives, because there was no such hour, keeps its places.
    """
    put(timed, 0)
    timed.write("""
@asset(pool="loom")
def a(context):
    mark("order", "in")
    while not (MARKS / "go").exists():
        time.sleep(0.02)
    mark("order", "out")

@asset
def z(context):
    mark("z", "start")
""")
    with (timed.root / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n[tool.treadle.pools]\nloom = 1\n")
    first = timed.start("run", "a")
    timed.reached("order", "in")
    first.signal(signal.SIGSTOP)
    put(timed, HOUR)
    second = timed.start("run", "-j", "2")
    timed.reached("z")  # its turn came after there was no place for the other
    assert ["in"] == timed.marked("order")
    first.signal(signal.SIGCONT)
    (timed.marks / "go").touch()
    assert [0, 0] == [each.ended()[0] for each in (first, second)]
    assert ["in", "out", "in", "out"] == timed.marked("order")
