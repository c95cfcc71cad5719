"""Projects are asked: the same command in each, by its own interpreter, as many at once as there are cores."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from treadle.errors import Diagnostic
from treadle.workspace.failing import another_treadle, no_answer, not_started, too_slow
from treadle.workspace.interpreters import environment_of
from treadle.workspace.processes import Ended, Processes
from treadle.workspace.records import Workspace, WorkspaceProject

__all__ = ["Answer", "ask"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a question: the JSON that the command printed, its exit code, and what it told people.

    Where there is no answer, `mistakes` say why, and `found` is None.
    """

    project: WorkspaceProject
    found: Any = None
    code: int | None = None
    said: str = ""
    mistakes: tuple[Diagnostic, ...] = ()


def ask(
    workspace: Workspace, arguments: Sequence[str], *, projects: Sequence[WorkspaceProject] | None = None
) -> tuple[Answer, ...]:
    """Have a `treadle` command that prints JSON run in each project's environment, and give the answers in order.

    What a project does when it is asked (it crashes, prints something else, never ends) is no matter for the others:
    it is a mistake in its own answer.

        ask(find_workspace(), ["list", "assets", "--json"])

    Args:
        projects: those to ask; all of them when it isn't given.
    """
    asked = workspace.projects if projects is None else tuple(projects)
    if not asked:
        return ()
    processes = Processes()
    pool = ThreadPoolExecutor(min(len(asked), _cores()))
    try:
        return tuple(pool.map(lambda each: _answer(workspace, each, arguments, processes), asked))
    finally:
        processes.end()  # none is left but when somebody has had enough of waiting
        pool.shutdown(cancel_futures=True)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _answer(workspace: Workspace, project: WorkspaceProject, arguments: Sequence[str], processes: Processes) -> Answer:
    command = [str(project.python), "-m", "treadle", "-C", str(project.root), *arguments]
    try:
        ended = processes.run(
            command, folder=project.root, environment=environment_of(project), seconds=workspace.timeout
        )
    except OSError as error:
        return Answer(project=project, mistakes=(not_started(project, error),))
    if ended.code is None:
        return Answer(project=project, said=ended.said, mistakes=(too_slow(project, workspace.timeout, ended),))
    return _read(project, arguments, ended)


def _read(project: WorkspaceProject, arguments: Sequence[str], ended: Ended) -> Answer:
    try:
        found = json.loads(ended.out)
    except ValueError:
        mistake = another_treadle(project, ended) or no_answer(project, arguments, ended)
        return Answer(project=project, code=ended.code, said=ended.said, mistakes=(mistake,))
    return Answer(project=project, found=found, code=ended.code, said=ended.said)
