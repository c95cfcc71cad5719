"""Who may ask: whoever has the token of this process, from a page of this server or from no page at all."""

from __future__ import annotations

import hmac
import json
from urllib.parse import parse_qs, urlencode

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from treadle.server.errors import error_body
from treadle.server.identity.needs import IDENTITY
from treadle.server.identity.who import LOCAL
from treadle.server.plain_page import plain_page

__all__ = ["Guard", "cookie_name", "hosts_of"]

_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
_COOKIE = "treadle_{port}"


def cookie_name(port: int) -> str:
    """The cookie of a server: browsers don't tell the ports of a machine apart, so its name does."""
    return _COOKIE.format(port=port)


def hosts_of(port: int) -> frozenset[str]:
    """What the header Host says of a server on this machine.

    A page of somebody else whose name was made to lead here (DNS rebinding) has that name in it.

    >>> sorted(hosts_of(3070))
    ['127.0.0.1:3070', '[::1]:3070', 'localhost:3070']
    """
    names = ("127.0.0.1", "localhost", "[::1]")
    return frozenset((*(f"{each}:{port}" for each in names), *(names if port == 80 else ())))


class Guard:
    """Lets requests through to an app, or answers that they may not.

    `token` is what has to be shown: in the header `Authorization: Bearer`, in the cookie, or once in the address of a
    page, which sets the cookie.
    """

    def __init__(self, app: ASGIApp, *, token: str, port: int) -> None:
        self._app = app
        self._token = token.encode()
        self._port = port
        self._hosts = hosts_of(port)
        self._origins = frozenset(f"http://{each}" for each in self._hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if refused := self._refused(scope, headers):
            await _refuse(send, *refused)
            return
        given = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if "token" in given and scope["method"] == "GET" and not scope["path"].startswith("/api"):
            await self._let_in(scope, send, given)
            return
        bearer = headers.get("authorization", "")
        if bearer[:7].lower() == "bearer ":
            if not self._is_right(bearer[7:].strip()):
                await _refuse(send, 401, _OTHER_TOKEN)
                return
        elif not self._is_right(_cookie(headers, cookie_name(self._port))):
            if _wants_page(scope, headers):
                await plain_page("Treadle", _NO_TOKEN_PAGE, status=401)(scope, receive, send)
            else:
                await _refuse(send, 401, _NO_TOKEN)
            return
        elif scope["method"] not in _SAFE and not self._is_ours(headers):
            # A cookie comes along by itself, so it has to be a page of this server that asks.
            await _refuse(send, 403, "with a cookie, only pages of this server may change something")
            return
        scope[IDENTITY] = LOCAL
        await self._app(scope, receive, send)

    def _refused(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return 421, "this server answers to the names of this machine alone"
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in self._origins:
            return 403, "pages of other servers may not ask this one"
        from_elsewhere = headers.get("sec-fetch-site", "none") not in ("same-origin", "none")
        if from_elsewhere and (headers.get("sec-fetch-mode") != "navigate" or scope["method"] not in _SAFE):
            return 403, "pages of other servers may not ask this one"
        return None

    def _is_ours(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        return (origin is not None and origin.lower() in self._origins) or (
            headers.get("sec-fetch-site") == "same-origin"
        )

    def _is_right(self, token: str) -> bool:
        return hmac.compare_digest(token.encode("utf-8", "surrogateescape"), self._token)

    async def _let_in(self, scope: Scope, send: Send, given: dict[str, list[str]]) -> None:
        """Turn the token in the address into a cookie, so that it is neither in the history nor sent on."""
        if not self._is_right(given["token"][0]):
            await _refuse(send, 401, _OTHER_TOKEN)
            return
        rest = urlencode({name: values for name, values in given.items() if name != "token"}, doseq=True)
        # Two slashes at the beginning would be the name of another server.
        path = "/" + scope["path"].lstrip("/")
        target = path + (f"?{rest}" if rest else "")
        cookie = f"{cookie_name(self._port)}={self._token.decode()}; HttpOnly; SameSite=Strict; Path=/"
        headers = [
            (b"location", target.encode("latin-1", "replace")),
            (b"set-cookie", cookie.encode("latin-1")),
            (b"cache-control", b"no-store"),
            (b"referrer-policy", b"no-referrer"),
            (b"content-length", b"0"),
        ]
        await send({"type": "http.response.start", "status": 303, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


_OTHER_TOKEN = "the token isn't that of this server; it is printed when the server starts"
_NO_TOKEN_PAGE = (
    "<p>This server lets in whoever has its token. Open the address that it printed when it started: "
    "it looks like <code>http://127.0.0.1:3070/?token=…</code>, and each start has another token.</p>"
)
_NO_TOKEN = (
    "the token of this server is missing: open the address that it printed when it started,"
    " or send the header Authorization: Bearer TOKEN"
)


def _wants_page(scope: Scope, headers: Headers) -> bool:
    return scope["method"] == "GET" and "text/html" in headers.get("accept", "")


def _cookie(headers: Headers, name: str) -> str:
    for line in headers.getlist("cookie"):
        for part in line.split(";"):
            key, _, value = part.strip().partition("=")
            if key == name:
                return value
    return ""


async def _refuse(send: Send, status: int, message: str) -> None:
    body = json.dumps(error_body(status, message)).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *([(b"www-authenticate", b"Bearer")] if status == 401 else []),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
