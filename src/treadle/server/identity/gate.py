"""Who may ask a shared server: people who are logged in, and programs with a token; by TLS, and not too often."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlsplit

from anyio.to_thread import run_sync
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from treadle.project.serving import role_of
from treadle.server.answers import make_strict
from treadle.server.errors import error_body
from treadle.server.identity.digests import PREFIX, digest
from treadle.server.identity.journal import change_of
from treadle.server.identity.logging_in import Doors
from treadle.server.identity.needs import IDENTITY, SAFE
from treadle.server.identity.proxies import Whence, whence
from treadle.server.identity.rates import Rates
from treadle.server.identity.who import Grant, Identity, grants_of
from treadle.store import StoreUnavailableError

if TYPE_CHECKING:
    from treadle.store import Store
    from treadle.store.changes import Change

__all__ = ["Gate"]

_LOGIN = "log in: open this server in a browser, or send an API token as Authorization: Bearer TOKEN"
_NOT_GOOD = "this API token isn't good: it was revoked, it has expired, or it is of another server"
_A_YEAR = "max-age=31536000"


class _RefusedError(Exception):
    def __init__(self, status: int, message: str, *, code: str = "", wait: int = 0) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.wait = status, message, code, wait


class Gate:
    """Lets requests through to an app, or answers that they may not."""

    def __init__(self, app: ASGIApp, doors: Doors, store: Store, *, project: str) -> None:
        self._app = app
        self._doors = doors
        self._store = store
        self._project = project
        self._sharing = sharing = doors.sharing
        parts = urlsplit(sharing.url)
        self._scheme, self._host = parts.scheme, parts.netloc
        self._requests = Rates(per_minute=sharing.requests_per_minute, burst=max(60, sharing.requests_per_minute // 4))
        self._strangers = Rates(per_minute=sharing.logins_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        place = whence(scope, headers, self._sharing.proxies)
        scope["client"] = (place.address, 0)
        send = self._strictly(send)
        try:
            self._check_place(scope, headers, place)
            if (answer := await self._door(scope, headers, place)) is None:
                who, by_cookie = await self._who(headers, place)
                answer = await self._check(scope, headers, place, who, by_cookie)
        except _RefusedError as refused:
            answer = _refusal(refused)
        except StoreUnavailableError as error:
            answer = _refusal(_RefusedError(503, error.message))
        await (answer or self._app)(scope, receive, send)

    def _check_place(self, scope: Scope, headers: Headers, place: Whence) -> None:
        if place.host != self._host:
            raise _RefusedError(421, f"this server answers to {self._sharing.url} alone")
        if place.scheme != self._scheme:
            raise _RefusedError(
                421, f"this server is asked at {self._sharing.url}, through a proxy that its settings name"
            )
        origin = headers.get("origin")
        is_elsewhere = origin is not None and origin.lower() != self._sharing.url
        is_navigation = headers.get("sec-fetch-mode") == "navigate" and scope["method"] in SAFE
        from_elsewhere = headers.get("sec-fetch-site", "none") not in ("same-origin", "none") and not is_navigation
        if is_elsewhere or from_elsewhere:
            raise _RefusedError(403, "pages of other servers may not ask this one")

    async def _door(self, scope: Scope, headers: Headers, place: Whence) -> Response | ASGIApp | None:
        """What is answered to everybody."""
        path, method = scope["path"], scope["method"]
        if method not in SAFE:
            return None
        if path.startswith("/static/"):
            return self._app
        asked = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        if path == "/login":
            return self._doors.welcome(asked.get("next", "/"))
        if path not in ("/auth/login", "/auth/callback") or method != "GET":
            return None
        self._count(self._strangers, place.address)
        if path == "/auth/login":
            return await run_sync(self._doors.begin, asked.get("next", "/"))
        return await run_sync(
            lambda: self._doors.end(
                asked, _cookies(headers), address=place.address, browser=headers.get("user-agent", "")
            )
        )

    async def _who(self, headers: Headers, place: Whence) -> tuple[Identity | None, bool]:
        """Who asks; and whether a cookie says it, which a browser adds by itself."""
        scheme, _, shown = headers.get("authorization", "").partition(" ")
        if scheme:
            who = await run_sync(self._program, shown.strip(), place) if scheme.lower() == "bearer" else None
            if who is None:
                self._count(self._strangers, place.address)
                raise _RefusedError(401, _NOT_GOOD)
            return who, False
        if secret := _cookies(headers).get(self._doors.session_cookie, ""):
            return await run_sync(self._person, secret, place), True
        return None, False

    def _person(self, secret: str, place: Whence) -> Identity | None:
        found = self._store.people.session(self._project, digest(secret))
        if found is None:
            return None
        session, person = found
        self._store.people.see(session, address=place.address)
        grants = grants_of(person.claims, self._sharing.roles)
        return Identity(
            kind="person", name=person.name, subject=person.subject, email=person.email, grants=grants, id=session.id
        )

    def _program(self, shown: str, place: Whence) -> Identity | None:
        token = self._store.api_tokens.find(self._project, digest(shown)) if shown.startswith(PREFIX) else None
        if token is None:
            return None
        cap = Grant(role=role_of(token.role), groups=frozenset(token.groups), paths=token.paths)
        grants: tuple[Grant, ...] = (Grant(role="admin"),)  # of the command line, which is its cap alone
        if token.owner:
            owner = self._store.people.person(self._project, token.owner)
            grants = grants_of(owner.claims, self._sharing.roles) if owner else ()
        label = f"{token.name} ({token.made_by})"
        who = Identity(kind="token", name=label, subject=token.owner, grants=grants, cap=cap, id=token.id)
        if not token.is_good(datetime.now(UTC)):
            change = change_of(
                who, action="use_token", target=token.name, outcome="refused", status=401, message=_NOT_GOOD,
                address=place.address,
            )  # fmt: skip
            self._count(self._strangers, place.address)  # first, so that the log isn't filled by them
            self._note(change)
            raise _RefusedError(401, _NOT_GOOD)
        self._store.api_tokens.see(token)
        return who

    async def _check(
        self, scope: Scope, headers: Headers, place: Whence, who: Identity | None, by_cookie: bool
    ) -> Response | None:
        if who is None:
            self._count(self._requests, place.address)
            if scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
                path = scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
                return RedirectResponse(f"/login?next={quote(path, safe='')}", status_code=303)
            raise _RefusedError(401, _LOGIN, code="login_needed")
        self._count(self._requests, f"{who.kind} {who.id if who.kind == 'token' else who.subject}")
        if by_cookie and scope["method"] not in SAFE and not self._is_ours(headers):
            raise _RefusedError(403, "with a cookie, only pages of this server may change something")
        if who.role is None:
            raise _RefusedError(403, f"{who.label} has no role here any more; ask those who look after the server")
        scope[IDENTITY] = who
        return None

    def _is_ours(self, headers: Headers) -> bool:
        return headers.get("origin", "").lower() == self._sharing.url or headers.get("sec-fetch-site") == "same-origin"

    def _count(self, rates: Rates, name: str) -> None:
        if seconds := rates.wait(name):
            raise _RefusedError(429, f"that is too often: try again in {seconds} s", wait=seconds)

    def _note(self, change: Change) -> None:
        self._store.changes.record(self._project, change)

    def _strictly(self, send: Send) -> Send:
        async def strictly(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                make_strict(headers)
                if self._scheme == "https":
                    headers["strict-transport-security"] = _A_YEAR
            await send(message)

        return strictly


def _refusal(refused: _RefusedError) -> Response:
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    if refused.status == 401:
        headers["www-authenticate"] = "Bearer"
    if refused.wait:
        headers["retry-after"] = str(refused.wait)
    body = json.dumps(error_body(refused.status, refused.message, code=refused.code))
    return Response(body, status_code=refused.status, headers=headers, media_type="application/json")


def _cookies(headers: Headers) -> Mapping[str, str]:
    parts = (part.strip().partition("=") for line in headers.getlist("cookie") for part in line.split(";"))
    return {name: value for name, _, value in parts}
