"""What every store does, whatever database it is in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from treadle.errors import UsageError
from treadle.ir import AssetKey, CheckKey, CheckResult, CheckSeverity, Materialization
from treadle.store import PendingStep, RunRecord, RunStatus, StepStatus, Store, open_store

A, B = AssetKey.parse("raw/a"), AssetKey.parse("b")
UNIQUE = CheckKey(A, "unique: id")


def a_run(store: Store, *, selection: str = "*", project: str = "/shop") -> RunRecord:
    steps = [PendingStep(step="load", assets=(A,), checks=(UNIQUE,)), PendingStep(step="build", assets=(B,))]
    return store.create_run(project=project, selection=selection, steps=steps)


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
    run = a_run(store)

    store.start_run(run.id)
    assert RunStatus.RUNNING is store.run(run.id).status

    store.start_step(run.id, "load", output="/out/01-load/output.log")
    store.end_step(run.id, "load", StepStatus.FAILED, error="it broke", exit_code=3)
    store.end_step(run.id, "build", StepStatus.SKIPPED, error="load failed")
    store.end_run(run.id, RunStatus.FAILED, error="failed: load")

    load, build = store.steps(run.id)
    assert (StepStatus.FAILED, "it broke", 3, "/out/01-load/output.log", 1) == (
        load.status,
        load.error,
        load.exit_code,
        load.output,
        load.attempts,
    )
    assert (StepStatus.SKIPPED, "load failed", None, None) == (
        build.status,
        build.error,
        build.exit_code,
        build.started_at,
    )
    ended = store.run(run.id)
    assert (RunStatus.FAILED, "failed: load") == (ended.status, ended.error)


def test_times_are_utc_and_in_order(store):
    """
    Times come back with their zone, to the microsecond.
    """
    before = datetime.now(UTC)
    run = a_run(store)
    store.start_run(run.id)
    store.end_run(run.id, RunStatus.SUCCEEDED)
    ended = store.run(run.id)

    times = [before, ended.created_at, ended.started_at, ended.ended_at, datetime.now(UTC)]
    assert sorted(times) == times
    assert {UTC} == {time.tzinfo for time in times}


def test_results_are_told_in_the_order_of_their_recording(store):
    """
    Materializations and check results keep their order, their metadata and their partition.
    """
    run = a_run(store)
    store.record(
        run.id,
        "load",
        [
            Materialization(asset=A, metadata={"rows": 3, "who": "Zoë", "deep": [{"x": None}]}, data_version="v1"),
            CheckResult(asset=A, check="unique: id", passed=False, severity=CheckSeverity.WARN, description="two"),
        ],
        partition="2026-01-01",
    )
    store.record(run.id, "build", [Materialization(asset=B), Materialization(asset=A, partition="other")])

    assert [
        ("load", A, {"rows": 3, "who": "Zoë", "deep": [{"x": None}]}, "v1", "2026-01-01"),
        ("build", B, {}, None, None),
        ("build", A, {}, None, "other"),
    ] == [
        (each.step, each.asset, dict(each.metadata), each.data_version, each.partition)
        for each in store.materializations(run_id=run.id)
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
    old, new = a_run(store), a_run(store)
    store.record(old.id, "load", [Materialization(asset=A, metadata={"n": 1}), Materialization(asset=B)])
    store.record(
        new.id,
        "load",
        [
            Materialization(asset=A, metadata={"n": 2}),
            Materialization(asset=A, metadata={"n": 3}),
            CheckResult(asset=A, check="unique: id", passed=False),
            CheckResult(asset=A, check="unique: id", passed=True),
        ],
    )

    latest = store.latest_materializations()
    assert {A: {"n": 3}, B: {}} == {key: dict(each.metadata) for key, each in latest.items()}
    assert {B: old.id} == {key: each.run_id for key, each in store.latest_materializations([B]).items()}
    assert {UNIQUE: True} == {key: each.passed for key, each in store.latest_check_results([A]).items()}
    assert {} == store.latest_check_results([B])


def test_limits_keep_the_newest(store):
    """
    A limit keeps what is newest: of runs the first, of results the last.
    """
    runs = [a_run(store) for _ in range(3)]
    store.record(runs[0].id, "load", [Materialization(asset=A, metadata={"n": n}) for n in range(4)])

    assert [run.id for run in reversed(runs)][:2] == [run.id for run in store.runs(limit=2)]
    assert [2, 3] == [each.metadata["n"] for each in store.materializations(limit=2)]


def test_runs_are_found_by_status_and_project(store):
    """
    Runs can be asked for by status and by project.
    """
    mine, other = a_run(store), a_run(store, project="/other")
    store.end_run(other.id, RunStatus.CANCELLED)

    assert [other.id] == [run.id for run in store.runs(status=RunStatus.CANCELLED)]
    assert [mine.id] == [run.id for run in store.runs(project="/shop")]


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

    run = a_run(store)
    with pytest.raises(IntegrityError):
        store.record(run.id, "load", [Materialization(asset=A), CheckResult(asset=A, check=None, passed=True)])
    assert [] == store.materializations()


def test_words_that_no_database_takes_are_replaced(store):
    """
    NULs and bytes that aren't text don't keep an error from being recorded.
    """
    run = a_run(store)
    store.end_run(run.id, RunStatus.FAILED, error="bad \0 byte \udce9")
    assert "bad � byte ?" == store.run(run.id).error


def test_a_store_is_kept(url):
    """
    What was recorded is there when the store is opened again.
    """
    with open_store(url) as store:
        run = a_run(store)
    with open_store(url) as store:
        assert run == store.run(run.id)
