"""Attributes that name files and folders of the project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo

__all__ = ["FOLDER", "ProjectFile", "ProjectPath"]

FOLDER = "folder"
"""The entry of pydantic's validation context that holds the folder of the YAML file."""


def _existing(path: Path, info: ValidationInfo) -> Path:
    folder = (info.context or {}).get(FOLDER)
    resolved = Path(folder, path.expanduser()) if folder else path.expanduser()
    if not resolved.exists():
        raise ValueError(f"there is no file or folder {str(resolved)!r}")
    return resolved


def _no_folder(path: Path) -> Path:
    if path.is_dir():
        raise ValueError(f"{str(path)!r} is a folder; a file is needed")
    return path


ProjectPath = Annotated[Path, AfterValidator(_existing)]
"""A path that must exist; a relative one starts at the folder of the YAML file."""

ProjectFile = Annotated[ProjectPath, AfterValidator(_no_folder)]
"""The same, of a file."""
