"""What is long over goes, and nothing that today depends on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.store.living import UNIQUE, A, B, Living, a_life, a_run, a_runner
from treadle.ir import CheckResult, Materialization
from treadle.store import (
    BackfillStatus,
    NewRun,
    PendingDelivery,
    RunEnded,
    RunStarted,
    RunStatus,
    StepEnded,
    StepStarted,
    StepStatus,
    Store,
    TickRecord,
    TickStatus,
    pruning,
)
from treadle.store.pruning import Pruned

SECOND = timedelta(seconds=1)


def a_past(store: Store, *made: Materialization | CheckResult) -> Living:
    """A run that is over, with an attempt at a step that made something."""
    life = a_life(store)
    life.tells(StepStarted(run_id=life.id, step="load")).reports("load", *made)
    life.tells(StepEnded(run_id=life.id, step="load", status=StepStatus.SUCCEEDED, attempt=1))
    return life.ends()


def soon() -> datetime:
    """A moment at which all that a test has written is past."""
    return datetime.now(UTC) + SECOND


def test_an_old_run_goes_with_all_that_belongs_to_it(store: Store) -> None:
    """
    Of a run whose results others have replaced, nothing is left: no event, step, attempt, or result.
    """
    old = a_past(store, Materialization(asset=A), CheckResult(asset=A, check=UNIQUE.name, passed=True))
    new = a_past(store, Materialization(asset=A), CheckResult(asset=A, check=UNIQUE.name, passed=True))
    events = len(store.events(run_id=old.id))
    between = store.run(new.id).created_at

    assert Pruned(runs=1, events=events) == store.prune(between)
    assert [new.id] == [run.id for run in store.runs()]
    assert ([], [], []) == (store.events(run_id=old.id), store.steps(old.id), store.attempts(old.id))
    assert {new.id} == {each.run_id for each in store.materializations()}
    assert {new.id} == {each.run_id for each in store.check_results()}
    assert Pruned() == store.prune(between)


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(Materialization(asset=A), id="an asset"),
        pytest.param(Materialization(asset=A, partition="eu"), id="a partition"),
        pytest.param(CheckResult(asset=A, check=UNIQUE.name, passed=False), id="a check"),
    ],
)
def test_the_run_of_what_was_last_stays(store: Store, made: Materialization | CheckResult) -> None:
    """
    A run that last wrote something stays with its steps and results, and loses its attempts and all but its last event.
    """
    life = a_past(store, made)
    if isinstance(made, Materialization) and made.partition:
        a_past(store, Materialization(asset=A, partition="us"))
    run, steps, events = store.run(life.id), store.steps(life.id), store.events(run_id=life.id)
    known = store.materializations(), store.check_results(), store.asset_states()
    runs = len(store.runs())

    assert Pruned(emptied=runs, events=runs * (len(events) - 1)) == store.prune(soon())
    assert (run, steps, []) == (store.run(life.id), store.steps(life.id), store.attempts(life.id))
    assert ["run_ended"] == [each.kind for each in store.events(run_id=life.id)]
    assert known == (store.materializations(), store.check_results(), store.asset_states())
    assert Pruned() == store.prune(soon())


def test_the_run_of_the_last_failure_stays(store: Store) -> None:
    """
    Whoever is told that a run didn't materialize an asset can still look at that run.
    """
    failed = a_life(store)
    failed.tells(StepEnded(run_id=failed.id, step="build", status=StepStatus.FAILED, error="no yarn"))
    failed.ends(RunStatus.FAILED)
    store.prune(soon())
    assert [failed.id] == [each.failed_run_id for each in store.asset_states([B])] == [run.id for run in store.runs()]


def test_a_cancelled_run_that_stays_can_go_on(store: Store) -> None:
    """
    The events that a run gets later have numbers of their own, although its earlier ones are gone.
    """
    life = a_life(store).reports("load", Materialization(asset=A)).ends(RunStatus.CANCELLED)
    store.prune(soon())
    assert store.claim_run(store.run(life.id), a_runner("two"))
    again = Living(store, life.run, a_runner("two"), told=store.next_position(life.id))
    again.tells(RunStarted(run_id=life.id, is_resumed=True)).reports("build", Materialization(asset=B)).ends()
    assert [A, B] == [each.asset for each in store.materializations(run_id=life.id)]


def test_what_is_not_over_stays(store: Store) -> None:
    """
    Queued and running runs stay as they are, however long ago they began, and so does what ended since.
    """
    queued, running = a_run(store), a_life(store)
    ended = a_life(store).ends()
    before = store.events()
    assert Pruned() == store.prune(store.run(ended.id).ended_at)
    assert Pruned(runs=1, events=3) == store.prune(soon())
    assert {queued.id, running.id} == {run.id for run in store.runs()}
    assert [each for each in before if each.run_id != ended.id] == store.events()


def test_a_run_that_a_sensor_asked_for_by_a_key_stays(store: Store) -> None:
    """
    A sensor that asks for the same key again gets no second run, also when the first was long ago.
    """
    tick = TickRecord(id=0, kind="sensor", name="files", due_at=datetime.now(UTC), status=TickStatus.FIRED)
    asked = [NewRun(selection="*", run_key="one.csv")]
    [run] = store.automations.commit("/shop", tick, asked, seen=None, cursor="1") or []
    assert store.claim_run(run, a_runner())
    store.record([RunEnded(run_id=run.id, status=RunStatus.SUCCEEDED)], runner="one", first=1)

    store.prune(soon())
    assert [] == store.automations.ticks("/shop")
    assert [] == store.automations.commit("/shop", tick, asked, seen="1", cursor="2")


def test_a_backfill_goes_with_its_runs_and_not_before_it_is_over(store: Store) -> None:
    """
    A backfill that isn't over still knows what became of each part; when it is, it goes, and its runs with it.
    """
    backfill = store.backfills.create(
        [("d1", ["d1"]), ("d2", ["d2"])], project="/shop", selection="*", partitions="d1,d2"
    )
    [run] = store.backfills.queue(backfill, store.backfills.parts(backfill.id)[:1])
    assert store.claim_run(run, a_runner())
    store.record([RunEnded(run_id=run.id, status=RunStatus.SUCCEEDED)], runner="one", first=1)

    assert Pruned(emptied=1, events=1) == store.prune(soon())
    assert [RunStatus.SUCCEEDED, None] == [each.status for each in store.backfills.parts(backfill.id)]
    assert store.backfills.end(backfill, BackfillStatus.FAILED)
    assert Pruned(runs=1, events=1, backfills=1) == store.prune(soon())
    assert ([], [], []) == (store.backfills.all(), store.backfills.parts(backfill.id), store.runs())


def test_deliveries_go_when_they_are_over(store: Store) -> None:
    """
    What was told or given up goes, what still has to be told stays.
    """
    store.add_deliveries([PendingDelivery(project="/shop", hook=hook, message={}) for hook in ("a", "b", "c")])
    first, second = store.take_deliveries("/shop", limit=2, lease=SECOND)
    store.delivered(first)
    store.delivery_failed(second, "no", again_in=None)
    assert Pruned(deliveries=2) == store.prune(soon())
    assert ["c"] == [each.hook for each in store.deliveries()]


def test_a_trial_counts_what_would_go_and_deletes_nothing(store: Store) -> None:
    """
    What a trial says is what happens next, when nothing is written in between.
    """
    for _ in range(3):
        a_past(store, Materialization(asset=A))
    store.add_deliveries([PendingDelivery(project="/shop", hook="a", message={})])
    store.delivered(*store.take_deliveries("/shop", limit=1, lease=SECOND))
    tick = TickRecord(id=0, kind="schedule", name="daily", due_at=datetime.now(UTC), status=TickStatus.SKIPPED)
    store.automations.commit("/shop", tick, seen=None, cursor="1")
    backfill = store.backfills.create([("d1", ["d1"])], project="/shop", selection="*", partitions="d1")
    [run] = store.backfills.queue(backfill, store.backfills.parts(backfill.id))
    assert store.claim_run(run, a_runner())
    store.record([RunEnded(run_id=run.id, status=RunStatus.SUCCEEDED)], runner="one", first=1)
    store.backfills.end(backfill, BackfillStatus.SUCCEEDED)
    before, events = soon(), store.events()

    trial = store.prune(before, is_trial=True)
    assert events == store.events()
    assert (3, 1, 1, 1, 1) == (trial.runs, trial.emptied, trial.ticks, trial.deliveries, trial.backfills)
    assert trial == store.prune(before)


def test_many_runs_go_in_several_transactions(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    However many runs and rows there are, all that is old goes, and what is among it and has to stay does.
    """
    monkeypatch.setattr(pruning, "_RUNS_AT_ONCE", 2)
    monkeypatch.setattr(pruning, "_ROWS_AT_ONCE", 2)
    lives = [a_past(store, Materialization(asset=A, partition=key)) for key in ("1", "2", "1", "1", "3", "3")]
    store.add_deliveries([PendingDelivery(project="/shop", hook="a", message={})] * 5)
    for each in store.take_deliveries("/shop", limit=5, lease=SECOND):
        store.delivered(each)
    done = store.prune(soon())
    assert (3, 3, 5) == (done.runs, done.emptied, done.deliveries)
    assert {lives[place].id for place in (1, 3, 5)} == {run.id for run in store.runs()}


def test_which_runs_were_not_over_at_a_moment(store: Store) -> None:
    """
    Runs that live, and those that ended since, weren't; others and unknown ones aren't named.
    """
    early, live, late = a_life(store).ends(), a_life(store), a_life(store).ends()
    names = [early.id, live.id, late.id, "unknown"]
    assert {live.id, late.id} == store.unfinished_since(names, store.run(late.id).ended_at)
