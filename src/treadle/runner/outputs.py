"""What the steps of long past runs printed: finding it, and removing it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.errors import UsageError

if TYPE_CHECKING:
    from treadle.store import Store

__all__ = ["OldOutput", "old_outputs", "remove_output"]

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class OldOutput:
    """The folder that keeps what a run's steps printed, and its size in bytes."""

    folder: Path
    size: int


def old_outputs(folder: Path, store: Store, before: datetime) -> Iterator[OldOutput]:
    """The outputs in a folder that were last written before a moment, of runs that are over since then, or forgotten.

    Whoever pruned a shared store from another machine, or was stopped in the middle, has left some that no run in the
    store refers to.
    """
    there = os.scandir(folder) if folder.is_dir() else ()
    names = sorted(each.name for each in there if each.is_dir(follow_symlinks=False))
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        needed = store.unfinished_since(some, before)
        for name in some:
            if name in needed:
                continue
            size, written = _measured(folder / name)
            if written < before.timestamp():
                yield OldOutput(folder=folder / name, size=size)


def remove_output(output: OldOutput) -> None:
    """Remove a folder with all that is in it.

    Raises:
        UsageError: when that isn't allowed.
    """
    try:
        shutil.rmtree(output.folder)
    except FileNotFoundError:
        pass  # somebody else prunes too
    except OSError as error:
        fix = "let this user write there, and prune again"
        raise UsageError(f"the output in {output.folder} can't be removed: {error.strerror}", fix=fix) from error


def _measured(folder: Path) -> tuple[int, float]:
    """The size of all files below a folder, and when the last of them was written."""
    size, written = 0, 0.0
    for parent, _, files in os.walk(folder):
        for path in (Path(parent), *(Path(parent, file) for file in files)):
            try:
                seen = path.lstat()
            except FileNotFoundError:
                continue
            size += 0 if path == Path(parent) else seen.st_size
            written = max(written, seen.st_mtime)
    return size, written
