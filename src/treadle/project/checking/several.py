"""Checks many files at once, on all cores."""

from __future__ import annotations

import gc
import os
import pickle
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from treadle.project.checking.checker import Checker
from treadle.project.checking.records import FileCheck, Scope

__all__ = ["check_files"]

Work = tuple[Path, Scope]

_FEW = 200
"""So many files are checked before another process would have started and answered."""


def check_files(checker: Checker, work: Sequence[Work]) -> list[FileCheck]:
    """What is wrong in each file, in the order of the files; each comes with what is handed down to it."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
    if len(work) <= _FEW or cores == 1 or threading.active_count() > 1:
        return _checked(checker, work)
    found: list[FileCheck | None] = [None] * len(work)
    # Every process has files of every folder: those of one are alike, and so is the time that they take.
    others = [_start(checker, work[core::cores]) for core in range(1, cores)]
    found[::cores] = _checked(checker, work[::cores])
    for core, other in enumerate(others, start=1):
        found[core::cores] = other.answer() or _checked(checker, work[core::cores])
    return [each for each in found if each is not None]


def _checked(checker: Checker, work: Sequence[Work]) -> list[FileCheck]:
    return [checker.check_file(file, around=around) for file, around in work]


@dataclass(frozen=True, slots=True)
class _Process:
    """A forked process, which finds all that it needs in its memory, and where it writes its answer."""

    id: int
    answers: int

    def answer(self) -> list[FileCheck] | None:
        """What it has found; None when it was killed, or failed at something that is better met here."""
        with os.fdopen(self.answers, "rb") as stream:
            data = stream.read()
        _, status = os.waitpid(self.id, 0)
        return pickle.loads(data) if status == 0 else None


def _start(checker: Checker, work: Sequence[Work]) -> _Process:
    reads, writes = os.pipe()
    gc.freeze()  # looking for garbage would copy every page that is shared
    id_ = os.fork()
    if id_:
        os.close(writes)
        return _Process(id_, reads)
    status = 1
    try:
        os.close(reads)
        answer = pickle.dumps(_checked(checker, work), protocol=pickle.HIGHEST_PROTOCOL)
        with os.fdopen(writes, "wb") as stream:
            stream.write(answer)
        status = 0
    finally:
        os._exit(status)
