"""A dbt that has loaded itself and waits for its command.

Two thirds of a short dbt command are Python loading dbt. That needs no answer to anything, so it is
done while Treadle opens its store; the command then runs as it would have from a shell.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from treadle.library.dbt.command import environment, executable
from treadle.library.dbt.project import DbtFolder

__all__ = ["ReadyDbt"]

# Freezing keeps the garbage collector from walking over all of dbt again and again, and once more at the end.
_WAIT = """
import sys
sys.path[:1] = []
import gc, importlib, json, os
import dbt.cli.main
try:
    importlib.import_module("dbt.adapters." + sys.argv[1])
except Exception:
    pass
gc.collect()
gc.freeze()
line = sys.stdin.readline()
if not line:
    sys.exit(0)
asked = json.loads(line)
os.environ.update(asked["env"])
sys.argv = ["dbt", *asked["args"]]
sys.stdin = open(os.devnull)
try:
    sys.exit(dbt.cli.main.cli())
finally:
    gc.freeze()
"""


class ReadyDbt:
    """Starts dbt ahead of time, in the project's folder and with its environment; at most one command is given to it."""

    def __init__(self, folder: DbtFolder, adapter: str) -> None:
        self._folder = folder
        self._adapter = adapter
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it, when the Python that dbt is installed in can be told."""
        python = _python_of(Path(executable()))
        if python is None:
            return
        self._process = subprocess.Popen(
            [str(python), "-c", _WAIT, self._adapter],
            cwd=self._folder.root,
            env={"PYTHONUNBUFFERED": "1", **os.environ, **environment(self._folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )

    def run(self, args: Sequence[str], *, env: Mapping[str, str], on_line: Callable[[str], object]) -> int | None:
        """Give it its command and read what it prints; its exit code, or None when it isn't there."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return None
        assert process.stdin is not None
        assert process.stdout is not None
        with process.stdout:
            try:
                with process.stdin:
                    process.stdin.write(json.dumps({"args": list(args), "env": dict(env)}) + "\n")
            except BrokenPipeError:
                return None
            try:
                for line in process.stdout:
                    on_line(line.rstrip("\n"))
            except BaseException:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(3)
                process.kill()
                raise
        return process.wait()


def _python_of(program: Path) -> Path | None:
    """The Python that a console script runs with, by its first line."""
    try:
        with program.open("rb") as file:
            first = file.readline(512).decode("utf-8", "replace").strip()
    except OSError:
        return None
    python = Path(first.removeprefix("#!").strip())
    return python if first.startswith("#!") and python.name.startswith("python") and python.is_file() else None
