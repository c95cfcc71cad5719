"""A page without scripts, for when there is no web app or nobody to show it to."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from fastapi.responses import HTMLResponse

from treadle.server.answers import content_policy

__all__ = ["plain_page"]

_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem}"
    "code{font-family:ui-monospace,monospace;font-size:.9em}"
    "td,th{text-align:left;vertical-align:top;padding:.2rem 1rem .2rem 0}"
)
_POLICY = content_policy(styles=f"'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'")


def plain_page(title: str, body: str, *, status: int = 200) -> HTMLResponse:
    """A page of this title; `body` is HTML.

    >>> plain_page("Not now", "<p>later", status=503).status_code
    503
    """
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style><h1>{escape(title)}</h1>{body}</html>",
        status_code=status,
        headers={"content-security-policy": _POLICY},
    )
