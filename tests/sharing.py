"""A server that is shared: it runs in a process of its own, beside a real provider at which people log in."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from urllib.request import Request, urlopen

import httpx

from tests.identity_provider import SECRET
from tests.serving import PATIENCE
from tests.unit.server.projects import write_project

__all__ = ["Browser", "SharedServer", "settings", "sharing"]

_PROVIDER = Path(__file__).parent / "identity_provider.py"

ROLES = """
[[tool.treadle.server.roles]]
role = "admin"
claim = "groups"
value = "platform"

[[tool.treadle.server.roles]]
role = "launcher"
claim = "groups"
value = ["spinners", "dyers"]
groups = ["raw"]

[[tool.treadle.server.roles]]
role = "editor"
claim = "groups"
value = "weavers"
paths = ["looms"]

[[tool.treadle.server.roles]]
role = "viewer"
claim = "groups"
value = ["guests", "spinners", "weavers"]
"""


def settings(url: str, issuer: str, more: str = "") -> str:
    """The settings of a server at this address."""
    return (
        '[tool.treadle]\nmodule = "p"\n\n[tool.treadle.server]\n'
        f'url = "{url}"\nissuer = "{issuer}"\nclient_id = "treadle"\nclient_secret = "login"\n{more}{ROLES}'
    )


class Browser:
    """Something with cookies, which follows nothing by itself. It sends what a page of the server would."""

    def __init__(self, url: str, client: httpx.Client) -> None:
        self.url = url
        self.client = client
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **given: Any) -> httpx.Response:
        own = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Origin": self.url}
        answer = self.client.request(method, path, headers={**own, **(headers or {})}, **given)
        self.client.cookies.clear()
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def get(self, path: str, **given: Any) -> httpx.Response:
        return self.ask("GET", path, **given)

    def post(self, path: str, body: Any = None, **given: Any) -> httpx.Response:
        return self.ask("POST", path, json=body or {}, **given)

    def begin(self, target: str = "/", who: str = "") -> str:
        """Go to the provider, be somebody there, and give the address that leads back."""
        there = self.get("/auth/login", params={"next": target})
        assert 303 == there.status_code, there.text
        with httpx.Client(timeout=PATIENCE) as client:
            back = client.get(f"{there.headers['location']}&login_hint={who}")
        assert 302 == back.status_code, back.text
        return back.headers["location"]

    def log_in(self, who: str, target: str = "/") -> httpx.Response:
        return self.get(self.begin(target, who))


class SharedServer:
    """A shared server that runs, and its provider."""

    def __init__(self, root: Path, url: str, issuer: str, port: int) -> None:
        self.root, self.url, self.issuer = root, url, issuer
        self.people: dict[str, Browser] = {}
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE)

    @contextmanager
    def twin(self) -> Iterator[SharedServer]:
        """Another server of the same project, which answers to the same address, as behind one proxy."""
        port = _free_port()
        with _runs(self.root, port), (twin := SharedServer(self.root, self.url, self.issuer, port)).client:
            twin.client.headers["Host"] = urlsplit(self.url).netloc
            yield twin

    def browser(self) -> Browser:
        return Browser(self.url, self.client)

    def as_(self, who: str) -> Browser:
        """Somebody who is logged in."""
        if who not in self.people:
            browser = self.browser()
            assert 303 == browser.log_in(who).status_code
            self.people[who] = browser
        return self.people[who]

    def provider_is(self, **how: Any) -> None:
        """Let the provider behave in another way; without anything, as it should."""
        body = json.dumps(how).encode()
        with urlopen(Request(f"{self.issuer}/control", body, {"Content-Type": "application/json"}), timeout=30):
            pass

    def query_of(self, address: str) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(address).query))


@contextmanager
def sharing(
    root: Path, files: Mapping[str, str], *, more: str = "logins_per_minute = 6000\n", url: str = ""
) -> Iterator[SharedServer]:
    """A project that is shared; at this public address, or where it listens."""
    port = _free_port()
    at = f"http://127.0.0.1:{port}"
    with subprocess.Popen(
        [sys.executable, str(_PROVIDER)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**_environment(), "PYTHONPATH": str(Path(__file__).parents[1])},
    ) as provider:
        try:
            assert provider.stdout
            issuer = provider.stdout.readline().strip()
            credentials = "login:\n  provider: environment\n  variable: LOGIN_SECRET\n"
            own = {"/pyproject.toml": settings(url or at, issuer, more), "/credentials.yaml": credentials}
            write_project(root, {**files, **own})
            with _runs(root, port), (served := SharedServer(root, at, issuer, port)).client:
                yield served
        finally:
            provider.kill()


@contextmanager
def _runs(root: Path, port: int) -> Iterator[None]:
    """While inside, a server of a project runs."""
    server = subprocess.Popen(
        [sys.executable, "-m", "treadle", "-C", str(root), "serve", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**_environment(), "LOGIN_SECRET": SECRET, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"},
    )
    try:
        assert server.stdout
        said = server.stdout.readline()
        assert said.startswith("serving "), said + server.stdout.read()
        yield
    finally:
        server.terminate()
        server.wait(PATIENCE)
        assert server.stdout
        server.stdout.close()


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
