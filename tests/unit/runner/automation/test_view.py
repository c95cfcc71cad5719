"""What conditions see of a store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.store.living import Living, a_runner
from treadle.ir import Asset, AssetGraph, AssetKey, Definitions, Materialization, StaticPartitions, Step, link
from treadle.ir.conditions import parse_condition
from treadle.runner.automation import evaluate, view_of
from treadle.store import PendingStep, RunStatus, StepEnded, StepStarted, StepStatus, Store, open_store

RAW, ORDERS, SHOPS = map(AssetKey.of, ("raw", "orders", "shops"))
PROJECT = "/mill"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


@pytest.fixture
def graph() -> AssetGraph:
    assets = [
        Asset(key=RAW),
        Asset(key=ORDERS, deps=[RAW], automation=parse_condition("eager")),
        Asset(key=SHOPS, partitions=StaticPartitions(keys=("graz", "wien"))),
    ]
    steps = [Step(name=str(asset.key), assets=[asset.key], run=print) for asset in assets]
    return link(Definitions(assets=assets, steps=steps))[0]


def a_run(store: Store, *keys: AssetKey, project: str = PROJECT, **given: object) -> Living:
    steps = [PendingStep(step=str(key), assets=(key,)) for key in keys]
    run = store.create_run(project=project, selection="*", steps=steps, **given)
    return Living(store, run, a_runner())


def makes(
    life: Living, key: AssetKey, status: StepStatus = StepStatus.SUCCEEDED, partition: str | None = None
) -> Living:
    step = str(key)
    life.tells(StepStarted(run_id=life.id, step=step))
    if status is StepStatus.SUCCEEDED:
        life.reports(step, Materialization(asset=key, partition=partition))
    return life.tells(StepEnded(run_id=life.id, step=step, attempt=1, status=status))


def begun(life: Living) -> Living:
    assert life.store.claim_run(life.run, life.runner)
    return life.starts()


def test_an_empty_store_knows_nothing(store, graph):
    """
    Before the first run nothing was written and nothing is in progress.
    """
    view = view_of(store, graph, project=PROJECT, state={})

    assert ({}, {}, {}, {}) == (view.states, view.running, view.backfilling, view.planned)


def test_what_runs_will_make_is_in_progress(store, graph):
    """
    An asset is in progress from when a run for it is queued until its step ends, with the partitions of the run.
    """
    a_run(store, SHOPS, partition="wien")
    a_run(store, RAW, project="/elsewhere")
    life = begun(a_run(store, RAW, ORDERS))
    assert {SHOPS: {None, "wien"}, RAW: {None}, ORDERS: {None}} == view_of(
        store, graph, project=PROJECT, state={}
    ).running

    makes(life, RAW)
    assert {SHOPS: {None, "wien"}, ORDERS: {None}} == view_of(store, graph, project=PROJECT, state={}).running
    makes(life, ORDERS).ends()
    assert {SHOPS: {None, "wien"}} == view_of(store, graph, project=PROJECT, state={}).running


def test_what_was_written_and_what_failed(store, graph):
    """
    The last materialization and the last failure of each asset and partition are known; assets of elsewhere are left out.
    """
    makes(begun(a_run(store, SHOPS, partition="wien")), SHOPS, partition="wien").ends()
    makes(begun(a_run(store, RAW)), RAW, StepStatus.FAILED).ends(RunStatus.FAILED)
    makes(begun(a_run(store, AssetKey.of("gone"))), AssetKey.of("gone")).ends()
    states = view_of(store, graph, project=PROJECT, state={}).states

    assert {SHOPS: {None, "wien"}, RAW: {None}} == {key: set(each) for key, each in states.items()}
    assert (True, False) == (
        states[SHOPS]["wien"].materialized_at is not None,
        states[SHOPS]["wien"].failed_at is not None,
    )
    assert (False, True) == (states[RAW][None].materialized_at is not None, states[RAW][None].failed_at is not None)


def test_what_backfills_will_make_is_in_progress(store, store_url, graph):
    """
    The parts of a backfill that have no run yet, or one that hasn't ended, are in progress until the backfill ends.
    """
    from sqlalchemy import create_engine, insert

    from treadle.store.tables import backfill_parts, backfills

    over = a_run(store, SHOPS, partition="graz")
    begun(over)
    makes(over, SHOPS, partition="graz").ends()
    now = datetime.now(UTC)
    backfill = {
        "status": "running", "project": PROJECT, "partitions": "all", "tags": {}, "priority": 0, "runs_at_once": 1,
        "created_at": now, "error": "",
    }  # fmt: skip
    rows = [
        {**backfill, "id": "b1", "selection": "shops", "ended_at": None},
        {**backfill, "id": "b2", "selection": "raw", "ended_at": now},
        {**backfill, "id": "b3", "selection": "nowhere", "ended_at": None},
    ]
    parts = [
        {"backfill_id": "b1", "position": 0, "partition": "graz", "partition_keys": ["graz"], "run_id": over.id},
        {"backfill_id": "b1", "position": 1, "partition": "wien", "partition_keys": ["wien"], "run_id": None},
        {"backfill_id": "b2", "position": 0, "partition": "", "partition_keys": [], "run_id": None},
        {"backfill_id": "b3", "position": 0, "partition": "", "partition_keys": [], "run_id": None},
    ]
    engine = create_engine(store_url)
    with engine.begin() as connection:
        connection.execute(insert(backfills), rows)
        connection.execute(insert(backfill_parts), parts)
    engine.dispose()

    assert {SHOPS: {None, "wien"}} == view_of(store, graph, project=PROJECT, state={}).backfilling


def test_what_a_run_was_asked_for(store, graph):
    """
    Of the runs that wrote something since the last evaluation it is known what they were to make; of older ones it isn't asked.
    """
    now = datetime.now(UTC)
    makes(begun(a_run(store, SHOPS)), SHOPS).ends()
    state = evaluate(graph, view_of(store, graph, project=PROJECT, state={}), now=now + MINUTE).state
    life = begun(a_run(store, RAW, ORDERS))
    makes(life, RAW)

    assert {life.id: {RAW, ORDERS}} == view_of(store, graph, project=PROJECT, state=state).planned


def test_an_eager_asset_from_run_to_run(store, graph):
    """
    With a real store: an update of a dependency requests an asset once, and a run that makes both requests nothing.
    """
    state: dict[str, object] = {}
    now = datetime.now(UTC)
    requested = []

    def look() -> None:
        nonlocal state, now
        now += MINUTE
        found = evaluate(graph, view_of(store, graph, project=PROJECT, state=state), state, now=now)
        requested.append([str(key) for key in found.requested])
        state = dict(found.state)

    makes(begun(a_run(store, RAW)), RAW).ends()
    look()
    makes(begun(a_run(store, RAW)), RAW).ends()
    look()
    life = begun(a_run(store, ORDERS))
    look()
    makes(life, ORDERS).ends()
    look()
    makes(makes(begun(a_run(store, RAW, ORDERS)), RAW), ORDERS).ends()
    look()

    assert [[], ["orders"], [], [], []] == requested
