"""Assets, with what is known of each, and what lists of them are filtered by."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from treadle.server.models.given import Given, Page
from treadle.server.models.project import Place

__all__ = [
    "Asset",
    "AssetCheck",
    "AssetDetail",
    "AssetFacets",
    "AssetPage",
    "AssetStatus",
    "CheckResult",
    "Column",
    "FacetValue",
    "Materialization",
    "PartitionCounts",
    "PartitionSummary",
    "Verdict",
]

AssetStatus = Literal["failed", "missing", "overdue", "stale", "partial", "fresh"]


class PartitionCounts(Given):
    """How many partitions an asset has now, and how many of them stand how."""

    total: int
    materialized: int = Field(description="Those that were ever written.")
    stale: int = Field(description="Those that would come out otherwise now.")
    failed: int = Field(description="Those that the last attempt didn't write.")


class Asset(Given):
    """An asset in a list."""

    key: str = Field(examples=["marts/orders"])
    description: str | None = Field(default=None, description="The first line of its description.")
    group: str
    kinds: list[str] = []
    owners: list[str] = []
    tags: dict[str, str] = {}
    external: bool = Field(description="Whether no step makes it.")
    component: str | None = Field(default=None, description="The address of the component that declares it.")
    checks: int = 0
    partitioned: bool = False
    partition_counts: PartitionCounts | None = Field(default=None, description="Of what has partitions, and a step.")
    status: AssetStatus | None = Field(default=None, description="How it stands; null for external assets.")
    materialized_at: datetime | None = None
    blocked_by: list[str] = Field(default=[], description="Addresses of broken components that it waits for.")
    kept: bool = Field(default=False, description="Whether its component is broken, and this is what it said before.")


class AssetPage(Page[Asset]):
    """A page of assets, in the order of their keys."""

    total: int


class Column(Given):
    """A column of an asset."""

    name: str
    type: str | None = None
    description: str | None = None


class CheckResult(Given):
    """What came of a check."""

    passed: bool
    severity: Literal["warn", "error"]
    created_at: datetime
    run_id: str
    partition: str | None = None
    description: str | None = None
    metadata: dict[str, Any] = {}


class AssetCheck(Given):
    """A check of an asset, with its last result."""

    name: str
    description: str | None = None
    severity: Literal["warn", "error"]
    blocking: bool = False
    place: Place
    last: CheckResult | None = None


class Materialization(Given):
    """An asset was written."""

    created_at: datetime
    run_id: str
    step: str
    partition: str | None = None
    data_version: str | None = None
    code_version: str | None = None
    metadata: dict[str, Any] = {}


class PartitionSummary(Given):
    """How an asset is cut, and how much of that was ever written."""

    definition: dict[str, Any]
    count: int
    materialized: int
    latest: list[str] = Field(default=[], description="The last keys that there are, the newest first.")


class Verdict(Given):
    """A policy that an asset breaks."""

    policy: str
    severity: Literal["deny", "warn", "audit"]
    message: str
    why: str = ""
    fix: str = ""
    excused: str | None = Field(default=None, description="Why it is passed over, when a waiver or a baseline says so.")


class AssetDetail(Asset):
    """Everything about an asset."""

    text: str | None = Field(default=None, description="The whole of its description.")
    columns: list[Column] = []
    metadata: dict[str, Any] = {}
    code_version: str | None = None
    upstream: list[str] = []
    downstream: list[str] = []
    step: str | None = None
    compute: str | None = None
    pool: str | None = None
    automation: str | None = None
    freshness: dict[str, Any] | None = None
    component_type: str | None = None
    place: Place
    component_place: Place = Field(description="Where the component that declares it is written.")
    detail: str = Field(default="", description="Its name in the system that it comes from.")
    reasons: list[str] = Field(default=[], description="Why it stands as it does.")
    check_list: list[AssetCheck] = []
    partitions: PartitionSummary | None = None
    materializations: list[Materialization] = Field(default=[], description="The latest, the newest first.")
    verdicts: list[Verdict] = []


class FacetValue(Given):
    """A value that assets have, and how many of them would be left with it."""

    value: str = Field(description="Empty for assets that have nothing there.")
    count: int


class AssetFacets(Given):
    """What the assets of a list may be narrowed by further, the most frequent first.

    The counts of a facet are those with every other filter: choosing another value of it doesn't empty the list.
    """

    total: int = Field(description="How many assets fulfil all of the filters.")
    status: list[FacetValue] = []
    group: list[FacetValue] = []
    kind: list[FacetValue] = []
    owner: list[FacetValue] = []
    tag: list[FacetValue] = []
    component: list[FacetValue] = []
