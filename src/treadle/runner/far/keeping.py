"""The far side: processes that keep the step's, and leave nothing of it behind.

The outer one is what the executor sees and ends; it only passes on what it is asked. Its child, the keeper, starts the
step's process: a request to end reaches all that came of the step, and what doesn't follow it is killed. It is the
same when whoever started them is gone, and when an executor kills the outer one and knows nothing of the rest. Where
both sides see a folder, they show there that they live, and how the step ended.

What the step prints goes through the keeper, so that no secret gets to the executor.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from treadle.runner.far.command import BEAT_EVERY, FOLDER, request_at_hand
from treadle.runner.far.sifting import Sieve
from treadle.runner.gpus import watch_for
from treadle.runner.marks import MARK, marked
from treadle.runner.measuring import Usage, reap
from treadle.runner.processes import adopt_orphans, children_of, end_with_the_parent, kill_group, named
from treadle.runner.request import StepRequest
from treadle.runner.wire import Used, to_line

__all__ = ["BEAT", "EXIT", "keep", "keep_here"]

BEAT, EXIT = "beat", "exit"
"""The files that show that it lives, and how it ended."""

_SECONDS_TO_END = 20.0  # executors kill what hasn't ended 30 s after they have asked for it
_SECONDS_WHEN_ALONE = 3.0
_MOST_BYTES = 1 << 16
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
    """Call `run` in a process of its own, and give the exit code when all of it has ended (128 and more for a signal).

    `giver` is a file descriptor whose end tells that whoever started this process is gone. A sign of life, `every` so
    many seconds, and the exit code are kept in `folder`.
    """
    keeper = 0

    def pass_on(number: int, frame: object) -> None:
        if keeper:
            with suppress(ProcessLookupError):
                os.kill(keeper, signal.SIGTERM)

    adopt_orphans()
    with _blocked():  # until it is known to whom a request is passed on
        for number in _ASKED:
            signal.signal(number, pass_on)
        keeper = os.fork()
    if keeper == 0:
        code = 1
        try:
            code = _kept(run, giver=giver, folder=folder, every=every)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    ended = reap(keeper)
    assert ended is not None
    _end_left()
    code = 128 - ended.code if ended.code < 0 else ended.code
    if folder is not None:
        with suppress(OSError):
            _write(folder / EXIT, str(code))
    return code


@contextmanager
def _blocked() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ASKED)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_left() -> list[resource.struct_rusage]:
    """End what others left behind, which has become this process's; give what each of that used."""
    used = []
    while left := children_of(os.getpid()):
        for pid in left:
            kill_group(pid, signal.SIGKILL)
            if other := reap(pid):
                used.append(other.used)
    return used


def _kept(run: Callable[[], int], *, giver: int | None, folder: Path | None, every: float) -> int:
    parent = os.getppid()
    signals, wakeup = os.pipe()
    for each in (signals, wakeup):
        os.set_blocking(each, False)
    signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
    for number in (*_ASKED, signal.SIGCHLD):
        signal.signal(number, _noted)
    adopt_orphans()
    output, printed = os.pipe()
    os.set_blocking(output, False)
    sieve = Sieve(os.environ.get(MARK, ""))
    pid = os.fork()
    if pid == 0:
        os.close(signals)
        os.close(output)
        _live(run, wakeup, printed)
    os.close(printed)
    named("treadle:keeper")
    end_with_the_parent(signal.SIGTERM)
    keeper = _Keeper(
        child=pid,
        parent=parent,
        signals=signals,
        giver=giver,
        folder=folder,
        every=every,
        output=output,
        sieve=sieve,
    )
    if os.getppid() != parent:
        keeper.end(_SECONDS_WHEN_ALONE)
    code = keeper.wait()
    keeper.tell_usage()
    return code


@dataclass(kw_only=True)
class _Keeper:
    child: int
    parent: int
    signals: int
    giver: int | None
    folder: Path | None
    every: float
    output: int
    sieve: Sieve
    has_printed_all: bool = False
    usage: Usage = field(default_factory=lambda: Usage(gpus=watch_for(os.environ)))
    kill_at: float | None = None
    next_beat: float = 0.0

    def wait(self) -> int:
        """Wait for the end of the child, and end all that it has left."""
        self._beat()  # once at least, however short the step is
        while not self._has_ended():
            self._listen()
            self._beat()
            if self.usage.look_at <= time.monotonic():
                self.usage.look(self.child, set(children_of(os.getpid())) - {self.child, *self.usage.lookers})
            if self.kill_at is not None and time.monotonic() >= self.kill_at:
                kill_group(self.child, signal.SIGKILL)
        # Before it is waited for: until then its number, which is the group's, can't belong to others.
        kill_group(self.child, signal.SIGKILL)
        ended = reap(self.child)
        assert ended is not None
        self.usage.add(ended.used)
        self.usage.end()
        for used in _end_left():
            self.usage.add(used)
        with suppress(BlockingIOError):  # whoever still has it is none of these
            while not self.has_printed_all:
                self._pass_on()
        _print(self.sieve.end())
        return 128 - ended.code if ended.code < 0 else ended.code

    def tell_usage(self) -> None:
        """Say what all of it used, to whoever reads the events in the output."""
        if mark := os.environ.pop(MARK, ""):
            with suppress(OSError):  # nobody reads it any more
                os.write(1, b"".join(marked(to_line(Used(**self.usage.as_told())), mark)))

    def _listen(self) -> None:
        due = [self.next_beat, self.usage.look_at, *([self.kill_at] if self.kill_at is not None else [])]
        listened = [self.signals, *([self.giver] if self.giver is not None else [])]
        listened += [] if self.has_printed_all else [self.output]
        ready, _, _ = select.select(listened, [], [], max(0.01, min(due) - time.monotonic()))
        if self.signals in ready and _ASKED & set(os.read(self.signals, 4096)):
            self.end(_SECONDS_TO_END if os.getppid() == self.parent else _SECONDS_WHEN_ALONE)
        if self.giver in ready and not os.read(self.giver, 4096):
            self.giver = None
            self.end(_SECONDS_WHEN_ALONE)

        if self.output in ready:
            self._pass_on()

    def _pass_on(self) -> None:
        """Print what the step prints, as far as it may be seen."""
        piece = os.read(self.output, _MOST_BYTES)
        self.has_printed_all = not piece
        _print(self.sieve.feed(piece))

    def end(self, seconds: float) -> None:
        """Ask all of the step to end, and kill what hasn't after so many seconds."""
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


def _live(run: Callable[[], int], wakeup: int, printed: int) -> NoReturn:
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
        for descriptor, goes_to in ((0, nowhere), (1, printed), (2, printed)):
            os.dup2(goes_to, descriptor)
        os.close(nowhere)
        os.close(printed)
        # The keeper's streams may stand for files, which a pipe isn't.
        sys.stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
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


def _print(text: bytes) -> None:
    rest = memoryview(text)
    with suppress(BrokenPipeError):  # nobody reads it any more; that the step ends then isn't told by this
        while rest:
            rest = rest[os.write(1, rest) :]


def _write(file: Path, text: str) -> None:
    """Write a file that nobody ever sees half."""
    half = file.with_name(f".{file.name}.{os.getpid()}")
    half.write_text(text, encoding="ascii")
    half.replace(file)


def _noted(number: int, frame: object) -> None:
    """Nothing: the pipe has it."""
