"""Calls a function of the project in a process of its own, with a time limit: it can't harm who asks."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from treadle.errors import cut
from treadle.ir import RunRequest, SkipReason, StepFailed, TickContext
from treadle.runner.process import how_it_died
from treadle.runner.processes import end_with_the_parent, kill_group
from treadle.runner.tracebacks import explain

__all__ = ["Answer", "Call", "Failure", "call"]

_MOST_BYTES = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why there is no answer."""

    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a function returned, and the cursor that it left behind."""

    answer: object
    cursor: str | None = None


@dataclass(slots=True, kw_only=True)
class Call:
    """A function that is being called in a process of its own."""

    pid: int
    context: TickContext
    timeout: float
    deadline: float
    _reader: int
    _said: bytes = b""

    def look(self) -> Answer | None:
        """The function's answer, as soon as there is one; a `Failure` when it raised, ended or took too long."""
        with suppress(BlockingIOError):
            while chunk := os.read(self._reader, 1 << 16):
                self._said += chunk
                if len(self._said) > _MOST_BYTES:
                    return self._ended(Failure(message=f"it answered with more than {_MOST_BYTES:,} bytes"))
            return self._ended(None)
        if time.monotonic() >= self.deadline:
            return self._ended(Failure(message=f"it took longer than {self.timeout:g} s"))
        return None

    def end(self) -> int:
        """End its process and what came of it, and give the exit code."""
        os.close(self._reader)
        kill_group(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)

    def _ended(self, failure: Failure | None) -> Answer:
        code = self.end()
        if failure is None and not self._said:
            failure = Failure(message=f"its process {how_it_died(code)}")
        if failure is not None:
            return Answer(answer=failure, cursor=self.context.cursor)
        return _understood(json.loads(self._said), self.context)


def call(function: Callable[..., object], context: TickContext, *, timeout: float) -> Call:
    """Call a function with a context in a fork of this process. What it prints to stderr is shown, the rest isn't."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        _answer(function, context, writer)
    os.close(writer)
    return Call(pid=pid, context=context, timeout=timeout, deadline=time.monotonic() + timeout, _reader=reader)


def _answer(function: Callable[..., object], context: TickContext, writer: int) -> None:
    code = 1
    try:
        os.setsid()
        end_with_the_parent(signal.SIGKILL)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 0)
        os.dup2(nowhere, 1)
        answer = _called(function, context)
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(json.dumps(answer).encode())
        code = 0
    finally:
        os._exit(code)


def _called(function: Callable[..., object], context: TickContext) -> dict[str, object]:
    try:
        value = function(context)
        if value is not None and not isinstance(value, (bool, RunRequest, SkipReason, str, bytes, dict)):
            value = list(value) if hasattr(value, "__iter__") else value
        return {"answer": _to_json(value), "cursor": context.cursor}
    except BaseException as error:
        message, details = explain(error)
        with suppress(OSError, ValueError):
            sys.stderr.write(details + "\n")
        return {"failure": message}


def _to_json(value: object) -> object:
    match value:
        case None | bool():
            return value
        case RunRequest():
            return {
                "selection": value.selection,
                "partition": value.partition,
                "tags": dict(value.tags),
                "config": dict(value.config),
                "key": value.key,
            }
        case SkipReason():
            return {"reason": value.reason}
        case list():
            return [_to_json(each) for each in value]
    raise StepFailed(
        f"it returned {cut(value)} ({type(value).__name__}); "
        "return True or False, a RunRequest, a SkipReason, or a list of them"
    )


def _understood(said: dict[str, object], context: TickContext) -> Answer:
    if "failure" in said:
        return Answer(answer=Failure(message=str(said["failure"])), cursor=context.cursor)
    cursor = said["cursor"]
    return Answer(answer=_from_json(said["answer"]), cursor=None if cursor is None else str(cursor))


def _from_json(value: object) -> object:
    if isinstance(value, list):
        return [_from_json(each) for each in value]
    if isinstance(value, dict):
        return SkipReason(**value) if "reason" in value else RunRequest(**value)
    return value
