"""What observers have to tell is told in order, by one at a time; and what there is of everything is counted."""

from __future__ import annotations

from datetime import timedelta

from tests.unit.store.living import UNIQUE, A, a_life, a_run
from treadle.ir import CheckResult
from treadle.store import PendingDelivery, RunStatus, StepEnded, StepStarted, StepStatus, TickRecord, TickStatus

HOUR, NOW = timedelta(hours=1), timedelta()
WAY = "@openlineage.http"


def has_to_tell(store, *numbers: int, hook: str = WAY) -> None:
    store.add_deliveries(PendingDelivery(project="/shop", hook=hook, message={"n": number}) for number in numbers)


def numbers(taken) -> list[object]:
    return [each.message["n"] for each in taken]


def test_the_oldest_are_taken_and_forgotten_when_they_are_told(store):
    """
    Who takes some gets the oldest, and nobody gets any until these are told.
    """
    has_to_tell(store, 1, 2, 3)
    taken = store.spool.take("/shop", WAY, limit=2, lease=HOUR)
    assert [1, 2] == numbers(taken)
    assert [] == store.spool.take("/shop", WAY, limit=2, lease=HOUR)
    assert [] == store.spool.take("/shop", WAY, limit=2, lease=HOUR, is_patient=False)
    store.spool.told(taken)
    assert [3] == numbers(store.spool.take("/shop", WAY, limit=2, lease=HOUR))


def test_what_is_put_off_holds_up_what_is_younger(store):
    """
    While the oldest can't be told, nothing else is; who can't wait may try at once.
    """
    has_to_tell(store, 1, 2)
    taken = store.spool.take("/shop", WAY, limit=1, lease=HOUR)
    store.spool.put_off(taken, error="refused", again_in=HOUR)
    assert [] == store.spool.take("/shop", WAY, limit=9, lease=HOUR)
    number, since, error = store.spool.waiting("/shop", WAY)
    assert (2, taken[0].created_at, "refused") == (number, since, error)
    assert [1, 2] == numbers(store.spool.take("/shop", WAY, limit=9, lease=HOUR, is_patient=False))


def test_who_took_some_and_died_is_not_waited_for_longer_than_its_lease(store):
    """
    When a lease is over, somebody else gets the same.
    """
    has_to_tell(store, 1)
    assert [1] == numbers(store.spool.take("/shop", WAY, limit=1, lease=NOW))
    assert [1] == numbers(store.spool.take("/shop", WAY, limit=1, lease=NOW))


def test_the_oldest_of_too_many_are_forgotten(store):
    """
    Only so many are kept, and it is told how many were given up.
    """
    has_to_tell(store, 1, 2, 3, 4, 5)
    assert 0 == store.spool.shed("/shop", WAY, most=5)
    assert 3 == store.spool.shed("/shop", WAY, most=2)
    assert [4, 5] == numbers(store.spool.take("/shop", WAY, limit=9, lease=HOUR))
    assert (0, None, "") == store.spool.waiting("/elsewhere", WAY)


def test_hooks_and_observers_are_told_apart(store):
    """
    Neither the tellers of hooks nor their lists see what is in the spool, and the other way round.
    """
    has_to_tell(store, 1)
    has_to_tell(store, 2, hook="team")
    assert [2] == numbers(store.deliveries())
    assert [2] == numbers(store.take_deliveries("/shop", limit=9, lease=HOUR))
    assert [1] == numbers(store.spool.take("/shop", WAY, limit=9, lease=HOUR))


def test_a_project_is_counted(store):
    """
    Runs, steps, attempts with their times, ticks, deliveries and checks are counted, those of others left out.
    """
    life = a_life(store)
    life.tells(StepStarted(run_id=life.id, step="load", output="o"))
    life.reports("load", CheckResult(passed=False, asset=A, check=UNIQUE.name))
    life.tells(StepEnded(run_id=life.id, step="load", attempt=1, status=StepStatus.FAILED, seconds=7.5))
    life.ends(RunStatus.FAILED)
    waiting = a_run(store)
    a_run(store, project="/elsewhere")
    has_to_tell(store, 1)
    tick = TickRecord(kind="schedule", name="mornings", due_at=waiting.created_at, status=TickStatus.SKIPPED)
    store.automations.commit("/shop", tick, seen=None, cursor="c")

    found = store.figures("/shop")
    assert {"failed": 1, "queued": 1} == found.runs
    assert waiting.created_at == found.oldest_queued
    assert {"failed": 1, "pending": 3} == found.steps
    assert ([0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1], 1, 7.5) == (
        found.attempts["failed"].buckets,
        found.attempts["failed"].count,
        found.attempts["failed"].seconds,
    )
    assert {("schedule", "mornings", "skipped"): 1} == found.ticks
    assert {("schedule", "mornings"): waiting.created_at} == found.last_ticks
    assert {(WAY, "pending"): 1} == found.deliveries
    assert {False: 1} == found.checks
    assert {} == store.figures("/nowhere").runs
