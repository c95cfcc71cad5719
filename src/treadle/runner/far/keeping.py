"""The far side: a process that starts the step's as its child, and leaves nothing of it behind.

It is what the executor sees and ends. A request to end is passed on to all of the step's processes, and those that
don't follow it are killed; when whoever started it is gone, it is the same. Where both sides see a folder, it shows
there that it lives, and how the step ended.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from treadle.credentials.redaction import Redactor
from treadle.runner.far.command import BEAT_EVERY, FOLDER, request_at_hand
from treadle.runner.marks import KEEPER_FD, MARK, marked
from treadle.runner.measuring import Usage, reap
from treadle.runner.processes import adopt_orphans, children_of, kill_group, named
from treadle.runner.request import StepRequest
from treadle.runner.wire import Used, to_line

__all__ = ["BEAT", "EXIT", "keep", "keep_here"]

BEAT, EXIT = "beat", "exit"
"""The files that show that it lives, and how it ended."""

_SECONDS_TO_END = 20.0  # executors kill what hasn't ended 30 s after they have asked for it
_SECONDS_WHEN_ALONE = 3.0
_ASKED = {int(signal.SIGTERM), int(signal.SIGINT), int(signal.SIGHUP)}


def keep_here(request: Path | None, follow: Callable[[StepRequest], int]) -> int:
    """Let a child follow the request that this process was given, in a file or otherwise, and give its exit code.

    Raises:
        UsageError: when there is no request.
    """
    folder, every = os.environ.pop(FOLDER, None), float(os.environ.pop(BEAT_EVERY, 5.0))
    asked, giver = request_at_hand() if request is None else (StepRequest.read(request), None)

    def run() -> int:
        with suppress(OSError):  # that there is no such project is told by the step, which fails
            os.chdir(asked.project)
        return follow(asked)

    return keep(run, giver=giver, folder=None if folder is None else Path(folder), every=every)


def keep(run: Callable[[], int], *, giver: int | None = None, folder: Path | None = None, every: float = 5.0) -> int:
    """Call `run` in a child, and give the exit code when all of it has ended (128 and more for a signal, as in a shell).

    `giver` is a file descriptor whose end tells that whoever started this process is gone. A sign of life, `every` so
    many seconds, and the exit code are kept in `folder`.
    """
    signals, wakeup = os.pipe()
    printed, prints = os.pipe()
    secrets, tells = os.pipe()
    for each in (signals, wakeup, printed, secrets):
        os.set_blocking(each, False)
    signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
    for number in (*_ASKED, signal.SIGCHLD):
        signal.signal(number, _noted)
    adopt_orphans()
    pid = os.fork()
    if pid == 0:
        for each in (signals, printed, secrets):
            os.close(each)
        for each in (1, 2):
            os.dup2(prints, each)
        os.close(prints)
        os.environ[KEEPER_FD] = str(tells)
        _live(run, wakeup)
    os.close(prints)
    os.close(tells)
    named("treadle:keeper")
    output = _Output(printed=printed, secrets=secrets)
    keeper = _Keeper(child=pid, signals=signals, output=output, giver=giver, folder=folder, every=every)
    code = keeper.wait()
    output.end()
    keeper.tell_usage()
    if folder is not None:
        with suppress(OSError):
            _write(folder / EXIT, str(code))
    return code


@dataclass(kw_only=True)
class _Output:
    """What the step and all that it starts print, without the secrets that it was given: an executor shows the rest."""

    printed: int
    secrets: int
    redactor: Redactor = field(default_factory=Redactor)
    is_over: bool = False
    _rest: bytes = b""

    def copy(self) -> bool:
        """Print what is there now, and give whether there was something."""
        try:
            piece = os.read(self.printed, 1 << 16)
        except BlockingIOError:
            return False
        self.is_over = not piece
        # What was printed before now was printed after its secrets were told, which are here by now.
        self._learn()
        self._print(self.redactor.feed(piece))
        return bool(piece)

    def end(self) -> None:
        """Print what is left."""
        while self.copy():
            pass
        self._print(self.redactor.flush())

    def _learn(self) -> None:
        with suppress(BlockingIOError):
            while told := os.read(self.secrets, 1 << 16):
                *lines, self._rest = (self._rest + told).split(b"\n")
                for line in lines:
                    said = json.loads(line)
                    self.redactor.add(said["name"], said["value"])

    def _print(self, text: bytes) -> None:
        rest = memoryview(text)
        with suppress(BrokenPipeError):  # nobody reads it any more, which the step must not wait for
            while rest:
                rest = rest[os.write(1, rest) :]


@dataclass(kw_only=True)
class _Keeper:
    child: int
    signals: int
    output: _Output
    giver: int | None
    folder: Path | None
    every: float
    usage: Usage = field(default_factory=Usage)
    kill_at: float | None = None
    next_beat: float = 0.0

    def wait(self) -> int:
        """Wait for the end of the child, and end all that it has left."""
        self._beat()  # once at least, however short the step is
        while not self._has_ended():
            self._listen()
            self._beat()
            if self.usage.look_at <= time.monotonic():
                self.usage.look(self.child, set(children_of(os.getpid())) - {self.child})
            if self.kill_at is not None and time.monotonic() >= self.kill_at:
                kill_group(self.child, signal.SIGKILL)
        # Before it is waited for: until then its number, which is the group's, can't belong to others.
        kill_group(self.child, signal.SIGKILL)
        ended = reap(self.child)
        assert ended is not None
        self.usage.add(ended.used)
        while left := children_of(os.getpid()):
            for pid in left:
                kill_group(pid, signal.SIGKILL)
                if other := reap(pid):
                    self.usage.add(other.used)
        return 128 - ended.code if ended.code < 0 else ended.code

    def tell_usage(self) -> None:
        """Say what all of it used, to whoever reads the events in the output."""
        if mark := os.environ.pop(MARK, ""):
            used = Used(peak_memory=self.usage.peak_memory, cpu_seconds=round(self.usage.cpu_seconds, 6))
            with suppress(OSError):  # nobody reads it any more
                os.write(1, b"".join(marked(to_line(used), mark)))

    def _listen(self) -> None:
        due = [self.next_beat, self.usage.look_at, *([self.kill_at] if self.kill_at is not None else [])]
        listened = [self.signals, *([self.giver] if self.giver is not None else [])]
        if not self.output.is_over:
            listened.append(self.output.printed)
        ready, _, _ = select.select(listened, [], [], max(0.01, min(due) - time.monotonic()))
        if self.signals in ready and _ASKED & set(os.read(self.signals, 4096)):
            self._end(_SECONDS_TO_END)
        if self.output.printed in ready:
            self.output.copy()
        if self.giver in ready and not os.read(self.giver, 4096):
            self.giver = None
            self._end(_SECONDS_WHEN_ALONE)

    def _end(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        self.kill_at = deadline if self.kill_at is None else min(self.kill_at, deadline)
        kill_group(self.child, signal.SIGTERM)

    def _beat(self) -> None:
        if (now := time.monotonic()) < self.next_beat:
            return
        self.next_beat = now + self.every
        if self.folder is not None:
            with suppress(OSError):
                _write(self.folder / BEAT, str(time.time()))

    def _has_ended(self) -> bool:
        # It can still be waited for afterwards. What it left behind and has ended is waited for at the end.
        return os.waitid(os.P_PID, self.child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _live(run: Callable[[], int], wakeup: int) -> NoReturn:
    """The life of the child; nothing of the keeper's is unwound or flushed."""
    code = 1
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        os.close(wakeup)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        nowhere = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nowhere, 0)
        os.close(nowhere)
        code = run()
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _write(file: Path, text: str) -> None:
    """Write a file that nobody ever sees half."""
    half = file.with_name(f".{file.name}.{os.getpid()}")
    half.write_text(text, encoding="ascii")
    half.replace(file)


def _noted(number: int, frame: object) -> None:
    """Nothing: the pipe has it."""
