"""Asks a process of its own to load the project: this one imports no code of it."""

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
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

__all__ = ["Loader", "NotLoadedError"]

_MOST_SECONDS = 120.0
_MOST_SECONDS_TO_TELL = 60.0  # what somebody waits for
_SECONDS_BEFORE_GIVING_WAY = 3.0
_SECONDS_BETWEEN_LOOKS = 0.1


class NotLoadedError(Exception):
    """Loading ended without an answer; the message says why."""


class Loader:
    """The process that loads, see `loading`; it is started anew when it has ended.

    For any number of threads: each order is answered by a process of its own, so that none waits for another.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._orders: socket.socket | None = None
        self._lock = threading.Lock()

    def load(self, give_way: Callable[[], bool] = lambda: False) -> bytes:
        """The facts of the project as it is now.

        `give_way` says whether something has changed meanwhile: then loading that takes long is given up.

        Raises:
            NotLoadedError: when the process died, took too long, or gave way.
        """
        return self._answer({}, _MOST_SECONDS, give_way)

    def columns(self, keys: Iterable[str]) -> bytes:
        """What the columns of assets are made from, as JSON.

        Raises:
            NotLoadedError: when the process died, or took too long.
        """
        return self._told({"columns": list(keys)})

    def explain(self, asset: str) -> bytes:
        """Where the values of an asset come from, as `explaining` tells it.

        Raises:
            NotLoadedError: when the process died, or took too long.
        """
        return self._told({"explain": asset})

    def preview(self, texts: Mapping[Path, str]) -> bytes:
        """What component files with these texts would do to the project, as JSON.

        Raises:
            NotLoadedError: when the process died, or took too long.
        """
        # An order has to be short, and texts may be long.
        with tempfile.NamedTemporaryFile("w", prefix="treadle-preview-", suffix=".json", encoding="utf-8") as file:
            json.dump({str(each): text for each, text in texts.items()}, file)
            file.flush()
            return self._told({"texts": file.name})

    def _told(self, order: Mapping[str, object]) -> bytes:
        return self._answer(order, _MOST_SECONDS_TO_TELL, lambda: False)

    def _answer(self, order: Mapping[str, object], most_seconds: float, give_way: Callable[[], bool]) -> bytes:
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
                [sys.executable, "-P", "-m", "treadle.server.loading", str(theirs.fileno())],
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
