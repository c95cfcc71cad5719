"""The asset graph."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from treadle.server.context import Here
from treadle.server.errors import error_responses
from treadle.server.models import Edge, Graph, Node

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["assets"])


@router.get("/graph", responses=error_responses(400))
def get_graph(
    here: Here,
    selection: Annotated[str, Query(max_length=10_000, description="An expression: `+orders`, `group:marts`…")] = "*",
) -> Graph:
    """The assets of a selection, dependencies first, and the edges between them."""
    snapshot, standings = here.snapshot, here.standings.of(here.snapshot)
    graph, selected = snapshot.graph, snapshot.select(selection)
    ordered = [key for key in graph.topological() if key in selected]
    nodes = [
        Node(
            key=str(key),
            group=graph.assets[key].group,
            kinds=sorted(graph.assets[key].kinds),
            external=graph.is_external(key),
            status=standings[key].status.value if key in standings else None,
            blocked=key in snapshot.facts.surely,
            checks=len(graph.checks_of(key)),
        )
        for key in ordered
    ]
    edges = [
        Edge(source=str(parent), to=str(key)) for key in ordered for parent in sorted(graph.parents(key) & selected)
    ]
    return Graph(nodes=nodes, edges=edges)
