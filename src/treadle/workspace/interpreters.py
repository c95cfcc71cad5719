"""By which interpreter a project is asked."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from treadle.errors import ProjectError
from treadle.project.settings import python_in
from treadle.templating import load_dotenv
from treadle.workspace.records import ChosenBy, WorkspaceProject

__all__ = ["environment_of", "interpreter_of"]

_OF_DAGSTER = "DG_PROJECT_PYTHON_EXECUTABLE"


def interpreter_of(
    folder: Path, workspace: Path, setting: str | None, *, reads_dotenv: bool = False
) -> tuple[Path, ChosenBy]:
    """The interpreter of a project, and why it is that one.

    A virtual environment that is there is taken even when it is broken: another one would answer something else.
    With `reads_dotenv`, the project's `.env` may name one, as projects of Dagster do.
    """
    if setting is None and reads_dotenv:
        setting = _in_dotenv(folder / ".env")
    if setting is not None:
        return folder / setting, "setting"
    if (own := folder / ".venv").is_dir():
        return python_in(own), "project"
    if (shared := workspace / ".venv").is_dir():
        return python_in(shared), "workspace"
    return Path(sys.executable), "this"


def environment_of(project: WorkspaceProject) -> Mapping[str, str]:
    """The environment variables of a project's process: those of here, as if its virtual environment were active."""
    found = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "VIRTUAL_ENV")}
    scripts = project.python.parent
    if (scripts.parent / "pyvenv.cfg").is_file():
        found["VIRTUAL_ENV"] = str(scripts.parent)
        found["PATH"] = os.pathsep.join((str(scripts), found.get("PATH", os.defpath)))
    found["PYTHONSAFEPATH"] = "1"  # a folder `treadle` where the process starts isn't the package
    return found


def _in_dotenv(file: Path) -> str | None:
    try:
        return load_dotenv(file).get(_OF_DAGSTER) if file.is_file() else None
    except ProjectError:
        return None  # which the project itself will tell
