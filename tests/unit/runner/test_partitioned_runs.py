"""Runs for partitions: which are refused, and what their steps see and record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from treadle.errors import UsageError
from treadle.ir import (
    Asset,
    AssetKey,
    BackfillPolicy,
    Check,
    Definitions,
    DynamicPartitions,
    LogLine,
    Materialization,
    MultiPartitions,
    StaticPartitions,
    Step,
    TimeWindowPartitions,
    link,
)
from treadle.runner import plan

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
DAYS = TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01")
LATER = TimeWindowPartitions(cron="0 0 * * *", start="2026-01-05")
HOURS = TimeWindowPartitions(cron="0 * * * *", start="2026-01-01-00:00", format="%Y-%m-%d-%H:%M")
SHOPS = StaticPartitions(keys=["austin", "graz", "vienna"])
BY_SHOP = MultiPartitions(dimensions={"day": DAYS, "shop": SHOPS})
NAMES = DynamicPartitions(name="names")
AT_ONCE = BackfillPolicy()


def graph(**partitions):
    """An asset of each name, in a step of its own; those that come with a policy can be run for several."""
    assets, steps = [], []
    for name, own in partitions.items():
        cut, policy = own if isinstance(own, tuple) else (own, None)
        assets.append(Asset(key=name, partitions=cut, backfill=policy))
        steps.append(Step(name=name, run=print, assets=[name]))
    made, found = link(Definitions(assets=assets, steps=steps))
    assert () == found
    return made


@pytest.mark.parametrize(
    ("assets", "asked", "text", "keys"),
    [
        pytest.param({"a": DAYS}, {"partition": "2026-01-03"}, "2026-01-03", "2026-01-03", id="one"),
        pytest.param({"a": DAYS, "b": LATER}, {"partition": "2026-01-05"}, "2026-01-05", "2026-01-05", id="in-both"),
        pytest.param({"a": DAYS, "b": None}, {"partition": "2026-01-05"}, "2026-01-05", "2026-01-05", id="and-without"),
        pytest.param(
            {"a": (DAYS, AT_ONCE)},
            {"partitions": "2026-01-08.."},
            "2026-01-08..2026-01-09",
            "2026-01-08 2026-01-09",
            id="range",
        ),
        pytest.param({"a": DAYS}, {"partitions": "2026-01-09.."}, "2026-01-09", "2026-01-09", id="range-of-one"),
        pytest.param({"a": (SHOPS, AT_ONCE)}, {"partitions": "graz.."}, "graz,vienna", "graz vienna", id="static"),
        pytest.param({"a": (NAMES, AT_ONCE)}, {"partitions": "all"}, "zoe,ann", "zoe ann", id="dynamic"),
        pytest.param(
            {"a": (BY_SHOP, AT_ONCE)},
            {"partitions": "day=2026-01-01..2026-01-02,shop=graz"},
            "day=2026-01-01..2026-01-02,shop=graz",
            "2026-01-01|graz 2026-01-02|graz",
            id="dimensions",
        ),
        pytest.param(
            {"a": (DAYS, BackfillPolicy(max_partitions_per_run=9))},
            {"partitions": "all"},
            "2026-01-01..2026-01-09",
            "2026-01-01 2026-01-02 2026-01-03 2026-01-04 2026-01-05 2026-01-06 2026-01-07 2026-01-08 2026-01-09",
            id="as-many-as-a-run-takes",
        ),
    ],
)
def test_a_plan_for_partitions(assets, asked, text: str, keys: str) -> None:
    """
    A plan holds the keys that it is for; steps whose assets have no partitions are for none.
    """
    made = plan(graph(**assets), now=NOW, dynamic=lambda name: ["zoe", "ann"], **asked)
    assert (text, keys.split()) == (made.partition, list(made.partition_keys))
    expected = {name: None if own is None else text for name, own in assets.items()}
    assert expected == {each.step.name: each.partition for each in made.steps}


@pytest.mark.parametrize(
    ("assets", "asked", "message", "fix"),
    [
        pytest.param(
            {"a": DAYS, "b": None}, {}, "a has partitions; a run has to say", "--partition '2026-01-09'", id="none"
        ),
        pytest.param(
            {"a": None}, {"partition": "x"}, "nothing that is selected has", "leave --partition out", id="nothing"
        ),
        pytest.param(
            {"a": DAYS}, {"partition": "2026-01-10"}, "a has no partition '2026-01-10'", "latest", id="unknown"
        ),
        pytest.param({"a": DAYS, "b": LATER}, {"partition": "2026-01-03"}, "b has no partition", "latest", id="in-one"),
        pytest.param(
            {"a": DAYS, "b": HOURS}, {"partition": "2026-01-03"}, "one kind", "select less", id="other-windows"
        ),
        pytest.param(
            {"a": DAYS, "b": SHOPS}, {"partition": "2026-01-03"}, "a has partitions by time", "less", id="kinds"
        ),
        pytest.param(
            {"a": DAYS}, {"partition": "2026-01-01..2026-01-02"}, "not one", "--partitions '2026", id="several"
        ),
        pytest.param(
            {"a": DAYS}, {"partitions": "all"}, "a can only be run for one", "backfill: {type: si", id="no-policy"
        ),
        pytest.param(
            {"a": (DAYS, AT_ONCE), "b": LATER},
            {"partitions": "2026-01-05.."},
            "b can only be run for one",
            "--partition",
            id="one-without-policy",
        ),
        pytest.param(
            {"a": (DAYS, BackfillPolicy(max_partitions_per_run=8))},
            {"partitions": "all"},
            "at most 8 partitions in a run, and these are 9",
            "fewer",
            id="too-many",
        ),
        pytest.param(
            {"a": (DAYS, AT_ONCE)},
            {"partitions": "2026-01-01,2026-01-03"},
            "these don't: 2026-01-01, 2026-01-03 (2)",
            "one range A..B",
            id="gap",
        ),
        pytest.param(
            {"a": (BY_SHOP, AT_ONCE)},
            {"partitions": "2026-01-01|graz,2026-01-02|vienna"},
            "partitions that follow each other",
            "one range",
            id="no-box",
        ),
    ],
)
def test_a_run_that_makes_no_sense(assets, asked, message: str, fix: str) -> None:
    """
    A run that can't be for those partitions is refused before it starts, with what to write.
    """
    with pytest.raises(UsageError) as caught:
        plan(graph(**assets), now=NOW, **asked)
    assert message in caught.value.message
    assert fix in caught.value.fix


STEPS = """
def say(context):
    window = context.partition_window and [each.isoformat() for each in context.partition_window]
    context.log(f"{list(context.partition_keys)} {window} {dict(context.partition_dimensions)}")
    context.log(context.%s)

def shell(context):
    context.shell("sh", "-c", 'env | grep ^TREADLE_PARTITION | sort')

days = TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01", timezone="Europe/Vienna")
by_shop = MultiPartitions(dimensions={"day": days, "shop": StaticPartitions(keys=["graz", "vienna"])})
definitions = Definitions(
    assets=[
        asset("a", partitions=%s, backfill=BackfillPolicy()),
        asset("b", "a", partitions=%s, backfill=BackfillPolicy()),
        asset("c", "b"),
    ],
    checks=[Check(name="ok", asset=key("a"))],
    steps=[
        step("a", say, assets=["a"], checks=[CheckKey(key("a"), "ok")]),
        step("b", shell, assets=["b", "c"]),
    ],
)
"""


def ran(project, cut: str, **asked):
    """A run of these steps: what the first says, what the second's commands have, and what was recorded."""
    run = project.write(STEPS % (asked.pop("read", "partition"), cut, cut)).run(jobs=1, now=NOW, **asked)
    said = [each.message for each in project.reported if isinstance(each, LogLine) and each.level == "info"]
    recorded = [(str(each.asset), each.partition) for each in project.store.materializations(run_id=run.id)]
    return run, said, project.output(run, "b").split() if run.status == "succeeded" else [], recorded


def test_what_a_step_sees_of_a_partition(project) -> None:
    """
    A step sees the key and its window, so do the commands that it runs, and what it writes is of that partition.
    """
    _, said, environment, recorded = ran(project, "days", partition="2026-01-03")
    window = ["2026-01-03T00:00:00+01:00", "2026-01-04T00:00:00+01:00"]
    assert [f"['2026-01-03'] {window} {{}}", "2026-01-03"] == said
    assert [
        "TREADLE_PARTITION=2026-01-03",
        "TREADLE_PARTITIONS=2026-01-03",
        f"TREADLE_PARTITION_END={window[1]}",
        f"TREADLE_PARTITION_START={window[0]}",
    ] == sorted(environment)
    assert [("a", "2026-01-03"), ("b", "2026-01-03")] == recorded[:2]
    written = {str(each.asset): each.partition for each in project.reported if isinstance(each, Materialization)}
    assert {"a": "2026-01-03", "b": "2026-01-03", "c": None} == written


def test_a_key_of_several_dimensions(project) -> None:
    """
    Of several dimensions a step sees the key of each.
    """
    _, said, _, _ = ran(project, "by_shop", partition="2026-01-03|graz", read="partition_dimensions['shop']")
    window = ["2026-01-03T00:00:00+01:00", "2026-01-04T00:00:00+01:00"]
    assert [f"['2026-01-03|graz'] {window} {{'day': '2026-01-03', 'shop': 'graz'}}", "graz"] == said


def test_a_range_is_one_run_and_a_materialization_a_key(project) -> None:
    """
    For a range a step runs once, sees all keys and the whole window, and each partition is recorded.
    """
    _, said, environment, recorded = ran(
        project, "days", partitions="2026-01-03..2026-01-05", read="partition_keys[-1]"
    )
    keys = ["2026-01-03", "2026-01-04", "2026-01-05"]
    window = ["2026-01-03T00:00:00+01:00", "2026-01-06T00:00:00+01:00"]
    assert [f"{keys} {window} {{}}", "2026-01-05"] == said
    assert [f"TREADLE_PARTITION_END={window[1]}", f"TREADLE_PARTITION_START={window[0]}"] == sorted(environment)[1:]
    assert "TREADLE_PARTITIONS=2026-01-03..2026-01-05" == sorted(environment)[0]
    assert [(name, key) for name in "ab" for key in keys] == recorded[:6]


def test_a_range_of_a_dimension(project) -> None:
    """
    Where a run is for one key of a dimension, and a range of another, the one is told.
    """
    asked = {"partitions": "day=2026-01-03..2026-01-04,shop=graz", "read": "partition_dimensions['shop']"}
    _, said, _, recorded = ran(project, "by_shop", **asked)
    assert said[0].endswith("{'shop': 'graz'}")
    assert ["2026-01-03|graz", "2026-01-04|graz"] == [key for name, key in recorded if name == "a"]


def test_a_step_that_takes_several_for_one(project) -> None:
    """
    A step that asks for the one partition of a run for several fails, rather than write them all as one.
    """
    run, _, _, _ = ran(project, "days", partitions="2026-01-03..2026-01-04")
    assert "the run is for 2 partitions, '2026-01-03' to '2026-01-04'" in project.errors(run)["a"]


def test_a_step_without_partitions_sees_none(project) -> None:
    """
    A step whose assets have no partitions sees none, though the run is for one.
    """
    project.write(
        """
        def run(context):
            context.log(f"{context.partition} {context.partition_keys} {context.partition_window}")

        definitions = Definitions(
            assets=[asset("a", partitions=StaticPartitions(keys=["x"])), asset("b", "a")],
            steps=[step("a"), step("b", run)],
        )
        """
    )
    assert "succeeded" == project.run(partition="x").status
    assert ["None () None"] == [each.message for each in project.reported if isinstance(each, LogLine)]


def test_a_check_of_partitions_sees_them() -> None:
    """
    A step that only checks an asset with partitions has to be run for one of them.
    """
    checks = [Check(name="ok", asset=AssetKey.of("a"))]
    steps = [Step(name="check", run=print, checks=[checks[0].key])]
    made, _ = link(Definitions(assets=[Asset(key="a", partitions=SHOPS)], checks=checks, steps=steps))
    assert ("graz",) == plan(made, partition="graz").partition_keys
    with pytest.raises(UsageError, match="a has partitions"):
        plan(made)
