"""The YAML models that component types share."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from treadle.components import asset, schedule
from treadle.components.attributes import (
    AssetAttributes,
    CheckAttributes,
    CommonAttributes,
    TranslationAttributes,
)
from treadle.components.descriptors.schema import attributes_schema
from treadle.components.partitions import PartitionsAttributes
from treadle.ir import (
    AllMapping,
    Asset,
    AssetKey,
    BackfillPolicy,
    CheckSeverity,
    DimensionMapping,
    DynamicPartitions,
    IdentityMapping,
    LastMapping,
    PartitionMapping,
    SharedDimensionsMapping,
    StaticMapping,
    StaticPartitions,
    TimeWindowMapping,
    TimeWindowPartitions,
)

PARTITIONS: TypeAdapter[Any] = TypeAdapter(PartitionsAttributes)


@pytest.mark.parametrize(
    ("written", "partitions"),
    [
        pytest.param({"type": "static", "keys": ["a", "b"]}, StaticPartitions(keys=("a", "b")), id="static"),
        pytest.param({"type": "static", "partition_keys": ["a"]}, StaticPartitions(keys=("a",)), id="static-peer"),
        pytest.param({"type": "dynamic", "name": "files"}, DynamicPartitions(name="files"), id="dynamic"),
        pytest.param(
            {"type": "hourly", "start": "2026-01-01-00:00", "minute_offset": 5},
            TimeWindowPartitions(cron="5 * * * *", start="2026-01-01-00:00", format="%Y-%m-%d-%H:%M"),
            id="hourly",
        ),
        pytest.param(
            {"type": "daily", "start_date": "2026-01-01", "hour_offset": 6, "timezone": "Europe/Vienna"},
            TimeWindowPartitions(cron="0 6 * * *", start="2026-01-01", timezone="Europe/Vienna"),
            id="daily",
        ),
        pytest.param(
            {"type": "weekly", "start": "2026-01-01", "day_offset": 1},
            TimeWindowPartitions(cron="0 0 * * 1", start="2026-01-01"),
            id="weekly",
        ),
        pytest.param(
            {"type": "monthly", "start": "2026-01-01", "end": "2026-06-01"},
            TimeWindowPartitions(cron="0 0 1 * *", start="2026-01-01", end="2026-06-01"),
            id="monthly",
        ),
        pytest.param(
            {"type": "time_window", "cron_schedule": "0 6 * * 1-5", "start": "2026/01/01", "fmt": "%Y/%m/%d"},
            TimeWindowPartitions(cron="0 6 * * 1-5", start="2026/01/01", format="%Y/%m/%d"),
            id="time-window",
        ),
    ],
)
def test_partitions(written: dict[str, Any], partitions: object) -> None:
    """
    Each form of partitions becomes its record, under our names and those that Dagster users know.
    """
    assert partitions == PARTITIONS.validate_python(written).to_partitions()


@pytest.mark.parametrize(
    ("written", "told"),
    [
        pytest.param({"type": "daily", "start": "soon"}, "'soon' is not written as '%Y-%m-%d'", id="date"),
        pytest.param(
            {"type": "daily", "start": "2026-01-01", "timezone": "Vienna"}, "'Vienna' is not a time zone", id="zone"
        ),
    ],
)
def test_partitions_that_cannot_be(written: dict[str, Any], told: str) -> None:
    """
    Dates and time zones that can't be read are refused when the attributes become a record.
    """
    with pytest.raises(ValueError, match=told):
        PARTITIONS.validate_python(written).to_partitions()


def test_attributes_merge_tags_and_metadata_and_replace_the_rest() -> None:
    """
    What was said before of tags and metadata stays, everything else gives way, and only what is given changes anything.
    """
    asset = Asset(key=AssetKey.parse("a"), group="raw", tags={"x": "1"}, metadata={"m": 1}, owners=("team:a",))
    changed = CommonAttributes(tags={"y": "2"}, metadata={"n": 2}, owners=["team:b"]).apply_to(asset)
    assert ("raw", {"x": "1", "y": "2"}, {"m": 1, "n": 2}, ("team:b",)) == (
        changed.group,
        changed.tags,
        changed.metadata,
        changed.owners,
    )


@pytest.mark.parametrize(
    ("attributes", "key"),
    [
        pytest.param({}, "raw/orders", id="nothing"),
        pytest.param({"key": "x/y"}, "x/y", id="key"),
        pytest.param({"key_prefix": "a/b"}, "a/b/raw/orders", id="prefix"),
        pytest.param({"key": "y", "key_prefix": ["a", "b"]}, "a/b/y", id="prefix-after-key"),
    ],
)
def test_translated_keys(attributes: dict[str, Any], key: str) -> None:
    """
    A key replaces the usual one, and a prefix goes before whichever it is.
    """
    assert AssetKey.parse(key) == TranslationAttributes(**attributes).translate_key(AssetKey.parse("raw/orders"))


@pytest.mark.parametrize(
    "attributes",
    [
        pytest.param({"key": "a", "group": "bad-group"}, id="group"),
        pytest.param({"key": "a", "owners": ["nobody"]}, id="owner"),
        pytest.param({"key": "a", "deps": "up/st"}, id="deps-text"),
        pytest.param({"key": "a", "kinds": "py"}, id="kinds-text"),
        pytest.param({"key": "a", "code_version": 3}, id="number-for-text"),
        pytest.param({"key": "a", "automation": "eagre"}, id="automation-text"),
        pytest.param({"key": "/a"}, id="empty-part"),
        pytest.param({"key": "a", "grup": "x"}, id="unknown"),
        pytest.param({"key": ["a", "b"]}, id="key-list"),
    ],
)
def test_attributes_that_are_refused(attributes: dict[str, Any]) -> None:
    """
    Values of another type are refused, never taken apart or guessed at.
    """
    with pytest.raises(ValidationError):
        AssetAttributes(**attributes)


def test_a_check_keeps_every_field() -> None:
    """
    A check in YAML becomes the record with all that was said.
    """
    check = CheckAttributes(
        name="ok", asset="a/b", additional_deps=["c"], blocking=True, severity=CheckSeverity.WARN, metadata={"m": 1}
    ).to_check()
    assert ("a/b:ok", frozenset({AssetKey.parse("c")}), True, CheckSeverity.WARN, {"m": 1}) == (
        str(check.key),
        check.additional_deps,
        check.blocking,
        check.severity,
        check.metadata,
    )


@pytest.mark.parametrize(
    ("cron", "timezone", "told"),
    [
        pytest.param("banana", "UTC", "'banana' is not a cron schedule", id="cron"),
        pytest.param("0 6 * * *", "Mars/Olympus", "'Mars/Olympus' is not a time zone", id="zone"),
    ],
)
def test_a_schedule_that_can_never_tick_is_refused(cron: str, timezone: str, told: str) -> None:
    """
    A schedule is looked at when it is declared, not when it should have started something.
    """
    with pytest.raises(ValueError, match=told):
        schedule(cron=cron, timezone=timezone)


@pytest.mark.parametrize(
    ("written", "mapping"),
    [
        pytest.param({"type": "identity"}, IdentityMapping(), id="identity"),
        pytest.param({"type": "all"}, AllMapping(), id="all"),
        pytest.param({"type": "last", "count": 7}, LastMapping(count=7), id="last"),
        pytest.param(
            {"type": "time_window", "start_offset": -6, "end_offset": -1},
            TimeWindowMapping(start_offset=-6, end_offset=-1),
            id="time-window",
        ),
        pytest.param({"type": "static", "keys": {"a": ["b"]}}, StaticMapping(keys={"a": ["b"]}), id="static"),
        pytest.param(
            {"type": "dimension", "dimension": "day", "mapping": {"type": "last"}},
            DimensionMapping(dimension="day", mapping=LastMapping()),
            id="dimension",
        ),
        pytest.param(
            {"type": "dimensions", "dimensions": {"day": {"type": "all"}}},
            SharedDimensionsMapping(dimensions={"day": AllMapping()}),
            id="dimensions",
        ),
    ],
)
def test_partition_mappings_can_be_written(written: dict[str, Any], mapping: PartitionMapping) -> None:
    """
    Each kind of partition mapping has its YAML, beside the key of a dependency, and its Python.
    """
    mappings = {AssetKey.parse("raw/a"): mapping}
    yaml = AssetAttributes(key="b", deps=["raw/a"], partition_mappings={"raw/a": written}).to_asset()
    assert mappings == yaml.partition_mappings

    @asset(deps=["raw/a"], partition_mappings={"raw/a": mapping}, backfill=BackfillPolicy())
    def b() -> None: ...

    (python,) = b.definitions().assets
    assert (mappings, BackfillPolicy()) == (python.partition_mappings, python.backfill)


def test_a_name_that_avoids_a_word_of_python_is_not_the_usual_one() -> None:
    """
    What YAML calls `not` is called so everywhere, though Python has to write `not_`.
    """
    schema = attributes_schema(AssetAttributes)["$defs"]["Not"]
    assert (["not"], "not") == (schema["required"], schema["properties"]["not_"]["x-alias-of"])
