"""Automation conditions in a scheduler: what they request is queued, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.store.living import a_life
from treadle.ir import (
    Asset,
    AssetKey,
    AutomationCondition,
    Check,
    CheckKey,
    CheckResult,
    Definitions,
    Materialization,
    StaticPartitions,
    Step,
    link,
)
from treadle.runner.scheduling.conditions import CONDITIONS, Conditions
from treadle.store import open_store

EAGER = AutomationCondition(name="eager")
NOW = datetime.now(UTC)


@pytest.fixture
def store(store_url: str):
    with open_store(store_url) as opened:
        yield opened


def conditions(store, *assets: Asset, holder: str = "me") -> Conditions:
    steps = [Step(name=str(each.key), run=print, assets=[each.key]) for each in assets]
    graph, diagnostics = link(Definitions(assets=assets, steps=steps))
    assert () == diagnostics
    return Conditions(store, graph, project="/shop", holder=holder, every=0)


CHAIN = (
    Asset(key="raw"),
    Asset(key="clean", deps=["raw"], automation=EAGER),
    Asset(key="mart", deps=["clean"], automation=EAGER),
)


def everything_written(store) -> None:
    life = a_life(store)
    life.reports("load", *[Materialization(asset=AssetKey.parse(name)) for name in ("raw", "clean", "mart")])
    life.ends()


def test_what_follows_from_one_update_is_one_run(store):
    """
    When raw was written, clean and what is made from it are requested together, with the reason; then nothing is.
    """
    everything_written(store)
    looked = conditions(store, *CHAIN)
    assert None is looked.look(NOW)
    a_life(store).reports("load", Materialization(asset=AssetKey.parse("raw"))).ends()
    tick, [run] = looked.look(NOW + timedelta(seconds=20))
    assert ('key:"clean" or key:"mart"', "automation", "queued") == (run.selection, run.launched_by, run.status.value)
    assert ["clean", "mart"] == [step.step for step in store.steps(run.id)]
    assert ("fired", True) == (tick.status.value, "clean: " in tick.reason)
    assert None is looked.look(NOW + timedelta(seconds=40))
    assert [("fired", (run.id,))] == [(t.status.value, t.run_ids) for t in store.automations.ticks("/shop")]


def test_of_two_schedulers_one_evaluates(store):
    """
    Two schedulers that see the same update queue one run.
    """
    everything_written(store)
    two = [conditions(store, *CHAIN, holder=name) for name in ("one", "two")]
    for each in two:
        each.look(NOW)
    a_life(store).reports("load", Materialization(asset=AssetKey.parse("raw"))).ends()
    looks = [each.look(NOW + timedelta(seconds=20)) for each in two]
    assert 1 == sum(look is not None for look in looks)
    assert 1 == sum(run.launched_by == "automation" for run in store.runs())


def test_each_partition_gets_its_run(store):
    """
    A partition that was written above is requested below, in a run of its own.
    """
    regions = StaticPartitions(keys=("eu", "us"))
    looked = conditions(
        store,
        Asset(key="raw", partitions=regions),
        Asset(key="clean", deps=["raw"], partitions=regions, automation=EAGER),
    )
    life = a_life(store)
    for key in ("raw", "clean"):
        for part in regions.keys:
            life.reports("load", Materialization(asset=AssetKey.parse(key), partition=part))
    life.ends()
    looked.look(NOW)
    a_life(store).reports("load", Materialization(asset=AssetKey.parse("raw"), partition="us")).ends()
    _, runs = looked.look(NOW + timedelta(seconds=20))
    assert [("us", ("us",), 'key:"clean"')] == [(run.partition, run.partition_keys, run.selection) for run in runs]


def test_conditions_that_are_turned_off_request_nothing(store):
    """
    Turned off, nothing is evaluated.
    """
    everything_written(store)
    looked = conditions(store, *CHAIN)
    looked.look(NOW)
    store.automations.switch("/shop", "automation", CONDITIONS, is_enabled=False)
    a_life(store).reports("load", Materialization(asset=AssetKey.parse("raw"))).ends()
    assert None is looked.look(NOW + timedelta(seconds=20))


def test_a_check_is_made_by_a_run_of_its_own(store):
    """
    A check whose asset was written is queued as the step that makes it, without the asset; then it isn't again.
    """
    sound = CheckKey(AssetKey.parse("raw"), "sound")
    steps = [Step(name="raw", run=print, assets=["raw"]), Step(name="look", run=print, checks=[sound])]
    checks = [Check(name="sound", asset="raw", automation=EAGER)]
    graph, _ = link(Definitions(assets=[Asset(key="raw")], checks=checks, steps=steps))
    looked = Conditions(store, graph, project="/shop", holder="me", every=0)
    everything_written(store)
    looked.look(NOW)
    a_life(store).reports("load", Materialization(asset=AssetKey.parse("raw"))).ends()
    tick, [run] = looked.look(NOW + timedelta(seconds=20))

    assert ('key:"raw"', {"treadle/checks": "raw:sound"}) == (run.selection, run.tags)
    assert [("look", (), (sound,))] == [(each.step, each.assets, each.checks) for each in store.steps(run.id)]
    assert tick.reason.startswith("raw:sound: raw was materialized")
    assert None is looked.look(NOW + timedelta(seconds=40))
    made = a_life(store).reports("load", CheckResult(asset=sound.asset, check=sound.name, passed=True)).ends()
    assert [(sound, made.id)] == [(each.check, each.run_id) for each in store.check_states([sound.asset])]
