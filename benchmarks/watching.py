"""Watches a command while it runs: the memory of its own process, and of all its processes together."""

import os
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from measure import Command

SECONDS_BETWEEN_LOOKS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One run: how long it took, and the most memory that its own process and all processes together held.

    `processor` is the processor time of its own process and of those that were waited for.
    """

    seconds: float
    processor: float
    own_mb: float
    together_mb: float


def watched(command: Command) -> Watched:
    """Run a command to its end; one that fails ends the benchmark with what it said.

    Memory of all together counts what processes share once: a forked process shares most of its memory.
    """
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            command.argv, cwd=command.cwd, env={**os.environ, **command.env}, stdout=said, stderr=said
        )
        own = together = 0.0
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            own = max(own, resident_mb(process.pid))
            together = max(together, sum(map(proportional_mb, family(process.pid))))
            time.sleep(SECONDS_BETWEEN_LOOKS)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise SystemExit(
                f"{' '.join(command.argv)} ended with {process.returncode}:\n{said.read().decode()[-4000:]}"
            )
    return Watched(
        seconds=seconds, processor=usage.ru_utime + usage.ru_stime, own_mb=own, together_mb=max(own, together)
    )


def family(pid: int) -> list[int]:
    """A process and all that came of it and still has its parent."""
    found = [pid]
    for each in found:
        with suppress(OSError):
            for thread in os.listdir(f"/proc/{each}/task"):
                children = Path(f"/proc/{each}/task/{thread}/children").read_text(encoding="ascii")
                found += map(int, children.split())
    return found


def resident_mb(pid: int) -> float:
    """The most memory that a process held so far."""
    return megabytes(f"/proc/{pid}/status", "VmHWM:")


def proportional_mb(pid: int) -> float:
    """The memory that a process holds now, and its part of what it shares with others."""
    return megabytes(f"/proc/{pid}/smaps_rollup", "Pss:")


def megabytes(file: str, name: str) -> float:
    with suppress(OSError):
        for line in Path(file).read_text(encoding="utf-8").splitlines():
            if line.startswith(name):
                return int(line.split()[1]) / 1024
    return 0.0
