"""The packages of dbt projects that are installed, for a copy of the repository that hasn't any."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from treadle.library.dbt.project import DbtFolder, read_yaml

__all__ = ["share_packages"]

_LISTS = ("packages.yml", "dependencies.yml", "package-lock.yml")


def share_packages(tree: Path, copy: Path) -> None:
    """Let the dbt projects of a copy use the packages that are installed in the tree, where both list the same.

    Packages are not kept in git, as a rule; without this, dbt would have to download them again.
    """
    for file in _projects(copy):
        config = read_yaml(file)
        root = tree / file.parent.relative_to(copy)
        there = DbtFolder(root=file.parent, config=config if isinstance(config, dict) else {}).packages_path
        here = root / there.relative_to(file.parent) if there.is_relative_to(file.parent) else there
        if not there.exists() and here.is_dir() and all(_same(root / each, file.parent / each) for each in _LISTS):
            with suppress(OSError):  # then dbt installs them
                there.parent.mkdir(parents=True, exist_ok=True)
                there.symlink_to(here.resolve(), target_is_directory=True)


def _projects(copy: Path) -> Iterator[Path]:
    for folder, below, files in os.walk(copy):
        below[:] = [each for each in below if not each.startswith(".")]
        if "dbt_project.yml" in files:
            yield Path(folder, "dbt_project.yml")


def _same(one: Path, other: Path) -> bool:
    return _bytes(one) == _bytes(other)


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None
