"""The pages for those whom nobody knows yet: without scripts, and with nothing of the project in them."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse

from treadle.server.answers import content_policy

__all__ = ["login_page", "trouble_page"]

_STYLE = (
    ":root{color-scheme:light dark;--ink:light-dark(#1f2328,#e6e7e9);--dim:light-dark(#5c636a,#a6a7ab);"
    "--paper:light-dark(#f6f7f9,#17191d);--card:light-dark(#fff,#202329);--line:light-dark(#dee2e6,#383c44)}"
    "*{box-sizing:border-box}"
    "body{margin:0;min-height:100vh;display:grid;place-items:center;padding:16px;background:var(--paper);color:var(--ink);"
    'font:15px/1.55 Inter,"Segoe UI",system-ui,sans-serif}'
    "main{width:100%;max-width:400px;padding:36px 32px;background:var(--card);border:1px solid var(--line);"
    "border-radius:14px;text-align:center;box-shadow:0 8px 30px #00000012}"
    "img{display:block;margin:0 auto 16px}h1{font-size:22px;line-height:1.3;margin:0 0 6px}"
    "p{margin:0 0 8px;color:var(--dim);overflow-wrap:anywhere}"
    "a{display:block;margin-top:22px;padding:11px 18px;border-radius:9px;background:#3b5bdb;color:#fff;font-weight:600;"
    "text-decoration:none}a:hover{background:#364fc7}a:focus-visible{outline:3px solid #91a7ff;outline-offset:2px}"
    "small{display:block;margin-top:18px;color:var(--dim);font-size:13px}"
)
_POLICY = content_policy(styles=f"'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'")


def login_page(project: str, *, target: str, provider: str) -> HTMLResponse:
    """Where somebody begins to log in."""
    return _page(
        f"Log in to {project}",
        f"<h1>Log in to {escape(project)}</h1><p>Treadle shows its assets and runs to those who may see them.</p>"
        f"<a href={_begin(target)}>Log in with {escape(provider)}</a>"
        "<small>You come back here afterwards.</small>",
        status=200,
    )


def trouble_page(title: str, why: str, *, status: int, target: str = "/") -> HTMLResponse:
    """Why somebody isn't let in, and another try."""
    return _page(
        title,
        f"<h1>{escape(title)}</h1><p>{escape(why)}</p><a href={_begin(target)}>Try again</a>",
        status=status,
    )


def _begin(target: str) -> str:
    return f'"{escape("/auth/login?" + urlencode({"next": target}))}"'


def _page(title: str, body: str, *, status: int) -> HTMLResponse:
    return HTMLResponse(
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · Treadle</title>"
        '<link rel="icon" href="/static/treadle.svg" type="image/svg+xml">'
        f'<style>{_STYLE}</style><main><img src="/static/treadle.svg" width="44" height="44" alt="">{body}</main></html>',
        status_code=status,
        headers={"content-security-policy": _POLICY, "cache-control": "no-store"},
    )
