"""Gives browsers the web app: one page for every address that isn't of the API, and the files which that page loads."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from treadle.server.answers import content_policy

__all__ = ["WebApp"]

_BUILT = Path(__file__).parent / "web"
_FILE = re.compile(r"/static/([A-Za-z0-9_][A-Za-z0-9_.-]*)")
_HASHED = re.compile(r"-[A-Za-z0-9_-]{8}\.")  # the bundler puts a digest of its content into the name of a file
_NOT_ITS_OWN = ("/api", "/metrics")


class WebApp:
    """Answers browsers that want a page, and hands everything else on to an app. `built` is where the web app lies.

    Where it wasn't built, everything is handed on.
    """

    def __init__(self, app: ASGIApp, *, built: Path = _BUILT) -> None:
        self._app = app
        self._built = built

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        answer = self._answer(scope) if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else None
        await (answer or self._app)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response | None:
        path, headers = scope["path"], Headers(scope=scope)
        if found := _FILE.fullmatch(path):
            return self._file(found[1], is_zipped_welcome="gzip" in headers.get("accept-encoding", ""))
        is_page = path == "/" or "text/html" in headers.get("accept", "")
        is_its_own = not any(path == each or path.startswith(f"{each}/") for each in _NOT_ITS_OWN)
        return self._page() if is_page and is_its_own else None

    def _file(self, name: str, *, is_zipped_welcome: bool) -> Response | None:
        file = self._built / "static" / name
        if not file.is_file():
            return None
        zipped = file.with_name(f"{name}.gz")
        kept = "public, max-age=31536000, immutable" if _HASHED.search(name) else "no-cache"
        headers = {"cache-control": kept, "vary": "accept-encoding"}
        answer = FileResponse(file, headers=headers)
        if is_zipped_welcome and zipped.is_file():
            answer = FileResponse(zipped, media_type=answer.media_type, headers={**headers, "content-encoding": "gzip"})
        return answer

    def _page(self) -> Response | None:
        try:
            page = (self._built / "index.html").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        # The libraries of the app make styles while it runs; they know the word that lets these in.
        nonce = secrets.token_urlsafe(16)
        return HTMLResponse(
            page.replace('nonce=""', f'nonce="{nonce}"', 1),
            headers={"content-security-policy": content_policy(styles=f"'nonce-{nonce}'"), "cache-control": "no-store"},
        )
