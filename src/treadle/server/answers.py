"""What is done with every answer: secrets are taken out, unchanged ones aren't sent again, browsers are told to be strict."""

from __future__ import annotations

import gzip
import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from treadle.credentials import Redactor

__all__ = ["Answers", "content_policy", "make_strict"]

_SMALLEST_ZIPPED = 20_000  # bytes; what is smaller is on its way before it would be zipped

_STRICT = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class Answers:
    """Finishes the answers of an app. `redactor` knows what must not be in any."""

    def __init__(self, app: ASGIApp, *, redactor: Redactor) -> None:
        self._app = app
        self._redactor = redactor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        start: Message | None = None
        held: list[bytes] = []
        is_stream = False

        async def finish(message: Message) -> None:
            nonlocal start, is_stream
            if message["type"] == "http.response.start":
                make_strict(MutableHeaders(raw=message["headers"]))
                kind = Headers(raw=message["headers"]).get("content-type", "")
                is_stream = kind.startswith("text/event-stream")
                if kind.startswith("application/json"):
                    start = message  # it comes in one piece, which is sent when it is there
                else:
                    await send(message)
            elif message["type"] == "http.response.body" and is_stream:
                # Each part is an event, or some.
                await send({**message, "body": self._redactor.text(message.get("body", b"").decode()).encode()})
            elif message["type"] == "http.response.body" and start is not None:
                held.append(message.get("body", b""))
                if not message.get("more_body"):
                    await self._send(scope, start, b"".join(held), asked, send)
            else:
                await send(message)

        await self._app(scope, receive, finish)

    async def _send(self, scope: Scope, start: Message, body: bytes, asked: Headers, send: Send) -> None:
        headers = MutableHeaders(raw=start["headers"])
        body = self._redactor.text(body.decode()).encode()
        status = start["status"]
        if scope["method"] == "GET" and status == 200:
            tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
            headers["etag"] = tag
            headers["cache-control"] = "private, no-cache"
            if tag in [each.strip().removeprefix("W/") for each in asked.get("if-none-match", "").split(",")]:
                status, body = 304, b""
        else:
            headers["cache-control"] = "no-store"
        if len(body) >= _SMALLEST_ZIPPED and "gzip" in asked.get("accept-encoding", ""):
            body = gzip.compress(body, compresslevel=1, mtime=0)
            headers["content-encoding"] = "gzip"
        headers.add_vary_header("accept-encoding")
        if status == 304:
            del headers["content-length"]
        else:
            headers["content-length"] = str(len(body))
        await send({**start, "status": status})
        await send({"type": "http.response.body", "body": body})


def content_policy(*, styles: str = "") -> str:
    """What a page may load: things of this server, and `styles` as well.

    >>> "style-src 'self' 'nonce-x';" in content_policy(styles="'nonce-x'")
    True
    """
    policy = {
        "default-src": "'none'",
        "style-src": f"'self' {styles}".strip(),
        "script-src": "'self'",
        "worker-src": "'self'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "frame-src": "'self'",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in policy.items())


def make_strict(headers: MutableHeaders) -> None:
    """Tell browsers to be strict with an answer."""
    # An answer that needs something else of its own has said so.
    for name, value in _STRICT.items():
        headers.setdefault(name, value)
    headers.setdefault("content-security-policy", content_policy())
    headers.setdefault("cache-control", "no-store")
