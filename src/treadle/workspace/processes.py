"""Processes that answer: each is heard to its end, or to the end of its time, and none is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

__all__ = ["Ended", "Processes"]

_LONGEST_ANSWER = 500_000_000
_LONGEST_SAID = 20_000
_PIECE = 65_536
_LAST_WORDS = 2.0  # seconds for what is still in a pipe once the process is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A process that is gone: its exit code (None when it was ended because its time was up), and what it printed."""

    code: int | None
    out: str
    said: str


class Processes:
    """Runs processes from several threads, and ends those that are left."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._is_over = False

    def run(self, command: Sequence[str], *, folder: Path, environment: Mapping[str, str], seconds: float) -> Ended:
        """Run a command, wait for its end, and end all that it has left in its process group.

        Raises:
            OSError: when it can't be started.
        """
        process = self._start(command, folder, environment)
        assert process.stdout is not None
        assert process.stderr is not None
        out, said = _Listener(process.stdout, _LONGEST_ANSWER), _Listener(process.stderr, _LONGEST_SAID, keep_last=True)
        try:
            code: int | None = process.wait(seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            self._end(process)
        return Ended(code=code, out=out.text(), said=said.text())

    def end(self) -> None:
        """End what is running, and start nothing any more."""
        with self._lock:
            self._is_over = True
            left = list(self._running)
        for process in left:
            _kill(process)

    def _start(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._is_over:
                raise InterruptedError("nothing is started any more")
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
            self._running.add(process)
        return process

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        _kill(process)
        process.wait()
        with self._lock:
            self._running.discard(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and those that it has started."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


class _Listener(threading.Thread):
    """Reads a pipe to its end, and keeps the beginning or the end of what came."""

    def __init__(self, pipe: IO[bytes], most: int, *, keep_last: bool = False) -> None:
        super().__init__(daemon=True)
        self._pipe, self._most, self._keep_last = pipe, most, keep_last
        self._kept = bytearray()
        self.start()

    def run(self) -> None:
        """Read until nobody writes any more."""
        descriptor = self._pipe.fileno()
        while piece := os.read(descriptor, _PIECE):
            if self._keep_last:
                self._kept += piece
                del self._kept[: -self._most]
            else:
                self._kept += piece[: max(self._most - len(self._kept), 0)]
        self._pipe.close()

    def text(self) -> str:
        """What was kept; a pipe that something else holds open isn't waited for."""
        self.join(_LAST_WORDS)
        return bytes(self._kept).decode("utf-8", errors="replace")
