"""Plain pages: what the API has, and what is shown where the web app wasn't built. Nothing in them is of another host."""

from __future__ import annotations

import base64
import hashlib
import re
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from treadle.server.answers import STYLE_HASHES

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem}"
    "code{font-family:ui-monospace,monospace;font-size:.9em}"
    "td,th{text-align:left;vertical-align:top;padding:.2rem 1rem .2rem 0}"
)
STYLE_HASHES.append(base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode())


def _page(title: str, body: str) -> HTMLResponse:
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style><h1>{escape(title)}</h1>{body}</html>"
    )


@router.get("/")
def get_first_page() -> HTMLResponse:
    """What is shown where the web app isn't there."""
    return _page(
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
    return _page(
        "Treadle's HTTP API",
        "<p>The whole of it, with every parameter and every answer, is in <a href=/api/openapi.json>OpenAPI</a>.</p>"
        f"<table>{''.join(rows)}</table>",
    )


def _first(operation: dict[str, Any]) -> str:
    """The first line of what is said of an operation, as HTML."""
    text = str(operation.get("description") or operation.get("summary") or "").partition("\n")[0]
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))
