"""From what a workspace names to the folders of its projects."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePath

from treadle.errors import Diagnostic, did_you_mean, listing
from treadle.project.toml_files import kind_of_folder
from treadle.workspace.entries import Entry

__all__ = ["folders_of"]

_SIGNS = "*?["
_NEEDED = "a project's folder has a pyproject.toml with [tool.treadle] or [tool.dg], or a dg.toml"


def folders_of(root: Path, entries: list[Entry], mistakes: list[Diagnostic]) -> dict[Path, Entry]:
    """The folder of each project, with the entry that counts for it; what is wrong is added to `mistakes`.

    A folder that is named as it is counts before patterns that it fits as well.
    """
    found: dict[Path, Entry] = {}
    for entry in entries:
        if not _is_pattern(entry.path):
            _add_named(root, entry, found, mistakes)
    for entry in entries:
        if _is_pattern(entry.path):
            _add_fitting(root, entry, found, mistakes)
    mistakes += _nested(root, found)
    return found


def _is_pattern(path: str) -> bool:
    return any(sign in path for sign in _SIGNS)


def _add_named(root: Path, entry: Entry, found: dict[Path, Entry], mistakes: list[Diagnostic]) -> None:
    folder = Path(os.path.normpath(root / entry.path))
    if mistake := _refusal(root, folder, entry):
        mistakes.append(mistake)
    elif (first := found.get(folder.resolve())) is not None:
        why = f"it is named as {first.path!r} on line {first.span.line} already"
        mistakes.append(_wrong(entry, f"the project {entry.path!r} is named twice", why, "remove one of the two"))
    else:
        found[folder.resolve()] = entry


def _refusal(root: Path, folder: Path, entry: Entry) -> Diagnostic | None:
    """Why a folder can't be a project of the workspace, if it can't."""
    if not folder.resolve().is_relative_to(root):
        why = f"{str(folder)!r} isn't below {str(root)!r}"
        return _wrong(entry, f"the project {entry.path!r} is outside of the workspace", why, "name a folder below it")
    if not folder.is_dir():
        near = [each.name for each in folder.parent.glob("*") if each.is_dir()] if folder.parent.is_dir() else []
        fix = did_you_mean(folder.name, near) or "correct the path, or make the project: treadle init"
        return _wrong(entry, f"there is no folder {entry.path!r}", "its projects are folders below the workspace", fix)
    if folder == root or kind_of_folder(folder) == "workspace":
        fix = "name projects, which are folders below it"
        return _wrong(entry, f"{entry.path!r} is a workspace", "a workspace can't be a project of one", fix)
    if kind_of_folder(folder) is None:
        fix = "name another folder, or write [tool.treadle] into its pyproject.toml"
        return _wrong(entry, f"the folder {entry.path!r} isn't a project", _NEEDED, fix)
    return None


def _add_fitting(root: Path, entry: Entry, found: dict[Path, Entry], mistakes: list[Diagnostic]) -> None:
    if PurePath(entry.path).is_absolute() or ".." in PurePath(entry.path).parts:
        fix = "write patterns of folders below it"
        mistakes.append(_wrong(entry, f"{entry.path!r} leads out of the workspace", "its projects are below it", fix))
        return
    try:
        fitting = sorted(root.glob(entry.path))
    except ValueError as error:
        mistakes.append(_wrong(entry, f"{entry.path!r} is no pattern", str(error), 'write one like "teams/*"'))
        return
    folders = [each for each in fitting if each.is_dir() and not _is_hidden(each, root)]
    projects = [each for each in folders if kind_of_folder(each) == "project" and each.resolve().is_relative_to(root)]
    for folder in projects:
        found.setdefault(folder.resolve(), entry)
    if not projects:
        names = listing([each.relative_to(root).as_posix() for each in folders], most=5)
        why = f"{_NEEDED}; it fits {names}" if names else "it fits no folder"
        mistakes.append(_wrong(entry, f"no project fits {entry.path!r}", why, "correct the pattern, or remove it"))


def _is_hidden(folder: Path, root: Path) -> bool:
    return any(part.startswith(".") or part == "node_modules" for part in folder.relative_to(root).parts)


def _nested(root: Path, found: dict[Path, Entry]) -> Iterator[Diagnostic]:
    for folder, entry in found.items():
        if outer := next((each for each in folder.parents if each in found), None):
            inner, around = folder.relative_to(root).as_posix(), outer.relative_to(root).as_posix()
            yield _wrong(
                entry,
                f"the project {inner!r} is inside of another one, {around!r}",
                "what is in a project's folder belongs to that project",
                "move it beside the other, or remove one of the two from the workspace",
            )


def _wrong(entry: Entry, message: str, why: str, fix: str) -> Diagnostic:
    return Diagnostic(code="TRD542", message=message, why=why, fix=fix, span=entry.span)
