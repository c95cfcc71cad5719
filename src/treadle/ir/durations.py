"""Lengths of time as text."""

from __future__ import annotations

import re
from datetime import timedelta

__all__ = ["parse_duration"]

_ISO = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_SHORT = re.compile(
    r"(?:(?P<weeks>\d+)\s*w)?\s*(?:(?P<days>\d+)\s*d)?\s*(?:(?P<hours>\d+)\s*h)?\s*"
    r"(?:(?P<minutes>\d+)\s*m)?\s*(?:(?P<seconds>\d+)\s*s)?"
)


def parse_duration(text: str) -> timedelta:
    """A length of time: `PT24H`, `P1DT12H` (ISO 8601), or `24h`, `1d 12h`, `90m`.

    >>> parse_duration("PT24H") == parse_duration("24h") == parse_duration("1d")
    True

    Raises:
        ValueError: when it is none, or nothing long.
    """
    stripped = text.strip()
    found = _ISO.fullmatch(stripped.upper()) or _SHORT.fullmatch(stripped.lower())
    parts = {name: float(value) for name, value in found.groupdict().items() if value} if found else {}
    try:
        length = timedelta(**parts)
    except OverflowError:
        raise ValueError(f"{text!r} is longer than anything lasts") from None
    if not length:
        raise ValueError(f"{text!r} is not a length of time; write one like 24h, 1d 12h, or PT24H")
    return length
