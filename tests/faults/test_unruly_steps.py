"""Steps that don't end when they are asked to, leave processes behind, print without end, or stop to live."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest

from tests.faults.history import assert_one_story

STUBBORN = """
import signal

@asset
def a():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    mark("a", "start")
    while True:
        time.sleep(60)
"""

DAEMON = """
import subprocess

def daemon(body):
    '''What daemons do: a child of a child, in a session of its own, whose parent has ended.'''
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            body()
        os._exit(0)
    os.wait()

def rest():
    mark("a", str(os.getpid()))
    while True:
        time.sleep(60)

def chatter():
    mark("a", str(os.getpid()))
    while True:
        os.write(1, b"still here" * 1000)

def executed():
    mark("a", str(os.getpid()))
    os.execv("/bin/sleep", ["sleep", "600"])

def restless():
    mark("a", str(os.getpid()))
    again = MARKS / "again"
    again.write_text('#!/bin/sh\\nexec "$0"\\n')
    again.chmod(0o700)
    os.execv(again, [str(again)])
"""

PRINTING = """
@asset
def a():
    mark("a", "start")
    while not (MARKS / "go").exists():
        time.sleep(0.01)
    block = b"%s" * (1 << 16)
    for _ in range((1 << 30) // len(block) + 1):
        os.write(1, block)
"""


def peak(pid: int) -> int:
    """The most memory that a process has had, in bytes; 0 when it has ended."""
    found = re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))
    return int(found[0]) * 1024 if found else 0


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda each: each.name)
def test_a_step_that_will_not_end_is_killed_after_the_time_of_grace(mill, asked):
    """
    A run that is told to stop ends, although its step ignores all requests.
    """
    mill.write(STUBBORN, grace=0.2)
    runner = mill.start("run")
    mill.reached("a")
    runner.signal(asked)
    code, out = runner.ended()
    assert (3, {"a": "cancelled"}) == (code, mill.statuses()), out
    mill.assert_nothing_left()


@pytest.mark.parametrize("victims", ["runner", "supervisor", "both"])
def test_a_step_that_will_not_end_does_not_outlive_those_who_started_it(mill, victims):
    """
    Whoever of them is killed, a step that ignores all requests is gone a few seconds later.
    """
    mill.write(STUBBORN)
    runner = mill.start("run")
    mill.reached("a")
    [supervisor] = mill.supervisors()
    for pid in {"runner": [runner.pid], "supervisor": [supervisor], "both": [runner.pid, supervisor]}[victims]:
        os.kill(pid, signal.SIGKILL)
    code, out = runner.ended()
    assert (2 if victims == "supervisor" else -signal.SIGKILL) == code, out
    mill.assert_nothing_left()


@pytest.mark.parametrize("body", ["rest", "chatter", "executed", "restless"])
@pytest.mark.parametrize("end", ["pass", "os._exit(3)", "os.kill(os.getpid(), 9)"], ids=["ends", "exits", "is-killed"])
def test_a_daemon_of_a_step_does_not_outlive_the_step(mill, body, end):
    """
    A process that left the step's session and lost its parents ends with the step, not only with the run.
    """
    after = """
@asset(deps=[a])
def b():
    pid = MARKS.joinpath("a").read_text().split()[0]
    mark("b", "lives" if os.path.exists(f"/proc/{pid}") else "gone")
""".replace("deps=[a]", "deps=[a]" if end == "pass" else "")
    mill.write(
        f"{DAEMON}\n@asset\ndef a():\n    daemon({body})\n    while not (MARKS / 'a').exists(): pass\n    {end}\n{after}"
    )
    code, out = mill.call("run", "-j", "1")
    assert ((0 if end == "pass" else 3), ["gone"]) == (code, mill.marked("b")), out
    mill.assert_nothing_left()


@pytest.mark.parametrize(
    "block", [pytest.param("a line\\n", id="lines"), pytest.param("\\x00\\xff\\x1b[2J", id="garbage-without-an-end")]
)
def test_a_step_that_prints_a_gigabyte_costs_what_was_allowed(mill, block):
    """
    Neither the file that keeps what was printed nor the memory of the runner grows with what is printed.
    """
    mill.write(PRINTING % block, output=1_000_000)
    runner = mill.start("run")
    mill.reached("a")
    before = highest = peak(runner.pid)
    (mill.marks / "go").touch()
    while not runner.is_over(seconds=0.05):
        highest = max(highest, peak(runner.pid))
    code, out = runner.ended()
    with mill.store() as store:
        [step] = store.steps(mill.run.id)
    kept = Path(step.output).read_bytes()
    assert 0 == code, out
    assert 750_000 <= len(kept) < 1_001_000
    assert b"bytes are left out here" in kept
    assert highest - before < 8_000_000


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_what_a_step_says_in_no_alphabet_is_recorded(new_mill, request, database):
    """
    NULs, lone surrogates and bytes that are no text, in errors, warnings and metadata, end no runner.
    """
    mill = new_mill(**({} if database == "sqlite" else {"TREADLE_STORE": request.getfixturevalue("postgres_url")}))
    mill.write("""
@asset
def a(context):
    context.log("a \\0 and a \\udcff", level="warning")
    context.materialize(metadata={"a \\0": "\\udcff", "\\udcff": float("nan")})

@asset
def b():
    raise RuntimeError("a \\0 and a \\udcff")

@asset
def c():
    os.write(1, b"a \\0 and a \\xff")
    os._exit(7)

@asset
def d():
    os.write(max(int(each) for each in os.listdir("/proc/self/fd") if "pipe" in linked(each)), b"[" * 100_000 + b"\\n\\0\\xff\\n")

def linked(descriptor):
    try:
        return os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:
        return ""
""")
    code, out = mill.call("run")
    assert 3 == code, out
    assert {"a": "succeeded", "b": "failed", "c": "failed", "d": "succeeded"} == mill.statuses()
    assert "a mistake in Treadle" not in out
    with mill.store() as store:
        assert_one_story(store, mill.run.id)


CLOSING = """
@asset
def a():
    {closing}
    os.closerange(0, 4096)

@asset
def b():
    pass
"""


def test_a_step_that_closes_all_it_has_fails_alone(mill):
    """
    A step whose pipes are gone can't say how it ended: it has failed, and the run goes on.
    """
    mill.write(CLOSING.format(closing="mark('a', 'start')"))
    code, out = mill.call("run")
    assert (3, {"a": "failed", "b": "succeeded"}) == (code, mill.statuses()), out


def test_a_step_that_stops_itself_is_ended_by_its_timeout(mill):
    """
    A stopped process can't unwind; it is killed all the same.
    """
    mill.write("@asset\ndef a():\n    os.kill(os.getpid(), 19)\n", timeout=0.3, grace=0.1)
    code, out = mill.call("run")
    assert (3, {"a": "failed"}) == (code, mill.statuses()), out
    assert "took longer than its timeout" in out


def test_a_step_is_over_when_its_process_is_whoever_holds_its_pipes(mill):
    """
    A child that still holds what the step prints into is ended with the step, and isn't waited for.
    """
    mill.write("import subprocess\n\n@asset\ndef a():\n    subprocess.Popen(['sleep', '600'])\n")
    code, out = mill.call("run")
    assert (0, {"a": "succeeded"}) == (code, mill.statuses()), out
    mill.assert_nothing_left()


def test_a_flood_of_reports_is_kept_whole(mill):
    """
    Materializations and warnings that come as fast as a step can send them are all recorded, in order.
    """
    mill.write("""
@asset
def a(context):
    for number in range(5_000):
        context.log(f"warning {number}", level="warning")
        context.log("a line of no weight")
""")
    code, out = mill.call("run")
    assert 0 == code, out[-2000:]
    with mill.store() as store:
        events = [each for each in store.events(run_id=mill.run.id) if each.kind == "logged"]
        assert [f"warning {number}" for number in range(5_000)] == [each.data["message"] for each in events]
        assert_one_story(store, mill.run.id)
