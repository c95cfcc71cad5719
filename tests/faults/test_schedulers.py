"""Several schedulers on one store, killed at random and started again: each tick fires exactly once."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.faults.conftest import ROUNDS, SEED
from treadle.store import Store, TickStatus, open_store

SCHEDULER = Path(__file__).parent / "fixtures" / "fast_scheduler.py"
TICKS = 10 * ROUNDS
SPEED = 600.0
"""Ten ticks of a minute in a second."""


def fired(store: Store, name: str) -> list[datetime]:
    return [tick.due_at for tick in store.automations.ticks("/shop", name=name, statuses=[TickStatus.FIRED])][::-1]


@pytest.mark.timeout(600)
def test_each_tick_fires_once_whoever_is_killed(store_url: str, tmp_path: Path) -> None:
    """
    Of three schedulers, one is killed about every half second: no minute is left out, none fires twice, each has
    exactly its run, and of runs with a key there is one.
    """
    chance = random.Random(SEED)
    command = [sys.executable, str(SCHEDULER), store_url, str(tmp_path), str(time.time()), str(SPEED)]
    with open_store(store_url) as store:
        schedulers = [subprocess.Popen(command) for _ in range(3)]
        try:
            while len(fired(store, "minutely")) < TICKS:
                time.sleep(chance.uniform(0.1, 0.9))
                victim = chance.randrange(3)
                schedulers[victim].kill()
                schedulers[victim].wait()
                schedulers[victim] = subprocess.Popen(command)
        finally:
            for each in schedulers:
                each.kill()
                each.wait()

        for name, length in (("minutely", timedelta(minutes=1)), ("quarters", timedelta(minutes=15))):
            due = fired(store, name)
            expected = [due[0] + length * number for number in range(len(due))]
            assert expected == due, name
        runs = Counter(run.launched_by for run in store.runs(project="/shop"))
        ticks = store.automations.ticks("/shop", statuses=[TickStatus.FIRED])
        assert [1] * len(ticks) == [len(tick.run_ids) for tick in ticks if tick.kind == "schedule"] + [
            1 for tick in ticks if tick.kind == "sensor"
        ]
        for name in ("minutely", "quarters"):
            assert len(fired(store, name)) == runs[f"schedule {name}"], name
        keys = Counter(run.run_key for run in store.runs(project="/shop") if run.launched_by == "sensor counting")
        assert {1} == set(keys.values()) or not keys
        named = [run_id for tick in ticks for run_id in tick.run_ids]
        assert sorted(named) == sorted(run.id for run in store.runs(project="/shop"))
        assert {UTC} == {tick.due_at.tzinfo for tick in ticks}
