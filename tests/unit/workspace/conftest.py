"""Workspaces on disk, and environments for their projects."""

from __future__ import annotations

import site
import venv
from collections.abc import Mapping
from pathlib import Path

import treadle

__all__ = ["PACKAGE", "add_environment", "add_program", "write"]

PACKAGE = Path(treadle.__file__).parent.parent


def write(root: Path, files: Mapping[str, str]) -> Path:
    """Write files; each project that is named by its `pyproject.toml` alone gets a package `p` with a defs folder."""
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        if file.name == "pyproject.toml" and "[tool.treadle]" in text:
            (file.parent / "src/p/defs").mkdir(parents=True, exist_ok=True)
            (file.parent / "src/p/__init__.py").touch()
    return root


def add_environment(project: Path, modules: Mapping[str, str] | None = None, *, has_treadle: bool = True) -> None:
    """A virtual environment of the project's own, with modules that only it has.

    Treadle and what it needs are found where they are installed for the tests.
    """
    place = project / ".venv"
    venv.create(place, symlinks=True)
    [packages] = place.glob("lib/python*/site-packages")
    if has_treadle:
        (packages / "elsewhere.pth").write_text("\n".join((str(PACKAGE), *site.getsitepackages())), encoding="utf-8")
    for name, text in (modules or {}).items():
        (packages / f"{name}.py").write_text(text, encoding="utf-8")


def add_program(file: Path, text: str) -> None:
    """A program that is taken for an interpreter."""
    file.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    file.chmod(0o755)
