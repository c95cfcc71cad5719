"""Projects that faults happen to, and the commands that run them, as a user would call them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from treadle.store import RunRecord, Store, open_store

__all__ = ["Command", "Mill", "many_steps", "until"]

PATIENTLY = 60.0
"""Seconds after which what a test waits for is taken for lost, on a machine that has much else to do."""

_MARK = "TREADLE_TEST_MARK"

_SETTINGS = """[tool.treadle]
module = "mill"

[tool.treadle.run]
{settings}
"""

_FUNCTIONS = '''
import os, sys, time
from pathlib import Path
from treadle import CheckResult, Materialization, asset, check

MARKS = Path({marks!r})

def mark(name, word):
    """A line in a file of the step's own, written at once or not at all."""
    file = os.open(MARKS / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, (word + "\\n").encode())
    os.close(file)
'''


def until(true: Callable[[], object], *, seconds: float = PATIENTLY) -> bool:
    """Look again and again until something is true; false when it doesn't become so."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@dataclass(kw_only=True)
class Command:
    """A `treadle` that runs, or did."""

    process: subprocess.Popen[bytes]
    file: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def printed(self) -> str:
        """All that it has printed so far."""
        return self.file.read_text(encoding="utf-8", errors="replace")

    def says(self, words: str) -> None:
        """Wait for it to print these words."""
        assert until(lambda: words in self.printed), self.printed

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def is_over(self, *, seconds: float) -> bool:
        """Whether it ends within so many seconds."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        return self.process.returncode is not None

    def ended(self) -> tuple[int, str]:
        """Wait for its end: its exit code, and all that it printed."""
        assert self.is_over(seconds=2 * PATIENTLY), f"it never ended:\n{self.printed}"
        return self.process.returncode, self.printed


@dataclass
class Mill:
    """A project in a folder, whose processes carry a mark by which they are found whatever becomes of their parents."""

    root: Path
    env: dict[str, str] = field(default_factory=dict)
    commands: list[Command] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.env |= {_MARK: uuid.uuid4().hex, "MILL_MARKS": str(self.marks)}
        self.marks.mkdir(parents=True, exist_ok=True)

    @property
    def marks(self) -> Path:
        return self.root / "marks"

    @property
    def url(self) -> str:
        return self.env.get("TREADLE_STORE", f"sqlite:///{self.root}/.treadle/treadle.db")

    def write(self, functions: str, files: Mapping[str, str] | None = None, **settings: object) -> Mill:
        """Make it a project with these Python functions, and more files below `defs`."""
        lines = "\n".join(f"{key} = {value}" for key, value in settings.items())
        written = {
            "pyproject.toml": _SETTINGS.format(settings=lines),
            "src/mill/__init__.py": "",
            "src/mill/defs/__init__.py": "",
            "src/mill/defs/functions.py": _FUNCTIONS.format(marks=str(self.marks)) + functions,
            **{f"src/mill/defs/{path}": text for path, text in (files or {}).items()},
        }
        for path, text in written.items():
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return self

    def start(self, *arguments: str, before: Sequence[str] = (), **env: str) -> Command:
        """`treadle` with these arguments, in a session of its own; `before` is what starts it."""
        file = self.root / f"printed-{len(self.commands)}"
        with file.open("wb") as out:
            process = subprocess.Popen(
                [*before, sys.executable, "-m", "treadle", *arguments],
                cwd=self.root,
                env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1", **self.env, **env},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.commands.append(Command(process=process, file=file))
        return self.commands[-1]

    def call(self, *arguments: str, **env: str) -> tuple[int, str]:
        """The same, to its end: its exit code, and all that it printed."""
        return self.start(*arguments, **env).ended()

    @contextmanager
    def store(self) -> Iterator[Store]:
        with open_store(self.url) as store:
            yield store

    @property
    def run(self) -> RunRecord:
        """The only run."""
        with self.store() as store:
            [run] = store.runs()
            return run

    def statuses(self) -> dict[str, str]:
        """The steps of the only run by the ends of their names."""
        with self.store() as store:
            return {each.step.rpartition(":")[2]: each.status.value for each in store.steps(self.run.id)}

    def marked(self, name: str) -> list[str]:
        """What a step wrote into its file."""
        file = self.marks / name
        return file.read_text(encoding="utf-8").split() if file.exists() else []

    def reached(self, name: str, word: str = "start") -> None:
        """Wait for a step to say that it is there."""
        assert until(lambda: word in self.marked(name)), f"{name} never came to {word!r}"

    def processes(self) -> dict[int, str]:
        """All processes that came of this project's commands and live, with their names."""
        mark = f"{_MARK}={self.env[_MARK]}".encode()
        found: dict[int, str] = {}
        for entry in os.scandir("/proc"):
            if entry.name.isdigit():
                with suppress(OSError):
                    if mark in Path(entry.path, "environ").read_bytes().split(b"\0"):
                        found[int(entry.name)] = Path(entry.path, "comm").read_text(encoding="utf-8").strip()
        return found

    def supervisors(self) -> list[int]:
        return [pid for pid, name in self.processes().items() if name == "treadle:steps"]

    def assert_nothing_left(self, *, seconds: float = 10.0) -> None:
        """No process of it lives any more, or will in a moment."""
        until(lambda: not self.processes(), seconds=seconds)
        assert {} == self.processes()

    def end(self) -> None:
        """End all that is left of it."""
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for each in self.commands:
            each.process.wait()


def many_steps(count: int, *, width: int = 5, seconds: float = 0.05) -> tuple[str, dict[str, str]]:
    """Functions and files of as many assets, in rows of `width` that depend on the row before.

    Every fourth asset has a check, which is a step of its own; every tenth is written by a script.
    """
    functions: list[str] = []
    files: dict[str, str] = {}
    for number in range(count):
        row, column = divmod(number, width)
        above = [f"s{(row - 1) * width + each:03}" for each in sorted({column, (column + 1) % width})] if row else []
        name = f"s{number:03}"
        if number % 10 == 7:
            deps = "".join(f"\n        - {key}" for key in above)
            files[f"{name}/defs.yaml"] = (
                f"type: treadle.PythonScript\nattributes:\n  execution:\n    path: {name}.py\n"
                f"  assets:\n    - key: {name}\n" + (f"      deps:{deps}\n" if deps else "")
            )
            files[f"{name}/{name}.py"] = (
                f"import os\nfile = open(os.environ['MILL_MARKS'] + '/{name}', 'a')\n"
                "print('start', file=file, flush=True)\nprint('woven')\nprint('end', file=file)\n"
            )
            continue
        functions.append(
            f"@asset(deps={above!r})\ndef {name}(context):\n    mark({name!r}, 'start')\n    context.log('weaving')\n"
            f"    time.sleep({seconds})\n    mark({name!r}, 'end')\n    return Materialization(metadata={{'rows': {number}}})\n"
        )
        if number % 4 == 0:
            functions.append(f"@check(asset={name})\ndef {name}_is_whole():\n    return CheckResult(passed=True)\n")
    return "\n\n".join(functions), files
