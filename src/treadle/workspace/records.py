"""What is known of a workspace before any of its projects is asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from treadle.errors import Span

__all__ = ["ChosenBy", "Workspace", "WorkspaceProject"]

ChosenBy = Literal["setting", "project", "workspace", "this"]
"""Why a project is asked by its interpreter: the workspace's settings name it, it is that of the virtual environment
of the project or of the workspace, or there is none but the one that runs now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceProject:
    """A project of a workspace, seen from outside.

    `name` is its folder below the workspace's, with slashes; `python` the interpreter that it is asked by; `span` where
    the workspace names it.
    """

    name: str
    root: Path
    python: Path
    chosen_by: ChosenBy
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A folder with projects; `timeout` is how many seconds each has for an answer."""

    root: Path
    file: Path
    projects: tuple[WorkspaceProject, ...]
    timeout: float = 300.0
