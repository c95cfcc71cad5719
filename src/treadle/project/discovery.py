"""What in a folder declares something: YAML files, Python modules, folders."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from treadle.errors import Diagnostic, Severity, Span

__all__ = ["FILE_NAMES", "Children", "children", "component_file", "ignored_beside"]

FILE_NAMES = ("defs.yaml", "defs.yml", "component.yaml")
"""Names of component files; the first that exists in a folder is read."""

_NEAR_NAME = re.compile(r"(defs?|components?)\.ya?ml", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Children:
    """What a folder holds, in the order of names."""

    modules: tuple[Path, ...]
    folders: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def component_file(folder: Path) -> Path | None:
    """The YAML file that declares a folder's components, if there is one."""
    for name in FILE_NAMES:
        if (file := folder / name).is_file():
            return file
    return None


def children(folder: Path, seen: Iterable[Path] = ()) -> Children:
    """The modules and folders in a folder; links that lead back to a folder above are left out."""
    above = {each.resolve() for each in (folder, *seen)}
    entries = sorted(each for each in folder.iterdir() if not each.name.startswith(".") and each.name != "__pycache__")
    folders = tuple(each for each in entries if each.is_dir() and not (each.is_symlink() and each.resolve() in above))
    modules = tuple(each for each in entries if each.suffix == ".py" and each.is_file())
    read = component_file(folder)
    misspelled = [each for each in entries if each.is_file() and each != read and _NEAR_NAME.fullmatch(each.name)]
    return Children(modules=modules, folders=folders, diagnostics=tuple(map(_misspelled, misspelled)))


def ignored_beside(file: Path) -> tuple[Diagnostic, ...]:
    """Component files that are never read, because of the one that is."""
    others = [
        each
        for each in sorted(file.parent.iterdir())
        if each != file and _NEAR_NAME.fullmatch(each.name) and not each.samefile(file)
    ]
    nested = sorted(
        found
        for each in file.parent.iterdir()
        if each.is_dir() and not each.is_symlink()
        for name in FILE_NAMES
        for found in each.rglob(name)
    )
    return tuple(_hidden(each, file) for each in (*others, *nested))


def _misspelled(file: Path) -> Diagnostic:
    return Diagnostic(
        code="TRD504",
        message=f"{file.name} is not read",
        why="a component's file has another name",
        fix="rename it to defs.yaml",
        span=Span(file=file),
        severity=Severity.WARNING,
    )


def _hidden(file: Path, by: Path) -> Diagnostic:
    if file.parent == by.parent:
        why, fix = f"{by.name} beside it is read instead", f"move its documents into {by.name}, or delete it"
    else:
        why = f"{by} declares the folder that it is in"
        fix = "add a document `type: treadle.DefsFolder` there, or move this folder out"
    return Diagnostic(
        code="TRD505",
        message=f"{file.name} is not read",
        why=why,
        fix=fix,
        span=Span(file=file),
        severity=Severity.WARNING,
    )
