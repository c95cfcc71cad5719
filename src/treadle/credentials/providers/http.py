"""A request to an OIDC provider: TLS is verified, redirects aren't followed, and what passes is tried again."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from treadle import __version__

__all__ = ["Answer", "UnreachableError", "ask", "is_private"]

_SECONDS = 10.0
_WAITS = (0.2, 0.6, 1.5)
_LONGEST_WAIT = 5.0
_MOST_READ = 1 << 20
_PASSES = {429, 500, 502, 503, 504}
_HERE = {"localhost", "127.0.0.1", "::1"}


class UnreachableError(Exception):
    """A provider gave no answer that means anything; what it did says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a provider answered: a status below 500, the JSON object that came with it, and the time on its clock."""

    status: int
    body: Mapping[str, Any] | None = field(repr=False)
    server_time: float


def is_private(url: str) -> bool:
    """Whether nobody else can read what is sent there: by https, or on this machine.

    >>> [is_private(url) for url in ("https://login.example.com", "http://login.example.com", "http://localhost:80")]
    [True, False, True]
    """
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)
    except ValueError:
        return False


def ask(
    url: str,
    form: Mapping[str, str] | None = None,
    *,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Get a URL, or post a form to it; again and a bit later when it can't be reached, or says so.

    Raises:
        UnreachableError: when it doesn't answer as it should, however often it is asked.
    """
    data = None if form is None else urlencode(form).encode()
    sent = {"Accept": "application/json", "User-Agent": f"Treadle/{__version__}", **(headers or {})}
    for seconds in (*_WAITS, None):
        try:
            return _ask(Request(url, data=data, headers=sent))
        except _PassingError as error:
            if seconds is None:
                raise UnreachableError(f"{error}, {len(_WAITS) + 1} times") from None
            time.sleep(min(_LONGEST_WAIT, max(seconds, error.seconds)))
    raise AssertionError


class _PassingError(Exception):
    """What may be different in a moment, or in as many seconds as were asked for."""

    def __init__(self, message: str, seconds: float = 0.0) -> None:
        super().__init__(message)
        self.seconds = seconds


class _NoRedirects(HTTPRedirectHandler):
    """Whoever answers with a redirect doesn't get to say who else is sent a secret."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Nothing: the answer is then an error."""


def _ask(request: Request) -> Answer:
    opener = build_opener(HTTPSHandler(context=ssl.create_default_context()), _NoRedirects)
    try:
        try:
            response = opener.open(request, timeout=_SECONDS)
        except HTTPError as error:
            response = error  # an answer like any other
        with response:
            status, headers, data = response.status, response.headers, response.read(_MOST_READ)
    except URLError as error:
        if isinstance(error.reason, ssl.SSLError):
            raise UnreachableError(f"its certificate isn't trusted: {_reason(error.reason)}") from None
        raise _PassingError(f"it can't be reached: {_reason(error.reason)}") from None
    except TimeoutError:
        raise _PassingError(f"it didn't answer in {_SECONDS:g} s") from None
    except (HTTPException, OSError, ValueError) as error:
        raise _PassingError(f"it didn't answer as HTTP does: {type(error).__name__}") from None
    if status in _PASSES:
        after = str(headers.get("Retry-After", ""))
        raise _PassingError(f"it answered {status}", float(after) if after.isdigit() else 0.0)
    return _answer(status, data, headers)


def _reason(reason: object) -> str:
    if isinstance(reason, TimeoutError):
        return f"no answer in {_SECONDS:g} s"
    if isinstance(reason, ssl.SSLCertVerificationError):
        return reason.verify_message
    return getattr(reason, "strerror", None) or str(reason)


def _answer(status: int, data: bytes, headers: HTTPMessage) -> Answer:
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        body = None
    try:
        server_time = parsedate_to_datetime(str(headers["Date"])).timestamp()
    except (TypeError, ValueError):
        server_time = time.time()
    return Answer(status=status, body=body if isinstance(body, dict) else None, server_time=server_time)
