"""What `[tool.treadle.workspace]` says, as it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from treadle.errors import Diagnostic, Span, cut, did_you_mean, listing
from treadle.ir.durations import parse_duration
from treadle.project.toml_files import find_key, find_text

__all__ = ["Entry", "entries_of", "entries_of_dg", "timeout_of"]

_TABLE = "[tool.treadle.workspace]"
_KEYS = ("projects", "timeout")
_OF_PROJECT = ("path", "python")
_EXAMPLE = 'write projects = ["teams/*", "platform"]'
_TIMEOUT = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A folder, or a pattern of folders, and the interpreter that is named for what is there."""

    path: str
    python: str | None = None
    span: Span


def entries_of(file: Path, table: Any, mistakes: list[Diagnostic]) -> list[Entry]:
    """The entries of `[tool.treadle.workspace]` that can be read; what is wrong is added to `mistakes`."""
    workspace = table.get("workspace")
    if not isinstance(workspace, dict):
        mistakes.append(_wrong(f"{_TABLE} has to be a table", find_key(file, "workspace"), _EXAMPLE))
        return []
    mistakes += _of_projects(file, table)
    mistakes += (_unknown(key, _KEYS, _TABLE, find_key(file, key)) for key in workspace if key not in _KEYS)
    mistakes += _of_timeout(file, workspace)
    projects = workspace.get("projects", [])
    if not isinstance(projects, list) or not projects:
        what = f"projects can't be {cut(projects)}" if projects else f"{_TABLE} names no projects"
        key = "projects" if "projects" in workspace else "workspace"
        mistakes.append(_wrong(what, find_key(file, key), _EXAMPLE))
        return []
    return [entry for each in projects if (entry := _entry(file, each, mistakes))]


def entries_of_dg(file: Path, table: Any) -> list[Entry]:
    """The entries of a workspace of Dagster projects; what isn't one of theirs is passed over."""
    workspace = table.get("workspace", {}) if isinstance(table, dict) else {}
    projects = workspace.get("projects", []) if isinstance(workspace, dict) else []
    paths = [each.get("path") for each in projects if isinstance(each, dict)] if isinstance(projects, list) else []
    return [Entry(path=path, span=_place(file, path)) for path in paths if isinstance(path, str)]


def timeout_of(workspace: Mapping[str, Any]) -> float:
    """How many seconds a project has for an answer, by settings without mistakes.

    >>> timeout_of({"timeout": "2m"}), timeout_of({"timeout": 10}), timeout_of({})
    (120.0, 10.0, 300.0)
    """
    written = workspace.get("timeout", _TIMEOUT)
    return parse_duration(written).total_seconds() if isinstance(written, str) else float(written)


def _of_projects(file: Path, table: Mapping[str, Any]) -> Iterator[Diagnostic]:
    for key in table:
        if key != "workspace":
            yield _wrong(
                f"a workspace has no setting {key!r}: it isn't a project",
                find_key(file, key),
                "move the settings of a project, and its components, into a folder of its own",
            )


def _unknown(key: str, known: tuple[str, ...], where: str, span: Span) -> Diagnostic:
    return _wrong(f"{where} has no setting {key!r}", span, did_you_mean(key, known) or f"write one of {listing(known)}")


def _of_timeout(file: Path, workspace: Mapping[str, Any]) -> Iterator[Diagnostic]:
    written = workspace.get("timeout", _TIMEOUT)
    try:
        is_right = not isinstance(written, bool) and timeout_of(workspace) > 0
    except (TypeError, ValueError):
        is_right = False
    if not is_right:
        fix = 'write seconds, or a length of time like "2m"'
        yield _wrong(f"the setting 'timeout' can't be {cut(written)}", find_key(file, "timeout"), fix)


def _entry(file: Path, written: Any, mistakes: list[Diagnostic]) -> Entry | None:
    if isinstance(written, str):
        return Entry(path=written, span=_place(file, written))
    if not isinstance(written, dict) or not isinstance(written.get("path"), str):
        fix = 'write the path of its folder, or { path = "folder", python = "interpreter" }'
        mistakes.append(_wrong(f"a project can't be {cut(written)}", find_key(file, "projects"), fix))
        return None
    before, path = len(mistakes), written["path"]
    span = _place(file, path)  # which is where the rest of it is, too
    mistakes += (_unknown(key, _OF_PROJECT, f"the project {path!r}", span) for key in written if key not in _OF_PROJECT)
    if not isinstance(written.get("python", ""), str):
        fix = "write the path of an interpreter, in quotes"
        mistakes.append(_wrong(f"python can't be {cut(written['python'])}", span, fix))
    if len(mistakes) > before:
        return None
    return Entry(path=path, python=written.get("python"), span=span)


def _place(file: Path, path: str) -> Span:
    return find_text(file, f'"{path}"') or find_text(file, f"'{path}'") or find_key(file, "projects")


def _wrong(message: str, span: Span, fix: str) -> Diagnostic:
    return Diagnostic(
        code="TRD541", message=message, why="the workspace's settings can't be used as they are", fix=fix, span=span
    )
