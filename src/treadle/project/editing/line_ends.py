"""Line ends and byte order marks: an editor has one kind of line end, and what it gives back has those of the file."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

__all__ = ["as_written", "plain"]

_BREAK = re.compile("\r\n|\r|\n")
_MARK = "\ufeff"
_LONG = 2_000


def plain(text: str) -> str:
    r"""A text as editors have it.

    >>> plain("\ufeffa\r\nb\n")
    'a\nb\n'
    """
    return _BREAK.sub("\n", text.removeprefix(_MARK))


def as_written(text: str, before: str) -> str:
    r"""An editor's text with the byte order mark and the line ends of what the file held before.

    A line that was there keeps its own; a new one has that of the first.

    >>> as_written("a\nnew\nb\n", "\ufeffa\r\nb\n")
    '\ufeffa\r\nnew\r\nb\n'
    """
    mark = _MARK if before.startswith(_MARK) else ""
    before, text = before.removeprefix(mark), plain(text)
    ends = _BREAK.findall(before)
    kinds = set(ends)
    if not kinds or kinds == {"\n"}:
        return mark + text
    if len(kinds) == 1:
        return mark + text.replace("\n", ends[0])
    return mark + _as_in(text.split("\n"), _BREAK.split(before), ends)


def _as_in(lines: list[str], old: list[str], ends: list[str]) -> str:
    kept = [ends[0]] * len(lines)
    for old_at, at, size in SequenceMatcher(None, old, lines, len(old) > _LONG).get_matching_blocks():
        for offset in range(size):
            if old_at + offset < len(ends):
                kept[at + offset] = ends[old_at + offset]
    return "".join(line + end for line, end in zip(lines[:-1], kept, strict=False)) + lines[-1]
