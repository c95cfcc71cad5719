"""A value that a command prints: a vault's, a cloud's, a keyring's."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from contextlib import suppress

from treadle.credentials.providers.asking import Asking
from treadle.credentials.providers.file import text_in
from treadle.credentials.redaction import Redactor
from treadle.credentials.resolved import Resolved
from treadle.ir import FromCommand

__all__ = ["SECONDS", "from_command"]

SECONDS = 30.0
_MOST_SAID = 300


def from_command(provider: FromCommand, asking: Asking, *, seconds: float = SECONDS) -> Resolved:
    """What the command prints, without the newline at its end; it is no shell's command line.

    What it says on the standard error is told when it fails, without what it printed.

    Raises:
        CredentialError: TRD531 when it prints nothing, TRD533 when it can't be run, fails or takes too long.
    """
    command = " ".join(map(shlex.quote, provider.command[:1]))
    code, printed, said = _run(provider, asking, seconds)
    if code:
        ended = f"was ended by the signal {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        raise asking.trouble(
            "TRD533",
            f"can't be had: the command {command} {ended}{_said(said, printed, asking)}",
            fix="run it yourself, as the user who runs steps, and see",
            may_retry=True,
        )
    return Resolved.from_text(text_in(printed, f"the command {command}", asking))


def _run(provider: FromCommand, asking: Asking, seconds: float) -> tuple[int, bytes, bytes]:
    command = provider.command
    if not command:
        raise asking.trouble("TRD533", "can't be had: there is no command to run", fix="write the command")
    try:
        process = subprocess.Popen(
            command,
            cwd=asking.folder,
            env=dict(asking.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # so that all that it starts can be ended with it
        )
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError)
        why = "there is no such program" if missing else getattr(error, "strerror", None) or str(error)
        raise asking.trouble(
            "TRD533",
            f"can't be had: the command {shlex.quote(command[0])} can't be run: {why}",
            why="it is run where the step runs, without a shell",
            fix="install it there, or write the whole path of it",
        ) from None
    try:
        printed, said = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise asking.trouble(
            "TRD533",
            f"can't be had: the command {shlex.quote(command[0])} took longer than {seconds:g} s",
            why="it may wait for somebody to type something: nobody can",
            fix="run it yourself, as the user who runs steps, and see",
            may_retry=True,
        ) from None
    finally:
        if process.returncode is None:
            _end(process)
    return process.returncode, printed, said


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
    process.wait()


def _said(said: bytes, printed: bytes, asking: Asking) -> str:
    """The end of what a command said, without what it printed: that may be the value."""
    redactor = Redactor()
    for text in {printed.decode("utf-8", "replace").strip(), *printed.decode("utf-8", "replace").split()}:
        redactor.add("value", text)
    words = " ".join(redactor.text(asking.redact(said.decode("utf-8", "replace"))).split())
    return f": {'…' if len(words) > _MOST_SAID else ''}{words[-_MOST_SAID:]}" if words else ""
