"""`treadle scheduler`, called as a person would, with a clock that the tests put forward."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.mill import Command, Mill, until
from tests.postgres import Server
from treadle.store import RunStatus

pytestmark = pytest.mark.e2e

CLOCK = Path(__file__).parents[1] / "faults" / "fixtures" / "clock"

ASSET = """
from treadle import schedule, sensor

@asset
def a():
    mark("a", "start")
    mark("a", "end")
"""
GATE = """
@asset
def a():
    mark("a", "start")
    while not (MARKS / "go").exists():
        time.sleep(0.02)
    mark("a", "end")
"""
MINUTELY = "type: treadle.ScheduledJob\nattributes: {job_name: NAME, cron_schedule: '* * * * *', asset_selection: a}\n"
JOB = {"often/defs.yaml": MINUTELY.replace("NAME", "often")}


class Timed(Mill):
    """A project whose processes have a clock of their own, which stands `minutes` ahead."""

    minutes = 0

    def pass_a_minute(self) -> None:
        """Put its clock forward; at once, so that nobody reads half of it."""
        self.minutes += 1
        new = Path(self.env["MILL_CLOCK"] + ".new")
        new.write_text(str(60 * self.minutes), encoding="ascii")
        os.replace(new, self.env["MILL_CLOCK"])

    def scheduler(self) -> Command:
        """One that has looked."""
        started = self.start("scheduler")
        started.says("started: ")
        return started

    def knows(self, *names: str, kind: str = "schedule") -> None:
        """Wait until these are looked after: what comes from now on happens."""

        def known() -> bool:
            with self.store() as store:
                states = store.automations.states(str(self.root))
            return set(names) <= {state.name for state in states if state.kind == kind and state.cursor is not None}

        assert until(known), [each.printed for each in self.commands]

    def count(self, status: RunStatus = RunStatus.SUCCEEDED) -> int:
        with self.store() as store:
            return len(store.runs(statuses=[status]))

    def has(self, count: int, status: RunStatus = RunStatus.SUCCEEDED) -> None:
        """Wait for so many runs of a status."""
        assert until(lambda: self.count(status) == count), [each.printed for each in self.commands]

    def runs(self) -> frozenset[str]:
        """The runs that there are."""
        with self.store() as store:
            return frozenset(run.id for run in store.runs())

    def asked(self, since: frozenset[str] = frozenset()) -> set[str]:
        """Who asked for the runs that there are, but for earlier ones."""
        with self.store() as store:
            return {run.launched_by for run in store.runs() if run.id not in since}

    def has_at_least(self, count: int) -> None:
        """Wait for so many runs, where a minute of the real clock may make more of them meanwhile."""
        assert until(lambda: self.count() >= count), [each.printed for each in self.commands]


@pytest.fixture
def new_project(tmp_path: Path) -> Iterator[Callable[..., Timed]]:
    """Makes projects; whatever is left of their processes is ended after the test."""
    made: list[Timed] = []

    def make(**env: str) -> Timed:
        root = tmp_path / f"mill{len(made)}"
        clock = {"PYTHONPATH": str(CLOCK), "MILL_CLOCK": str(tmp_path / f"clock{len(made)}")}
        made.append(Timed(root, {**clock, **env}))
        return made[-1]

    yield make
    for each in made:
        each.end()


@pytest.fixture
def project(new_project: Callable[..., Timed]) -> Timed:
    return new_project()


def stopped(scheduler: Command, number: signal.Signals = signal.SIGTERM) -> str:
    """Tell it to stop, and give what it printed in all."""
    scheduler.signal(number)
    code, out = scheduler.ended()
    assert (0, False) == (code, "Traceback" in out), out
    assert "stopped; runs that were started go on" in out
    return out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda each: each.name)
def test_a_schedule_runs_and_the_run_outlives_its_scheduler(project: Timed, number: signal.Signals) -> None:
    """
    A tick starts a run; a scheduler that is told to stop ends with 0 while that goes on.
    """
    scheduler = project.write(GATE, JOB).scheduler()
    project.knows("often_schedule")
    project.pass_a_minute()
    project.reached("a")
    out = stopped(scheduler, number)
    assert f"schedule often_schedule: run {project.run.id}" in out
    assert RunStatus.RUNNING is project.run.status
    (project.marks / "go").touch()
    project.has(1)
    project.assert_nothing_left()


def test_a_run_whose_runner_was_killed_goes_on_by_itself(project: Timed) -> None:
    """
    A scheduler takes up what a killed `treadle run` has left.
    """
    runner = project.write(GATE).start("run")
    project.reached("a")
    os.kill(runner.pid, signal.SIGKILL)
    scheduler = project.scheduler()
    scheduler.says("goes on: its runner was gone")
    (project.marks / "go").touch()
    project.has(1)
    stopped(scheduler)
    assert ["start", "start", "end"] == project.marked("a")


def test_a_changed_project_is_loaded_again(project: Timed) -> None:
    """
    A new schedule is looked after; a broken file is told of, and the rest goes on; a mended one is as if nothing was.
    """
    scheduler = project.write(ASSET, JOB).scheduler()
    project.knows("often_schedule")
    file = project.root / "src/mill/defs/more/defs.yaml"
    file.parent.mkdir()
    file.write_text(MINUTELY.replace("NAME", "more"), encoding="utf-8")
    scheduler.says("loaded again: 2 schedules")
    project.knows("often_schedule", "more_schedule")
    file.write_text("type: treadle.ScheduledJo\n", encoding="utf-8")
    scheduler.says("loaded again: 1 schedule,")
    assert "treadle.ScheduledJo" in scheduler.printed
    project.pass_a_minute()
    project.has_at_least(1)
    file.write_text(MINUTELY.replace("NAME", "more"), encoding="utf-8")
    assert until(lambda: scheduler.printed.count("loaded again: 2 schedules") == 2), scheduler.printed
    project.pass_a_minute()
    project.has_at_least(4)  # each of two minutes, of both schedules
    stopped(scheduler)


def test_settings_that_are_broken_while_it_runs_are_waited_for(project: Timed) -> None:
    """
    A scheduler whose `pyproject.toml` is broken for a while tells it, and goes on when it is mended.
    """
    scheduler = project.write(ASSET, JOB).scheduler()
    project.knows("often_schedule")
    settings = project.root / "pyproject.toml"
    good = settings.read_text(encoding="utf-8")
    settings.write_text("[tool.treadle\n", encoding="utf-8")
    scheduler.says("waiting for this to be mended")
    settings.write_text(good, encoding="utf-8")
    scheduler.says("loaded again")
    project.pass_a_minute()
    project.has(1)
    stopped(scheduler)


def test_two_schedulers_of_one_project_make_one_run_of_a_tick(project: Timed) -> None:
    """
    A second scheduler beside the first changes nothing but who looks.
    """
    both = [project.write(ASSET, JOB).scheduler(), project.scheduler()]
    project.knows("often_schedule")
    for expected in range(1, 4):
        project.pass_a_minute()
        project.has(expected)
    told = "".join(stopped(each) for each in both)
    assert (3, 3) == (project.count(), told.count("schedule often_schedule: run "))
    assert ["start", "end"] * 3 == project.marked("a")


def test_what_is_turned_off_stops_without_a_restart(project: Timed) -> None:
    """
    `treadle automations off` and `on` are heeded at the next look.
    """
    other = {"other/defs.yaml": MINUTELY.replace("NAME", "other")}
    scheduler = project.write(ASSET, JOB | other).scheduler()
    project.knows("often_schedule", "other_schedule")
    assert 0 == project.call("automations", "off", "often_schedule")[0]
    before = project.runs()  # a minute of the real clock may have begun meanwhile
    project.pass_a_minute()
    assert until(lambda: project.asked(before))
    assert {"schedule other_schedule"} == project.asked(before)
    assert 0 == project.call("automations", "on", "often_schedule")[0]
    project.knows("often_schedule")
    project.pass_a_minute()
    assert until(lambda: "schedule often_schedule" in project.asked(before))
    stopped(scheduler)


THREADS = """
import threading
from treadle import RunRequest, sensor

threading.Thread(target=threading.Event().wait, daemon=True).start()

@sensor(selection="a", interval=1)
def watching(context):
    mark("threads", str(threading.active_count()))
    context.cursor = "seen"
    return RunRequest(key="one")

@asset
def a():
    mark("a", "end")
"""


def test_a_project_that_starts_threads_is_asked_in_new_processes(project: Timed) -> None:
    """
    Where a module starts a thread when it is imported, a sensor's function is asked in a process that has it too.
    """
    scheduler = project.write(THREADS).scheduler()
    project.has(1)
    stopped(scheduler)
    assert {"2"} == set(project.marked("threads"))


CHECKED = """
from treadle import AutomationCondition, check

@asset
def a():
    mark("a", "end")

@check(asset=a, automation=AutomationCondition(name="missing"))
def sound():
    return True
"""


def test_a_check_whose_condition_holds_is_made_by_itself(project: Timed) -> None:
    """
    A live scheduler starts its run; what it is of isn't materialized for that.
    """
    scheduler = project.write(CHECKED).scheduler()
    project.has(1)
    stopped(scheduler)
    with project.store() as store:
        assert ["sound"] == [each.check.name for each in store.check_results()]
        assert [] == store.materializations()


def test_a_queued_run_whose_project_is_broken_fails_with_the_reason(project: Timed) -> None:
    """
    A run that can't be planned any more fails once, says why, and isn't tried again.
    """
    scheduler = project.write(ASSET, JOB, runs=1).scheduler()
    project.knows("often_schedule")
    job = project.root / "src/mill/defs/often/defs.yaml"
    job.write_text(MINUTELY.replace("NAME", "often").replace("asset_selection: a", "asset_selection: tag:none"))
    scheduler.says("loaded again")
    project.pass_a_minute()
    project.has(1, RunStatus.FAILED)
    assert "it can't be planned: " in project.run.error
    stopped(scheduler)


def test_a_database_that_restarts_is_waited_for(
    new_project: Callable[..., Timed], postgres_server: Server, postgres_url: str
) -> None:
    """
    While PostgreSQL is down a scheduler says so and waits; the tick of that time happens when it is back.
    """
    project = new_project(TREADLE_STORE=postgres_url)
    scheduler = project.write(ASSET, JOB).scheduler()
    project.knows("often_schedule")
    postgres_server.stop()
    try:
        scheduler.says("waiting until it can be used again")
        project.pass_a_minute()
    finally:
        postgres_server.start()
    scheduler.says("the store can be used again")
    project.has(1)
    stopped(scheduler)


def test_a_store_that_is_locked_is_waited_for(project: Timed) -> None:
    """
    While another process holds the store's file a scheduler says so and waits.
    """
    import sqlite3

    scheduler = project.write(ASSET, JOB).scheduler()
    project.knows("often_schedule")
    other = sqlite3.connect(project.root / ".treadle" / "treadle.db", isolation_level=None, timeout=30)
    other.execute("BEGIN IMMEDIATE")
    project.pass_a_minute()
    scheduler.says("database is locked; waiting until it can be used again")
    other.execute("COMMIT")
    other.close()
    scheduler.says("the store can be used again")
    project.has(1)
    stopped(scheduler)


@contextmanager
def a_full_disk(folder: Path) -> Iterator[None]:
    """Leave no room for another byte."""
    file = folder / "filler"
    with file.open("wb", buffering=0) as filler:
        try:
            while filler.write(b"\0" * 4096):
                pass
        except OSError:
            yield
    file.unlink()


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="a disk can be mounted only by root, on Linux")
def test_a_disk_without_room_is_waited_for(project: Timed) -> None:
    """
    While its disk is full a scheduler says so and waits; then what was due happens.
    """
    folder = project.root / ".treadle"
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "none", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        scheduler = project.write(ASSET, JOB).scheduler()
        project.knows("often_schedule")
        with a_full_disk(folder):
            project.pass_a_minute()
            scheduler.says("waiting until it can be used again")
        project.has(1)
        stopped(scheduler)
    finally:
        project.end()
        subprocess.run(["umount", "-l", folder], check=True)
