"""What became of an asset over time."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from treadle.server.models.assets import AssetCheck, CheckResult, Materialization
from treadle.server.models.given import Given, Page

__all__ = [
    "CheckList",
    "CheckResultPage",
    "CheckSummary",
    "MaterializationPage",
    "MetadataHistory",
    "MetadataPoint",
    "MetadataSeries",
]


class MaterializationPage(Page[Materialization]):
    """Materializations of an asset, the newest first."""


class CheckResultPage(Page[CheckResult]):
    """Results of a check, the newest first."""


class CheckSummary(AssetCheck):
    """A check in a list of all checks."""

    asset: str
    status: Literal["passed", "warned", "failed", "never"] = Field(
        description="What came of it last; `warned` when it failed and that is only a warning."
    )


class CheckList(Page[CheckSummary]):
    """Checks in the order of their assets, and how many there are of each status."""

    total: int
    counts: dict[str, int] = {}


class MetadataPoint(Given):
    """A number that a materialization has reported."""

    at: datetime
    value: float
    run_id: str
    partition: str | None = None


class MetadataSeries(Given):
    """A number over time."""

    name: str = Field(examples=["rows"])
    points: list[MetadataPoint]


class MetadataHistory(Given):
    """The numbers that an asset's materializations have reported, the oldest first in each series."""

    series: list[MetadataSeries]
    materializations: int = Field(description="How many were looked at.")
    more: bool = Field(description="Whether there are older ones.")
