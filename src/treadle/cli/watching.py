"""`treadle check --watch`: look again whenever something in the project changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from treadle.cli.diagnostics import relative
from treadle.errors import listing
from treadle.project.watching import changes

__all__ = ["watch"]

_MOST_NAMED = 3


def watch(folder: Path, look: Callable[[], None], tell: Callable[[str], None]) -> None:
    """Call `look` now, and again after each change in a folder; ends with `KeyboardInterrupt` alone.

    `tell` is given what is waited for, and what has changed.

    Raises:
        UsageError: when the folder can't be watched.
    """
    found = changes(folder)
    next(found)  # what changes during the first look isn't missed
    look()
    tell("watching for changes… (Ctrl-C ends it)")
    for files in found:
        tell(f"\nchanged: {listing(map(relative, files), most=_MOST_NAMED)}")
        look()
        tell("watching for changes…")
