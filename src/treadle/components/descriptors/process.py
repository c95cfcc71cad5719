"""Questions to a process that imports component types, and what becomes of them when it doesn't survive."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any

from treadle.errors import Diagnostic
from treadle.ir.diagnostics import diagnostic_from

__all__ = ["Answer", "Surroundings", "ask"]

_LONGEST_OUTPUT = 20
_FRAME = re.compile(r'File "(?P<file>[^"]+)", line \d+ in ')
_MEND = "mend that module; it is imported whenever a component of this type is loaded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the process sees: the project's source folder, the environment, and how long it may take for each question."""

    source: Path | None = None
    environment: Mapping[str, str] | None = None
    timeout: float = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a question: what was asked for, or mistakes."""

    found: Mapping[str, Any] = field(default_factory=dict)
    mistakes: tuple[Diagnostic, ...] = ()


def ask(requests: Sequence[Mapping[str, Any]], around: Surroundings) -> list[Answer]:
    """The answers to requests, in their order; one process gives as many of them as it survives."""
    answers: dict[int, Answer] = {}
    while waiting := [number for number in range(len(requests)) if number not in answers]:
        given = _Process([requests[number] for number in waiting], around).answers()
        answers.update({waiting[number]: answer for number, answer in given})
    return [answers[number] for number in range(len(requests))]


class _Process:
    """One process, from its start to its end."""

    def __init__(self, requests: Sequence[Mapping[str, Any]], around: Surroundings) -> None:
        self._requests = requests
        self._around = around
        self._current: int | None = None
        self._printed = 0

    def answers(self) -> Iterator[tuple[int, Answer]]:
        """Answers by the number of their request; the last one may be that the process has ended."""
        with tempfile.TemporaryFile() as output, self._start(output) as process:
            try:
                yield from self._heard(process, output)
            finally:
                _end(process)

    def _start(self, output: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            # Without byte code: it is taken for current when a file changes twice in a second and keeps its size.
            [sys.executable, "-B", "-P", "-m", "treadle.components.descriptors"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            env=None if self._around.environment is None else dict(self._around.environment),
            start_new_session=True,
        )

    def _heard(self, process: subprocess.Popen[bytes], output: IO[bytes]) -> Iterator[tuple[int, Answer]]:
        lines = self._lines(process)
        while True:
            try:
                line = lines.get(timeout=self._around.timeout)
            except Empty:
                yield from self._unanswered(self._too_slow, output)
                return
            if line is None:
                process.wait()
                yield from self._unanswered(lambda request: _died(request, process.returncode), output)
                return
            said = json.loads(line)
            if "begun" in said:
                self._current, self._printed = said["begun"], said["output"]
            else:
                self._current = None
                yield said["done"], self._answer(said["answer"], output)
                if said["done"] == len(self._requests) - 1:
                    return

    def _lines(self, process: subprocess.Popen[bytes]) -> SimpleQueue[bytes | None]:
        lines: SimpleQueue[bytes | None] = SimpleQueue()
        assert process.stdin is not None
        assert process.stdout is not None
        stdin, stdout = process.stdin, process.stdout

        def read() -> None:
            with contextlib.suppress(ValueError, OSError):  # it is closed once nobody waits for more
                for line in stdout:
                    lines.put(line)
            lines.put(None)

        threading.Thread(target=read, daemon=True).start()
        source = self._around.source
        asked = {
            "path": [*([str(source)] if source else []), *map(os.path.abspath, sys.path)],
            "source": str(source) if source else None,
            "timeout": self._around.timeout,
            "requests": self._requests,
        }
        # When it has ended already, that is told where its answers are missed.
        with contextlib.suppress(BrokenPipeError):
            stdin.write(json.dumps(asked).encode())
            stdin.close()
        return lines

    def _answer(self, answer: Mapping[str, Any], output: IO[bytes]) -> Answer:
        printed = self._output(output) if "mistakes" in answer else ""
        mistakes = tuple(_with_output(diagnostic_from(each), printed) for each in answer.get("mistakes", ()))
        return Answer(found=answer, mistakes=mistakes)

    def _unanswered(
        self, explain: Callable[[Mapping[str, Any]], Diagnostic], output: IO[bytes]
    ) -> Iterator[tuple[int, Answer]]:
        """What is said of the request that the process was at; of all of them when it never got to one."""
        numbers = range(len(self._requests)) if self._current is None else (self._current,)
        printed = self._output(output)
        for number in numbers:
            yield number, Answer(mistakes=(_with_output(explain(self._requests[number]), printed),))

    def _output(self, output: IO[bytes]) -> str:
        output.seek(self._printed)
        lines = output.read().decode("utf-8", errors="replace").splitlines()
        source = str(self._around.source or Path.cwd())
        theirs = [line for line in lines if not (frame := _FRAME.search(line)) or frame["file"].startswith(source)]
        return "\n".join(line for line in theirs[-_LONGEST_OUTPUT:] if not line.startswith(("Timeout (", "Thread 0x")))

    def _too_slow(self, request: Mapping[str, Any]) -> Diagnostic:
        return Diagnostic(
            code="TRD211",
            message=f"the component type {request['name']!r} takes too long to import",
            why=f"after {self._around.timeout:g} seconds its module wasn't imported yet",
            fix="move what takes long from the top of the module into the functions that need it",
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process, and those that it has started."""
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):
        process.kill()
    process.wait()


def _died(request: Mapping[str, Any], code: int) -> Diagnostic:
    how = f"ended with exit code {code}" if code >= 0 else f"was ended by {signal.Signals(-code).name}"
    return Diagnostic(
        code="TRD202",
        message=f"the component type {request['name']!r} can't be imported: Python {how}",
        why="the process that imported it didn't survive",
        fix=_MEND,
    )


def _with_output(mistake: Diagnostic, printed: str) -> Diagnostic:
    if not printed.strip():
        return mistake
    told = "\n".join(f"  {line}" for line in printed.splitlines())
    return replace(mistake, why=f"{mistake.why}\nit printed:\n{told}")
