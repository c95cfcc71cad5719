"""What hooks have to tell is kept with the events that it is about, and told by one at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.store.living import a_life
from treadle.errors import UsageError
from treadle.store import DeliveryStatus, PendingDelivery, RunEnded, RunLostError, RunStatus, StepEnded, StepStatus

TAKER = Path(__file__).parent / "fixtures" / "take_deliveries.py"
HOUR = timedelta(hours=1)


def something(hook: str = "team", **given: object) -> PendingDelivery:
    return PendingDelivery(**{"project": "/shop", "hook": hook, "message": {"kind": "failure"}, **given})


def test_what_is_to_be_told_is_kept_with_its_event(store):
    """
    Recording an event with a delivery leaves both in the store, and the delivery is due.
    """
    life = a_life(store)
    ended = RunEnded(run_id=life.id, status=RunStatus.FAILED)
    store.record([ended], runner="one", first=life.told, deliveries=[something(run_id=life.id)])

    [found] = store.deliveries()
    assert ("/shop", "team", life.id, {"kind": "failure"}, DeliveryStatus.PENDING, 0, "", None) == (
        found.project,
        found.hook,
        found.run_id,
        found.message,
        found.status,
        found.attempts,
        found.error,
        found.ended_at,
    )
    assert found.created_at == found.next_at == store.run(life.id).ended_at


@pytest.mark.parametrize("status", [StepStatus.SUCCEEDED, None], ids=["an event in the middle", "the end"])
def test_an_event_that_is_recorded_again_is_told_once(store, status):
    """
    A runner that doesn't know whether its transaction was kept repeats it, and nothing is told twice.
    """
    life = a_life(store)
    ended = RunEnded(run_id=life.id, status=RunStatus.SUCCEEDED)
    event = ended if status is None else StepEnded(run_id=life.id, step="load", status=status)
    for _ in range(3):
        store.record([event], runner="one", first=life.told, deliveries=[something()])
    assert 1 == len(store.deliveries())


def test_a_runner_that_lost_its_run_has_nothing_told(store):
    """
    What isn't recorded isn't told.
    """
    life = a_life(store)
    with pytest.raises(RunLostError):
        store.record(
            [RunEnded(run_id=life.id, status=RunStatus.FAILED)], runner="two", first=9, deliveries=[something()]
        )
    assert [] == store.deliveries()


def test_an_event_that_cannot_be_recorded_is_not_told_either(store):
    """
    A transaction that fails leaves neither its events nor its deliveries.
    """
    life = a_life(store)
    before = len(store.events())
    with pytest.raises(AssertionError):
        store.record(
            [StepEnded(run_id=life.id, step="nothing of that name", status=StepStatus.FAILED)],
            runner="one",
            first=life.told,
            deliveries=[something()],
        )
    assert ([], before) == (store.deliveries(), len(store.events()))


def test_what_was_taken_is_taken_by_nobody_else(store):
    """
    Deliveries are taken the oldest first, and each by one, who counts as an attempt.
    """
    store.add_deliveries([something("first"), something("second"), something("third")])
    store.add_deliveries([something(project="/other")])

    assert [("first", 1), ("second", 1)] == [
        (each.hook, each.attempts) for each in store.take_deliveries("/shop", limit=2, lease=HOUR)
    ]
    assert ["third"] == [each.hook for each in store.take_deliveries("/shop", limit=2, lease=HOUR)]
    assert [] == store.take_deliveries("/shop", limit=2, lease=HOUR)


def test_what_its_taker_never_spoke_of_again_can_be_taken_again(store):
    """
    Who was killed while it told something holds that up for as long as the lease, and no longer.
    """
    store.add_deliveries([something()])
    [first] = store.take_deliveries("/shop", limit=1, lease=timedelta(0))
    [second] = store.take_deliveries("/shop", limit=1, lease=HOUR)
    assert (first.id, 1, 2) == (second.id, first.attempts, second.attempts)

    store.delivery_failed(first, "too late to matter", again_in=None)
    assert (DeliveryStatus.PENDING, "") == (store.delivery(first.id).status, store.delivery(first.id).error)
    store.delivered(first)
    assert DeliveryStatus.DELIVERED is store.delivery(first.id).status
    store.delivery_failed(second, "it was told already", again_in=HOUR)
    assert (DeliveryStatus.DELIVERED, "") == (store.delivery(first.id).status, store.delivery(first.id).error)


def test_what_failed_is_due_later_and_given_up_at_last(store):
    """
    An attempt that failed is recorded with its error; the last one ends the delivery.
    """
    store.add_deliveries([something()])
    [taken] = store.take_deliveries("/shop", limit=1, lease=HOUR)
    store.delivery_failed(taken, "refused", again_in=timedelta(minutes=5))

    found = store.delivery(taken.id)
    assert (DeliveryStatus.PENDING, "refused") == (found.status, found.error)
    assert timedelta(minutes=5) <= found.next_at - found.created_at < timedelta(minutes=6)
    assert [] == store.take_deliveries("/shop", limit=1, lease=HOUR)

    store.delivery_failed(taken, "refused for good", again_in=None)
    found = store.delivery(taken.id)
    assert (DeliveryStatus.FAILED, "refused for good") == (found.status, found.error)
    assert found.ended_at is not None


def test_a_delivery_can_be_wanted_again(store):
    """
    What was given up is due at once when somebody says so, with all its attempts; what was told isn't told again.
    """
    store.add_deliveries([something()])
    [taken] = store.take_deliveries("/shop", limit=1, lease=HOUR)
    store.delivery_failed(taken, "refused", again_in=None)

    store.retry_delivery(taken.id)
    [again] = store.take_deliveries("/shop", limit=1, lease=HOUR)
    assert (taken.id, 1, None) == (again.id, again.attempts, again.ended_at)
    store.delivered(again)
    with pytest.raises(UsageError, match=rf"delivery {taken.id} is over: 'team' was told"):
        store.retry_delivery(taken.id)
    with pytest.raises(UsageError, match="there is no delivery 99"):
        store.retry_delivery(99)


def test_deliveries_are_listed_by_what_they_are(store):
    """
    The newest come first, and can be narrowed by project, hook, run and status.
    """
    store.add_deliveries([something("a", run_id="r1"), something("b"), something("a", project="/other")])
    [first] = store.take_deliveries("/shop", limit=1, lease=HOUR)
    store.delivered(first)

    def hooks(**given: object) -> list[tuple[str, str]]:
        return [(each.project, each.hook) for each in store.deliveries(**given)]

    assert [("/other", "a"), ("/shop", "b"), ("/shop", "a")] == hooks()
    assert [("/other", "a")] == hooks(limit=1)
    assert [("/shop", "b"), ("/shop", "a")] == hooks(project="/shop")
    assert [("/shop", "a")] == hooks(run_id="r1") == hooks(project="/shop", hook="a")
    assert [("/shop", "a")] == hooks(statuses=[DeliveryStatus.DELIVERED])


def test_processes_that_take_at_once_share(url, store):
    """
    Of several processes that look for something to tell, each delivery goes to one.
    """
    store.add_deliveries([something(str(number)) for number in range(60)])
    gate, opener = os.pipe()
    takers = [
        subprocess.Popen([sys.executable, str(TAKER), url], stdin=gate, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    os.close(gate)
    assert ["ready\n"] * 3 == [taker.stdout.readline() for taker in takers]
    os.close(opener)
    taken = [number for taker in takers for number in map(int, taker.communicate()[0].split())]
    assert sorted(each.id for each in store.deliveries()) == sorted(taken)
