"""A value from a file that only its owner may read."""

from __future__ import annotations

import os
import shlex
import stat
from pathlib import Path

from treadle.credentials.errors import CredentialError
from treadle.credentials.providers.asking import Asking
from treadle.credentials.resolved import Resolved
from treadle.ir import FromFile

__all__ = ["from_file", "text_in"]

_MOST_BYTES = 1 << 18
_OF_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def from_file(provider: FromFile, asking: Asking) -> Resolved:
    """What the file holds, without the newline at its end.

    Raises:
        CredentialError: TRD531 when there is nothing to read, TRD532 when others may read it.
    """
    path = asking.folder / provider.path
    try:
        # Whoever may read it is asked of the file that was opened: another may have its name a moment later.
        with open(path, "rb", opener=_opened) as file:
            _refuse_others(path, os.fstat(file.fileno()), asking)
            data = file.read(_MOST_BYTES)
    except IsADirectoryError:
        raise _no_file(path, asking) from None
    except FileNotFoundError:
        raise asking.trouble(
            "TRD531",
            f"has no value: there is no file {path}",
            why="it is looked for where the step runs",
            fix="write the value into it",
        ) from None
    except OSError as error:
        raise asking.trouble(
            "TRD531",
            f"has no value: the file {path} can't be read: {error.strerror}",
            why="it is read where the step runs, by the user who runs steps",
            fix="let this user read it, and nobody else",
        ) from None
    return Resolved.from_text(text_in(data, f"the file {path}", asking))


def text_in(data: bytes, what: str, asking: Asking) -> str:
    """The text that is the value, without the newline at its end.

    Raises:
        CredentialError: TRD531 when there is none, TRD537 when it isn't text.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise asking.trouble(
            "TRD537",
            f"has a value that can't be used: {what} doesn't give UTF-8 text",
            why="values are text, so that they can be found again in what is printed",
            fix="encode it, in base64 for example",
        ) from None
    text = text.removesuffix("\n").removesuffix("\r")
    if not text.strip():
        raise asking.trouble("TRD531", f"has no value: {what} gives nothing", fix="let it give the value")
    return text


def _opened(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)  # a named pipe nobody writes to would be waited for


def _no_file(path: Path, asking: Asking) -> CredentialError:
    return asking.trouble("TRD531", f"has no value: {path} is not a file", fix="name a file that holds the value")


def _refuse_others(path: Path, status: os.stat_result, asking: Asking) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise _no_file(path, asking)
    if status.st_mode & _OF_OTHERS:
        mode = stat.S_IMODE(status.st_mode)
        raise asking.trouble(
            "TRD532",
            f"is not used: others may read or change the file {path} (its mode is {mode:04o})",
            why="whoever has an account on the machine could take it",
            fix=f"type: chmod 600 {shlex.quote(str(path))}",
        )
