"""Makes JSON of whatever a step reports, within bounds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum
from pathlib import PurePath
from typing import Any

__all__ = ["LONGEST_TEXT", "MOST_ITEMS", "MOST_TEXT", "bounded", "json_safe", "readable"]

LONGEST_TEXT = 20_000  # characters of one text
MOST_TEXT = 200_000  # characters of all the texts of one event
MOST_ITEMS = 5_000  # values in all the lists and mappings of one event
_DEEPEST = 20
_MOST_BITS = 1024
_MORE = "…"


def json_safe(metadata: Mapping[Any, object], redact: Callable[[str], str] = str) -> dict[str, object]:
    """Metadata as JSON values: times in ISO form, durations in seconds, sets sorted, NaN as null.

    What is too long is cut, and ends in `…`: texts beyond `LONGEST_TEXT` characters, and everything
    beyond `MOST_ITEMS` values or `MOST_TEXT` characters in all. `redact` is given each text before
    that, and each number as a text: one that it changes is what it made of it.

    >>> json_safe({"file": PurePath("a/b"), "took": timedelta(minutes=1), "share": float("nan"), "tags": {"b", "a"}})
    {'file': 'a/b', 'took': 60.0, 'share': None, 'tags': ['a', 'b']}
    """
    return _Writer(redact).mapping(metadata, 0)


def readable(text: str) -> str:
    """Text that every database and terminal takes: what isn't text, and NULs, are replaced.

    >>> readable("caf\\udce9 \\x00")
    'caf? �'
    """
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\N{REPLACEMENT CHARACTER}")


def bounded(text: str) -> str:
    """Readable text of at most `LONGEST_TEXT` characters."""
    return readable(text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + _MORE)


class _Writer:
    """Counts what may still be written."""

    def __init__(self, redact: Callable[[str], str]) -> None:
        self.redact = redact
        self.items = MOST_ITEMS
        self.characters = MOST_TEXT

    def mapping(self, values: Mapping[Any, object], depth: int) -> dict[str, object]:
        written: dict[str, object] = {}
        for name, value in values.items():
            if not self._has_room():
                written[_MORE] = f"{len(values) - len(written)} more"
                break
            written[self.text(str(name))] = self.value(value, depth + 1)
        return written

    def sequence(self, values: list[object], depth: int) -> list[object]:
        written: list[object] = []
        for value in values:
            if not self._has_room():
                written.append(f"{_MORE} {len(values) - len(written)} more")
                break
            written.append(self.value(value, depth + 1))
        return written

    def text(self, text: str) -> str:
        text = self.redact(text)  # while it is whole: what is left of a secret that is cut can't be known
        room = min(LONGEST_TEXT, max(self.characters, 1))
        kept = readable(text if len(text) <= room else text[: room - 1] + _MORE)
        self.characters -= len(kept)
        return kept

    def value(self, value: object, depth: int) -> object:
        if value is None or (isinstance(value, (bool, int, float, str)) and not isinstance(value, Enum)):
            return self._scalar(value)
        if depth >= _DEEPEST:
            return _MORE
        if isinstance(value, Mapping):
            return self.mapping(value, depth)
        if isinstance(value, (list, tuple)):
            return self.sequence(list(value), depth)
        if isinstance(value, (set, frozenset)):
            return self.sequence(sorted(value, key=str), depth)
        return self._other(value, depth)

    def _scalar(self, value: bool | int | float | str | None) -> object:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and self._is_secret(value):
            return self.text(str(value))
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else None
        # Beyond 4,300 digits the interpreter refuses to write an integer, and others lose digits much earlier.
        if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > _MOST_BITS:
            return f"an integer of {value.bit_length()} bits"
        return value

    def _is_secret(self, value: float) -> bool:
        """Whether a number is one that may not be seen; integers of too many digits aren't written at all."""
        if isinstance(value, int) and value.bit_length() > _MOST_BITS:
            return False
        return self.redact(text := str(value)) != text

    def _other(self, value: object, depth: int) -> object:
        match value:
            case Enum():
                return self.value(value.value, depth)
            case datetime() | date() | time():
                return value.isoformat()
            case timedelta():
                return value.total_seconds()
            case PurePath():
                return self.text(str(value))
            case bytes() | bytearray() | memoryview():
                return f"{len(value)} bytes"
        if callable(item := getattr(value, "item", None)) and getattr(value, "shape", None) in ((), None):
            # Scalars of NumPy and of those who follow it.
            try:
                return self.value(item(), depth + 1)
            except (TypeError, ValueError):
                pass
        return self.text(str(value))

    def _has_room(self) -> bool:
        self.items -= 1
        return self.items >= 0 and self.characters > 0
