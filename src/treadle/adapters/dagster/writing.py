"""The folder of an export: it is written over again, and never over what somebody else has written."""

from __future__ import annotations

import os
from pathlib import Path

from treadle.adapters.dagster.exporting import MARK, Export
from treadle.errors import Diagnostic, ProjectError, Span

__all__ = ["FILES", "may_be_written", "write"]

FILES = ("graph.json", "definitions.py")
"""What an export is made of."""

_LOADER = Path(__file__).parent / "exported" / "definitions.py"
_BEGINNING = 400  # bytes of a file in which the mark is found


def may_be_written(folder: Path) -> None:
    """Make sure that an export may be put into a folder: a new or an empty one, or one with an earlier export.

    Raises:
        ProjectError: TRD921, when it holds something else.
        OSError: when it can't be looked at, or isn't a folder.
    """
    if not folder.exists():
        return
    there = {each.name for each in folder.iterdir()}
    foreign = [name for name in FILES if name in there and not _is_ours(folder / name)]
    if not there or (not foreign and there.intersection(FILES)):
        return
    other = foreign[0] if foreign else min(there)
    raise ProjectError(
        Diagnostic(
            code="TRD921",
            message=f"{str(folder)!r} holds something else than an export",
            why=f"{other!r} wasn't written by an export, which writes only over its own files",
            fix="name a folder that is new or empty",
            span=Span(file=folder / other) if (folder / other).is_file() else None,
        )
    )


def write(export: Export, folder: Path) -> tuple[Path, ...]:
    """Write an export, and give its files. Each is there as a whole, or as it was before.

    Raises:
        OSError: when it can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    texts = {"graph.json": export.text, "definitions.py": _LOADER.read_text(encoding="utf-8")}
    for name in FILES:
        new = folder / f".{name}.new"
        new.write_text(texts[name], encoding="utf-8", newline="\n")
        os.replace(new, folder / name)
    return tuple(folder / name for name in FILES)


def _is_ours(file: Path) -> bool:
    if not file.is_file():
        return False
    with file.open("rb") as opened:
        return MARK.encode() in opened.read(_BEGINNING)
