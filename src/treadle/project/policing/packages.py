"""Packages that bring policies: a line of their `pyproject.toml` names the package.

[project.entry-points."treadle.policies"]
acme = "acme_platform"      # its policies.yaml, and its policies.py
"""

from __future__ import annotations

from pathlib import Path

from treadle.components.registry import installed
from treadle.errors import Diagnostic
from treadle.project.package_folders import folder_of_package
from treadle.project.policing.presence import FILE, GROUP, MODULE

__all__ = ["found_packages", "unusable"]


def found_packages() -> tuple[dict[str, Path], dict[str, Diagnostic]]:
    """The folders of the packages that bring policies, and what is wrong with those that can't."""
    folders: dict[str, Path] = {}
    mistakes: dict[str, Diagnostic] = {}
    for entry in installed(GROUP):
        package = entry.value
        if not all(part.isidentifier() for part in package.split(".")):
            mistakes[package] = unusable(package, "it isn't the name of a package", f'write: {entry.name} = "package"')
        elif (folder := folder_of_package(package)) is None:
            mistakes[package] = unusable(
                package, "there is no such package", "correct the line, or install the package again"
            )
        elif not any((folder / name).is_file() for name in (FILE, MODULE)):
            mistakes[package] = unusable(
                package,
                f"its folder has neither {FILE} nor {MODULE}",
                "add one of them to the package, and to what is installed of it",
            )
        else:
            folders[package] = folder
    return folders, mistakes


def unusable(package: str, why: str, fix: str) -> Diagnostic:
    """TRD910: an entry point brings no policies."""
    return Diagnostic(code="TRD910", message=f"the entry point {GROUP!r} can't be used: {package}", why=why, fix=fix)
