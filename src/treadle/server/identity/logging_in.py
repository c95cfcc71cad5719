"""Logging in and out: a browser is sent to the provider, comes back with a code, and gets a cookie for its session."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.responses import RedirectResponse, Response

from treadle.project.serving import Sharing
from treadle.server.identity.digests import digest, new_id, new_secret
from treadle.server.identity.journal import change_of
from treadle.server.identity.login_pages import login_page, trouble_page
from treadle.server.identity.provider import LoginRefusedError, Provider, ProviderDownError
from treadle.server.identity.who import Identity, grants_of
from treadle.store.people import Login, Person, Session

if TYPE_CHECKING:
    from treadle.store import Store

__all__ = ["Doors", "safe_target"]

_TO_LOG_IN = timedelta(minutes=10)
_LONGEST = 2000
_CLAIM_LENGTH = 300


def safe_target(text: str) -> str:
    """A path of this server to go on to; what leads elsewhere becomes the first page.

    >>> [safe_target(text) for text in ("/runs?x=1", "https://evil.example", "//evil.example", r"/\\evil.example", "")]
    ['/runs?x=1', '/', '/', '/', '/']
    """
    if not text.startswith("/") or len(text) > _LONGEST or not text.isprintable() or "\\" in text or " " in text:
        return "/"
    if text.startswith("//") or text.startswith(("/auth/", "/login")):
        return "/"
    parts = urlsplit(text)
    return text if not parts.scheme and not parts.netloc else "/"


class Doors:
    """Answers browsers that log in or out. Everything it knows is in the store: any number of servers may share it."""

    def __init__(self, sharing: Sharing, provider: Provider, store: Store, *, project: str, name: str) -> None:
        self.sharing = sharing
        self._provider = provider
        self._store = store
        self._project = project
        self._name = name
        port = urlsplit(sharing.url).port
        suffix = f"-{port}" if sharing.is_private and port else ""  # browsers don't tell the ports of a machine apart
        self.session_cookie = f"__Host-treadle{suffix}"
        self._login_cookie = f"__Host-treadle-login{suffix}"

    def welcome(self, target: str) -> Response:
        """The page that asks to log in."""
        return login_page(
            self._name, target=safe_target(target), provider=urlsplit(self.sharing.issuer).hostname or "the provider"
        )

    def begin(self, target: str) -> Response:
        """Send a browser to the provider."""
        state, nonce, verifier = new_secret(), new_secret(), new_secret()
        target = safe_target(target)
        try:
            url = self._provider.login_url(state=state, nonce=nonce, verifier=verifier)
        except ProviderDownError as error:
            return self._down(error, target)
        login = Login(
            state=digest(state),
            nonce=nonce,
            verifier=verifier,
            target=target,
            expires_at=datetime.now(UTC) + _TO_LOG_IN,
        )
        self._store.people.begin_login(self._project, login)
        answer = RedirectResponse(url, status_code=303, headers={"cache-control": "no-store"})
        # The browser that comes back has to be the one that was sent.
        self._set(answer, self._login_cookie, state, seconds=_TO_LOG_IN.total_seconds())
        return answer

    def end(self, asked: Mapping[str, str], cookies: Mapping[str, str], *, address: str, browser: str) -> Response:
        """Let a browser in that comes back from the provider, or say why not."""
        answer = self._ended(asked, cookies, address=address, browser=browser)
        answer.headers["cache-control"] = "no-store"
        self._set(answer, self._login_cookie, "", seconds=0)
        return answer

    def _ended(self, asked: Mapping[str, str], cookies: Mapping[str, str], *, address: str, browser: str) -> Response:
        state = asked.get("state", "")
        if not state or not hmac.compare_digest(state.encode(), cookies.get(self._login_cookie, "").encode()):
            return self._refuse("this browser didn't begin this login, or began another one since", address)
        login = self._store.people.take_login(self._project, digest(state))
        if login is None:
            return self._refuse("this login was ended before, or took longer than ten minutes", address)
        if "error" in asked:
            said = asked.get("error_description") or asked["error"]
            return self._refuse(f"the provider says: {said[:_CLAIM_LENGTH]}", address, login.target)
        if asked.get("iss", self.sharing.issuer).rstrip("/") != self.sharing.issuer.rstrip("/"):
            return self._refuse("the answer is of another provider", address, login.target)
        try:
            claims = self._provider.claims(code=asked.get("code", ""), nonce=login.nonce, verifier=login.verifier)
        except LoginRefusedError as error:
            return self._refuse(str(error), address, login.target)
        except ProviderDownError as error:
            return self._down(error, login.target)
        return self._let_in(claims, login.target, address=address, browser=browser)

    def _let_in(self, claims: Mapping[str, Any], target: str, *, address: str, browser: str) -> Response:
        moment = datetime.now(UTC)
        person = _person_of(claims, self.sharing, moment)
        grants = grants_of(person.claims, self.sharing.roles)
        who = Identity(kind="person", name=person.name, email=person.email, subject=person.subject, grants=grants)
        if not grants:
            why = f"{who.label} is known, and has no role here: nothing that the provider says of them gives one."
            return self._refuse(why, address, target, who=who)
        secret = new_secret()
        session = Session(
            digest=digest(secret),
            id=new_id(),
            subject=person.subject,
            address=address,
            browser=browser[:_CLAIM_LENGTH],
            created_at=moment,
            seen_at=moment,
            expires_at=moment + timedelta(seconds=self.sharing.session),
        )
        self._store.people.let_in(self._project, person, session)
        self._note(change_of(who, action="log_in", outcome="done", status=303, address=address))
        answer = RedirectResponse(target, status_code=303)
        self._set(answer, self.session_cookie, secret, seconds=self.sharing.session)
        return answer

    def out(self, answer: Response) -> None:
        """Take the cookie of a session away."""
        self._set(answer, self.session_cookie, "", seconds=0)

    def _refuse(self, why: str, address: str, target: str = "/", *, who: Identity | None = None) -> Response:
        self._note(change_of(who, action="log_in", outcome="refused", status=403, message=why, address=address))
        told = why if who else why[:1].upper() + why[1:]  # names begin as they are written
        return trouble_page("You aren't logged in", f"{told.rstrip('.')}.", status=403, target=target)

    def _down(self, error: ProviderDownError, target: str) -> Response:
        name = urlsplit(self.sharing.issuer).hostname
        why = f"{name}, which knows who you are, can't be asked: {error}. Nothing is wrong with what you did."
        return trouble_page("Logging in doesn't work at the moment", why, status=503, target=target)

    def _note(self, change: Any) -> None:
        self._store.changes.record(self._project, change)

    def _set(self, answer: Response, name: str, value: str, *, seconds: float) -> None:
        cookie = f"{name}={value}; Max-Age={int(seconds)}; Path=/; Secure; HttpOnly; SameSite=Lax"
        answer.headers.append("set-cookie", cookie)


def _person_of(claims: Mapping[str, Any], sharing: Sharing, moment: datetime) -> Person:
    """Who somebody is; of the claims, only those are kept that decide what they may do."""
    email = claims.get("email")
    # Somebody may have typed in any address, unless the provider has looked.
    known = email if isinstance(email, str) and claims.get("email_verified", True) is not False else ""
    name = next((str(claims[key]) for key in ("name", "preferred_username") if claims.get(key)), "") or known
    wanted = {each for claim in sharing.claims for each in (claim, claim.partition(".")[0])}
    return Person(
        subject=str(claims["sub"])[:_CLAIM_LENGTH],
        name=(name or str(claims["sub"]))[:_CLAIM_LENGTH],
        email=known[:_CLAIM_LENGTH],
        claims={key: claims[key] for key in sorted(wanted) if key in claims},
        seen_at=moment,
    )
