"""Where the files are that an attempt at a step keeps for people."""

from __future__ import annotations

from pathlib import Path

__all__ = ["artifacts_folder", "artifacts_of"]


def artifacts_folder(output: Path) -> Path:
    """The folder of an attempt's files: beside the file of what it prints.

    >>> artifacts_folder(Path("runs/r1/01-train/attempt-2.log")).as_posix()
    'runs/r1/01-train/attempt-2'
    """
    return output.with_suffix("")


def artifacts_of(output: str) -> list[Path]:
    """The files that an attempt has kept; none when it kept none, or when they aren't on this machine.

    >>> artifacts_of("no/such/attempt-1.log")
    []
    """
    if not output:
        return []
    return sorted(each for each in artifacts_folder(Path(output)).rglob("*") if each.is_file())
