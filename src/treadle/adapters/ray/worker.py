"""What runs in a Ray worker: it starts the step's process, and answers for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence

__all__ = ["FarStep"]

_AT_ONCE = 1 << 20


class FarStep:
    """The process of one step on a node of the cluster; what it prints is kept in a file there until it is over.

    Nothing here waits, so every question is answered at once. The process ends when this one does, which is when its
    standard input is closed.
    """

    def __init__(self, command: Sequence[str], request: str, environment: Mapping[str, str]) -> None:
        self._output = tempfile.NamedTemporaryFile(prefix="treadle-")  # noqa: SIM115 - it lives as long as the step
        with open(self._output.name, "ab") as output:
            self._process = subprocess.Popen(
                [command[0] or sys.executable, *command[1:]],
                env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # what is meant for the worker's group isn't for the step's keeper
            )
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(request.encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # it ended at once; its output tells why

    def where(self) -> str:
        """The node and the process, for people."""
        return f"{os.uname().nodename}, process {self._process.pid}"

    def exit_code(self) -> int | None:
        """How the process ended; None while it runs."""
        return self._process.poll()

    def read(self, start: int) -> bytes:
        """What it has printed from the byte `start` on, at most a megabyte."""
        return os.pread(self._output.fileno(), _AT_ONCE, start)

    def stop(self) -> None:
        """Ask it to end."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
