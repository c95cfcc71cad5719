"""Plain pages: what the API has, and what is shown where the web app wasn't built. Nothing in them is of another host."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from treadle.server.plain_page import plain_page

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/")
def get_firstplain_page() -> HTMLResponse:
    """What is shown where the web app isn't there."""
    return plain_page(
        "Treadle",
        "<p>The web app wasn't built when Treadle was installed; <code>make ui</code> in its checkout builds it.</p>"
        "<p>Programs ask the API below <code>/api</code>: <a href=/api/docs>what there is</a>, "
        "<a href=/api/openapi.json>the same as OpenAPI</a>. <a href=/metrics>Metrics</a> are for Prometheus.</p>",
    )


@router.get("/api/docs")
def get_docs(request: Request) -> HTMLResponse:
    """Every path of the API, with what it does."""
    rows = [
        f"<tr><td><code>{method.upper()}</code><td><code>{escape(path)}</code><td>{_first(each)}"
        for path, methods in request.app.openapi()["paths"].items()
        for method, each in methods.items()
    ]
    return plain_page(
        "Treadle's HTTP API",
        "<p>The whole of it, with every parameter and every answer, is in <a href=/api/openapi.json>OpenAPI</a>.</p>"
        f"<table>{''.join(rows)}</table>",
    )


def _first(operation: dict[str, Any]) -> str:
    """The first line of what is said of an operation, as HTML."""
    text = str(operation.get("description") or operation.get("summary") or "").partition("\n")[0]
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))
