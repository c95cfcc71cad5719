"""A scheduler over a real store: ticks, sensors in processes of their own, switches."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.store.living import a_life
from treadle.ir import (
    Asset,
    AssetKey,
    AssetWatch,
    Definitions,
    FileWatch,
    Materialization,
    RunRequest,
    Schedule,
    Sensor,
    SkipReason,
    Step,
    link,
)
from treadle.runner.scheduling import Scheduler
from treadle.runner.scheduling.queue import Queue
from treadle.runner.scheduling.sensors import Surroundings
from treadle.store import Store, open_store

START = datetime(2026, 11, 25, 12, 0, 30, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that a test moves."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **length: float) -> None:
        self.now += timedelta(**length)


@dataclass
class Scheduled:
    """A scheduler of a project with these automations; runs are queued, and none is started."""

    store: Store
    root: Path
    clock: Clock = field(default_factory=Clock)

    def scheduler(self, *automations: Schedule | Sensor) -> Scheduler:
        step = Step(name="raw", run=lambda context: None, assets=["raw/a", "b"])
        graph, diagnostics = link(
            Definitions(
                assets=[Asset(key="raw/a"), Asset(key="b"), Asset(key="elsewhere/c")],
                steps=[step],
                schedules=[each for each in automations if isinstance(each, Schedule)],
                sensors=[each for each in automations if isinstance(each, Sensor)],
            )
        )
        assert () == diagnostics
        queue = Queue(self.store, project="/shop", most=0, command=lambda run_id: [], folder=self.root)
        around = Surroundings(
            root=self.root, select=graph.select, states=self.store.asset_states, is_external=graph.is_external
        )
        return Scheduler(store=self.store, graph=graph, project="/shop", around=around, queue=queue, now=self.clock)

    def ticks(self) -> list[tuple[str, str, str]]:
        return [(t.name, t.status.value, t.reason) for t in reversed(self.store.automations.ticks("/shop"))]

    def look_until(self, scheduler: Scheduler, reached: Callable[[], bool]) -> None:
        """Look again and again, as the scheduler's own loop does while a function is asked."""
        deadline = time.monotonic() + 120
        while not reached():
            assert time.monotonic() < deadline
            scheduler.look()
            self.clock.pass_(seconds=1)
            select.select([], [], [], 0.01)
        scheduler.close()


@pytest.fixture
def scheduled(store_url: str, tmp_path: Path):
    with open_store(store_url) as store:
        yield Scheduled(store, tmp_path)


def test_a_tick_queues_one_run_whoever_looks(scheduled):
    """
    Three schedulers that see the same tick make one run of it, with the schedule's selection and tags.
    """
    schedule = Schedule(name="hourly", cron="0 * * * *", selection="b", tags={"team": "x"})
    three = [scheduled.scheduler(schedule) for _ in range(3)]
    for moment in ({"hours": 0}, {"hours": 1}, {"minutes": 1}):
        scheduled.clock.pass_(**moment)
        for scheduler in three:
            scheduler.look()
    [run] = scheduled.store.runs()
    assert ("queued", "b", {"team": "x"}, "schedule hourly") == (
        run.status.value,
        run.selection,
        dict(run.tags),
        run.launched_by,
    )
    [tick] = scheduled.store.automations.ticks("/shop")
    assert ((run.id,), datetime(2026, 11, 25, 13, tzinfo=UTC)) == (tick.run_ids, tick.due_at)


def test_a_schedule_that_is_turned_off_makes_up_for_nothing(scheduled):
    """
    What passes while a schedule is off isn't missed; turned on, it goes on with the next tick.
    """
    schedule = Schedule(name="hourly", cron="0 * * * *")
    scheduler = scheduled.scheduler(schedule)
    scheduler.look()
    scheduled.store.automations.switch("/shop", "schedule", "hourly", is_enabled=False)
    scheduled.clock.pass_(hours=3)
    scheduler.look()
    scheduled.store.automations.switch("/shop", "schedule", "hourly", is_enabled=True)
    scheduler.look()
    assert [] == scheduled.store.runs()
    scheduled.clock.pass_(hours=1)
    scheduler.look()
    assert 1 == len(scheduled.store.runs())


def test_many_missed_ticks_are_made_up_for_in_a_few_looks(scheduled):
    """
    A schedule that makes up for all it has missed works through a hundred ticks at each look, each once, in order.
    """
    schedule = Schedule(name="often", cron="* * * * *", missed="all")
    scheduler = scheduled.scheduler(schedule)
    scheduler.look()
    scheduled.clock.pass_(minutes=250)
    counts = []
    for _ in range(4):
        scheduler.look()
        counts.append(len(scheduled.store.runs()))
    assert [100, 200, 250, 250] == counts
    due = [tick.due_at for tick in reversed(scheduled.store.automations.ticks("/shop"))]
    assert [START.replace(second=0) + timedelta(minutes=number) for number in range(1, 251)] == due


def test_a_tick_isnt_repeated_when_the_clock_is_put_back(scheduled):
    """
    A schedule that is turned off and on again after the clock was put back goes on behind the ticks that it has had.
    """
    scheduler = scheduled.scheduler(Schedule(name="hourly", cron="0 * * * *"))
    scheduler.look()
    scheduled.clock.pass_(hours=1)
    scheduler.look()
    scheduled.clock.pass_(hours=-1)
    for is_enabled in (False, True):
        scheduled.store.automations.switch("/shop", "schedule", "hourly", is_enabled=is_enabled)
        scheduler.look()
    counts = []
    for _ in range(2):
        scheduled.clock.pass_(hours=1)
        scheduler.look()
        counts.append(len(scheduled.store.runs()))
    assert [1, 2] == counts


@pytest.mark.parametrize("is_asked", [True, False], ids=["a function", "none"])
def test_a_scheduler_that_was_killed_holds_up_nothing(scheduled, is_asked):
    """
    What a scheduler held that is gone is taken over at once by one of the same machine.
    """
    held = subprocess.run([sys.executable, "-c", GONE], capture_output=True, text=True, check=True).stdout
    evaluate = (lambda context: True) if is_asked else None
    scheduler = scheduled.scheduler(Schedule(name="hourly", cron="0 * * * *", evaluate=evaluate))
    scheduler.look()
    assert scheduled.store.automations.hold(
        "/shop", "schedule", "hourly", holder=held, seconds=0 if evaluate is None else 90
    )
    scheduled.clock.pass_(hours=1)
    scheduled.look_until(scheduler, lambda: bool(scheduled.ticks()))
    assert [("hourly", "fired", "")] == scheduled.ticks()


GONE = "from treadle.runner.processes import this_process_as_text; print(this_process_as_text(), end='')"


def test_a_scheduler_that_lives_keeps_what_it_holds(scheduled):
    """
    While one scheduler asks a function, another one of the same machine doesn't.
    """
    sensor = Sensor(name="s", evaluate=hanging, timeout=1000)
    both = [scheduled.scheduler(sensor) for _ in range(2)]
    for scheduler in both:
        scheduler.look()
    asking = [len(scheduler._calls) for scheduler in both]
    for scheduler in both:
        scheduler.close()
    assert [1, 0] == asking


def test_an_answer_that_comes_too_late_frees_what_was_held(scheduled):
    """
    When a schedule was turned off while its function was asked, nobody has to wait until its time is over.
    """
    scheduler = scheduled.scheduler(Schedule(name="hourly", cron="0 * * * *", evaluate=lambda context: True))
    scheduler.look()
    scheduled.clock.pass_(hours=1)
    scheduler.look()
    [state] = scheduled.store.automations.states("/shop")
    scheduled.store.automations.set_cursor("/shop", "schedule", "hourly", seen=state.cursor, cursor="2030-01-01T00:00Z")
    scheduled.look_until(scheduler, lambda: not scheduler._calls)
    [state] = scheduled.store.automations.states("/shop")
    assert (None, []) == (state.holder, scheduled.ticks())


def test_a_schedule_that_is_declared_off_waits(scheduled):
    """
    A schedule that isn't enabled ticks only after somebody turned it on.
    """
    scheduler = scheduled.scheduler(Schedule(name="hourly", cron="0 * * * *", enabled=False))
    for _ in range(3):
        scheduler.look()
        scheduled.clock.pass_(hours=1)
    assert [] == scheduled.ticks()


def test_a_schedules_function_may_say_no(scheduled):
    """
    The function of a schedule is asked in a process of its own, and the tick keeps its reason.
    """

    def holiday(context):
        return SkipReason(reason=f"{context.due_at:%d %B} is a holiday")

    scheduler = scheduled.scheduler(Schedule(name="hourly", cron="0 * * * *", evaluate=holiday))
    scheduler.look()
    scheduled.clock.pass_(hours=1)
    scheduled.look_until(scheduler, lambda: bool(scheduled.ticks()))
    assert [("hourly", "skipped", "25 November is a holiday")] == scheduled.ticks()


def counting(context):
    """A function with a cursor: asks for a run at every second look."""
    count = int(context.cursor or 0) + 1
    context.cursor = str(count)
    return SkipReason(reason=f"{count} is odd") if count % 2 else RunRequest(key=f"k{count}", selection="b")


def raising(context):
    raise RuntimeError("the bucket is gone")


def dying(context):
    os._exit(7)


def hanging(context):
    time.sleep(1000)


def wrong(context):
    return "yes"


def test_a_sensor_goes_on_from_its_cursor(scheduled):
    """
    A sensor's function finds the cursor that it left, also when another scheduler asks it the next time.
    """
    sensor = Sensor(name="count", evaluate=counting, interval=0)
    for expected in range(1, 5):
        scheduler = scheduled.scheduler(sensor)
        scheduled.clock.pass_(minutes=1)
        scheduled.look_until(scheduler, lambda expected=expected: len(scheduled.ticks()) == expected)
    assert ["1 is odd", "", "3 is odd", ""] == [reason for _, _, reason in scheduled.ticks()]
    assert ["k4", "k2"] == [run.run_key for run in scheduled.store.runs()]


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        pytest.param(raising, "RuntimeError: the bucket is gone", id="raises"),
        pytest.param(dying, "its process exited with code 7", id="dies"),
        pytest.param(hanging, "it took longer than 0.2 s", id="hangs"),
        pytest.param(
            wrong,
            "it returned 'yes' (str); return True or False, a RunRequest, a SkipReason, or a list of them",
            id="makes-no-sense",
        ),
    ],
)
def test_a_sensor_that_fails_harms_nobody(scheduled, function, reason):
    """
    A function that raises, dies, hangs or answers nonsense makes a failed tick, and its cursor stays.
    """
    scheduler = scheduled.scheduler(Sensor(name="s", evaluate=function, timeout=0.2))
    scheduled.look_until(scheduler, lambda: bool(scheduled.ticks()))
    [(_, status, said)] = scheduled.ticks()
    assert ("failed", reason) == (status, said[: len(reason)])
    assert [None] == [state.cursor for state in scheduled.store.automations.states("/shop")]


def test_a_sensor_that_hangs_delays_no_schedule(scheduled):
    """
    While a sensor's function is asked, everything else goes on.
    """
    scheduler = scheduled.scheduler(
        Sensor(name="s", evaluate=hanging, timeout=1000), Schedule(name="hourly", cron="0 * * * *")
    )
    scheduler.look()
    scheduled.clock.pass_(hours=1)
    scheduler.look()
    scheduler.close()
    assert ["schedule hourly"] == [run.launched_by for run in scheduled.store.runs()]


def test_of_runs_with_one_key_a_sensor_gets_one(scheduled):
    """
    A sensor that asks for the same key again and again gets the run once.
    """
    scheduler = scheduled.scheduler(Sensor(name="s", evaluate=lambda context: RunRequest(key="one"), interval=0))
    for expected in range(1, 4):
        scheduled.look_until(scheduler, lambda expected=expected: len(scheduled.ticks()) == expected)
    assert 1 == len(scheduled.store.runs())


def test_a_file_sensor_sees_what_is_new_or_has_changed(scheduled):
    """
    Files that are there at the first look are remembered; a new one, and a change, ask for a run.
    """
    (scheduled.root / "data").mkdir()
    (scheduled.root / "data" / "old.csv").write_text("1", encoding="utf-8")
    scheduler = scheduled.scheduler(Sensor(name="files", watch=FileWatch(pattern="data/*.csv"), interval=0))

    def look() -> int:
        scheduled.clock.pass_(minutes=1)
        scheduler.look()
        return len(scheduled.store.runs())

    counts = [look(), look()]
    (scheduled.root / "data" / "new.csv").write_text("1", encoding="utf-8")
    counts += [look(), look()]
    (scheduled.root / "data" / "old.csv").write_text("12", encoding="utf-8")
    counts += [look(), look()]
    assert [0, 0, 1, 1, 2, 2] == counts
    assert {"treadle/files": "data/old.csv"} == dict(scheduled.store.runs()[0].tags)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        pytest.param("{outside}/*.csv", "{outside}/new.csv", id="absolute"),
        pytest.param("../{name}/*.csv", "../{name}/new.csv", id="relative"),
    ],
)
def test_a_file_sensor_sees_files_outside_the_project(scheduled, pattern, name):
    """
    Files may lie anywhere: a pattern may be absolute, or lead out of the project's folder.
    """
    outside = scheduled.root.with_name(f"{scheduled.root.name}_outside")
    outside.mkdir()
    watch = FileWatch(pattern=pattern.format(outside=outside, name=outside.name))
    scheduler = scheduled.scheduler(Sensor(name="files", watch=watch, interval=0))
    scheduler.look()
    (outside / "new.csv").write_text("1", encoding="utf-8")
    scheduled.clock.pass_(minutes=1)
    scheduler.look()
    assert [{"treadle/files": name.format(outside=outside, name=outside.name)}] == [
        dict(run.tags) for run in scheduled.store.runs()
    ]


@pytest.mark.parametrize(
    ("every", "expected"), [pytest.param(False, [0, 1, 2], id="any"), pytest.param(True, [0, 0, 1], id="all")]
)
def test_an_asset_sensor_sees_what_was_written(scheduled, every, expected):
    """
    A run is asked for when any of the assets was written, or when all of them were.
    """
    scheduler = scheduled.scheduler(
        Sensor(name="up", watch=AssetWatch(selection="raw/a or b", every=every), interval=0)
    )

    def asked() -> int:
        scheduled.clock.pass_(minutes=1)
        scheduler.look()
        return sum(run.launched_by == "sensor up" for run in scheduled.store.runs())

    counts = [asked()]
    for key in ("raw/a", "b"):
        a_life(scheduled.store).reports("load", Materialization(asset=AssetKey.parse(key)))
        counts.append(asked())
    assert expected == counts


def test_an_asset_sensor_waits_for_what_is_made_elsewhere_once_somebody_has_reported_it(scheduled):
    """
    Of all that is watched, an asset that no step makes and nobody ever reported isn't waited for; it is from then on.
    """
    scheduler = scheduled.scheduler(Sensor(name="up", watch=AssetWatch(selection="*", every=True), interval=0))

    def asked(*written: str) -> int:
        life = a_life(scheduled.store)
        life.reports("load", *[Materialization(asset=AssetKey.parse(key)) for key in written]).ends()
        scheduled.clock.pass_(minutes=1)
        scheduler.look()
        return sum(run.launched_by == "sensor up" for run in scheduled.store.runs())

    counts = [asked(), asked("raw/a"), asked("b"), asked("elsewhere/c"), asked("raw/a", "b"), asked("elsewhere/c")]
    assert [0, 0, 1, 1, 2, 2] == counts
    reasons = [reason for _, status, reason in scheduled.ticks() if status == "skipped"]
    assert "not all were written: b is missing; made elsewhere, and never reported: elsewhere/c" in reasons


def test_a_queued_run_gets_a_process(scheduled):
    """
    Queued runs are started by priority, as many at once as allowed, each with its own command and log.
    """
    from treadle.store import NewRun, TickRecord, TickStatus

    tick = TickRecord(kind="schedule", name="s", due_at=START, status=TickStatus.FIRED)
    asked = [NewRun(selection="*", priority=priority) for priority in (0, 5, 1)]
    runs = scheduled.store.automations.commit("/shop", tick, asked, seen=None, cursor="x")
    command = lambda run_id: [sys.executable, "-c", f"print({run_id!r})"]  # noqa: E731
    queue = Queue(scheduled.store, project="/shop", most=2, command=command, folder=scheduled.root)
    started = [run.id for run, word in queue.look()]
    assert [runs[1].id, runs[2].id] == started
    for process in queue._started:
        process.wait()
    assert [f"{run_id}\n" for run_id in started] == [
        (scheduled.root / run_id / "runner.log").read_text(encoding="utf-8") for run_id in started
    ]
