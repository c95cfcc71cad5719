"""What changes in a folder of files, as it changes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.errors import UsageError

if TYPE_CHECKING:
    from threading import Event

    from watchfiles import Change

__all__ = ["changes"]

_TICK = 100  # milliseconds between two looks at whether the watched folder is still there
_PATIENCE = 500  # milliseconds for which changes that come one after the other count as one
_PAUSE = 0.3  # seconds between two looks for a folder that was deleted
_WRITTEN_BY_DBT = {"target", "logs", "dbt_packages"}


def changes(folder: Path, stop: Event | None = None) -> Iterator[set[Path]]:
    """Sets of changed files, until it is told to stop. The first is empty: from then on nothing is missed.

    Raises:
        UsageError: when the folder can't be watched.
    """
    polling = False
    missed: set[Path] | None = set()  # what may have changed before the watch began; that is told once it has
    while True:
        same = _identity(folder)
        try:
            for found in _watched(folder, stop, polling=polling):
                if missed is not None:
                    yield found | missed
                    missed = None
                elif found:
                    yield found
                if _identity(folder) != same:
                    break
        except FileNotFoundError:
            pass  # it was deleted between the look and the watch
        except (OSError, RuntimeError) as error:
            if polling:
                raise UsageError(f"{str(folder)!r} can't be watched: {error}") from error
            polling = True  # the system has no more watches to give, or none for this file system
            continue
        if not _is_there_again(folder, stop):
            return
        missed = {folder} if missed is None else missed


def _is_there_again(folder: Path, stop: Event | None) -> bool:
    """Wait for a folder that was deleted; false when there is no more time for that."""
    while stop is None or not stop.is_set():
        if _identity(folder) is not None:
            return True
        time.sleep(_PAUSE)
    return False


def _identity(folder: Path) -> tuple[int, int] | None:
    """What tells a folder from another one in its place; None when it isn't there."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _watched(folder: Path, stop: Event | None, *, polling: bool) -> Iterator[set[Path]]:
    from watchfiles import DefaultFilter, watch

    class Filter(DefaultFilter):
        """Leaves out what tools write, and what Treadle itself does."""

        ignore_dirs = (*DefaultFilter.ignore_dirs, ".treadle", ".ruff_cache")

        def __call__(self, change: Change, path: str) -> bool:
            inside = path.removeprefix(str(folder))  # where the project is says nothing of what is in it
            return super().__call__(change, inside) and not _is_output(Path(path))

    for found in watch(
        folder,
        watch_filter=Filter(),
        debounce=_PATIENCE,
        step=50,
        rust_timeout=_TICK,
        yield_on_timeout=True,
        force_polling=polling or None,
        stop_event=stop,
        raise_interrupt=True,
        ignore_permission_denied=True,
    ):
        yield {Path(path) for _, path in found}


def _is_output(path: Path) -> bool:
    """Whether dbt writes this file itself whenever it reads the project."""
    return any(
        each.name in _WRITTEN_BY_DBT and (each.parent / "dbt_project.yml").is_file() for each in (path, *path.parents)
    )
