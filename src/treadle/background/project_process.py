"""Asks a process of its own about the project: this one imports no code of it."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

__all__ = ["MOST_SECONDS", "NotLoadedError", "ProjectProcess"]

MOST_SECONDS = 60.0
"""What somebody waits for."""
_SECONDS_BEFORE_GIVING_WAY = 3.0
_SECONDS_BETWEEN_LOOKS = 0.1


class NotLoadedError(Exception):
    """Loading ended without an answer; the message says why."""


class ProjectProcess:
    """A process that answers questions about a project, see `forking`; it is started anew when it has ended.

    For any number of threads: each question is answered by a process of its own, so that none waits for another.
    `answers` is the module that knows the answers.
    """

    answers = ""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._orders: socket.socket | None = None
        self._lock = threading.Lock()

    def ask(
        self,
        order: Mapping[str, object],
        *,
        most_seconds: float = MOST_SECONDS,
        give_way: Callable[[], bool] = lambda: False,
    ) -> bytes:
        """What the module answers to an order, which has to be short, and may be JSON.

        `give_way` says whether something has changed meanwhile: then what takes long is given up.

        Raises:
            NotLoadedError: when the process died, took too long, or gave way.
        """
        reader, writer = os.pipe()
        try:
            with self._lock:
                pid = self._ask({"folder": str(self._folder), **order}, writer)
        finally:
            os.close(writer)
        try:
            return _read(reader, pid, most_seconds, give_way)
        finally:
            os.close(reader)

    def ask_at_length(self, order: Mapping[str, object], *, most_seconds: float = MOST_SECONDS) -> bytes:
        """The same for an order that may be long: it is in a file, whose name the module is told as `order`.

        Raises:
            NotLoadedError: when the process died, or took too long.
        """
        with tempfile.NamedTemporaryFile("w", prefix="treadle-order-", suffix=".json", encoding="utf-8") as file:
            json.dump(order, file)
            file.flush()
            return self.ask({"order": file.name}, most_seconds=most_seconds)

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._orders is not None:
            self._orders.close()
            self._orders = None
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(2)
            self._process.kill()
            self._process.wait()
            self._process = None

    def start(self) -> None:
        """Start the process, so that it is ready when it is needed."""
        with self._lock:
            self._start()

    def _start(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        self._close()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "treadle.background.forking", self.answers, str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=sys.stderr.fileno() if sys.stderr is not None else None,
            )
        self._orders = ours

    def _ask(self, order: Mapping[str, object], writer: int) -> int:
        for _ in range(2):
            self._start()
            assert self._orders is not None
            try:
                socket.send_fds(self._orders, [json.dumps(order).encode()], [writer])
                if answer := self._orders.recv(1 << 10):
                    return int(json.loads(answer)["pid"])
            except OSError:
                pass
            self._close()
        raise NotLoadedError("the process that loads the project can't be started")


def _read(reader: int, pid: int, most_seconds: float, give_way: Callable[[], bool]) -> bytes:
    began = time.monotonic()
    parts: list[bytes] = []
    while True:
        ready, _, _ = select.select([reader], [], [], _SECONDS_BETWEEN_LOOKS)
        if ready:
            if not (part := os.read(reader, 1 << 20)):
                break
            parts.append(part)
            continue
        waited = time.monotonic() - began
        if waited > most_seconds or (waited > _SECONDS_BEFORE_GIVING_WAY and give_way()):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
            raise NotLoadedError(f"loading was given up after {waited:.0f} s")
    if not parts:
        raise NotLoadedError("the process that loaded the project died; what it said is on the standard error")
    return b"".join(parts)
