"""Schedulers that share a store, and are killed at any moment."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.faults.conftest import ROUNDS, SEED
from tests.faults.mill import Mill, until
from treadle.runner.processes import is_gone
from treadle.store import NewRun, RunStatus, Store, TickRecord, TickStatus, open_store

PROGRAM = Path(__file__).parent / "fixtures" / "scheduler" / "scheduler.py"
MIDNIGHT = datetime(2026, 11, 25, tzinfo=UTC)
TICKS = 10 * ROUNDS
SPEED = 600  # ten minutes of the schedulers' clock in a second
SECONDS_BETWEEN_KILLS = 1.0


@dataclass
class Crowd:
    """Schedulers of one project, over one store."""

    mill: Mill
    url: str
    runs_at_once: int
    begin: float = field(default_factory=time.time)
    schedulers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    killed: int = 0

    def start(self) -> None:
        """Let one more look."""
        log = (self.mill.root / "schedulers.log").open("ab")
        command = [PROGRAM, self.url, self.mill.root, self.begin, SPEED, self.runs_at_once]
        self.schedulers.append(
            subprocess.Popen(
                [sys.executable, *map(str, command)],
                env={**os.environ, **self.mill.env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        )
        log.close()

    def kill(self, chance: random.Random) -> None:
        """Kill one, whatever it is doing, and start another in its place."""
        victim = self.schedulers.pop(chance.randrange(len(self.schedulers)))
        assert victim.poll() is None, self.said()
        victim.kill()
        victim.wait()
        self.killed += 1
        self.start()

    def stop(self) -> None:
        """Tell all to stop; they do so at once, also those that have only just begun to be."""
        for each in self.schedulers:
            each.send_signal(signal.SIGTERM)
        assert {each.wait(30) for each in self.schedulers} <= {0, -signal.SIGTERM}, self.said()
        assert "Traceback" not in self.said()

    def said(self) -> str:
        return (self.mill.root / "schedulers.log").read_text(encoding="utf-8", errors="replace")

    def killing_until(self, is_done: Callable[[], bool], chance: random.Random) -> None:
        """Kill one after another until something has come true."""
        deadline = time.monotonic() + 600
        while not until(is_done, seconds=chance.uniform(0.2, 2 * SECONDS_BETWEEN_KILLS)):
            assert time.monotonic() < deadline, self.said()
            self.kill(chance)


@pytest.fixture(params=["three on postgres", "two on sqlite"])
def crowd(request: pytest.FixtureRequest, mill: Mill) -> Iterator[tuple[Crowd, Store]]:
    """Three schedulers on PostgreSQL, or two on SQLite: whatever is left of them is ended after the test."""
    is_postgres = request.param == "three on postgres"
    url = request.getfixturevalue("postgres_url") if is_postgres else f"sqlite:///{mill.root}/treadle.db"
    with open_store(url) as store:
        made = Crowd(mill, url, runs_at_once=getattr(request.function, "runs_at_once", 0))
        for _ in range(3 if is_postgres else 2):
            made.start()
        yield made, store
        for each in made.schedulers:
            each.kill()
            each.wait()


@pytest.mark.timeout(900)
def test_every_tick_happens_once_however_often_schedulers_are_killed(crowd):
    """
    Of schedules that make up for all they miss, every tick is recorded once and has exactly its runs; sensors go on
    from the cursor that they left, without a gap; runs with one key are made once; nothing is held, and nobody is left.
    """
    schedulers, store = crowd
    chance = random.Random(f"{SEED} schedulers")
    schedulers.killing_until(lambda: enough(store), chance)
    schedulers.stop()
    schedulers.mill.assert_nothing_left()
    assert schedulers.killed

    ticks = store.automations.ticks("/mill")
    assert Counter(run.id for run in store.runs()) == Counter(run_id for tick in ticks for run_id in tick.run_ids)
    states = {state.name: state for state in store.automations.states("/mill")}
    assert [] == [state for state in states.values() if state.holder is not None and not is_gone(state.holder)]
    for name, minutes in {"minutes": 1, "pairs": 2, "asked": 5}.items():
        due = sorted(tick.due_at for tick in ticks if tick.name == name)
        assert due == [due[0] + timedelta(minutes=minutes * number) for number in range(len(due))], name
        assert datetime.fromisoformat(states[name].cursor) == due[-1]
    for tick in ticks:
        if tick.kind == "schedule":
            assert expected_runs(tick) == len(tick.run_ids), tick
    assert_sensors_counted(store, states["counts"].cursor, states["repeats"].cursor)


def enough(store: Store) -> bool:
    fired = store.automations.ticks("/mill", kind="schedule", statuses=[TickStatus.FIRED], limit=TICKS)
    return len(fired) >= TICKS


def expected_runs(tick: TickRecord) -> int:
    """How many runs a tick of a schedule asks for."""
    if tick.name == "asked":
        assert (tick.due_at.minute % 20 != 0) == (tick.status is TickStatus.FIRED), tick
    return int(tick.status is TickStatus.FIRED)


def assert_sensors_counted(store: Store, counted: str, repeated: str) -> None:
    """Each number that a sensor has come to asked for its run, and asked once."""
    numbers = [run.tags["number"] for run in store.runs(launched_by="sensor counts")]
    assert list(map(str, range(1, int(counted) + 1))) == sorted(numbers, key=int)
    keys = [run.run_key for run in store.runs(launched_by="sensor repeats")]
    assert sorted({f"k{number // 3}" for number in range(1, int(repeated) + 1)}) == sorted(keys)


RUNS = 10 + ROUNDS // 2


def test_no_run_is_started_twice_and_never_too_many_at_once(crowd):
    """
    However often schedulers are killed, each queued run is begun once, and at no moment more than two run.
    """
    schedulers, store = crowd
    tick = TickRecord(kind="sensor", name="many", due_at=MIDNIGHT, status=TickStatus.FIRED)
    for schedule in ("minutes", "pairs", "asked", "last"):
        store.automations.switch("/mill", "schedule", schedule, is_enabled=False)
    for sensor in ("counts", "repeats"):
        store.automations.switch("/mill", "sensor", sensor, is_enabled=False)
    made = store.automations.commit("/mill", tick, [NewRun(selection="*")] * RUNS, seen=None, cursor="x")
    assert made is not None
    chance = random.Random(f"{SEED} queue")
    live = [RunStatus.QUEUED, RunStatus.RUNNING]
    schedulers.killing_until(lambda: not store.runs(statuses=live, limit=1), chance)
    schedulers.stop()
    schedulers.mill.assert_nothing_left()

    begun: list[str] = []
    running: set[str] = set()
    for line in (schedulers.mill.root / "noted").read_text(encoding="ascii").splitlines():
        word, run_id = line.split()
        if word == "begin":
            begun.append(run_id)
            running.add(run_id)
        else:
            running.remove(run_id)
        assert len(running) <= 2
    runs = store.runs()
    assert Counter(run.id for run in runs) == Counter(begun)
    assert {RunStatus.SUCCEEDED} == {run.status for run in runs}


test_no_run_is_started_twice_and_never_too_many_at_once.runs_at_once = 2
