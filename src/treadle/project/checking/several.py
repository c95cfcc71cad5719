"""Checks many files at once, on all cores."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from treadle.project.checking.checker import Checker
from treadle.project.checking.records import FileCheck, Scope

__all__ = ["check_files"]

Work = tuple[Path, Scope]

_FEW = 500
"""So many files are checked before other processes would have started and answered."""

_work: tuple[Checker, Sequence[Work]] | None = None
"""What forked processes find here, so that nothing has to be sent to them."""


def check_files(checker: Checker, work: Sequence[Work]) -> list[FileCheck]:
    """What is wrong in each file, in the order of the files; each comes with what is handed down to it."""
    if len(work) > _FEW and _may_fork() and (found := _on_all_cores(checker, work)) is not None:
        return found
    return [checker.check_file(file, around=around) for file, around in work]


def _may_fork() -> bool:
    return sys.platform == "linux" and (os.cpu_count() or 1) > 1 and threading.active_count() == 1


def _on_all_cores(checker: Checker, work: Sequence[Work]) -> list[FileCheck] | None:
    """The same from forked processes; nothing when one of them was killed."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    global _work
    _work = checker, work
    cores = os.cpu_count() or 1
    size = -(-len(work) // (cores * 4))
    parts = [range(start, min(start + size, len(work))) for start in range(0, len(work), size)]
    try:
        with ProcessPoolExecutor(cores, mp_context=get_context("fork")) as pool:
            return [found for part in pool.map(_check_part, parts) for found in part]
    except BrokenProcessPool:
        return None
    finally:
        _work = None


def _check_part(part: range) -> list[FileCheck]:
    assert _work is not None
    checker, work = _work
    return [checker.check_file(work[index][0], around=work[index][1]) for index in part]
