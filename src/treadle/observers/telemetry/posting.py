"""How a collector is asked: OTLP over HTTP, with what the standard variables say.

Which variables there are, and what they mean, is from the specification of OpenTelemetry's exporters:
https://opentelemetry.io/docs/specs/otel/protocol/exporter/
"""

from __future__ import annotations

import gzip
import http.client
import ssl
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request, build_opener

__all__ = ["Collector", "RefusedError", "UnavailableError", "pairs"]

_LONGEST = 200
_BUSY = (429, 502, 503, 504)
_MOST_SECONDS = 10.0
_MOST_BYTES = 1 << 20


class UnavailableError(Exception):
    """What was sent isn't taken now, and may be later; `is_there` tells whether somebody answered."""

    def __init__(self, why: str, *, is_there: bool = False) -> None:
        super().__init__(why)
        self.is_there = is_there


class RefusedError(Exception):
    """What was sent won't be taken later either."""


class Collector:
    """Where one signal (`traces`, `logs` or `metrics`) goes."""

    def __init__(self, signal: str, environment: Mapping[str, str]) -> None:
        def said(name: str) -> str:
            """What is said for this signal, or else for all."""
            own = environment.get(f"OTEL_EXPORTER_OTLP_{signal.upper()}_{name}", "").strip()
            return own or environment.get(f"OTEL_EXPORTER_OTLP_{name}", "").strip()

        self._url = environment.get(f"OTEL_EXPORTER_OTLP_{signal.upper()}_ENDPOINT", "").strip()
        if not self._url:  # the one for all has no path of its own
            self._url = f"{(said('ENDPOINT') or 'http://localhost:4318').rstrip('/')}/v1/{signal}"
        self._url, authorization = _without_password(self._url)
        self._is_compressed = said("COMPRESSION").lower() == "gzip"
        self._headers = {"content-type": "application/x-protobuf", **authorization, **pairs(said("HEADERS"))}
        if self._is_compressed:
            self._headers["content-encoding"] = "gzip"
        self._seconds = _seconds(said("TIMEOUT"))
        self._files = {
            "cafile": said("CERTIFICATE"),
            "certfile": said("CLIENT_CERTIFICATE"),
            "keyfile": said("CLIENT_KEY"),
        }
        self._opener: OpenerDirector | None = None

    def post(self, body: bytes, *, seconds: float) -> bytes:
        """Send a request, and give what is answered; raises `UnavailableError` or `RefusedError`.

        What these say has nothing of the URL and the headers: there may be keys in them.
        """
        try:
            self._opener = self._opener or _opener(self._url, **self._files)
        except OSError as error:
            raise RefusedError(f"the files with certificates can't be used: {_cause(error)}"[:_LONGEST]) from None
        try:
            request = Request(self._url, gzip.compress(body) if self._is_compressed else body, self._headers)
            with self._opener.open(request, timeout=min(seconds, self._seconds)) as answer:
                said: bytes = answer.read(_MOST_BYTES)
                return said
        except HTTPError as error:
            error.close()
            why = f"the collector answered {error.code} {error.reason}"[:_LONGEST]
            if error.code in _BUSY:
                raise UnavailableError(why, is_there=True) from None
            raise RefusedError(why) from None
        except (OSError, http.client.HTTPException) as error:
            if any(isinstance(each, TimeoutError) for each in _chain(error)):
                raise UnavailableError("the collector didn't answer in time") from None
            raise UnavailableError(f"the collector couldn't be reached: {_cause(error)}"[:_LONGEST]) from None
        except ValueError as error:
            raise RefusedError(f"the collector couldn't be asked: {type(error).__name__}") from None


class _NowhereElse(HTTPRedirectHandler):
    """Keys in headers are for one collector."""

    def redirect_request(self, *args: Any, **given: Any) -> None:
        return None


def _opener(url: str, *, cafile: str, certfile: str, keyfile: str) -> OpenerDirector:
    """Asks a server, through a proxy when the environment names one."""
    if not url.lower().startswith("https:"):
        return build_opener(_NowhereElse)
    context = ssl.create_default_context(cafile=cafile or None)
    if certfile:
        context.load_cert_chain(certfile, keyfile or None)
    return build_opener(_NowhereElse, HTTPSHandler(context=context))


def _without_password(url: str) -> tuple[str, dict[str, str]]:
    """A URL without the user and the password in it, and the header that tells these.

    >>> _without_password("http://me:s3cr3t@collector:4318/v1/traces")
    ('http://collector:4318/v1/traces', {'authorization': 'Basic bWU6czNjcjN0'})
    """
    parts = urlsplit(url)
    given, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, {}
    user = b64encode(unquote(given).encode()).decode("ascii")
    return urlunsplit(parts._replace(netloc=host)), {"authorization": f"Basic {user}"}


def pairs(said: str) -> dict[str, str]:
    """Names and values, of `name=value,name=value` with signs that are written as `%2C`.

    >>> pairs("api-key=s3cr3t, x-team=wool%20and%2C yarn")
    {'api-key': 's3cr3t', 'x-team': 'wool and, yarn'}
    """
    found = [each.partition("=") for each in said.split(",") if "=" in each]
    return {unquote(name).strip(): unquote(value).strip() for name, _, value in found}


def _seconds(milliseconds: str) -> float:
    with suppress(ValueError):
        if (seconds := float(milliseconds) / 1000) > 0:
            return seconds
    return _MOST_SECONDS


def _cause(error: BaseException) -> str:
    found = next((each.strerror for each in _chain(error) if isinstance(each, OSError) and each.strerror), None)
    return found or type(error).__name__


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error, and those that it was made of."""
    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, BaseException) and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [getattr(each, "reason", None), each.__cause__, each.__context__]
