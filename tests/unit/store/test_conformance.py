"""What every store does, whatever database it is in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.unit.store.living import UNIQUE, A, B, a_life, a_run, a_runner
from treadle.errors import UsageError
from treadle.ir import CheckResult, CheckSeverity, LogLine, Materialization
from treadle.store import (
    Recorded,
    RunEnded,
    RunInterrupted,
    RunLostError,
    RunSearch,
    RunStarted,
    RunStatus,
    StepEnded,
    StepReported,
    StepStarted,
    StepStatus,
    open_store,
)


def test_a_new_run_waits_with_all_its_steps(store):
    """
    A run that was just created is queued, and its steps are pending in the order of the plan.
    """
    run = a_run(store, selection="tag:daily")

    assert [run] == store.runs()
    assert ("queued", "tag:daily", "/shop", None, None) == (
        run.status,
        run.selection,
        run.project,
        run.started_at,
        run.ended_at,
    )
    assert [
        (1, "load", StepStatus.PENDING, (A,), (UNIQUE,)),
        (2, "build", StepStatus.PENDING, (B,), ()),
    ] == [(step.position, step.step, step.status, step.assets, step.checks) for step in store.steps(run.id)]


def test_a_life(store):
    """
    What happens to a run and its steps is what the store tells afterwards.
    """
    life = a_life(store)
    assert RunStatus.RUNNING is store.run(life.id).status

    life.tells(
        StepStarted(run_id=life.id, step="load", output="/out/01-load/attempt-1.log"),
        StepEnded(
            run_id=life.id,
            step="load",
            attempt=1,
            status=StepStatus.FAILED,
            error="it broke",
            exit_code=3,
            seconds=1.5,
            peak_memory=3_000_000_000,
            cpu_seconds=0.25,
            peak_gpu_memory=80_000_000_000,
        ),
        StepEnded(run_id=life.id, step="build", status=StepStatus.SKIPPED, error="load failed"),
        RunEnded(run_id=life.id, status=RunStatus.FAILED, error="failed: load"),
    )

    load, build = store.steps(life.id)
    assert (StepStatus.FAILED, "it broke", 3, "/out/01-load/attempt-1.log", 1) == (
        load.status,
        load.error,
        load.exit_code,
        load.output,
        load.attempts,
    )
    assert (StepStatus.SKIPPED, "load failed", None, None, ("load",)) == (
        build.status,
        build.error,
        build.exit_code,
        build.started_at,
        build.after,
    )
    ended = store.run(life.id)
    assert (RunStatus.FAILED, "failed: load", None) == (ended.status, ended.error, ended.runner)
    assert [(1, StepStatus.FAILED, 1.5, 3_000_000_000, 0.25, 80_000_000_000)] == [
        (a.attempt, a.status, a.seconds, a.peak_memory, a.cpu_seconds, a.peak_gpu_memory)
        for a in store.attempts(life.id)
    ]


def test_the_log_tells_all_that_happened_in_order(store):
    """
    Each thing that happened is an event, with a number of its own and one inside of the run.
    """
    life = a_life(store, launched_by="schedule nightly")
    life.tells(StepStarted(run_id=life.id, step="load"))
    life.reports("load", LogLine(message="slow", level="warning"), Materialization(asset=A, partition="p"))
    other = a_life(store)
    life.tells(StepEnded(run_id=life.id, step="load", attempt=1, status=StepStatus.SUCCEEDED)).ends()

    events = store.events(run_id=life.id)
    assert [
        (0, "run_queued", None, {"launched_by": "schedule nightly"}),
        (1, "run_started", None, {}),
        (2, "step_started", "load", {}),
        (3, "logged", "load", {"level": "warning", "message": "slow"}),
        (4, "materialized", "load", {"partition": "p", "data_version": None}),
        (5, "step_ended", "load", {"status": "succeeded", "error": ""}),
        (6, "run_ended", None, {"status": "succeeded", "error": ""}),
    ] == [(each.position, each.kind, each.step, dict(each.data)) for each in events]
    everything = store.events()
    assert sorted(each.id for each in everything) == [each.id for each in everything]
    assert {life.id: 7, other.id: 2} == {
        run: sum(each.run_id == run for each in everything) for run in (life.id, other.id)
    }
    assert everything[4:6] == store.events(after=everything[3].id, limit=2)


def test_what_is_told_twice_is_recorded_once(store):
    """
    A runner that can't know whether something was kept says it again, and nothing is there twice.
    """
    life = a_life(store)
    told = [
        StepStarted(run_id=life.id, step="load"),
        StepReported(run_id=life.id, step="load", report=Materialization(asset=A)),
    ]
    for _ in range(2):
        store.record(told, runner=life.runner.id, first=life.told)
    end = [RunEnded(run_id=life.id, status=RunStatus.SUCCEEDED)]
    for _ in range(2):
        store.record(end, runner=life.runner.id, first=life.told + 2)
    assert (1, 5, 1) == (len(store.materializations()), len(store.events()), len(store.attempts(life.id)))


def test_of_two_runners_that_take_a_run_one_wins(store):
    """
    A run is taken as it was seen; whoever saw the same comes too late.
    """
    run = a_run(store)
    assert [True, False] == [store.claim_run(run, a_runner(name)) for name in ("one", "two")]
    assert "one" == store.run(run.id).runner.id


def test_who_lost_a_run_cannot_write_to_it(store):
    """
    After another runner has taken a run, what the first one says is refused, and nothing of it is kept.
    """
    life = a_life(store)
    assert store.claim_run(store.run(life.id), a_runner("two"))
    with pytest.raises(RunLostError):
        life.reports("load", Materialization(asset=A))
    with pytest.raises(RunLostError):
        store.beat(life.id, "one")
    assert ([], "two") == (store.materializations(), store.beat(life.id, "two").runner.id)


def test_an_interrupted_run_goes_on(store):
    """
    Attempts that were running are kept as interrupted, their steps wait again, and the next attempt is another one.
    """
    life = a_life(store)
    life.tells(StepStarted(run_id=life.id, step="load", output="one"))
    life.tells(
        RunInterrupted(run_id=life.id, steps=("load",), reason="its runner was gone"),
        RunStarted(run_id=life.id, is_resumed=True),
    )
    assert [StepStatus.PENDING, StepStatus.PENDING] == [step.status for step in store.steps(life.id)]
    life.tells(
        StepStarted(run_id=life.id, step="load", attempt=2, output="two"),
        StepEnded(run_id=life.id, step="load", attempt=2, status=StepStatus.SUCCEEDED),
    )
    assert [(1, "interrupted", "its runner was gone"), (2, "succeeded", "")] == [
        (each.attempt, each.status.value, each.error) for each in store.attempts(life.id, "load")
    ]


def test_cancelling_is_asked_for(store):
    """
    Who asks for a run to be cancelled is heard at the next beat; a run that is over can't be cancelled.
    """
    life = a_life(store)
    assert store.beat(life.id, "one").cancel_requested_at is None
    assert store.request_cancel(life.id)
    assert store.beat(life.id, "one").cancel_requested_at is not None
    life.ends(RunStatus.CANCELLED)
    assert not store.request_cancel(life.id)


def test_runs_are_searched_and_counted(store):
    """
    Every database finds the same runs by words, assets, tags and times, and counts them by state.
    """
    first = a_run(store, selection="tag:daily", tags={"why": 'a "b" 100%', "tier": "1"})
    second = a_run(store, selection="+orders")

    def found(**asked):
        search = RunSearch(**asked)
        runs = store.runs(project="/shop", search=search)
        assert len(runs) == sum(store.run_counts(project="/shop", search=search).values())
        return [run.id for run in reversed(runs)]

    assert [first.id, second.id] == found() == found(asset=A) == found(since=first.created_at)
    assert [second.id] == found(text="ORD")
    assert [first.id] == found(text=first.id) == found(text="tag:")
    assert [first.id] == found(tags={"why": None}) == found(tags={"why": 'a "b" 100%', "tier": "1"})
    assert [] == found(tags={"tier": "11"}) == found(text="%") == found(text="\0") == found(until=first.created_at)
    assert {RunStatus.QUEUED: 2} == store.run_counts(project="/shop")


def test_pools_are_shared_by_all_runs(store):
    """
    A pool has so many places, whoever asks; a step's place is free when it ends.
    """
    one, two = a_life(store), a_life(store)
    assert store.take_slots({"dwh": 1}, run_id=one.id, step="load")
    assert not store.take_slots({"dwh": 1}, run_id=two.id, step="load")
    one.tells(StepStarted(run_id=one.id, step="load"))
    one.tells(StepEnded(run_id=one.id, step="load", attempt=1, status=StepStatus.SUCCEEDED))
    assert store.take_slots({"dwh": 1}, run_id=two.id, step="load")


def test_the_line_for_a_pool_is_by_priority_and_then_by_time(store):
    """
    Who waits with a higher priority, or for longer, gets the next free place.
    """
    holder, late, early, urgent = (a_life(store) for _ in range(4))
    take = lambda life, priority=0: store.take_slots({"dwh": 1}, run_id=life.id, step="load", priority=priority)  # noqa: E731
    assert [True, False, False, False] == [take(holder), take(early), take(late), take(urgent, 5)]
    holder.ends()
    assert [False, False, True] == [take(late), take(early), take(urgent, 5)]
    urgent.ends()
    assert [False, True] == [take(late), take(early)]


def test_several_pools_are_taken_together_or_not_at_all(store):
    """
    A step that needs two places holds none while it waits for one of them.
    """
    one, two = a_life(store), a_life(store)
    assert store.take_slots({"b": 1}, run_id=one.id, step="load")
    assert not store.take_slots({"a": 1, "b": 1}, run_id=two.id, step="load")
    assert store.take_slots({"a": 1}, run_id=one.id, step="build", priority=1)


def test_what_failed_last_is_known_of_each_asset(store):
    """
    An asset that a step should have written is failed from then on, until it is written again.
    """
    life = a_life(store, partition="2026-01-01").reports("load", Materialization(asset=A, partition="2026-01-01"))
    life.tells(StepEnded(run_id=life.id, step="build", status=StepStatus.SKIPPED)).ends(RunStatus.FAILED)
    assert {
        (A, None): (True, None),
        (A, "2026-01-01"): (True, None),
        (B, None): (False, life.id),
        (B, "2026-01-01"): (False, life.id),
    } == {(s.asset, s.partition): (s.materialized_at is not None, s.failed_run_id) for s in store.asset_states()}

    a_life(store).reports("build", Materialization(asset=B))
    assert {None: None, "2026-01-01": life.id} == {s.partition: s.failed_run_id for s in store.asset_states([B])}


def test_times_are_utc_and_in_order(store):
    """
    Times come back with their zone, to the microsecond.
    """
    before = datetime.now(UTC)
    life = a_life(store).ends()
    ended = store.run(life.id)

    times = [before, ended.created_at, ended.started_at, ended.ended_at, datetime.now(UTC)]
    assert sorted(times) == times
    assert {UTC} == {time.tzinfo for time in times}


def test_results_are_told_in_the_order_of_their_recording(store):
    """
    Materializations and check results keep their order, their metadata and their partition.
    """
    life = a_life(store)
    life.reports(
        "load",
        Materialization(
            asset=A,
            metadata={"rows": 3, "who": "Zoë", "deep": [{"x": None}]},
            data_version="v1",
            partition="2026-01-01",
        ),
        CheckResult(
            asset=A,
            check="unique: id",
            passed=False,
            severity=CheckSeverity.WARN,
            description="two",
            partition="2026-01-01",
        ),
    )
    life.reports("build", Materialization(asset=B), Materialization(asset=A, partition="other"))

    assert [
        ("load", A, {"rows": 3, "who": "Zoë", "deep": [{"x": None}]}, "v1", "2026-01-01"),
        ("build", B, {}, None, None),
        ("build", A, {}, None, "other"),
    ] == [
        (each.step, each.asset, dict(each.metadata), each.data_version, each.partition)
        for each in store.materializations(run_id=life.id)
    ]
    [result] = store.check_results(asset=A)
    assert (UNIQUE, False, CheckSeverity.WARN, "two", "2026-01-01") == (
        result.check,
        result.passed,
        result.severity,
        result.description,
        result.partition,
    )


def test_the_latest_result_of_each(store):
    """
    The newest materialization of an asset, and the newest result of a check, hide the older ones.
    """
    old, new = a_life(store), a_life(store)
    old.reports("load", Materialization(asset=A, metadata={"n": 1}), Materialization(asset=B))
    new.reports(
        "load",
        Materialization(asset=A, metadata={"n": 2}),
        Materialization(asset=A, metadata={"n": 3}),
        CheckResult(asset=A, check="unique: id", passed=False),
        CheckResult(asset=A, check="unique: id", passed=True),
    )

    latest = store.latest_materializations()
    assert {A: {"n": 3}, B: {}} == {key: dict(each.metadata) for key, each in latest.items()}
    assert {B: old.id} == {key: each.run_id for key, each in store.latest_materializations([B]).items()}
    assert {UNIQUE: True} == {key: each.passed for key, each in store.latest_check_results([A]).items()}
    assert {} == store.latest_check_results([B])


def test_what_is_written_again_alike_has_not_changed(store):
    """
    What was last tells since when its data has the version that it has, of each partition alone; no version is a new one.
    """
    moments, changed = [], []
    for version in "v1", "v2", "v2", None, None:
        life = a_life(store)
        partitions = {"same": "v1", "other": version}
        reports = [Materialization(asset=A, partition=key, data_version=each) for key, each in partitions.items()]
        made = [StepReported(run_id=life.id, step="load", report=each, code_version="7") for each in reports]
        moments.append(life.tells(*made) and store.materializations(run_id=life.id)[0].created_at)
        states = {each.partition: each for each in store.asset_states([A])}
        changed.append([moments.index(states[key].changed_at) for key in ("same", "other")])

    assert [[0, 0], [0, 1], [0, 1], [0, 3], [0, 4]] == changed
    assert {"7"} == {each.code_version for each in states.values()}


def test_limits_keep_the_newest(store):
    """
    A limit keeps what is newest: of runs the first, of results the last.
    """
    runs = [a_life(store) for _ in range(3)]
    runs[0].reports("load", *[Materialization(asset=A, metadata={"n": n}) for n in range(4)])

    assert [run.id for run in reversed(runs)][:2] == [run.id for run in store.runs(limit=2)]
    assert [2, 3] == [each.metadata["n"] for each in store.materializations(limit=2)]


def test_results_are_read_page_by_page(store):
    """
    Results before one that was seen come without it, also when many were recorded at once; so do those of a check
    or of a partition alone.
    """
    for number in range(2):
        a_life(store).reports(
            "load",
            *[Materialization(asset=A, partition=f"p{n}", metadata={"n": 3 * number + n}) for n in range(3)],
            *[CheckResult(passed=n == 1, asset=A, check=UNIQUE.name) for n in range(2)],
            CheckResult(passed=True, asset=A, check="other"),
        )
    seen, before = [], None
    while page := store.materializations(asset=A, before=before, limit=2):
        seen += [each.metadata["n"] for each in reversed(page)]
        before = Recorded(page[0].created_at, page[0].run_id, page[0].position)
    assert [5, 4, 3, 2, 1, 0] == seen
    assert [1, 4] == [each.metadata["n"] for each in store.materializations(asset=A, partition="p1")]
    [last] = store.check_results(asset=A, check=UNIQUE.name, limit=1)
    earlier = Recorded(last.created_at, last.run_id, last.position)
    assert [False, True, False] == [
        each.passed for each in store.check_results(asset=A, check=UNIQUE.name, before=earlier)
    ]


def test_runs_are_found_by_status_and_project(store):
    """
    Runs can be asked for by status, by project and by who asked for them, and page by page.
    """
    mine, other = a_run(store, launched_by="schedule x"), a_life(store, project="/other").ends(RunStatus.CANCELLED)

    assert [other.id] == [run.id for run in store.runs(statuses=[RunStatus.CANCELLED])]
    assert [mine.id] == [run.id for run in store.runs(project="/shop")]
    assert [mine.id] == [run.id for run in store.runs(launched_by="schedule x")]
    assert [mine.id] == [run.id for run in store.runs(before=other.id)]


def test_a_run_keeps_what_it_was_given(store):
    """
    Tags, configuration, priority and what it repeats come back with a run.
    """
    given = {"tags": {"team": "é"}, "config": {"days": [1, 2]}, "priority": 7, "rerun_of": "x", "partition": "p"}
    run = a_run(store, **given)
    kept = store.run(run.id)
    assert (given, run) == ({name: getattr(kept, name) for name in given}, kept)


def test_ids_sort_by_time_and_are_easy_to_type(store):
    """
    Ids are short, lower-case, free of look-alikes, and later ones sort after earlier ones.
    """
    ids = [a_run(store).id for _ in range(50)]

    assert 50 == len(set(ids))
    assert [each[:8] for each in ids] == sorted(each[:8] for each in ids)
    assert all(len(each) == 10 and set(each) <= set("0123456789abcdefghjkmnpqrstvwxyz") for each in ids)


@pytest.mark.parametrize("typed", [pytest.param(str, id="all of it"), pytest.param(str.upper, id="in capitals")])
def test_a_run_is_found_by_its_id(store, typed):
    """
    A run is found by its id, in whatever case.
    """
    run = a_run(store)
    assert run == store.run(typed(run.id))


def test_a_run_is_found_by_the_beginning_of_its_id(store):
    """
    The beginning of an id is enough as long as it is the only one.
    """
    run = a_run(store)
    assert run == store.run(run.id[:3])


def test_an_ambiguous_beginning_is_an_error(store):
    """
    The beginning of several ids names them.
    """
    ids = sorted(a_run(store).id for _ in range(2))

    with pytest.raises(UsageError, match="beginning of more than one run: " + ", ".join(ids)):
        store.run(ids[0][:2])


@pytest.mark.parametrize("typed", ["", "zzzzzzzzzz", "%", "_", "é\x00"])
def test_an_unknown_run_is_an_error(store, typed):
    """
    What names no run is an error, and nothing in it is a pattern.
    """
    a_run(store)
    with pytest.raises(UsageError, match="no run is called"):
        store.run(typed)


def test_a_misspelled_id_gets_a_suggestion(store):
    """
    An id with a wrong character brings the right one to mind.
    """
    run = a_run(store)
    with pytest.raises(UsageError) as refused:
        store.run(run.id[:4] + "u" + run.id[5:])
    assert f"did you mean {run.id!r}?" == refused.value.fix


def test_a_batch_of_results_is_all_or_nothing(store):
    """
    When one result of a batch can't be recorded, none is.
    """
    from sqlalchemy.exc import IntegrityError

    life = a_life(store)
    with pytest.raises(IntegrityError):
        life.reports("load", Materialization(asset=A), CheckResult(asset=A, check=None, passed=True))
    assert ([], []) == (store.materializations(), store.events(run_id=life.id)[2:])


def test_words_that_no_database_takes_are_replaced(store):
    """
    NULs and bytes that aren't text don't keep an error from being recorded.
    """
    life = a_life(store).ends(RunStatus.FAILED, error="bad \0 byte \udce9")
    assert "bad � byte ?" == store.run(life.id).error


def test_a_store_is_kept(url):
    """
    What was recorded is there when the store is opened again.
    """
    with open_store(url) as store:
        run = a_run(store)
    with open_store(url) as store:
        assert run == store.run(run.id)


def test_a_page_goes_on_where_the_last_one_ended(url, store):
    """
    Runs of one millisecond, whose names sort otherwise than they began, are on one page each.
    """
    from sqlalchemy import create_engine, text

    low, high = sorted(a_run(store).id for _ in range(2))
    engine = create_engine(url)
    with engine.begin() as connection:
        for name, at in ((low, "0002"), (high, "0001")):
            moment = f"2026-01-01T00:00:00.00{at}+00:00"
            connection.execute(text("UPDATE runs SET created_at = :at WHERE id = :id"), {"at": moment, "id": name})
    engine.dispose()
    assert [low, high] == [run.id for run in store.runs()]
    assert [[high], []] == [[run.id for run in store.runs(before=last)] for last in (low, high)]
