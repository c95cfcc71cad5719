"""How much memory and processor time a step's process uses, together with all that it started."""

from __future__ import annotations

import os
import re
import resource
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from treadle.runner.gpus import GpuWatch

__all__ = ["Memory", "Reaped", "Usage", "exact_memory_of", "memory_of", "reap", "tree_of"]

_STATUS = re.compile(rb"^(VmRSS|RssAnon|RssShmem|VmSwap):\s+(\d+) kB", re.MULTILINE)
_ROLLUP = re.compile(rb"^(Pss|Pss_Anon|Pss_Shmem|SwapPss):\s+(\d+) kB", re.MULTILINE)
_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss
_OFTEN, _SELDOM = 0.05, 2.0  # seconds between looks at a step, with and without a limit
_SHARE = 20.0  # looking takes at most a twentieth of the time


@dataclass(slots=True, kw_only=True)
class Usage:
    """What one attempt at a step used so far. `over` is what it had when that was more than `limit`; all in bytes.

    `gpus` looks at those that it was given.
    """

    limit: int | None = None
    peak_memory: int = 0
    cpu_seconds: float = 0.0
    over: int | None = None
    look_at: float = 0.0
    gpus: GpuWatch | None = None
    _exact_at: float = 0.0

    def __post_init__(self) -> None:
        if self.limit is None and self.gpus is None:
            self.look_at = time.monotonic() + _SELDOM

    def look(self, pid: int, others: Iterable[int]) -> list[int]:
        """Look at a step's processes, which are given back; `others` came of it and have left its tree."""
        started = time.monotonic()
        if self.gpus is not None:
            self.gpus.look()
        processes = tree_of([pid, *others])
        memory = memory_of(processes)
        may_be_over = self.limit is not None and memory.held > self.limit
        is_news = len(processes) > 1 and memory.resident > self.peak_memory and started >= self._exact_at
        if may_be_over or is_news:
            memory = exact_memory_of(processes)
            self._exact_at = time.monotonic() + _SELDOM
        elif len(processes) > 1:
            memory = _NOTHING
        self.peak_memory = max(self.peak_memory, memory.resident)
        if self.limit is not None and memory.held > self.limit:
            self.over = memory.held
        now = time.monotonic()
        self.look_at = now + max(_SELDOM if self.limit is None else _OFTEN, (now - started) * _SHARE)
        return processes

    def add(self, used: resource.struct_rusage) -> None:
        """Count a process that has ended, with those that it waited for."""
        self.cpu_seconds += used.ru_utime + used.ru_stime
        self.peak_memory = max(self.peak_memory, used.ru_maxrss * _UNIT)

    @property
    def lookers(self) -> set[int]:
        """Processes that look at the step, and are none of it."""
        return set() if self.gpus is None or self.gpus.pid is None else {self.gpus.pid}

    def end(self) -> None:
        """Look no more."""
        if self.gpus is not None:
            self.gpus.close()

    def as_told(self) -> dict[str, Any]:
        """The same in JSON."""
        return {
            "peak_memory": self.peak_memory,
            "cpu_seconds": round(self.cpu_seconds, 6),
            "peak_gpu_memory": None if self.gpus is None else self.gpus.peak,
        }


class Reaped(NamedTuple):
    """A child that has ended: its exit code, negative for a signal, and what it and those that it waited for used."""

    code: int
    used: resource.struct_rusage


def reap(pid: int, options: int = 0) -> Reaped | None:
    """Wait for a child; None when it is none, or (with `os.WNOHANG`) hasn't ended."""
    try:
        waited, status, used = os.wait4(pid, options)
    except ChildProcessError:
        return None
    return Reaped(os.waitstatus_to_exitcode(status), used) if waited else None


def tree_of(roots: Iterable[int]) -> list[int]:
    """Processes and all that they started, as far as the parents still live.

    >>> tree_of([os.getpid()])[0] == os.getpid()
    True
    """
    found = dict.fromkeys(roots)
    waiting = list(found)
    while waiting:
        new = [pid for pid in _started_by(waiting.pop()) if pid not in found]
        found.update(dict.fromkeys(new))
        waiting += new
    return list(found)


def _started_by(pid: int) -> list[int]:
    """The children of all threads of a process."""
    if sys.platform != "linux":
        import psutil

        with suppress(psutil.Error):
            return [each.pid for each in psutil.Process(pid).children()]
        return []
    children: list[int] = []
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with suppress(OSError), open(f"/proc/{pid}/task/{thread}/children", "rb") as file:
                children += map(int, file.read().split())
    return children


class Memory(NamedTuple):
    """Memory in bytes: what is resident, and what of it (or of what was swapped out) only its owner can give back.

    What is mapped from files is the rest: the kernel takes it back when it needs to.
    """

    resident: int
    held: int


_NOTHING = Memory(0, 0)


def memory_of(processes: Iterable[int]) -> Memory:
    """The memory of processes; what several of them share counts for each."""
    return _sum(_memory(pid) for pid in processes)


def exact_memory_of(processes: Iterable[int]) -> Memory:
    """The same, where what they share counts once: the kernel looks at each page to tell that, which takes a while."""
    return _sum(_exact_memory(pid) for pid in processes)


def _sum(memories: Iterable[Memory]) -> Memory:
    resident, held = 0, 0
    for each in memories:
        resident, held = resident + each.resident, held + each.held
    return Memory(resident, held)


def _memory(pid: int) -> Memory:
    if sys.platform != "linux":
        import psutil

        with suppress(psutil.Error):
            resident = int(psutil.Process(pid).memory_info().rss)
            return Memory(resident, resident)
        return _NOTHING
    found = _amounts(f"/proc/{pid}/status", _STATUS)
    return _NOTHING if found is None else Memory(found.pop(b"VmRSS", 0), sum(found.values()))


def _exact_memory(pid: int) -> Memory:
    """The memory that is a process's own, and its part of what it shares."""
    found = _amounts(f"/proc/{pid}/smaps_rollup", _ROLLUP)
    if found is None or b"Pss_Anon" not in found:
        return _memory(pid)  # it is somebody else's, the kernel is old, or there is none
    return Memory(found.pop(b"Pss", 0), sum(found.values()))


def _amounts(file: str, pattern: re.Pattern[bytes]) -> dict[bytes, int] | None:
    """The amounts of memory that a file of the kernel tells, in bytes, by their names."""
    try:
        with open(file, "rb") as opened:
            return {name: int(amount) * 1024 for name, amount in pattern.findall(opened.read())}
    except OSError:
        return None
