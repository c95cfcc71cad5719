"""The YAML models of partitions."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import Annotated, Literal

from pydantic import AfterValidator, AliasChoices, Field, ValidationInfo, WithJsonSchema

from treadle.components.model import Attributes, Instance, record_schema, text_format
from treadle.ir import (
    BackfillPolicy,
    DynamicPartitions,
    MultiPartitions,
    Partitions,
    StaticPartitions,
    TimeWindowPartitions,
)
from treadle.ir.cron import check_cron, check_timezone
from treadle.ir.partitions import check_partition_key, check_partition_keys
from treadle.schemas.formats import check_date

__all__ = ["BackfillAttributes", "BackfillTemplate", "PartitionsAttributes", "PartitionsTemplate"]

PartitionsTemplate = Annotated[
    Annotated[StaticPartitions, Instance()]
    | Annotated[TimeWindowPartitions, Instance()]
    | Annotated[DynamicPartitions, Instance()]
    | Annotated[MultiPartitions, Instance()],
    WithJsonSchema(record_schema("StaticPartitions", "TimeWindowPartitions", "DynamicPartitions", "MultiPartitions")),
]
"""Partitions that a template makes: `{{ dg.DailyPartitionsDefinition('2026-01-01') }}`."""


_DAY, _HOUR = "%Y-%m-%d", "%Y-%m-%d-%H:%M"


def _in_own_format(text: str, info: ValidationInfo) -> str:
    format = info.data.get("format")
    return text if format is None else check_date(text, format)


def _date_schema(format: object) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "x-date-format": format})


DayText = Annotated[str, AfterValidator(partial(check_date, format=_DAY)), _date_schema(_DAY)]
HourText = Annotated[str, AfterValidator(partial(check_date, format=_HOUR)), _date_schema(_HOUR)]
DateText = Annotated[
    str, AfterValidator(_in_own_format), _date_schema({"properties": ["format", "fmt"], "default": _DAY})
]
CronText = Annotated[str, AfterValidator(check_cron), text_format("cron")]
TimezoneText = Annotated[str, AfterValidator(check_timezone), text_format("timezone")]
PartitionKeyText = Annotated[str, AfterValidator(check_partition_key), text_format("partition-key")]


def _each_once(keys: list[str]) -> list[str]:
    return list(check_partition_keys(keys))


class StaticPartitionsAttributes(Attributes):
    """A fixed set of partition keys."""

    type: Literal["static"]
    keys: Annotated[list[PartitionKeyText], AfterValidator(_each_once)] = Field(
        validation_alias=AliasChoices("keys", "partition_keys"), min_length=1
    )
    """The keys, in order."""

    def to_partitions(self) -> StaticPartitions:
        """The record that the graph holds."""
        return StaticPartitions(keys=tuple(self.keys))


class DynamicPartitionsAttributes(Attributes):
    """A named set of partition keys that is kept in the store."""

    type: Literal["dynamic"]
    name: str
    """The name of the set."""

    def to_partitions(self) -> DynamicPartitions:
        """The record that the graph holds."""
        return DynamicPartitions(name=self.name)


class _Windows(Attributes):
    start: DayText = Field(validation_alias=AliasChoices("start", "start_date"), examples=["2026-01-01"])
    """The start of the first partition."""
    end: DayText | None = Field(default=None, validation_alias=AliasChoices("end", "end_date"))
    """The end of the last partition; there is none when this is left out."""
    timezone: TimezoneText = "UTC"
    """The time zone that the windows are cut in."""
    minute_offset: int = Field(default=0, ge=0, le=59)
    """The minute at which a window starts."""

    @abstractmethod
    def to_partitions(self) -> TimeWindowPartitions:
        """The record that the graph holds."""


class HourlyPartitionsAttributes(_Windows):
    """A partition for each hour."""

    type: Literal["hourly"]
    start: HourText = Field(validation_alias=AliasChoices("start", "start_date"), examples=["2026-01-01-00:00"])
    """The start of the first partition."""
    end: HourText | None = Field(default=None, validation_alias=AliasChoices("end", "end_date"))
    """The end of the last partition; there is none when this is left out."""

    def to_partitions(self) -> TimeWindowPartitions:
        """The record that the graph holds."""
        return _windows(self, f"{self.minute_offset} * * * *", _HOUR)


class DailyPartitionsAttributes(_Windows):
    """A partition for each day."""

    type: Literal["daily"]
    hour_offset: int = Field(default=0, ge=0, le=23)
    """The hour at which a window starts."""

    def to_partitions(self) -> TimeWindowPartitions:
        """The record that the graph holds."""
        return _windows(self, f"{self.minute_offset} {self.hour_offset} * * *", _DAY)


class WeeklyPartitionsAttributes(DailyPartitionsAttributes):
    """A partition for each week."""

    type: Literal["weekly"]  # type: ignore[assignment] # a discriminator differs in each branch
    day_offset: int = Field(default=0, ge=0, le=6)
    """The day at which a window starts; 0 is Sunday."""

    def to_partitions(self) -> TimeWindowPartitions:
        """The record that the graph holds."""
        return _windows(self, f"{self.minute_offset} {self.hour_offset} * * {self.day_offset}", _DAY)


class MonthlyPartitionsAttributes(DailyPartitionsAttributes):
    """A partition for each month."""

    type: Literal["monthly"]  # type: ignore[assignment] # a discriminator differs in each branch
    day_offset: int = Field(default=1, ge=1, le=28)
    """The day of the month at which a window starts."""

    def to_partitions(self) -> TimeWindowPartitions:
        """The record that the graph holds."""
        return _windows(self, f"{self.minute_offset} {self.hour_offset} {self.day_offset} * *", _DAY)


class TimeWindowPartitionsAttributes(Attributes):
    """A partition for each tick of a cron schedule."""

    type: Literal["time_window"]
    cron: CronText = Field(validation_alias=AliasChoices("cron", "cron_schedule"), examples=["0 6 * * 1-5"])
    """When a window ends and the next one starts."""
    format: str = Field(default=_DAY, validation_alias=AliasChoices("format", "fmt"))
    """How partition keys are written (strftime)."""
    start: DateText = Field(validation_alias=AliasChoices("start", "start_date"), examples=["2026-01-01"])
    """The start of the first partition, written in `format`."""
    end: DateText | None = Field(default=None, validation_alias=AliasChoices("end", "end_date"))
    """The end of the last partition; there is none when this is left out."""
    timezone: TimezoneText = "UTC"
    """The time zone that the windows are cut in."""

    def to_partitions(self) -> TimeWindowPartitions:
        """The record that the graph holds."""
        return TimeWindowPartitions(
            cron=self.cron, start=self.start, end=self.end, format=self.format, timezone=self.timezone
        )


def _windows(attributes: _Windows, cron: str, format: str) -> TimeWindowPartitions:
    return TimeWindowPartitions(
        cron=cron, start=attributes.start, end=attributes.end, format=format, timezone=attributes.timezone
    )


_DIMENSION = Annotated[
    StaticPartitionsAttributes
    | DynamicPartitionsAttributes
    | HourlyPartitionsAttributes
    | DailyPartitionsAttributes
    | WeeklyPartitionsAttributes
    | MonthlyPartitionsAttributes
    | TimeWindowPartitionsAttributes,
    Field(discriminator="type"),
]


class MultiPartitionsAttributes(Attributes):
    """A partition for each combination of the partitions of its dimensions."""

    type: Literal["multi"]
    dimensions: dict[str, _DIMENSION] = Field(
        min_length=1,
        examples=[
            {"day": {"type": "daily", "start": "2026-01-01"}, "region": {"type": "static", "keys": ["eu", "us"]}}
        ],
    )
    """The partitions of each dimension, by its name."""

    def to_partitions(self) -> Partitions:
        """The record that the graph holds."""
        return MultiPartitions(dimensions={name: each.to_partitions() for name, each in self.dimensions.items()})


PartitionsAttributes = Annotated[
    StaticPartitionsAttributes
    | DynamicPartitionsAttributes
    | HourlyPartitionsAttributes
    | DailyPartitionsAttributes
    | WeeklyPartitionsAttributes
    | MonthlyPartitionsAttributes
    | TimeWindowPartitionsAttributes
    | MultiPartitionsAttributes,
    Field(discriminator="type"),
]


class BackfillAttributes(Attributes):
    """How a range of partitions is run: all in one run, or some at a time."""

    type: Literal["single_run", "multi_run"]
    max_partitions_per_run: int = Field(default=1, ge=1)
    """How many partitions a run takes at most."""

    def to_policy(self) -> BackfillPolicy:
        """The record that the graph holds."""
        return BackfillPolicy(max_partitions_per_run=None if self.type == "single_run" else self.max_partitions_per_run)


BackfillTemplate = Annotated[BackfillPolicy, Instance(), WithJsonSchema(record_schema("BackfillPolicy"))]
"""A policy that a template makes: `{{ dg.BackfillPolicy.single_run() }}`."""
