"""Calls a function of the project in a process of its own, with a time limit: it can't harm who asks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from treadle.errors import cut
from treadle.ir import RunRequest, SkipReason, StepFailed, TickContext
from treadle.runner.launching import may_fork
from treadle.runner.process import how_it_died
from treadle.runner.processes import end_with_the_parent, kill_group
from treadle.runner.tracebacks import explain

__all__ = ["Answer", "Call", "Failure", "call", "context_from", "evaluate"]

_MOST_BYTES = 10_000_000
_SECONDS_TO_LOAD = 60.0
_HERE = b"\n"
"""What a process says when it has loaded the project; JSON may begin with it."""


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
    reader: int
    is_loading: bool = False
    _said: bytes = b""

    def fileno(self) -> int:
        """What becomes readable when there is an answer."""
        return self.reader

    def look(self) -> Answer | None:
        """The function's answer, as soon as there is one; a `Failure` when it raised, ended or took too long."""
        with suppress(BlockingIOError):
            while chunk := os.read(self.reader, 1 << 16):
                self._said += chunk
                if self.is_loading:
                    self.is_loading = False
                    self.deadline = time.monotonic() + self.timeout
                if len(self._said) > _MOST_BYTES:
                    return self._ended(Failure(message=f"it answered with more than {_MOST_BYTES:,} bytes"))
            return self._ended(None)
        if time.monotonic() >= self.deadline:
            what = f"to load the project took longer than {_SECONDS_TO_LOAD:g} s"
            return self._ended(Failure(message=what if self.is_loading else f"it took longer than {self.timeout:g} s"))
        return None

    def end(self) -> int:
        """End its process and what came of it, and give the exit code."""
        os.close(self.reader)
        kill_group(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)

    def _ended(self, failure: Failure | None) -> Answer:
        code = self.end()
        if failure is None and not self._said.strip():
            failure = Failure(message=f"its process {how_it_died(code)}")
        if failure is not None:
            return Answer(answer=failure, cursor=self.context.cursor)
        return _understood(json.loads(self._said), self.context)


def call(
    function: Callable[..., object],
    context: TickContext,
    *,
    timeout: float,
    otherwise: Callable[[int], Sequence[str]] | None = None,
) -> Call:
    """Call a function with a context, in a fork of this process. What it prints to stderr is shown, the rest isn't.

    Where this process can't be forked safely, because a module of the project has started threads, the command that
    `otherwise` makes for a file descriptor loads the project again: it has the context on its standard input, and
    writes to that descriptor what `evaluate` gives.
    """
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    must_spawn = otherwise is not None and not may_fork()
    try:
        pid = (
            _spawned(otherwise(writer), context, writer)
            if otherwise and must_spawn
            else _forked(function, context, writer)
        )
    except BaseException:
        os.close(reader)
        raise
    finally:
        os.close(writer)
    deadline = time.monotonic() + (_SECONDS_TO_LOAD if must_spawn else timeout)
    return Call(pid=pid, context=context, timeout=timeout, deadline=deadline, reader=reader, is_loading=must_spawn)


def evaluate(function: Callable[[], Callable[..., object]], context: TickContext, writer: int) -> None:
    """Answer as a process of its own, which has to load the function first."""
    end_with_the_parent(signal.SIGKILL)
    try:
        found = function()
    except Exception as error:
        said: dict[str, object] = {"failure": explain(error)[0]}
    else:
        _write(writer, _HERE)
        said = _called(found, context)
    _write(writer, json.dumps(said).encode())
    # Now, and not when the process ends, which threads of the project may delay. Where it ends by itself before this,
    # only its end closes the pipe: who reads it wants to know how it died.
    os.close(writer)


def _write(writer: int, text: bytes) -> None:
    while text:
        text = text[os.write(writer, text) :]


def context_from(text: str) -> TickContext:
    """The context that a process was given as JSON.

    >>> told = TickContext(name="files", due_at=datetime(2026, 11, 25, 6), cursor="7")
    >>> told == context_from(_to_text(told))
    True
    """
    said = json.loads(text)
    last = said["last_due_at"]
    return TickContext(
        name=said["name"],
        due_at=datetime.fromisoformat(said["due_at"]),
        cursor=said["cursor"],
        last_due_at=None if last is None else datetime.fromisoformat(last),
    )


def _to_text(context: TickContext) -> str:
    last = context.last_due_at
    return json.dumps(
        {
            "name": context.name,
            "due_at": context.due_at.isoformat(),
            "cursor": context.cursor,
            "last_due_at": None if last is None else last.isoformat(),
        }
    )


def _spawned(command: Sequence[str], context: TickContext, writer: int) -> int:
    with tempfile.TemporaryFile() as file:  # not a pipe: a cursor may be larger than one
        file.write(_to_text(context).encode())
        file.seek(0)
        process = subprocess.Popen(
            list(command), stdin=file, stdout=subprocess.DEVNULL, pass_fds=(writer,), start_new_session=True
        )
    process.returncode = 0  # it is waited for by its number
    return process.pid


def _forked(function: Callable[..., object], context: TickContext, writer: int) -> int:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    pid = os.fork()
    if pid == 0:
        _answer(function, context, writer)
    return pid


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
