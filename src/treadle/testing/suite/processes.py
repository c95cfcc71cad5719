"""A process for each test, some at a time."""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from signal import Signals

from treadle.components.descriptors import Descriptors
from treadle.documents import parse_yaml
from treadle.errors import Diagnostic, ProjectError, said, user_frames
from treadle.project import Settings
from treadle.testing.suite.finding import Test
from treadle.testing.suite.making import make
from treadle.testing.suite.outcome import Outcome, Result

__all__ = ["run_tests"]


def _start_process(*args: object) -> BaseProcess:
    # What a process would import anew is here already; where forking isn't safe, it starts from nothing.
    if sys.platform == "linux":
        process: BaseProcess = multiprocessing.get_context("fork").Process(target=_live, args=args)
    else:
        process = multiprocessing.get_context("spawn").Process(target=_live, args=args)
    process.start()
    return process


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    """A test that is being made."""

    test: Test
    process: BaseProcess
    answer: Connection
    started: float

    def outcome(self, result: Result) -> Outcome:
        return Outcome(test=self.test, seconds=time.monotonic() - self.started, result=result)


def run_tests(
    settings: Settings, tests: Sequence[Test], descriptors: Descriptors, *, jobs: int = 1, seconds: float = 60
) -> Iterator[Outcome]:
    """Make tests, `jobs` at a time, each in a process of its own, and give what came of them as they end.

    A test that takes longer than `seconds`, or whose process dies, fails.
    """
    waiting, running = list(reversed(tests)), dict[Connection, _Running]()
    folders = {file for file in {test.file for test in tests} if _holds_folder(settings, file, descriptors)}
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                started = _start(settings, test := waiting.pop(), is_folder=test.file in folders)
                running[started.answer] = started
            deadline = min(each.started for each in running.values()) + seconds
            ended = wait(list(running), timeout=max(0.0, deadline - time.monotonic()))
            for each in [each for connection, each in running.items() if connection in ended]:
                del running[each.answer]
                yield each.outcome(_answer(each))
            for each in [each for each in running.values() if time.monotonic() - each.started >= seconds]:
                del running[each.answer]
                yield each.outcome(_too_slow(each, seconds))
    finally:
        for each in running.values():
            _end(each)


def _holds_folder(settings: Settings, file: Path, descriptors: Descriptors) -> bool:
    """Whether everything in the folder of a component file belongs to its component."""
    package = settings.package_of(file.parent)
    try:
        names = [document.value.get("type") for document in parse_yaml(file) if isinstance(document.value, dict)]
        return any(isinstance(name, str) and descriptors.find(name, package=package).holds_folder for name in names)
    except ProjectError:
        return False  # which the tests of this file will tell


def _start(settings: Settings, test: Test, *, is_folder: bool) -> _Running:
    receive, send = multiprocessing.Pipe(duplex=False)
    process = _start_process(settings, test, is_folder, send)
    send.close()  # or its end would never be seen
    return _Running(test=test, process=process, answer=receive, started=time.monotonic())


def _live(settings: Settings, test: Test, is_folder: bool, answer: Connection) -> None:
    try:
        result = make(settings, test, is_folder=is_folder)
    except BaseException as error:
        result = Result(failures=(_ended(test, f"the test ended with {said(error)}", user_frames(error)),))
    try:
        answer.send(result)
    except Exception as error:  # what a component declares may be of any kind, also of one that can't be sent
        answer.send(Result(failures=(_ended(test, f"what came of the test can't be told: {said(error)}", ""),)))


def _answer(running: _Running) -> Result:
    try:
        result = running.answer.recv()
    except EOFError:
        running.process.join()
        code = running.process.exitcode or 0
        how = f"the signal {Signals(-code).name}" if code < 0 else f"exit code {code}"
        result = Result(failures=(_ended(running.test, f"the process of the test ended with {how}", ""),))
    _end(running)
    assert isinstance(result, Result)
    return result


def _too_slow(running: _Running, seconds: float) -> Result:
    _end(running)
    return Result(failures=(_ended(running.test, f"the test didn't end within {seconds:g} seconds", ""),))


def _end(running: _Running) -> None:
    with suppress(ValueError):
        running.process.kill()
        running.process.join()
        running.process.close()
    running.answer.close()


def _ended(test: Test, message: str, frames: str) -> Diagnostic:
    return Diagnostic(
        code="TRD807",
        message=message,
        why="building a component is only saying what there is" + (f"\n{frames}" if frames else ""),
        fix="mend the component type: it must not end the process, and not wait for anything",
        span=test.span,
    )
