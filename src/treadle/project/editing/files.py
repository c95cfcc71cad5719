"""The component files of a project: which may be edited, what they hold, and how they are written.

Only what the project reads as a component file may be touched: below its defs folder, under one of the names of such
files, and reached without a link. A file that has changed since it was read is never overwritten.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from treadle.documents.source import decode
from treadle.errors import UsageError
from treadle.project.discovery import FILE_NAMES
from treadle.project.editing.line_ends import as_written, plain
from treadle.project.editing.whole_files import make_whole, write_whole
from treadle.project.settings import Settings

__all__ = [
    "LARGEST",
    "NEW_NAME",
    "ChangedMeanwhileError",
    "EditableFile",
    "editable",
    "listed",
    "read",
    "refuse_impossible",
    "version_of",
    "write",
]

LARGEST = 1_000_000
"""Bytes: what is longer isn't written by hand."""
NEW_NAME = FILE_NAMES[0]
"""What a new component file is named."""
_LONGEST_NAME = 255
_MOST_LISTED = 20_000
_writing = threading.Lock()


class ChangedMeanwhileError(UsageError):
    """The file isn't what it was when it was read; `now` is what it holds, None when it is gone."""

    def __init__(self, message: str, now: EditableFile | None) -> None:
        super().__init__(message, fix="look at what has changed, and save again")
        self.now = now


@dataclass(frozen=True, slots=True, kw_only=True)
class EditableFile:
    """A component file as an editor has it: `path` is seen from the project's folder, line ends are those of editors."""

    path: str
    text: str
    version: str


def editable(settings: Settings, path: str) -> Path:
    """The component file that a path names, whether it is there or not.

    Raises:
        UsageError: when it isn't one that may be edited.
    """
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or any(each in ("..", ".") or "\\" in each for each in parts):
        raise UsageError(f"{path!r} is not a path in the project", fix="name a file as seen from the project's folder")
    refuse_impossible(path)
    file = settings.root.joinpath(*parts)
    if not file.is_relative_to(settings.defs) or any(each.startswith(".") for each in _below(settings, file)):
        inside = _shown(settings, settings.defs)
        raise UsageError(f"{path!r} is not a component file", fix=f"component files are below {inside}")
    if file.name not in FILE_NAMES:
        raise UsageError(f"{path!r} is not a component file", fix=f"component files are named {', '.join(FILE_NAMES)}")
    _refuse_links(settings, file, path)
    return file


def refuse_impossible(path: str) -> None:
    """Refuse a path with names in it that no file can have, before a system call stumbles over them.

    >>> refuse_impossible("sales/orders/defs.yaml")

    Raises:
        UsageError: when it has some.
    """
    if "\0" in path:
        raise UsageError(f"{path!r} has a character in it that no name of a file can have")
    if any(len(each.encode("utf-8", "replace")) > _LONGEST_NAME for each in PurePosixPath(path).parts):
        raise UsageError("the path has a name in it that is too long for a file")


def _below(settings: Settings, file: Path) -> tuple[str, ...]:
    return file.relative_to(settings.defs).parts


def _shown(settings: Settings, file: Path) -> str:
    return file.relative_to(settings.root).as_posix() if file.is_relative_to(settings.root) else str(file)


def _refuse_links(settings: Settings, file: Path, path: str) -> None:
    at = settings.defs
    for each in _below(settings, file):
        if at != settings.defs and not at.is_dir() and os.path.lexists(at):
            raise UsageError(f"{path!r} can't be a file: {_shown(settings, at)!r} is none that holds others")
        at = at / each
        if at.is_symlink():
            raise UsageError(
                f"{_shown(settings, at)!r} is a link, and what it leads to is not for this editor",
                fix="edit the file where it is",
            )
    if file.exists() and not file.is_file():
        raise UsageError(f"{path!r} is not a file")


def listed(settings: Settings) -> Iterator[str]:
    """The component files of a project that may be edited, in the order of their paths."""
    found = []
    for folder, folders, names in os.walk(settings.defs):
        folders[:] = [each for each in folders if not each.startswith(".") and each != "__pycache__"]
        own = next((each for each in FILE_NAMES if each in names), None)
        if own is not None and not os.path.islink(os.path.join(folder, own)):
            found.append(_shown(settings, Path(folder, own)))
        if len(found) > _MOST_LISTED:
            break
    return iter(sorted(found))


def version_of(data: bytes) -> str:
    """What tells one content of a file from another.

    >>> len(version_of(b""))
    40
    """
    return hashlib.blake2b(data, digest_size=20).hexdigest()


def read(settings: Settings, path: str) -> EditableFile | None:
    """A component file; None when it isn't there.

    Raises:
        UsageError: when it may not be edited, or can't be read.
        ProjectError: when it is no text.
    """
    file = editable(settings, path)
    data = _data(file)
    return None if data is None else _as_edited(path, file, data)


def _as_edited(path: str, file: Path, data: bytes) -> EditableFile:
    return EditableFile(path=path, text=plain(decode(file, data)), version=version_of(data))


def _data(file: Path) -> bytes | None:
    try:
        with open(os.open(file, os.O_RDONLY | os.O_NOFOLLOW), "rb") as opened:
            data = opened.read(LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UsageError(f"{file.name} can't be read: {(error.strerror or str(error)).lower()}") from None
    if len(data) > LARGEST:
        raise UsageError(f"{file.name} has more than {LARGEST:,} bytes: it is too long for this editor")
    return data


def write(settings: Settings, path: str, text: str, version: str | None) -> EditableFile:
    """Write a component file that still is what it was when it was read; without a version, one that isn't there yet.

    Raises:
        ChangedMeanwhileError: when it isn't.
        UsageError: when it may not be edited, or can't be written.
    """
    file = editable(settings, path)
    with _writing:
        before = _data(file)
        _refuse_changed(path, file, before, version)
        data = as_written(text, "" if before is None else before.decode("utf-8", "replace")).encode("utf-8", "replace")
        if len(data) > LARGEST:
            raise UsageError(f"this is more than {LARGEST:,} bytes: it is too long for a component file")
        try:
            if before is None:
                _make(path, file, data)
            elif data != before:
                write_whole(file, data)
        except OSError as error:
            raise UsageError(f"{path} can't be written: {(error.strerror or str(error)).lower()}") from None
    return _as_edited(path, file, data)


def _refuse_changed(path: str, file: Path, before: bytes | None, version: str | None) -> None:
    if before is None and version is not None:
        raise ChangedMeanwhileError(f"{path} was deleted meanwhile", None)
    if before is not None and version != version_of(before):
        what = "is there already" if version is None else "has changed meanwhile"
        raise ChangedMeanwhileError(f"{path} {what}", _as_edited(path, file, before))


def _make(path: str, file: Path, data: bytes) -> None:
    other = next((each for each in FILE_NAMES if os.path.lexists(file.with_name(each))), None)
    if other is not None:
        raise UsageError(
            f"{other} declares the folder of {path!r} already", fix="choose another folder, or edit that file"
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        make_whole(file, data)
    except FileExistsError:
        raise ChangedMeanwhileError(f"{path} is there already", _as_edited(path, file, _data(file) or b"")) from None
