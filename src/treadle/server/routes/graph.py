"""The asset graph: of a selection, and the whole of it as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic_core import to_json

from treadle.ir import AssetKey
from treadle.runner.staleness import Standing
from treadle.server.context import Here
from treadle.server.drawing import COLUMN
from treadle.server.errors import error_responses
from treadle.server.models.graph import Graph, Overview
from treadle.server.snapshot import Snapshot

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["assets"])

Standings = Mapping[AssetKey, Standing]


@router.get("/graph", response_model=Graph, responses=error_responses(400))
def get_graph(
    here: Here,
    selection: Annotated[str, Query(max_length=10_000, description="An expression: `+orders`, `group:marts`…")] = "*",
) -> Response:
    """The assets of a selection, dependencies first, and the edges between them."""
    snapshot, standings = here.snapshot, here.standings.of(here.snapshot)
    selected = snapshot.select(selection)
    return _json(
        snapshot.answer(f"graph {selection}", standings, lambda: to_json(_graph(snapshot, standings, selected)))
    )


@router.get("/graph/overview", response_model=Overview)
def get_overview(here: Here) -> Response:
    """All assets as one picture, with the place of each: groups are areas, and data goes from left to right."""
    snapshot, standings = here.snapshot, here.standings.of(here.snapshot)
    return _json(snapshot.answer("overview", standings, lambda: to_json(_overview(snapshot, standings))))


def _json(body: bytes) -> Response:
    # Ten thousand assets as records that are checked again would take ten times as long.
    return Response(body, media_type="application/json")


def _graph(snapshot: Snapshot, standings: Standings, selected: frozenset[AssetKey]) -> dict[str, Any]:
    graph = snapshot.graph
    ordered = [key for key in graph.topological() if key in selected]
    names = {key: str(key) for key in ordered}
    edges = [
        {"from": names[parent], "to": names[key]} for key in ordered for parent in sorted(graph.parents(key) & selected)
    ]
    return {"nodes": [_node(snapshot, standings, key, names[key]) for key in ordered], "edges": edges}


def _node(snapshot: Snapshot, standings: Standings, key: AssetKey, name: str) -> dict[str, Any]:
    graph, asset, standing = snapshot.graph, snapshot.graph.assets[key], standings.get(key)
    return {
        "key": name,
        "group": asset.group,
        "kinds": sorted(asset.kinds),
        "external": graph.is_external(key),
        "status": None if standing is None else standing.status.value,
        "blocked": key in snapshot.facts.surely,
        "checks": len(graph.checks_of(key)),
        "materialized_at": None if standing is None else standing.materialized_at,
        "compute": _compute(snapshot, key),
    }


def _overview(snapshot: Snapshot, standings: Standings) -> dict[str, Any]:
    graph, drawing = snapshot.graph, snapshot.drawing
    known = [standings.get(key) for key in drawing.keys]
    written = [None if each is None else each.materialized_at for each in known]
    return {
        "version": snapshot.version,
        "width": drawing.width,
        "height": drawing.height,
        "column": COLUMN,
        "areas": [
            {name: getattr(each, name) for name in ("name", "x", "y", "width", "height", "assets")}
            for each in drawing.areas
        ],
        "keys": list(map(str, drawing.keys)),
        "area": drawing.area_of,
        "x": drawing.x,
        "y": drawing.y,
        "status": [None if each is None else each.status.value for each in known],
        "materialized": [None if each is None else int(each.timestamp()) for each in written],
        "compute": [_compute(snapshot, key) for key in drawing.keys],
        "external": [number for number, key in enumerate(drawing.keys) if graph.is_external(key)],
        "blocked": [number for number, key in enumerate(drawing.keys) if key in snapshot.facts.surely],
        "sources": [source for source, _ in drawing.edges],
        "targets": [target for _, target in drawing.edges],
    }


def _compute(snapshot: Snapshot, key: AssetKey) -> str | None:
    step = snapshot.graph.step_of(key)
    return None if step is None else snapshot.facts.compute.get(step.address)
