"""Backfills, and the runs that they are made of."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from treadle.server.models.given import Given, Taken

__all__ = ["Backfill", "BackfillDetail", "BackfillList", "BackfillPart", "NewBackfill"]


class Backfill(Given):
    """Many partitions, materialized by several runs."""

    id: str
    status: Literal["running", "succeeded", "failed", "cancelled"]
    selection: str
    partitions: str
    runs_at_once: int
    tags: dict[str, str] = {}
    created_at: datetime
    ended_at: datetime | None = None
    error: str = ""
    runs: dict[str, int] = Field(default={}, description="How many of its runs are in which state.")


class BackfillList(Given):
    """Backfills, the newest first."""

    items: list[Backfill]


class BackfillPart(Given):
    """What one run of a backfill takes."""

    partition: str
    partition_keys: list[str]
    run_id: str | None = None
    status: str | None = None


class BackfillDetail(Backfill):
    """A backfill with its parts."""

    parts: list[BackfillPart] = []


class NewBackfill(Taken):
    """A backfill that is asked for."""

    selection: str = Field(default="*", max_length=100_000)
    partitions: str = Field(
        description="Which: A..B, A.., ..B, A,B, all, or stale: where something isn't fresh.",
        examples=["2026-01-01..2026-01-31"],
    )
    runs_at_once: int = Field(default=1, ge=1, le=1000)
    tags: dict[str, str] = {}
    priority: int = Field(default=0, ge=-1_000_000, le=1_000_000)
