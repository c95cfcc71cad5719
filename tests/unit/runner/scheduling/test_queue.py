"""A queue over a real store: who is started, how many at once, and what becomes of those that never begin."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from treadle.runner.processes import this_process
from treadle.runner.scheduling.queue import Queue
from treadle.store import NewRun, RunEnded, RunRecord, RunStarted, RunStatus, Store, TickRecord, TickStatus, open_store

DYING = [sys.executable, "-c", "print('the loom is broken'); raise SystemExit(7)"]
WAITING = [sys.executable, "-c", "import signal; signal.pause()"]


@dataclass
class Queued:
    """A store with queued runs, and schedulers' queues over it."""

    store: Store
    url: str
    root: Path

    def __post_init__(self) -> None:
        self.queues: list[Queue] = []

    def queue(self, *, most: int = 10, command: list[str] = WAITING) -> Queue:
        self.queues.append(Queue(self.store, project="/shop", most=most, command=lambda _: command, folder=self.root))
        return self.queues[-1]

    def ask(self, *priorities: int) -> list[RunRecord]:
        tick = TickRecord(kind="sensor", name="s", due_at=datetime.now(UTC), status=TickStatus.FIRED)
        asked = [NewRun(selection="*", priority=priority) for priority in priorities]
        made = self.store.automations.commit("/shop", tick, asked, seen=None, cursor=None)
        assert made is not None
        return made

    def age(self, run: RunRecord, **column: timedelta) -> None:
        """Let moments of a run be longer ago."""
        from sqlalchemy import create_engine, update

        from treadle.store.tables import runs

        engine = create_engine(self.url)
        with engine.begin() as connection:
            then = {name: datetime.now(UTC) - length for name, length in column.items()}
            connection.execute(update(runs).where(runs.c.id == run.id).values(then))
        engine.dispose()

    def end_processes(self) -> None:
        for queue in self.queues:
            for process in queue._started:
                process.kill()
                process.wait()


@pytest.fixture
def queued(store_url: str, tmp_path: Path):
    with open_store(store_url) as store:
        made = Queued(store, store_url, tmp_path)
        yield made
        made.end_processes()


def started(queue: Queue) -> list[str]:
    return [run.id for run, word in queue.look() if word == "queued"]


def begin(store: Store, run_id: str) -> Callable[[], None]:
    """Take a run, as its process would; gives what ends it."""
    runner = this_process(f"runner of {run_id}")
    assert store.claim_run(store.run(run_id), runner)
    store.record([RunStarted(run_id=run_id)], runner=runner.id, first=store.next_position(run_id))

    def end() -> None:
        ended = RunEnded(run_id=run_id, status=RunStatus.SUCCEEDED)
        store.record([ended], runner=runner.id, first=store.next_position(run_id))

    return end


def test_two_schedulers_start_as_many_runs_as_one(queued):
    """
    The limit on runs at once is that of the store: a second scheduler finds no room while the first one's runs begin.
    """
    first, second, third = queued.ask(0, 0, 0)
    queues = [queued.queue(most=2) for _ in range(2)]
    assert [[first.id, second.id], []] == [started(each) for each in queues]
    end = begin(queued.store, first.id)
    assert [[], []] == [started(each) for each in queues]
    end()
    assert [[], [third.id]] == [started(each) for each in reversed(queues)][::-1]


def test_the_limit_of_a_project_is_its_own(queued):
    """
    Runs of other projects that share the store take no room.
    """
    other = queued.store.create_run(project="/mill", selection="*")
    begin(queued.store, other.id)
    [run] = queued.ask(0)
    assert [run.id] == started(queued.queue(most=1))


def test_the_run_with_the_highest_priority_is_next(queued):
    """
    Runs are started by priority, then in the order in which they were asked for.
    """
    low, high, middle, also_high = queued.ask(-1, 5, 0, 5)
    assert [high.id, also_high.id, middle.id, low.id] == started(queued.queue())


def test_a_process_that_dies_before_it_begins_is_started_again_after_a_while(queued):
    """
    A run whose process died at once gets another one after a minute, from any scheduler, and not before.
    """
    [run] = queued.ask(0)
    queue = queued.queue(command=DYING)
    assert [run.id] == started(queue)
    queue._started[0].wait()
    others = [queue, queued.queue(command=DYING)]
    assert [[], []] == [started(each) for each in others]
    queued.age(run, heartbeat_at=timedelta(seconds=61))
    assert [[run.id], []] == [started(each) for each in others[::-1]]


def test_a_process_that_takes_long_to_begin_isnt_started_twice(queued):
    """
    As long as the process of a run can be seen to live, the run waits for it, however long it loads the project.
    """
    [run] = queued.ask(0)
    queue = queued.queue(most=1)
    assert [run.id] == started(queue)
    queued.age(run, heartbeat_at=timedelta(hours=1))
    assert [[], []] == [started(each) for each in (queue, queued.queue(most=1))]


def test_a_run_that_never_begins_is_given_up(queued):
    """
    After five processes that died before they began, the run fails, and says what the last one printed.
    """
    [run] = queued.ask(0)
    queue = queued.queue(command=DYING)
    for _ in range(5):
        assert [run.id] == started(queue)
        queue._started[0].wait()
        queued.age(run, heartbeat_at=timedelta(seconds=61))
    assert [(run.id, "failed")] == [(each.id, word) for each, word in queue.look()]
    assert [] == queue.look()
    failed = queued.store.run(run.id)
    error = "its process ended 5 times before it began; the last that it said: the loom is broken"
    assert ("failed", error, None) == (failed.status.value, failed.error, failed.runner)


def test_a_run_that_gets_no_process_is_tried_again(queued):
    """
    When no process can be started, the reason is told, nothing else is held up, and it is tried again after a minute.
    """
    [run] = queued.ask(0)
    queue = queued.queue(command=["/no/such/program"])
    [(refused, word)] = queue.look()
    assert (run.id, True) == (refused.id, word.startswith("refused: ") and "/no/such/program" in word)
    assert [] == queue.look()
    queued.age(run, heartbeat_at=timedelta(seconds=61))
    assert [run.id] == started(queued.queue())


def test_a_run_whose_command_was_killed_before_it_began_is_ended(queued):
    """
    A run that `treadle run` made and didn't begin is no scheduler's to start; after five minutes it is cancelled.
    """
    run = queued.store.create_run(project="/shop", selection="*")
    queue = queued.queue()
    assert [] == queue.look()
    queued.age(run, created_at=timedelta(minutes=6))
    assert [(run.id, "cancelled")] == [(each.id, word) for each, word in queue.look()]
    ended = queued.store.run(run.id)
    assert ("cancelled", "the command that was to run it ended before it began") == (ended.status.value, ended.error)


def test_a_run_that_was_cancelled_while_it_waited_is_ended(queued):
    """
    What was to be cancelled isn't started, and its process, if it comes late, can't take it any more.
    """
    [run] = queued.ask(0)
    queue = queued.queue()
    assert [run.id] == started(queue)
    reserved = queued.store.run(run.id)
    queued.store.request_cancel(run.id)
    assert [(run.id, "cancelled")] == [(each.id, word) for each, word in queue.look()]
    assert not queued.store.claim_run(reserved, this_process("late"))
