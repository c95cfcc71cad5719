"""Runs a command inside a step: in its process group, and never beyond its end."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from treadle.ir import StepFailed

__all__ = ["run_command"]

_SECONDS_TO_END = 3.0


def run_command(
    command: Sequence[str | Path],
    *,
    cwd: Path | None,
    env: Mapping[str, str] | None,
    on_line: Callable[[str], object] | None = None,
) -> int:
    """Run a command to its end, and give its exit code (negative when a signal ended it).

    Raises:
        StepFailed: when there is nothing to run.
    """
    if not command:
        raise StepFailed("no command was given")
    with _started(command, cwd=cwd, env=env, is_read=on_line is not None) as process:
        if on_line is not None and process.stdout is not None:
            for line in process.stdout:
                on_line(line.rstrip("\n"))
        return process.wait()


@contextmanager
def _started(
    command: Sequence[str | Path], *, cwd: Path | None, env: Mapping[str, str] | None, is_read: bool
) -> Iterator[subprocess.Popen[str]]:
    argv = [str(word) for word in command]
    try:
        process = subprocess.Popen(
            argv,
            cwd=cwd,
            # Python programs keep what they print until there is much of it, unless they are told not to.
            env={"PYTHONUNBUFFERED": "1", **os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if is_read else None,
            stderr=subprocess.STDOUT if is_read else None,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
    except (OSError, ValueError) as error:
        raise StepFailed(_why_not(argv[0], cwd, error)) from error
    try:
        yield process
    except BaseException:
        _end(process)
        raise
    finally:
        if process.stdout is not None:
            process.stdout.close()


def _why_not(program: str, cwd: Path | None, error: Exception) -> str:
    if cwd is not None and not cwd.is_dir():
        return f"{program!r} can't be run: there is no folder {str(cwd)!r}"
    if isinstance(error, FileNotFoundError):
        return f"{program!r} can't be run: no such program"
    return f"{program!r} can't be run: {getattr(error, 'strerror', None) or error}"


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
