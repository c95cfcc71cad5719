"""The YAML models of what starts an asset by itself, and of when it must have been written."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, WithJsonSchema

from treadle.components.model import Attributes, Instance, Written, record_schema, text_format
from treadle.components.partitions import CronText, TimezoneText
from treadle.ir import AutomationCondition, FreshnessPolicy
from treadle.ir.conditions import CONDITIONS, parse_condition
from treadle.ir.durations import parse_duration

__all__ = ["Automation", "Freshness"]


def _condition_text(text: str) -> str:
    parse_condition(text)
    return text


ConditionText = Annotated[
    str, AfterValidator(_condition_text), text_format("automation", "eager", "on_cron('0 6 * * *')")
]
ConditionTemplate = Annotated[AutomationCondition, Instance(), WithJsonSchema(record_schema("AutomationCondition"))]


class OnCron(Attributes):
    """After each tick of a cron schedule, once what the asset is made from is newer than the tick."""

    on_cron: CronText = Field(examples=["0 6 * * *"])
    """The schedule."""
    timezone: TimezoneText = "UTC"
    """The time zone of the schedule."""

    def to_condition(self) -> AutomationCondition:
        """The record that the graph holds."""
        return CONDITIONS["on_cron"](self.on_cron, self.timezone)


class AllOf(Attributes):
    """When all of some conditions are true."""

    all_of: list[Condition] = Field(min_length=1, examples=[["eager", {"not": "in_progress"}]])
    """The conditions."""

    def to_condition(self) -> AutomationCondition:
        """The record that the graph holds."""
        return CONDITIONS["all_of"](*map(_to_condition, self.all_of))


class AnyOf(Attributes):
    """When one of some conditions is true."""

    any_of: list[Condition] = Field(min_length=1, examples=[["on_missing", {"on_cron": "0 6 * * *"}]])
    """The conditions."""

    def to_condition(self) -> AutomationCondition:
        """The record that the graph holds."""
        return CONDITIONS["any_of"](*map(_to_condition, self.any_of))


class Not(Attributes):
    """When a condition isn't true."""

    not_: Condition = Field(validation_alias=AliasChoices("not"), examples=["in_progress"])
    """The condition."""

    def to_condition(self) -> AutomationCondition:
        """The record that the graph holds."""
        return ~_to_condition(self.not_)


Condition = ConditionTemplate | ConditionText | OnCron | AllOf | AnyOf | Not


def _to_condition(written: AutomationCondition | str | OnCron | AllOf | AnyOf | Not) -> AutomationCondition:
    if isinstance(written, str):
        return parse_condition(written)
    return written if isinstance(written, AutomationCondition) else written.to_condition()


Automation = Annotated[AutomationCondition, Written(Condition, _to_condition)]
"""A condition: a template, text like `eager` or `on_cron('0 6 * * *')`, or a mapping."""


def _written_out(value: object) -> object:
    return f"PT{value.total_seconds():.3f}S" if isinstance(value, timedelta) else value


def _duration_text(text: str) -> str:
    parse_duration(text)
    return text


DurationText = Annotated[
    str, BeforeValidator(_written_out), AfterValidator(_duration_text), text_format("length-of-time", "24h", "PT24H")
]
FreshnessTemplate = Annotated[FreshnessPolicy, Instance(), WithJsonSchema(record_schema("FreshnessPolicy"))]


class FreshnessWindow(Attributes):
    """Fresh for some time after each materialization."""

    fail_window: DurationText
    """How old it may be at most: `24h`, `1d 12h`, `PT24H`."""
    warn_window: DurationText | None = None
    """How old it may be without a warning."""

    def to_policy(self) -> FreshnessPolicy:
        """The record that the graph holds."""
        warn = parse_duration(self.warn_window) if self.warn_window else None
        return FreshnessPolicy(fail_window=parse_duration(self.fail_window), warn_window=warn)


class FreshnessDeadline(Attributes):
    """Fresh when it was materialized before each tick of a cron schedule."""

    deadline_cron: CronText
    """By when it must have been materialized."""
    lower_bound: DurationText = Field(validation_alias=AliasChoices("lower_bound", "lower_bound_delta"))
    """How long before the deadline a materialization counts: `1h`."""
    timezone: TimezoneText = "UTC"
    """The time zone of the schedule."""

    def to_policy(self) -> FreshnessPolicy:
        """The record that the graph holds."""
        return FreshnessPolicy(
            deadline_cron=self.deadline_cron,
            lower_bound_delta=parse_duration(self.lower_bound),
            timezone=self.timezone,
        )


def _to_policy(written: FreshnessPolicy | FreshnessWindow | FreshnessDeadline) -> FreshnessPolicy:
    return written if isinstance(written, FreshnessPolicy) else written.to_policy()


Freshness = Annotated[FreshnessPolicy, Written(FreshnessTemplate | FreshnessWindow | FreshnessDeadline, _to_policy)]
"""A freshness policy: a template, or a mapping."""
