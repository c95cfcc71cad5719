"""Where a workspace is, and what it says of its projects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from treadle.errors import Diagnostic, ProjectError
from treadle.project.toml_files import kind_of_folder, read_toml
from treadle.workspace.entries import Entry, entries_of, entries_of_dg, timeout_of
from treadle.workspace.folders import folders_of
from treadle.workspace.interpreters import interpreter_of
from treadle.workspace.records import Workspace, WorkspaceProject

__all__ = ["find_workspace"]


def find_workspace(start: Path | str = ".") -> Workspace:
    """The workspace that a folder is in: the nearest one up whose `pyproject.toml` has `[tool.treadle.workspace]`.

    A workspace of Dagster projects (`[tool.dg]` with `directory_type = "workspace"`, or a `dg.toml`) is one as well.

    Raises:
        ProjectError: TRD540 when there is none, TRD541 when its settings are wrong, TRD542 when what they name isn't
            a project; all mistakes at once.
    """
    start = Path(start).resolve()
    for folder in (start, *start.parents):
        if kind_of_folder(folder) == "workspace":
            return _read(folder)
    raise ProjectError(
        Diagnostic(
            code="TRD540",
            message=f"there is no workspace around {str(start)!r}",
            why="neither it nor a folder above it has a pyproject.toml with [tool.treadle.workspace]",
            fix='write [tool.treadle.workspace] with projects = ["folder", …] into the folder that holds the projects',
        )
    )


def _read(root: Path) -> Workspace:
    file, ours, dg = _tables(root)
    mistakes: list[Diagnostic] = []
    entries: list[Entry] = entries_of(file, ours, mistakes) if ours is not None else entries_of_dg(file, dg)
    found = folders_of(root, entries, mistakes)
    if mistakes:
        raise ProjectError(*mistakes)
    projects = [_project(root, folder, entry, is_dg=ours is None) for folder, entry in found.items()]
    table = ours.get("workspace", {}) if ours is not None else {}
    return Workspace(
        root=root,
        file=file,
        projects=tuple(sorted(projects, key=lambda each: each.name)),
        timeout=timeout_of(table),
    )


def _tables(root: Path) -> tuple[Path, dict[str, Any] | None, Any]:
    """The file with the settings, our table in it, and that of Dagster where there is none of ours."""
    pyproject = root / "pyproject.toml"
    tools = read_toml(pyproject).get("tool", {}) if pyproject.is_file() else {}
    if "treadle" in tools:
        return pyproject, tools["treadle"], None
    if "dg" in tools:
        return pyproject, None, tools["dg"]
    own = root / "dg.toml"
    return own, None, read_toml(own)


def _project(root: Path, folder: Path, entry: Entry, *, is_dg: bool) -> WorkspaceProject:
    python, chosen_by = interpreter_of(folder, root, entry.python, reads_dotenv=is_dg)
    return WorkspaceProject(
        name=folder.relative_to(root).as_posix(),
        root=folder,
        python=python,
        chosen_by=chosen_by,
        span=entry.span,
    )
