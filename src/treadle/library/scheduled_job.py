"""Assets that run by the clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import AliasChoices, Field

from treadle.components import Component, ComponentContext, CronText, ScaffoldRequest, TagText, TimezoneText
from treadle.ir import Definitions, Job, Schedule
from treadle.library.selections import Selections

__all__ = ["ScheduledJob"]


class ScheduledJob(Component):
    """Runs a selection of assets by a cron schedule."""

    follows_from_attributes: ClassVar[bool] = True

    job_name: str = Field(min_length=1, validation_alias=AliasChoices("job_name", "name"))
    """The name of the job."""
    cron_schedule: CronText = Field(
        validation_alias=AliasChoices("cron_schedule", "cron"), examples=["0 6 * * *", "@daily"]
    )
    """When it runs."""
    asset_selection: Selections = Field(default="*", validation_alias=AliasChoices("asset_selection", "selection"))
    """What it runs: a selection, or a list of selections that are taken together."""
    timezone: TimezoneText = Field(
        default="UTC", validation_alias=AliasChoices("timezone", "execution_timezone", "cron_timezone")
    )
    """The time zone of the schedule."""
    description: str | None = None
    """What it is for."""
    tags: dict[str, TagText] = Field(default_factory=dict)
    """Labels of the job, and of its runs."""
    schedule_name: str | None = None
    """The name of the schedule, if it isn't `JOB_NAME_schedule`."""
    missed: Literal["last", "all", "none"] = "last"
    """What becomes of ticks at which no scheduler ran: the last one is made up for, or all, or none."""
    enabled: bool = True
    """Whether the schedule is on from the beginning."""
    default_status: Literal["RUNNING", "STOPPED"] | None = None
    """The same in Dagster's words: `STOPPED` is a schedule that isn't enabled."""

    def build_defs(self, context: ComponentContext) -> Definitions:
        """A job, and a schedule that runs it."""
        job = Job(
            name=self.job_name,
            selection=self.asset_selection,
            description=self.description,
            tags=self.tags,
            origin=context.origin("attributes", "job_name"),
        )
        schedule = Schedule(
            name=self.schedule_name or f"{self.job_name}_schedule",
            cron=self.cron_schedule,
            selection=self.asset_selection,
            timezone=self.timezone,
            description=self.description,
            job=self.job_name,
            tags=self.tags,
            missed=self.missed,
            enabled=self.enabled and self.default_status != "STOPPED",
            origin=context.origin("attributes", "cron_schedule"),
        )
        return Definitions(jobs=[job], schedules=[schedule])

    @classmethod
    def examples(cls) -> tuple[Mapping[str, Any], ...]:
        """Everything, every morning; one with everything."""
        return (
            {"job_name": "mornings", "cron_schedule": "0 6 * * *", "asset_selection": "*"},
            {
                "job_name": "marts",
                "cron_schedule": "0 6 * * mon-fri",
                "asset_selection": ["group:marts", "+reports/daily"],
                "timezone": "Europe/Vienna",
                "description": "Marts, before the office opens.",
                "tags": {"team": "finance"},
                "missed": "none",
                "enabled": False,
            },
        )

    @classmethod
    def scaffold(cls, request: ScaffoldRequest) -> Mapping[str, Any]:
        """A job named like its folder."""
        return {"job_name": request.folder.name, "cron_schedule": "0 6 * * *", "asset_selection": "*"}
