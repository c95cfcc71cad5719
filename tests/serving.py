"""A server of a project in a process of its own, asked over real HTTP."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

__all__ = ["Served", "serving", "start", "until"]

PATIENCE = 60.0


class Served:
    """A server that runs, and a client that has its token."""

    def __init__(self, root: Path, process: subprocess.Popen[str]) -> None:
        self.root = root
        self.process = process
        self.printed: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        found = re.search(r"(http://\S+:(\d+)/)\?token=(\S+)", self.says("serving at"))
        assert found, self.printed
        self.url, self.port, self.token = found[1], int(found[2]), found[3]
        self.plain = httpx.Client(base_url=self.url, timeout=PATIENCE)
        self.client = httpx.Client(
            base_url=f"{self.url}api", headers={"Authorization": f"Bearer {self.token}"}, timeout=PATIENCE
        )

    def _read(self) -> None:
        assert self.process.stdout
        with suppress(ValueError):  # whoever is done with the process closes its output
            for line in self.process.stdout:
                self.printed.append(line.rstrip())
                self._lines.put(line.rstrip())

    def says(self, word: str) -> str:
        """The next line with this in it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"it never said {word!r}: {self.printed}") from None
            if word in line:
                return line

    def get(self, path: str, **asked: Any) -> Any:
        """What a path gives, when that is a success."""
        answer = self.client.get(path, params=asked)
        assert answer.is_success, answer.text
        return answer.json()

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """What a path does, when that is a success."""
        answer = self.client.post(path, json=body or {})
        assert answer.is_success, answer.text
        return answer.json()

    @contextmanager
    def events(self, path: str, **headers: str) -> Iterator[Iterator[tuple[str, Any]]]:
        """The events of a stream: their names, and what they say."""
        with self.client.stream("GET", path, headers=headers) as answer:
            assert "text/event-stream" in answer.headers["content-type"]
            yield _events(answer.iter_lines())

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Ask it to end, and give its exit code."""
        self.client.close()
        self.plain.close()
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def _events(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def start(root: Path, command: str = "serve", *more: str) -> subprocess.Popen[str]:
    """A process that begins to serve a project, at a port that is free."""
    return subprocess.Popen(
        [sys.executable, "-m", "treadle", "-C", str(root), command, "--port", "0", *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"},
    )


@contextmanager
def serving(root: Path, command: str = "serve", *more: str) -> Iterator[Served]:
    """A server of a project, which ends well."""
    process = start(root, command, *more)
    try:
        served = Served(root, process)
        yield served
        assert 0 == served.end(), served.printed
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def until(holds: Callable[[], Any]) -> Any:
    """Wait until something holds, and give it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := holds():
            return found
        time.sleep(0.02)
    raise AssertionError("it never came to hold")
