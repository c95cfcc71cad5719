"""Errors as the author of the failing code wants to see them: their own lines, and nothing of ours."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

import treadle
from treadle.errors import Diagnostic, ProjectError, TreadleError, UsageError
from treadle.ir import StepFailed

__all__ = ["explain"]

_OURS = str(Path(treadle.__file__).parent)
_STDLIB = str(Path(traceback.__file__).parent)
_LIBRARIES = "site-packages"
_LOADERS = ("<frozen importlib", "<frozen runpy", "<frozen zipimport")


def explain(error: BaseException) -> tuple[str, str]:
    """The error in a line, and all that is to be said about it.

    Errors that are raised on purpose explain themselves; any other comes with the part of its
    traceback that isn't Treadle's.
    """
    if isinstance(error, ProjectError) and error.diagnostics:
        told = "\n".join(map(_diagnosed, error.diagnostics))
        return told, told
    if isinstance(error, (StepFailed, TreadleError)):
        message = str(error) or type(error).__name__
        fix = f"\nfix: {error.fix}" if isinstance(error, UsageError) and error.fix else ""
        return message, message + fix
    summary = traceback.TracebackException.from_exception(error)
    whole = summary.stack
    _keep_theirs(summary, set())
    if not summary.stack:
        # No line of theirs: it is a mistake of ours, and the way to it is needed.
        summary.stack = whole
    where = _where(summary.stack)
    said = str(error).strip().splitlines()
    message = f"{type(error).__name__}: {said[0]}" if said else type(error).__name__
    return message + where, "".join(summary.format()).rstrip()


def _where(stack: traceback.StackSummary) -> str:
    """The innermost line that isn't a library's."""
    if not stack:
        return ""
    written = [frame for frame in stack if not frame.filename.startswith(_STDLIB) and _LIBRARIES not in frame.filename]
    frame = (written or stack)[-1]
    return f" ({Path(frame.filename).name}:{frame.lineno})"


def _diagnosed(diagnostic: Diagnostic) -> str:
    lines = [f"{diagnostic.severity.value}[{diagnostic.code}]: {diagnostic.message}"]
    if diagnostic.span:
        lines.append(f"  --> {diagnostic.span}")
    lines.extend(f"{word}: {text}" for word, text in (("why", diagnostic.why), ("fix", diagnostic.fix)) if text)
    return "\n".join(lines)


def _keep_theirs(summary: traceback.TracebackException, seen: set[int]) -> None:
    if id(summary) in seen:
        return
    seen.add(id(summary))
    theirs = [frame for frame in summary.stack if not _is_ours(frame.filename)]
    summary.stack = traceback.StackSummary.from_list(theirs)
    inner: list[Any] = [summary.__cause__, summary.__context__, *(summary.exceptions or ())]
    for other in inner:
        if other is not None:
            _keep_theirs(other, seen)


def _is_ours(filename: str) -> bool:
    return filename.startswith((_OURS, *_LOADERS))
