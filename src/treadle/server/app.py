"""The app: its routes, and what every answer has in common."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute

from treadle import __version__
from treadle.server.context import Context
from treadle.server.errors import error_responses, handle_errors
from treadle.server.identity.needs import BaseNeed, need_of
from treadle.server.routes import (
    artifacts,
    assets,
    audit,
    automations,
    backfills,
    checks,
    component_types,
    components,
    editor,
    editor_questions,
    graph,
    histories,
    identity,
    launching,
    lineage,
    metrics,
    outputs,
    pages,
    partitions,
    planning,
    policies,
    project,
    runs,
    sources,
)
from treadle.server.telling import tell_of_runs

__all__ = ["make_app", "openapi"]

_ABOUT = """The HTTP API of a Treadle project.

Every request shows the token of the server, or an API token of a shared one, as `Authorization: Bearer TOKEN`.
`x-role` is the role that an operation needs: viewer, launcher, editor or admin.
Whatever isn't a success has the body `{"error": {"code", "message", "diagnostics"}}`.
Lists come in pages: `next` of one is the `cursor` of the next. JSON answers have an `ETag`.
"""
_THREADS = 16  # that answer: more of them would only wait for each other, and for connections to the store


def make_app(context: Context | None = None) -> FastAPI:
    """The app of a server; without a context, what describes the API."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = _THREADS
        assert context is not None
        context.streams.open()
        watching = asyncio.create_task(tell_of_runs(context))
        yield
        watching.cancel()

    app = FastAPI(
        title="Treadle",
        version=__version__,
        description=_ABOUT,
        openapi_url="/api/openapi.json",
        docs_url=None,  # FastAPI's pages load their scripts from other hosts
        redoc_url=None,
        lifespan=lifespan,
        responses=error_responses(400, 401, 403, 422, 429, 500, 503),
        generate_unique_id_function=_name,
    )
    for each in (
        project,
        assets,
        checks,
        histories,
        partitions,
        sources,
        graph,
        lineage,
        component_types,
        components,
        runs,
        launching,
        outputs,
        artifacts,
        planning,
        automations,
        backfills,
        metrics,
        policies,
        identity,
        audit,
        editor,
        editor_questions,
        pages,
    ):
        for route in each.router.routes:
            if isinstance(route, APIRoute):
                route.openapi_extra = {**(route.openapi_extra or {}), "x-role": need_of(route).role}
        app.include_router(each.router, dependencies=[Depends(BaseNeed())])
    handle_errors(app)
    app.state.context = context
    return app


def _name(route: APIRoute) -> str:
    """What a generated client calls it."""
    return route.name


def openapi() -> dict[str, Any]:
    """The API as OpenAPI describes it."""
    return make_app().openapi()
