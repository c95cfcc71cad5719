"""The ways that OpenLineage events go: to a server, into a file, onto the terminal."""

from __future__ import annotations

import json
import ssl
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from treadle import __version__
from treadle.ir.observing import ToCatalogue
from treadle.observers.channels.http import as_json, post
from treadle.observers.channels.letter import NO_ANSWER, UndeliverableError

__all__ = ["RefusedError", "Send", "opened"]

Send = Callable[[Mapping[str, Any]], None]
"""Sends one event.

Raises:
    RefusedError: when it will never be taken.
    UndeliverableError: when it can't be taken now.
"""

_REFUSALS = frozenset({400, 413, 415, 422})
_MOST_READ = 300


class RefusedError(Exception):
    """The server understands the event and doesn't want it: asking again would change nothing."""


@contextmanager
def opened(name: str, catalogue: ToCatalogue, environment: Mapping[str, str], *, seconds: float) -> Iterator[Send]:
    """The way of a name, as long as it is used."""
    if name.endswith(".file"):
        assert catalogue.file is not None
        yield _into(catalogue.file)
    elif name.endswith(".console"):
        yield lambda event: print(json.dumps(event), file=sys.stderr)  # noqa: T201 - the standard output may be JSON
    else:
        with closing(_Server(catalogue, environment, seconds=seconds)) as server:
            yield server.send


def _into(file: Path) -> Send:
    def send(event: Mapping[str, Any]) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("ab") as opened:
                opened.write(as_json(event) + b"\n")
        except OSError as error:
            raise UndeliverableError(f"{str(file)!r} can't be written: {error.strerror}") from None

    return send


class _Server:
    """A server that takes events, asked over one connection."""

    def __init__(self, catalogue: ToCatalogue, environment: Mapping[str, str], *, seconds: float) -> None:
        self._url = f"{catalogue.url.rstrip('/')}/{catalogue.path.lstrip('/')}"
        self._seconds = seconds
        self._headers = {"Content-Type": "application/json", "User-Agent": f"Treadle/{__version__}"}
        if key := environment.get("OPENLINEAGE_API_KEY", "").strip():
            self._headers["Authorization"] = f"Bearer {key}"
        self._connection: HTTPConnection | None = None

    def send(self, event: Mapping[str, Any]) -> None:
        """Post an event."""
        parts = urlsplit(self._url)
        if parts.scheme in getproxies() and not proxy_bypass(parts.hostname or ""):
            post(self._url, as_json(event), headers=self._headers, seconds=self._seconds)
            return
        try:
            status, said = self._asked(parts.path, as_json(event))
        except TimeoutError:
            self.close()
            raise UndeliverableError(NO_ANSWER) from None
        except (HTTPException, OSError, ValueError) as error:
            self.close()
            raise UndeliverableError(f"it couldn't be reached: {error or type(error).__name__}") from None
        if status in _REFUSALS:
            raise RefusedError(f"it answered {status}" + (f": {said}" if said else ""))
        if not 200 <= status < 300:
            raise UndeliverableError(f"it answered {status}" + (f": {said}" if said else ""))

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _asked(self, path: str, body: bytes) -> tuple[int, str]:
        is_new = self._connection is None
        connection = self._connected()
        try:
            connection.request("POST", path, body=body, headers=self._headers)
            answer = connection.getresponse()
        except (ConnectionError, HTTPException):
            self.close()
            if is_new:
                raise
            # A server may close what it hasn't been asked over for a while.
            return self._asked(path, body)
        said = answer.read(_MOST_READ).decode("utf-8", "replace")
        if answer.read(1):
            self.close()  # more than anybody wants to read
        return answer.status, " ".join(said.split())

    def _connected(self) -> HTTPConnection:
        if self._connection is None:
            parts = urlsplit(self._url)
            host, port = parts.hostname or "", parts.port
            if parts.scheme == "https":
                context = ssl.create_default_context()
                self._connection = HTTPSConnection(host, port, timeout=self._seconds, context=context)
            else:
                self._connection = HTTPConnection(host, port, timeout=self._seconds)
        return self._connection
