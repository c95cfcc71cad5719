"""Commands: the message is in their standard input as JSON, and in variables."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from contextlib import suppress

from treadle.ir.hooks import ToCommand
from treadle.observers.channels.letter import Letter, UndeliverableError
from treadle.observers.messages import as_text, headline

__all__ = ["call"]

_MOST_READ = 4_000


def call(way: ToCommand, letter: Letter) -> None:
    """Run a command in the project's folder, and wait for it to end with 0.

    Raises:
        UndeliverableError: when it doesn't, or takes too long; then it is killed with all that it started.
    """
    # Files, not pipes: a command that doesn't read, prints without end, or leaves a child behind blocks nobody.
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as printed:
        given.write(json.dumps({"id": letter.id, **letter.message}).encode())
        given.seek(0)
        try:
            process = subprocess.Popen(
                way.command,
                cwd=letter.project,
                env={**letter.environment, **_variables(letter)},
                stdin=given,
                stdout=printed,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise UndeliverableError(f"{way.command[0]!r} couldn't be started: {said}") from None
        try:
            code = process.wait(letter.seconds)
        except subprocess.TimeoutExpired:
            with suppress(PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise UndeliverableError(f"it didn't end within {letter.seconds:.3g} s") from None
        if code:
            printed.seek(max(0, os.fstat(printed.fileno()).st_size - _MOST_READ))
            lines = printed.read(_MOST_READ).decode("utf-8", "replace").strip().splitlines()
            ended = f"it ended with {code}" if code > 0 else f"it was ended by signal {-code}"
            raise UndeliverableError(ended + (f": {lines[-1]}" if lines else ""))


def _variables(letter: Letter) -> dict[str, str]:
    message = letter.message
    given = {
        "ID": letter.id,
        "NAME": letter.hook,
        "KIND": message["kind"],
        "PROJECT": message["project"],
        "RUN": message["run"],
        "STATUS": message["status"],
        "SELECTION": message["selection"],
        "PARTITION": message["partition"],
        "ERROR": message["error"],
        "TITLE": headline(message),
        "TEXT": as_text(message),
        "COMMAND": message["command"],
    }
    # A variable can't hold a NUL.
    return {f"TREADLE_HOOK_{name}": str(value or "").replace("\0", "") for name, value in given.items()}
