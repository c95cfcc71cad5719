"""The YAML models of partitions."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AliasChoices, Field, InstanceOf, model_validator

from treadle.components.model import TEMPLATE_SCHEMA, Attributes
from treadle.ir import DynamicPartitions, Partitions, StaticPartitions, TimeWindowPartitions
from treadle.ir.cron import check_cron, check_timezone

__all__ = ["PartitionsAttributes", "PartitionsTemplate"]

PartitionsTemplate = Annotated[InstanceOf[StaticPartitions] | InstanceOf[TimeWindowPartitions], TEMPLATE_SCHEMA]
"""Partitions that a template makes: `{{ dg.DailyPartitionsDefinition('2026-01-01') }}`."""


class StaticPartitionsAttributes(Attributes):
    """A fixed set of partition keys."""

    type: Literal["static"]
    keys: list[str] = Field(validation_alias=AliasChoices("keys", "partition_keys"), min_length=1)
    """The keys, in order."""

    def to_partitions(self) -> Partitions:
        """The record that the graph holds."""
        return StaticPartitions(keys=tuple(self.keys))


class DynamicPartitionsAttributes(Attributes):
    """A named set of partition keys that is kept in the store."""

    type: Literal["dynamic"]
    name: str
    """The name of the set."""

    def to_partitions(self) -> Partitions:
        """The record that the graph holds."""
        return DynamicPartitions(name=self.name)


class _Windows(Attributes):
    start: str = Field(validation_alias=AliasChoices("start", "start_date"), examples=["2026-01-01"])
    """The start of the first partition."""
    end: str | None = Field(default=None, validation_alias=AliasChoices("end", "end_date"))
    """The end of the last partition; there is none when this is left out."""
    timezone: str = "UTC"
    """The time zone that the windows are cut in."""
    minute_offset: int = Field(default=0, ge=0, le=59)
    """The minute at which a window starts."""

    @abstractmethod
    def to_partitions(self) -> Partitions:
        """The record that the graph holds."""

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        self.to_partitions()
        return self


class HourlyPartitionsAttributes(_Windows):
    """A partition for each hour."""

    type: Literal["hourly"]

    def to_partitions(self) -> Partitions:
        """The record that the graph holds."""
        return _windows(self, f"{self.minute_offset} * * * *", "%Y-%m-%d-%H:%M")


class DailyPartitionsAttributes(_Windows):
    """A partition for each day."""

    type: Literal["daily"]
    hour_offset: int = Field(default=0, ge=0, le=23)
    """The hour at which a window starts."""

    def to_partitions(self) -> Partitions:
        """The record that the graph holds."""
        return _windows(self, f"{self.minute_offset} {self.hour_offset} * * *", "%Y-%m-%d")


class WeeklyPartitionsAttributes(DailyPartitionsAttributes):
    """A partition for each week."""

    type: Literal["weekly"]  # type: ignore[assignment] # a discriminator differs in each branch
    day_offset: int = Field(default=0, ge=0, le=6)
    """The day at which a window starts; 0 is Sunday."""

    def to_partitions(self) -> Partitions:
        """The record that the graph holds."""
        return _windows(self, f"{self.minute_offset} {self.hour_offset} * * {self.day_offset}", "%Y-%m-%d")


class MonthlyPartitionsAttributes(DailyPartitionsAttributes):
    """A partition for each month."""

    type: Literal["monthly"]  # type: ignore[assignment] # a discriminator differs in each branch
    day_offset: int = Field(default=1, ge=1, le=28)
    """The day of the month at which a window starts."""

    def to_partitions(self) -> Partitions:
        """The record that the graph holds."""
        return _windows(self, f"{self.minute_offset} {self.hour_offset} {self.day_offset} * *", "%Y-%m-%d")


class TimeWindowPartitionsAttributes(Attributes):
    """A partition for each tick of a cron schedule."""

    type: Literal["time_window"]
    cron: str = Field(validation_alias=AliasChoices("cron", "cron_schedule"), examples=["0 6 * * 1-5"])
    """When a window ends and the next one starts."""
    start: str = Field(validation_alias=AliasChoices("start", "start_date"), examples=["2026-01-01"])
    """The start of the first partition, written in `format`."""
    end: str | None = Field(default=None, validation_alias=AliasChoices("end", "end_date"))
    """The end of the last partition; there is none when this is left out."""
    format: str = Field(default="%Y-%m-%d", validation_alias=AliasChoices("format", "fmt"))
    """How partition keys are written (strftime)."""
    timezone: str = "UTC"
    """The time zone that the windows are cut in."""

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        self.to_partitions()
        return self

    def to_partitions(self) -> Partitions:
        """The record that the graph holds."""
        return _checked(
            TimeWindowPartitions(
                cron=self.cron, start=self.start, end=self.end, format=self.format, timezone=self.timezone
            )
        )


def _windows(attributes: _Windows, cron: str, format: str) -> Partitions:
    return _checked(
        TimeWindowPartitions(
            cron=cron, start=attributes.start, end=attributes.end, format=format, timezone=attributes.timezone
        )
    )


def _checked(partitions: TimeWindowPartitions) -> TimeWindowPartitions:
    """The same, when its dates and its time zone can be read."""
    for name, text in (("start", partitions.start), ("end", partitions.end)):
        if text is None:
            continue
        try:
            datetime.strptime(text, partitions.format)
        except ValueError:
            raise ValueError(f"{name} {text!r} is not written as {partitions.format!r}") from None
    check_timezone(partitions.timezone)
    check_cron(partitions.cron)
    return partitions


PartitionsAttributes = Annotated[
    StaticPartitionsAttributes
    | DynamicPartitionsAttributes
    | HourlyPartitionsAttributes
    | DailyPartitionsAttributes
    | WeeklyPartitionsAttributes
    | MonthlyPartitionsAttributes
    | TimeWindowPartitionsAttributes,
    Field(discriminator="type"),
]
