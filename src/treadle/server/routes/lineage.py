"""What is made from what, and how one asks for it: columns, and the words of selections."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from treadle.server.columns import ColumnOf
from treadle.server.context import Here
from treadle.server.errors import error_responses
from treadle.server.models.graph import ColumnEdge, ColumnLineage, ColumnOfAsset, Suggestion, SuggestionList
from treadle.server.routes.assets import find_key
from treadle.server.suggesting import suggest

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["assets"])


@router.get("/lineage/columns", responses=error_responses(404))
def get_column_lineage(
    here: Here, asset: Annotated[str, Query(max_length=1000, description="The key of an asset.")]
) -> ColumnLineage:
    """Which columns those of an asset are made from, and which are made from them, as far as is known."""
    snapshot = here.snapshot
    found = here.columns.around(snapshot, find_key(snapshot, asset), here.store.last_event())
    return ColumnLineage(
        asset=asset,
        columns=list(found.columns),
        edges=[ColumnEdge(source=_column(source), to=_column(column)) for column, source in found.edges],
        complete=found.is_complete,
        readable=found.is_readable,
    )


@router.get("/selections/suggestions")
def suggest_selection(
    here: Here,
    text: Annotated[str, Query(max_length=10_000, description="A selection as far as it is written.")] = "",
    at: Annotated[int | None, Query(ge=0, le=10_000, description="The place in it; its end, when left out.")] = None,
) -> SuggestionList:
    """What may be written at a place of a selection: keys of assets, attributes and their values."""
    found = suggest(here.snapshot, text, len(text) if at is None else min(at, len(text)))
    return SuggestionList(
        start=found.start,
        end=found.end,
        items=[Suggestion(text=each.text, kind=each.kind, detail=each.detail) for each in found.items],
    )


def _column(pair: ColumnOf) -> ColumnOfAsset:
    return ColumnOfAsset(asset=pair[0], column=pair[1])
