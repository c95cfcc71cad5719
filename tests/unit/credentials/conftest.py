"""A real OIDC provider, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest


@dataclass(frozen=True)
class OidcProvider:
    """Where it is; and how it is told to behave."""

    url: str

    def behaves(self, **how: Any) -> None:
        """Begin anew: `lifetime` and `clock` in seconds, statuses to `fail` with, parts of its answers."""
        self._control(json.dumps(how).encode())

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The forms that its token endpoint was posted since then."""
        asked: list[dict[str, Any]] = self._control()["asked"]
        return asked

    def token(self, *, expired: bool = False) -> str:
        """One that it has signed, of somebody else."""
        return str(self._control()["expired" if expired else "good"])

    def _control(self, body: bytes | None = None) -> Any:
        request = Request(f"{self.url}/control", data=body, headers={"Content-Type": "application/json"})
        with urlopen(request, timeout=10) as answer:
            return json.load(answer)


@pytest.fixture(scope="session")
def running_provider() -> Iterator[OidcProvider]:
    program = Path(__file__).parent / "oidc_provider.py"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    with subprocess.Popen(
        [sys.executable, str(program)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        try:
            yield OidcProvider(process.stdout.readline().strip())
        finally:
            process.kill()


@pytest.fixture
def provider(running_provider: OidcProvider) -> OidcProvider:
    """The provider, which behaves."""
    running_provider.behaves()
    return running_provider
