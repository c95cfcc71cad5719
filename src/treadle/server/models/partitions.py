"""The partitions of an asset, and how each stands."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from treadle.server.models.given import Given

__all__ = ["Partition", "PartitionDimension", "PartitionGrid"]


class PartitionDimension(Given):
    """How an asset is cut, or one way of several; the name is empty when it is the only one."""

    name: str
    kind: Literal["static", "time_window", "dynamic"]
    count: int
    cron: str | None = None
    timezone: str | None = None


class Partition(Given):
    """A partition of an asset. `start` is when its time window begins."""

    key: str
    status: Literal["materialized", "stale", "failed", "missing", "running"]
    materialized_at: datetime | None = None
    failed_at: datetime | None = None
    run_id: str | None = Field(default=None, description="The run that has written it, or that failed to.")
    start: datetime | None = None


class PartitionGrid(Given):
    """The partitions of an asset, and how each stands; the last of all on the first page, in order on each."""

    dimensions: list[PartitionDimension]
    total: int
    counts: dict[str, int] = {}
    items: list[Partition]
    next: str | None = Field(default=None, description="What `cursor` says to get those before; null at the first.")
