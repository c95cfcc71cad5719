"""How much memory of its GPUs a step uses, as the driver's `nvidia-smi` tells it."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

__all__ = ["GpuWatch", "gpus_in", "watch_for"]

_SECONDS_BETWEEN_LOOKS = 2.0
_QUERY = ("nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits")
_MEBIBYTES = re.compile(rb"^\s*(\d+)\s*$", re.MULTILINE)
_NONE = ("", "void", "none", "-1", "nodevfiles")


def gpus_in(environment: Mapping[str, str]) -> str:
    """The GPUs that a process with this environment may use, as `nvidia-smi` takes them; empty when it was given none.

    >>> gpus_in({"CUDA_VISIBLE_DEVICES": "0,1"})
    '0,1'
    >>> gpus_in({"CUDA_VISIBLE_DEVICES": "NoDevFiles", "NVIDIA_VISIBLE_DEVICES": "all"})
    ''
    """
    # The second is what containers are given, whose processes may see nothing of the first.
    given = environment.get("CUDA_VISIBLE_DEVICES", environment.get("NVIDIA_VISIBLE_DEVICES", "")).strip()
    return "" if given.lower() in _NONE else given


def watch_for(environment: Mapping[str, str]) -> GpuWatch | None:
    """What looks at the GPUs that a process with this environment was given, when it was given some."""
    gpus = gpus_in(environment)
    return GpuWatch(gpus) if gpus else None


@dataclass(slots=True)
class GpuWatch:
    """Looks at the memory of a step's GPUs, without ever waiting for it: it takes the driver up to a second to tell.

    What other steps have on the same GPU counts too, when a profile lets them share it.
    """

    gpus: str
    peak: int | None = None  # bytes
    _asked: subprocess.Popen[bytes] | None = None
    _ask_at: float = 0.0

    @property
    def pid(self) -> int | None:
        """The process that is asking, which is none of the step's."""
        return None if self._asked is None else self._asked.pid

    def look(self) -> None:
        """Take what was told since the last time, and ask again when it is time."""
        if self._asked is not None and self._asked.poll() is not None:
            self._take()
        if self._asked is None and time.monotonic() >= self._ask_at:
            self._ask()

    def close(self) -> None:
        """Take what was told in time, and ask no more."""
        if self._asked is not None:
            if self._asked.poll() is None:
                self._asked.kill()
                self._asked.wait()
            self._take()
        self._ask_at = float("inf")

    def _ask(self) -> None:
        only = () if self.gpus == "all" else (f"--id={self.gpus}",)
        try:
            self._asked = subprocess.Popen(
                [*_QUERY, *only],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "LC_ALL": "C"},
            )
        except OSError:  # there is none, so there will be none
            self._ask_at = float("inf")

    def _take(self) -> None:
        assert self._asked is not None
        assert self._asked.stdout is not None
        with self._asked.stdout as told, suppress(OSError):
            if (amounts := _MEBIBYTES.findall(told.read())) and self._asked.returncode == 0:
                self.peak = max(self.peak or 0, sum(map(int, amounts)) << 20)
        self._asked = None
        self._ask_at = time.monotonic() + _SECONDS_BETWEEN_LOOKS
