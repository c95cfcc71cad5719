"""A POST request: TLS is verified, redirects aren't followed, proxies are those of the environment."""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Mapping
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from treadle import __version__
from treadle.observers.channels.letter import NO_ANSWER, UndeliverableError

__all__ = ["as_json", "post"]

_MOST_READ = 300


def as_json(value: object) -> bytes:
    """A value as the body of a request."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def post(url: str, body: bytes, *, headers: Mapping[str, str], seconds: float) -> None:
    """Post JSON to a URL.

    Raises:
        UndeliverableError: when anything but 2xx is answered, or nothing.
    """
    try:
        address, authorization = _split(url)
        opener = build_opener(HTTPSHandler(context=ssl.create_default_context()), _NoRedirects)
        sent = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": f"Treadle/{__version__}",
            **authorization,
            **headers,
        }
        with opener.open(Request(address, data=body, headers=sent, method="POST"), timeout=seconds):
            return
    except HTTPError as error:
        with error:
            raise UndeliverableError(_answer(error)) from None
    except TimeoutError:
        raise UndeliverableError(NO_ANSWER) from None
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise UndeliverableError(NO_ANSWER) from None
        raise UndeliverableError(f"it couldn't be reached: {error.reason}") from None
    except (HTTPException, OSError, ValueError) as error:
        raise UndeliverableError(f"it couldn't be told: {type(error).__name__}: {error}") from None


class _NoRedirects(HTTPRedirectHandler):
    """Whoever answers with a redirect doesn't get to say who else reads the message."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Nothing: the answer is then an error."""


def _split(url: str) -> tuple[str, dict[str, str]]:
    """A URL without user and password, and the header that says these."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise UndeliverableError("its URL has to begin with https:// or http://, and name a host")
    if parts.username is None:
        return url.strip(), {}
    user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    plain = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return plain, {"Authorization": "Basic " + base64.b64encode(user.encode()).decode()}


def _answer(error: HTTPError) -> str:
    if 300 <= error.code < 400:
        return f"it answered {error.code}: redirects aren't followed"
    try:
        said = " ".join(error.read(_MOST_READ).decode("utf-8", "replace").split())
    except (HTTPException, OSError):
        said = ""
    return f"it answered {error.code} {error.reason}".rstrip() + (f": {said}" if said else "")
