"""How much there is of what: pools, and what Prometheus reads."""

from __future__ import annotations

from importlib.util import find_spec

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from treadle.errors import MissingExtraError
from treadle.runner.standing import overdue_assets
from treadle.server.context import Here
from treadle.server.models.pools import Pool, PoolList

__all__ = ["router"]

router = APIRouter()


@router.get("/api/pools", tags=["runs"])
def list_pools(here: Here) -> PoolList:
    """The pools of the project: how many steps may have a place, have one, and wait for one."""
    limits, counted = here.settings.limits.pools, here.store.figures(here.project).pools
    names = sorted({*limits, *(name for name, _ in counted)})
    return PoolList(
        items=[
            Pool(
                name=name,
                limit=limits.get(name),
                held=counted.get((name, True), 0),
                waiting=counted.get((name, False), 0),
            )
            for name in names
        ]
    )


@router.get("/metrics", tags=["project"], response_class=PlainTextResponse)
def get_metrics(here: Here) -> PlainTextResponse:
    """The same as `treadle metrics`, for Prometheus."""
    if find_spec("prometheus_client") is None:
        raise MissingExtraError("prometheus", needed_by="/metrics")
    from treadle.observers.prometheus import ProjectMetrics, as_text

    collector = ProjectMetrics(
        here.store,
        project=here.project,
        name=here.settings.module,
        overdue=lambda: overdue_assets(here.snapshot.graph, here.store),
    )
    return PlainTextResponse(as_text(collector), media_type="text/plain; version=0.0.4; charset=utf-8")
