"""Bytes become text: what can't be text of a YAML file is refused with its position."""

from __future__ import annotations

import re
from pathlib import Path

from treadle.errors import Diagnostic, ProjectError, Span

__all__ = ["decode", "read_bytes", "refused_character"]

_LARGEST = 16 * 1024 * 1024
_USUAL = 32 * 1024
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# What YAML allows in a file, turned around.
_REFUSED = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_bytes(file: Path) -> bytes:
    """What a file holds, when it can be read; of a file that is too large, as much as tells that."""
    try:
        with open(file, "rb") as opened:
            # Room is made for as much as is asked for, which takes longer than reading a usual file.
            data = opened.read(_USUAL)
            return data if len(data) < _USUAL else data + opened.read(_LARGEST + 1 - _USUAL)
    except OSError as error:
        raise ProjectError(
            Diagnostic(
                code="TRD101",
                message=f"can't read {str(file)!r}",
                why=(error.strerror or type(error).__name__).lower(),
                fix="check that it is a file, and that you may read it",
                span=Span(file=file),
            )
        ) from None


def decode(file: Path, data: bytes) -> str:
    """The text of a file: UTF-8, with or without a byte order mark."""
    if len(data) > _LARGEST:
        raise ProjectError(
            Diagnostic(
                code="TRD113",
                message=f"this file has more than {_LARGEST:,} bytes",
                why="nothing that a person writes is that long",
                fix="split it; data belongs into files that aren't YAML",
                span=Span(file=file),
            )
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProjectError(_not_utf8(file, data, error.start)) from None


def refused_character(file: Path, text: str) -> Diagnostic | None:
    """The first character that YAML doesn't allow anywhere."""
    found = _REFUSED.search(text)
    if found is None:
        return None
    line, column = _position(text[: found.start()])
    return Diagnostic(
        code="TRD114",
        message=f"there is a control character here (U+{ord(found[0]):04X})",
        why="YAML text holds no control characters but tabs and line breaks",
        fix='remove it; inside of "…" it can be written as an escape like "\\x07"',
        span=Span(file=file, line=line, column=column),
    )


def _not_utf8(file: Path, data: bytes, offset: int) -> Diagnostic:
    if data.startswith(_UTF16):
        return Diagnostic(
            code="TRD102",
            message="this file is UTF-16",
            why="YAML files are read as UTF-8 here",
            fix="save it as UTF-8",
            span=Span(file=file),
        )
    line, column = _position(data[:offset].decode("utf-8-sig"))
    return Diagnostic(
        code="TRD102",
        message=f"the byte 0x{data[offset]:02X} here is not UTF-8 text",
        why="YAML files are read as UTF-8; this one was saved in another encoding",
        fix="save it as UTF-8",
        span=Span(file=file, line=line, column=column),
    )


def _position(before: str) -> tuple[int, int]:
    lines = re.split("\r\n|\r|\n", before)
    return len(lines), len(lines[-1]) + 1
