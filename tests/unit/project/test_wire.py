"""What is remembered of definitions is all of them but what their steps run."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator
from dataclasses import is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import pytest

from treadle import ir
from treadle.errors import Span
from treadle.project.remembering.wire import (
    RECORDS,
    CannotBeWrittenError,
    from_bytes,
    not_built,
    to_bytes,
)
from treadle.templating.env import FromEnv

HERE = Path("/project/src/p/defs/a/defs.yaml")
ORIGIN = ir.Origin(component="a", span=Span(file=HERE, line=3, column=5), detail="model.a")
A, B = ir.AssetKey.of("raw", "a"), ir.AssetKey.of("b")
DAILY = ir.TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01")
METADATA = {
    "plain": [1, 2.5, float("inf"), None, True, "text", b"bytes", {"in": (1, {2}, frozenset((3,)))}],
    "times": (date(2026, 1, 2), datetime(2026, 1, 2, tzinfo=UTC), timedelta(hours=1)),
    "others": [Decimal("1.5"), HERE, Path("/elsewhere"), A, MappingProxyType({"a": 1})],
}
WHOLE = ir.Definitions(
    assets=[
        ir.Asset(
            key=A,
            deps=[B],
            tags={"layer": "raw"},
            metadata=METADATA,
            columns=[ir.Column(name="id", type="int")],
            partitions=ir.MultiPartitions(dimensions={"day": DAILY, "shop": ir.StaticPartitions(keys=("x", "y"))}),
            partition_mappings={B: ir.LastMapping(count=7)},
            backfill=ir.BackfillPolicy(max_partitions_per_run=3),
            automation=ir.AutomationCondition(name="eager") & ~ir.AutomationCondition(name="missing"),
            freshness=ir.FreshnessPolicy(fail_window=timedelta(hours=24)),
            origin=ORIGIN,
        ),
        ir.Asset(key=B, partitions=ir.DynamicPartitions(name="shops")),
    ],
    checks=[ir.Check(name="has_rows", asset=A, severity=ir.CheckSeverity.WARN, blocking=True, origin=ORIGIN)],
    steps=[
        ir.Step(
            name="s", run=print, sql=print, component="a", assets=[A, B], retries=3, locks=["x"], partitions={B: DAILY}
        )
    ],
    schedules=[ir.Schedule(name="mornings", cron="0 6 * * *", job="all")],
    sensors=[
        ir.Sensor(name="files", watch=ir.FileWatch(pattern="*.csv")),
        ir.Sensor(name="assets", watch=ir.AssetWatch(selection="b")),
    ],
    jobs=[ir.Job(name="all", tags={"a": "b"})],
)


def test_definitions_come_back_as_they_were_but_for_what_their_steps_run() -> None:
    back = from_bytes(to_bytes(WHOLE, HERE), HERE)
    assert back == replace(WHOLE, steps=[replace(WHOLE.steps[0], run=not_built, sql=None)])
    assert back.checks[0].key == WHOLE.checks[0].key
    assert repr(back.assets[0]) == repr(WHOLE.assets[0])


def test_the_file_is_the_one_that_is_there_now() -> None:
    back = from_bytes(to_bytes((HERE, Path("/elsewhere")), HERE), Path("/moved/defs.yaml"))
    assert back == (Path("/moved/defs.yaml"), Path("/elsewhere"))


def records_in(hint: object) -> Iterator[type]:
    """The records that a type is made of, itself among them; functions aren't written, nor what they take and give."""
    if typing.get_origin(hint) is Callable:
        return
    for each in typing.get_args(hint):
        yield from records_in(each)
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint


def test_every_record_that_definitions_may_hold_is_known() -> None:
    found: set[type] = set()
    waiting: list[type] = [ir.Definitions]
    while waiting:
        if (record := waiting.pop()) not in found:
            found.add(record)
            waiting += [each for hint in typing.get_type_hints(record).values() for each in records_in(hint)]
    assert found - set(RECORDS) == set()
    assert len(found) > 15


class Text(str):
    pass


class Odd:
    pass


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(lambda: None, id="function"),
        pytest.param(Odd(), id="object"),
        pytest.param(Odd, id="class"),
        pytest.param(Text("a"), id="subclass-of-text"),
        pytest.param(FromEnv("secret"), id="from-the-environment"),
        pytest.param(iter(()), id="iterator"),
        pytest.param(ir.Schedule(name="a", cron="@daily", evaluate=print), id="function-of-a-schedule"),
    ],
)
def test_what_is_more_than_data_is_not_written(value: object) -> None:
    with pytest.raises(CannotBeWrittenError):
        to_bytes({"metadata": [value]}, HERE)
