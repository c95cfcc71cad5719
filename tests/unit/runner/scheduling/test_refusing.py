"""A tick whose run a policy denies asks for no run, and is recorded with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from treadle.ir import (
    Asset,
    AssetGraph,
    AssetKey,
    AutomationCondition,
    Definitions,
    FileWatch,
    Schedule,
    Sensor,
    Step,
    link,
)
from treadle.ir.verdicts import Excuse, Verdict
from treadle.runner.scheduling import Scheduler
from treadle.runner.scheduling.conditions import Conditions
from treadle.runner.scheduling.queue import Queue
from treadle.runner.scheduling.sensors import Surroundings
from treadle.store import Store, open_store

START = datetime(2026, 11, 25, 12, 0, 30, tzinfo=UTC)
DENIED = Verdict(
    policy="has_owner",
    severity="deny",
    target="asset",
    name="cloth",
    message="cloth has no owner",
    assets=frozenset({AssetKey.parse("cloth")}),
)
REFUSED = "failed: may not run: cloth has no owner (policy has_owner)"


class Clock:
    """A clock that a test moves."""

    now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'treadle.db'}") as opened:
        yield opened


def graph_of(*automations: Schedule | Sensor, verdicts: tuple[Verdict, ...] = (DENIED,)) -> AssetGraph:
    """Two assets with a step each, and what policies say of them."""
    missing = AutomationCondition(name="missing")
    definitions = Definitions(
        assets=[Asset(key="cloth", automation=missing), Asset(key="silk", automation=missing)],
        steps=[Step(name=key, run=print, assets=[key]) for key in ("cloth", "silk")],
        schedules=[each for each in automations if isinstance(each, Schedule)],
        sensors=[each for each in automations if isinstance(each, Sensor)],
    )
    return link(definitions)[0].judged(verdicts)


def scheduler_of(store: Store, graph: AssetGraph, root: Path, clock: Clock) -> Scheduler:
    return Scheduler(
        store=store,
        graph=graph,
        project="/mill",
        around=Surroundings(root=root, select=graph.select, states=store.asset_states, is_external=graph.is_external),
        queue=Queue(store, project="/mill", most=0, command=lambda run_id: [], folder=root),
        now=clock,
    )


def recorded(store: Store) -> tuple[list[str], list[str]]:
    """What the last tick was, and the selections of the runs that wait."""
    ticks = store.automations.ticks("/mill")
    return [f"{tick.status.value}: {tick.reason}" for tick in ticks[:1]], [run.selection for run in store.runs()]


@pytest.mark.parametrize(
    ("selection", "verdicts", "expected"),
    [
        pytest.param("cloth", (DENIED,), ([REFUSED], []), id="denied"),
        pytest.param("*", (DENIED,), ([REFUSED], []), id="among-others"),
        pytest.param("silk", (DENIED,), (["fired: "], ["silk"]), id="another"),
        pytest.param("cloth", (), (["fired: "], ["cloth"]), id="no-policies"),
        pytest.param("cloth", (replace(DENIED, severity="warn"),), (["fired: "], ["cloth"]), id="warned"),
        pytest.param("cloth", (replace(DENIED, excuse=Excuse(kind="waiver")),), (["fired: "], ["cloth"]), id="waived"),
    ],
)
def test_a_schedule_does_not_queue_what_is_denied(
    store: Store, tmp_path: Path, selection: str, verdicts: tuple[Verdict, ...], expected: tuple[list[str], list[str]]
) -> None:
    """
    The tick has failed for the reason of the policy, and no run waits for a process that could only give up.
    """
    schedule, clock = Schedule(name="hourly", cron="0 * * * *", selection=selection), Clock()
    scheduler = scheduler_of(store, graph_of(schedule, verdicts=verdicts), tmp_path, clock)
    for _ in range(3):
        scheduler.look()
        clock.now += timedelta(minutes=30)
    assert expected == recorded(store)


def test_what_a_sensor_saw_while_it_was_denied_is_not_lost(store: Store, tmp_path: Path) -> None:
    """
    The sensor asks again for what it has seen, and its run is queued once nothing denies it.
    """
    sensor, clock = Sensor(name="files", selection="cloth", watch=FileWatch(pattern="*.csv"), interval=1), Clock()
    scheduler_of(store, graph_of(sensor), tmp_path, clock).look()
    (tmp_path / "new.csv").write_text("1", encoding="ascii")
    clock.now += timedelta(minutes=1)
    scheduler_of(store, graph_of(sensor), tmp_path, clock).look()
    assert ([REFUSED], []) == recorded(store)
    clock.now += timedelta(minutes=1)
    scheduler_of(store, graph_of(sensor, verdicts=()), tmp_path, clock).look()
    assert (["fired: "], ["cloth"]) == recorded(store)


def test_a_condition_requests_nothing_that_is_denied(store: Store) -> None:
    """
    What policies deny is told with the tick, and keeps nothing else from running.
    """
    looked = Conditions(store, graph_of(), project="/mill", holder="me", every=0).look(START)
    assert looked is not None
    tick, runs = looked
    assert ("failed", ['key:"silk"']) == (tick.status.value, [run.selection for run in runs])
    assert "cloth has no owner (policy has_owner)" in tick.reason
