"""Why a project gave no answer, and what to do about it."""

from __future__ import annotations

import re
import signal
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from treadle.errors import Diagnostic, cut
from treadle.workspace.processes import Ended
from treadle.workspace.records import WorkspaceProject

__all__ = ["another_treadle", "no_answer", "not_started", "other_format", "too_slow"]

_MOST_LINES = 12
_NO_TREADLE = re.compile(r"No module named '?treadle'?$", re.MULTILINE)
_UNKNOWN = re.compile(r"No such (?:command|option)|unexpected extra argument", re.IGNORECASE)
_WHOSE = {
    "setting": "it is named in the workspace's settings",
    "project": "it is the project's own virtual environment",
    "workspace": "it is the workspace's virtual environment, and the project has none",
    "this": "it is the interpreter that runs now, and neither the project nor the workspace has one",
}


def not_started(project: WorkspaceProject, error: OSError) -> Diagnostic:
    """The interpreter isn't there, or can't be run."""
    environment = project.python.parent.parent
    make = f"python -m venv --clear {_quoted(environment)} && {_install(project)}"
    return Diagnostic(
        code="TRD543",
        message=f"{_whom(project)}: {str(project.python)!r} can't be run",
        why=f"{(error.strerror or str(error)).lower()}; {_WHOSE[project.chosen_by]}",
        fix="correct `python`, which counts from the project's folder"
        if project.chosen_by == "setting"
        else f"make it anew: {make}",
        span=project.span,
    )


def another_treadle(project: WorkspaceProject, ended: Ended) -> Diagnostic | None:
    """There is no Treadle in the environment, or one that doesn't know the command; None when it is something else."""
    if _NO_TREADLE.search(ended.said) and ended.code == 1:
        return Diagnostic(
            code="TRD543",
            message=f"{_whom(project)}: there is no Treadle in its environment",
            why=f"{str(project.python)!r} can't import it; {_WHOSE[project.chosen_by]}",
            fix=f"install it there: {_install(project)}",
            span=project.span,
        )
    if ended.code == 2 and (found := _UNKNOWN.search(ended.said)):
        line = next(line for line in ended.said.splitlines() if found[0] in line)
        return _other_version(project, f"it says: {line.removeprefix('Error: ')}")
    return None


def other_format(project: WorkspaceProject, treadle: object, why: str) -> Diagnostic:
    """Its Treadle tells what a project declares in a form that this one can't read."""
    return _other_version(project, f"{_version_of(treadle)}{why}")


def too_slow(project: WorkspaceProject, seconds: float, ended: Ended) -> Diagnostic:
    """Its time was up before it had ended."""
    return Diagnostic(
        code="TRD544",
        message=f"the project {project.name!r} doesn't answer",
        why=_with_output(f"it was ended after {seconds:g} seconds", ended),
        fix="see what takes so long: "
        f"{_treadle(project)} check --build; or give all projects more time: `timeout` in [tool.treadle.workspace]",
        span=project.span,
    )


def no_answer(project: WorkspaceProject, arguments: Sequence[str], ended: Ended) -> Diagnostic:
    """It has ended, and what it printed isn't an answer."""
    code = ended.code or 0
    how = f"was ended by {_signal(-code)}" if code < 0 else f"ended with exit code {code}"
    what = f", and printed {cut(ended.out.strip())}" if ended.out.strip() else " without one"
    return Diagnostic(
        code="TRD544",
        message=f"the project {project.name!r} gives no answer",
        why=_with_output(f"its process {how}{what}", ended),
        fix=f"see what is wrong: {_treadle(project)} {' '.join(arguments)}",
        span=project.span,
    )


def _other_version(project: WorkspaceProject, why: str) -> Diagnostic:
    return Diagnostic(
        code="TRD545",
        message=f"{_whom(project)}: its environment has another Treadle than this one, {version('treadle')}",
        why=f"{why}; {str(project.python)!r} runs it",
        fix=f"install the same version: {_install(project)}",
        span=project.span,
    )


def _version_of(treadle: object) -> str:
    return f"it is {treadle}, and " if isinstance(treadle, str) else ""


def _whom(project: WorkspaceProject) -> str:
    return f"the project {project.name!r} can't be asked"


def _install(project: WorkspaceProject) -> str:
    return f"{_quoted(project.python)} -m pip install treadle=={version('treadle')}"


def _treadle(project: WorkspaceProject) -> str:
    return f"{_quoted(project.python)} -m treadle -C {_quoted(project.root)}"


def _quoted(path: Path) -> str:
    text = str(path)
    return f"'{text}'" if re.search(r"[^\w./@%+=:,-]", text) else text


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _with_output(why: str, ended: Ended) -> str:
    lines = [line for line in ended.said.splitlines() if line.strip()]
    if not lines:
        return why
    return "\n".join((f"{why}; the last that it said:", *(f"  {line[:200]}" for line in lines[-_MOST_LINES:])))
