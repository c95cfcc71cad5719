"""Pictures of the asset graph: its assets, its areas, the columns in it; and what a search suggests."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from treadle.server.models.assets import AssetStatus
from treadle.server.models.given import Given

__all__ = [
    "ColumnEdge",
    "ColumnLineage",
    "ColumnOfAsset",
    "Edge",
    "Graph",
    "Node",
    "Overview",
    "OverviewArea",
    "Suggestion",
    "SuggestionList",
]


class Node(Given):
    """An asset in a graph."""

    key: str
    group: str
    kinds: list[str] = []
    external: bool
    status: AssetStatus | None = None
    blocked: bool = False
    checks: int = 0
    materialized_at: datetime | None = None
    compute: str | None = None


class Edge(Given):
    """`to` is made from `from`."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    source: str = Field(serialization_alias="from", validation_alias="from")
    to: str


class Graph(Given):
    """Assets, and how they hang together."""

    nodes: list[Node]
    edges: list[Edge]


class OverviewArea(Given):
    """Where the assets of a group are drawn."""

    name: str
    x: float
    y: float
    width: float
    height: float
    assets: int


class Overview(Given):
    """All assets as one picture, a list for each thing that is known of them; a row of assets is 1 high.

    The first entries of all lists are about the same asset; `sources` and `targets` of edges, `external` and `blocked`
    hold the places of assets in them.
    """

    version: str
    width: float
    height: float
    column: float = Field(description="How far columns of assets are from each other.")
    areas: list[OverviewArea]
    keys: list[str]
    area: list[int] = Field(description="The place of each asset's area in `areas`.")
    x: list[float]
    y: list[float]
    status: list[AssetStatus | None]
    materialized: list[int | None] = Field(description="When, in seconds since 1970.")
    compute: list[str | None]
    external: list[int]
    blocked: list[int]
    sources: list[int]
    targets: list[int]


class ColumnOfAsset(Given):
    """A column of an asset."""

    asset: str
    column: str


class ColumnEdge(Given):
    """`to` is made from `from`."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    source: ColumnOfAsset = Field(serialization_alias="from", validation_alias="from")
    to: ColumnOfAsset


class ColumnLineage(Given):
    """Which columns are made from which, around an asset."""

    asset: str
    columns: list[str] = Field(description="The columns that the asset is known to have.")
    edges: list[ColumnEdge]
    complete: bool = Field(description="Whether nothing was left out, since there were too many assets.")
    readable: bool = Field(description="Whether SQL can be read here: the extra `lineage` is installed.")


class Suggestion(Given):
    """What may be written into a selection, between `start` and `end` of its text."""

    text: str
    kind: Literal["asset", "attribute", "value", "function", "operator"]
    detail: str = ""


class SuggestionList(Given):
    """What fits at a place of a selection."""

    start: int
    end: int
    items: list[Suggestion]
