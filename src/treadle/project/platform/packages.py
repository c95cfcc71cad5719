"""Packages that bring a platform: a line of their `pyproject.toml` names a folder with files, or a record in Python.

[project.entry-points."treadle.platform"]
lab = "lab_platform"                  # its compute.yaml and credentials.yaml
other = "lab_platform.offer:platform" # a treadle.ir.Platform
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from treadle.errors import Diagnostic, said, user_frames
from treadle.ir import Platform
from treadle.project.package_folders import folder_of_package

__all__ = ["GROUP", "folder_of", "made_in_python"]

GROUP = "treadle.platform"


def folder_of(package: str) -> tuple[Path | None, Diagnostic | None]:
    """The folder of a package, which isn't imported for it; what is wrong, when there is none."""
    if folder := folder_of_package(package):
        return folder, None
    return None, _wrong(package, "there is no such package", "correct the line, or install the package again")


def made_in_python(target: str) -> tuple[Platform, tuple[Diagnostic, ...]]:
    """The platform that `module:attribute` is, and what is wrong with it."""
    module, _, attribute = target.partition(":")
    try:
        found: object = import_module(module)
        for name in attribute.split("."):
            found = getattr(found, name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        where = user_frames(error)
        why = f"importing it raised {said(error)}" + (f"\n{where}" if where else "")
        return Platform(), (_wrong(target, why, "mend the package"),)
    if not isinstance(found, Platform):
        why = f"it is {type(found).__name__}, not a treadle.ir.Platform"
        return Platform(), (_wrong(target, why, "make it one"),)
    return found, ()


def _wrong(target: str, why: str, fix: str) -> Diagnostic:
    return Diagnostic(code="TRD525", message=f"the entry point {GROUP!r} can't be used: {target}", why=why, fix=fix)
