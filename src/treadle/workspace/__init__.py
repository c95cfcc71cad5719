"""Several projects seen as one, each in an environment of its own: which there are, and what all of them say.

Nothing of a project is imported here: each is asked in a process of its own, by its own interpreter.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from treadle.workspace.asking import Answer, ask
    from treadle.workspace.finding import find_workspace
    from treadle.workspace.joining import Joined, join
    from treadle.workspace.records import Workspace, WorkspaceProject
    from treadle.workspace.telling import Told, tell

__all__ = ["Answer", "Joined", "Told", "Workspace", "WorkspaceProject", "ask", "find_workspace", "join", "tell"]

_EXPORTS = {
    "Answer": "asking",
    "Joined": "joining",
    "Told": "telling",
    "Workspace": "records",
    "WorkspaceProject": "records",
    "ask": "asking",
    "find_workspace": "finding",
    "join": "joining",
    "tell": "telling",
}


def __getattr__(name: str) -> object:
    if module := _EXPORTS.get(name):
        return globals().setdefault(name, getattr(import_module(f"treadle.workspace.{module}"), name))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
