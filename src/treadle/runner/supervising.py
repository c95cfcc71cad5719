"""The supervisor: a process between the runner and its steps, which starts them and never leaves one behind.

It is single-threaded and has loaded the project (or nothing, when the project can't be forked), so that a step
starts by forking it. When the runner ends, however it ends, the supervisor ends every step with all that came of it.
Its own parent, the keeper, does nothing but the same for the supervisor: a step that ignores requests to end would
otherwise outlive a supervisor that was killed.

It is told what to do, and tells what happens, in JSON objects of a line each, over a socket.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from treadle.ir import Step
from treadle.runner.gpus import watch_for
from treadle.runner.measuring import Usage, reap
from treadle.runner.processes import (
    adopt_orphans,
    be_a_step,
    be_the_keeper_of,
    children_of,
    kill_group,
    named,
    pid_of_step,
    stay_on,
)
from treadle.runner.request import StepRequest
from treadle.runner.wire import EVENTS_FD

__all__ = ["Order", "supervise"]

_MOMENT = 0.2  # seconds that a process may take to become another program
_GRACE = 3.0  # seconds between asking and killing, when the runner is gone
_MOST_BYTES = 1 << 16

Order = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class _Child:
    """A step's process, and what it uses. `popen` is there when it was spawned."""

    pid: int
    usage: Usage
    popen: subprocess.Popen[bytes] | None = None
    is_told: bool = False  # whether the runner knows that it has ended


@dataclass(slots=True, kw_only=True)
class _Supervisor:
    runner: socket.socket
    run: Callable[[StepRequest], int] | None
    steps: Mapping[str, Step]
    children: dict[int, _Child] = field(default_factory=dict)
    waiting: dict[str, tuple[int, socket.socket]] = field(default_factory=dict)
    rest: bytes = b""

    def serve(self) -> None:
        """Follow orders until the runner is gone."""
        signals, wakeup = os.pipe()
        for each in (signals, wakeup):
            os.set_blocking(each, False)
        signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _noted)
        poll = select.poll()
        poll.register(self.runner, select.POLLIN)
        poll.register(signals, select.POLLIN)
        while True:
            for descriptor, _ in poll.poll(self._milliseconds_to_wait()):
                if descriptor == signals:
                    with suppress(BlockingIOError):
                        os.read(signals, _MOST_BYTES)
                    self._tell_ends()
                elif not self._follow_orders():
                    return
            self._look()

    def end_all(self) -> None:
        """End every step, and everything that came of one."""
        for child in self.children.values():
            kill_group(child.pid, signal.SIGTERM)
        for pid, ask in self.waiting.values():
            ask.close()
            kill_group(pid, signal.SIGKILL)
        leaders = {child.pid for child in self.children.values()} | {pid for pid, _ in self.waiting.values()}
        deadline = time.monotonic() + _GRACE
        while leaders and time.monotonic() < deadline:
            leaders -= {pid for pid in leaders if _has_ended(pid)}
            if leaders:
                time.sleep(0.02)
        for child in self.children.values():
            kill_group(child.pid, signal.SIGKILL)
        # What left its group has become a child of this process when its parent ended.
        while left := children_of(os.getpid()):
            for pid in left:
                kill_group(pid, signal.SIGKILL)
                with suppress(ChildProcessError):
                    os.waitpid(pid, 0)

    def _follow_orders(self) -> bool:
        try:
            read, descriptors, _, _ = socket.recv_fds(self.runner, _MOST_BYTES, 2)
        except OSError:
            return False
        if not read:
            return False
        *lines, self.rest = (self.rest + read).split(b"\n")
        for line in lines:
            self._follow(json.loads(line), descriptors)
        return True

    def _follow(self, order: Order, descriptors: list[int]) -> None:
        match order["do"]:
            case "load":
                _load(order["module"])
                self._tell({"loaded": order["id"]})
            case "prepare":
                self._prepare(order["step"])
            case "start":
                try:
                    child = self._start(order, *descriptors)
                except (OSError, ValueError, subprocess.SubprocessError) as error:
                    why = getattr(error, "strerror", None) or str(error)
                    self._tell({"refused": order["id"], "why": why})
                else:
                    self.children[order["id"]] = child
                    self._tell({"started": order["id"], "pid": child.pid})
                finally:
                    for each in descriptors:
                        os.close(each)
            case "end":
                self._tell(self._end(order["id"]))

    def _tell(self, what: Order) -> None:
        with suppress(OSError):  # the runner is gone, which is noticed when it is read from
            self.runner.sendall(json.dumps(what).encode() + b"\n")

    def _tell_ends(self) -> None:
        for number, child in self.children.items():
            if not child.is_told and _has_ended(child.pid):
                child.is_told = True
                self._tell({"exited": number})
        of_steps = {child.pid: child for child in self.children.values()}
        for pid in self._adopted():
            step = pid_of_step(pid)  # which its number doesn't tell any more when it has been waited for
            if (ended := reap(pid, os.WNOHANG)) and step in of_steps:
                of_steps[step].usage.add(ended.used)

    def _adopted(self) -> list[int]:
        """Children that this process didn't start: their parents have ended."""
        known = {child.pid for child in self.children.values()} | {pid for pid, _ in self.waiting.values()}
        known = known.union(*(child.usage.lookers for child in self.children.values()))
        return [pid for pid in children_of(os.getpid()) if pid not in known]

    # What steps use

    def _milliseconds_to_wait(self) -> float | None:
        due = [child.usage.look_at for child in self.children.values() if not child.is_told]
        return max(0.0, min(due) - time.monotonic()) * 1000 if due else None

    def _look(self) -> None:
        """See how much memory steps have, and end those that have more than they may."""
        now = time.monotonic()
        due = [child for child in self.children.values() if not child.is_told and child.usage.look_at <= now]
        adopted = {pid: pid_of_step(pid) for pid in self._adopted()} if due else {}
        for child in due:
            mine = [pid for pid, step in adopted.items() if step == child.pid]
            processes = child.usage.look(child.pid, mine)
            if child.usage.over is not None:
                kill_group(child.pid, signal.SIGKILL)
                for pid in processes:
                    with suppress(ProcessLookupError, PermissionError):
                        os.kill(pid, signal.SIGKILL)

    # A step

    def _prepare(self, address: str) -> None:
        step = self.steps.get(address)
        if step is None or step.prepare is None or address in self.waiting or self.run is None:
            return
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            ours.close()
            self._live(lambda: _wait_for_orders(theirs), prepare=step.prepare)
        theirs.close()
        self.waiting[address] = (pid, ours)

    def _start(self, order: Order, events: int, output: int) -> _Child:
        usage = Usage(limit=order["memory"], gpus=watch_for(order["environment"]))
        if order["command"] is not None:
            popen = _spawned(order, events, output)
            return _Child(pid=popen.pid, popen=popen, usage=usage)
        if order["step"] in self.waiting:
            pid, ask = self.waiting.pop(order["step"])
            with ask, suppress(OSError):  # it died meanwhile, which its end will tell
                socket.send_fds(ask, [json.dumps(order).encode()], [events, output])
            return _Child(pid=pid, usage=usage)
        pid = os.fork()
        if pid == 0:
            self._live(lambda: (order, events, output), prepare=None)
        return _Child(pid=pid, usage=usage)

    def _live(
        self, orders: Callable[[], tuple[Order, int, int] | None], *, prepare: Callable[[], object] | None
    ) -> NoReturn:
        """The life of a step's process, from its birth to its end; nothing of the supervisor's is unwound or flushed."""
        code = 1
        try:
            self._become_a_step()
            if prepare is not None:
                with suppress(Exception):
                    prepare()
            if (found := orders()) is None:
                os.killpg(0, signal.SIGKILL)
            else:
                assert self.run is not None
                code = _follow_request(self.run, *found)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)

    def _become_a_step(self) -> None:
        os.setsid()
        be_a_step()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        self.runner.close()
        for _, ask in self.waiting.values():
            ask.close()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nowhere, descriptor)
        os.close(nowhere)

    def _end(self, number: int) -> Order:
        """End what is left of a step; give the exit code of its process, negative for a signal, and what it used."""
        child = self.children.pop(number)
        # Before its leader is waited for: until then its number, which is the group's, can't belong to others.
        kill_group(child.pid, signal.SIGKILL)
        ended = reap(child.pid)
        assert ended is not None, "nobody else waits for it"
        child.usage.add(ended.used)
        child.usage.end()
        if child.popen is not None:
            child.popen.returncode = ended.code
        for pid in self._adopted():
            if pid_of_step(pid, patience=_MOMENT) == child.pid:
                kill_group(pid, signal.SIGKILL)
                if left := reap(pid):
                    child.usage.add(left.used)
        return {"ended": number, "code": ended.code, **child.usage.as_told(), "over": child.usage.over}


def supervise(
    runner: socket.socket, *, run: Callable[[StepRequest], int] | None = None, steps: Mapping[str, Step] | None = None
) -> None:
    """Be the supervisor of a runner until it is gone. Steps are forked to `run` them, or spawned when that is None."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # they are for the runner, which ends steps in order
    be_the_keeper_of(os.getppid())
    adopt_orphans()
    if (served_by := os.fork()) != 0:
        runner.close()
        _keep(served_by)
        return
    named("treadle:steps")
    adopt_orphans()
    supervisor = _Supervisor(runner=runner, run=run, steps=steps or {})
    try:
        supervisor.serve()
    finally:
        supervisor.end_all()


def _keep(supervisor: int) -> None:
    """Be the parent of the supervisor, and end what it leaves behind when it is killed."""
    os.waitpid(supervisor, 0)
    deadline = time.monotonic() + _GRACE
    asked: set[int] = set()
    while left := children_of(os.getpid()):
        number = signal.SIGTERM if time.monotonic() < deadline else signal.SIGKILL
        for pid in left:
            if number is signal.SIGKILL or pid not in asked:
                kill_group(pid, number)
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        asked.update(left)
        time.sleep(0.02)


def _spawned(order: Order, events: int, output: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **order["environment"], EVENTS_FD: str(events)}
    return subprocess.Popen(
        order["command"],
        cwd=order["cwd"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        pass_fds=(events,),
        # A session of its own: Ctrl-C in the terminal reaches the runner alone, which ends steps in order.
        start_new_session=True,
        preexec_fn=partial(_begin, order["cores"]),
    )


def _begin(cores: list[int]) -> None:
    """What a process does before it becomes the command of a step."""
    stay_on(cores)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def _wait_for_orders(asked: socket.socket) -> tuple[Order, int, int] | None:
    """What was asked, or None when whoever would ask is gone."""
    read, descriptors, _, _ = socket.recv_fds(asked, _MOST_BYTES, 2)
    asked.close()
    if not read:
        return None
    events, output = descriptors
    return json.loads(read), events, output


def _follow_request(run: Callable[[StepRequest], int], order: Order, events: int, output: int) -> int:
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    # The parent's streams may stand for something else, and hold what was never written.
    sys.stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
    os.chdir(order["cwd"])
    os.environ.update(order["environment"])
    os.environ[EVENTS_FD] = str(events)
    stay_on(order["cores"])
    code = run(StepRequest.read(Path(order["request"])))
    _end_threads()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return code


def _end_threads() -> None:
    import threading

    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()


def _has_ended(pid: int) -> bool:
    """Whether a child has ended; it can still be waited for afterwards."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def _load(module: str) -> None:
    """Load a module, and forget what it does to others: steps that don't use it are forked from here as well."""
    path, variables = list(sys.path), dict(os.environ)
    with suppress(Exception):  # whoever needs it will tell that it isn't there
        import_module(module)
    sys.path[:] = path
    os.environ.clear()
    os.environ.update(variables)


def _noted(number: int, frame: object) -> None:
    """Nothing: the pipe has it."""


if __name__ == "__main__":
    supervise(socket.socket(fileno=int(sys.argv[1])))
