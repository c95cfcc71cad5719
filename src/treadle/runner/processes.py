"""Processes as the system knows them: their groups, their children, and which step they belong to."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

from treadle.store import Runner

__all__ = [
    "adopt_orphans",
    "be_a_step",
    "be_the_keeper_of",
    "child_process",
    "children_of",
    "end_with_the_parent",
    "has_left_something",
    "is_alive",
    "is_gone",
    "kill_group",
    "machine",
    "named",
    "pid_of_step",
    "stay_on",
    "this_process",
    "this_process_as_text",
]

_STEP_PID = "TREADLE_STEP_PID"
_NAME, _KEEPER = (
    "treadle",
    "treadle@",
)  # with a colon and the largest number of a process it has the 15 letters that a name may have


def kill_group(leader: int, number: signal.Signals) -> None:
    """Send a signal to a child and all of its process group; the child must not have been waited for."""
    with suppress(ProcessLookupError, PermissionError):
        try:
            os.killpg(leader, number)
        except ProcessLookupError:
            os.kill(leader, number)  # it was forked a moment ago, and has no group of its own yet


def adopt_orphans() -> None:
    """Let processes whose parents end become children of this one, where the kernel can."""
    if sys.platform == "linux":
        import ctypes

        become_subreaper = 36  # PR_SET_CHILD_SUBREAPER
        ctypes.CDLL(None).prctl(become_subreaper, 1, 0, 0, 0)


def children_of(pid: int) -> list[int]:
    """The numbers of a process's children, ended ones included."""
    try:
        return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()))
    except OSError:
        import psutil  # where there is no /proc

        with suppress(psutil.Error):
            return [child.pid for child in psutil.Process(pid).children()]
        return []


def be_a_step() -> None:
    """Let all that comes of this process be known by it: by the environment what it executes, by the name what it forks."""
    os.environ[_STEP_PID] = str(os.getpid())
    named(f"{_NAME}:{os.getpid()}")


def be_the_keeper_of(runner: int) -> None:
    """Let this process be known as the one that ends last of all that a runner has started."""
    named(f"{_KEEPER}{runner}")


def has_left_something(runner: Runner) -> bool:
    """Whether something that a runner of this machine has started still lives, though the runner doesn't."""
    if runner.machine != machine() or _born(runner.pid) is not None:
        return False
    try:
        processes = os.listdir("/proc")
    except OSError:
        return False  # there is no telling
    return any(_name_of(pid) == f"{_KEEPER}{runner.pid}" for pid in processes if pid.isdigit())


def _name_of(pid: int | str) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace").strip()
    return ""


def pid_of_step(pid: int, *, patience: float = 0.0) -> int | None:
    """The process of the step that a process came of, as far as its environment, its name or its session tells.

    What is just being replaced by the program that it executes has none of these for a moment; it is looked at again
    for up to `patience` seconds.
    """
    until = time.monotonic() + patience
    while not (environment := _environment_of(pid)) and time.monotonic() < until and _born(pid) is not None:
        time.sleep(0.001)
    with suppress(ValueError):
        for variable in environment.split(b"\0"):
            name, _, value = variable.partition(b"=")
            if name == _STEP_PID.encode():
                return int(value)
    with suppress(ValueError):
        kind, _, number = _name_of(pid).partition(":")
        if kind == _NAME:
            return int(number)
    with suppress(OSError):
        return os.getsid(pid)
    return None


def _environment_of(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/environ").read_bytes()
    return b""


def named(name: str) -> None:
    """Give this process a name (of at most 15 letters) that `ps` and `top` show."""
    with suppress(OSError):
        Path("/proc/self/comm").write_text(name[:15], encoding="utf-8")


def end_with_the_parent(number: signal.Signals) -> None:
    """Let the kernel send a signal to this process when its parent dies, where the kernel can."""
    if sys.platform == "linux":
        with suppress(ImportError, OSError, AttributeError):
            import ctypes

            set_parent_death_signal = 1  # PR_SET_PDEATHSIG
            ctypes.CDLL(None).prctl(set_parent_death_signal, int(number))


def this_process(token: str) -> Runner:
    """This process, as a runner with that id."""
    return Runner(id=token, machine=machine(), pid=os.getpid(), born=_born(os.getpid()) or "")


def child_process(token: str, pid: int) -> Runner:
    """A child that hasn't been waited for, as a runner with that id."""
    return Runner(id=token, machine=machine(), pid=pid, born=_born(pid) or "")


def is_alive(runner: Runner) -> bool | None:
    """Whether a runner's process lives; None when it can't be seen from here."""
    if runner.machine != machine():
        return None
    return _born(runner.pid) == runner.born


def this_process_as_text() -> str:
    """This process, for others who wonder whether it is gone; each time another text.

    >>> is_gone(this_process_as_text()), is_gone("somebody")
    (False, False)
    """
    me = this_process(secrets.token_hex(8))
    return json.dumps([me.id, me.machine, me.pid, me.born])


def is_gone(text: str) -> bool:
    """Whether the process that gave this text can be seen to have ended."""
    try:
        token, where, pid, born = json.loads(text)
    except ValueError:
        return False
    return is_alive(Runner(id=token, machine=where, pid=pid, born=born)) is False


@cache
def machine() -> str:
    """What processes share that can see each other: the host, its boot, and the namespace of process numbers."""
    parts = [socket.gethostname()]
    with suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()[:8])
    with suppress(OSError):
        parts.append(str(os.stat("/proc/self/ns/pid").st_ino))
    return "/".join(parts)


def _born(pid: int) -> str | None:
    """When a process was started, in a form that doesn't change with the clock; None when there is none, or it has ended."""
    if sys.platform == "linux":
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] in "ZX" else fields[19]
    import psutil  # where there is no /proc

    with suppress(psutil.Error):
        return str(psutil.Process(pid).create_time())
    return None


def stay_on(cores: Iterable[int]) -> None:
    """Keep this process, with all of its threads and what it starts, on some cores; without any, it stays as it is."""
    allowed = set(cores)
    if not allowed or not hasattr(os, "sched_setaffinity"):
        return
    for thread in os.listdir("/proc/self/task"):
        with suppress(OSError):  # the thread is gone, or none of the cores is left
            os.sched_setaffinity(int(thread), allowed)
