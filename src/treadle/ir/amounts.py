"""Amounts of memory and lengths of time, as people write and read them."""

from __future__ import annotations

import re

__all__ = ["memory_text", "parse_memory", "seconds_text"]

_UNITS = {
    "b": 1,
    **{f"{letter}b": 1000**power for power, letter in enumerate("kmgtp", start=1)},
    **{f"{letter}ib": 1024**power for power, letter in enumerate("kmgtp", start=1)},
}
_WRITTEN = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)", re.IGNORECASE | re.ASCII)
_MOST_DIGITS = 18


def parse_memory(text: str) -> int:
    """An amount of memory in bytes: `2GB`, `1.5 GB`, `512MiB`.

    >>> parse_memory("2GB"), parse_memory("512 MiB")
    (2000000000, 536870912)

    Raises:
        ValueError: when it is none, or nothing.
    """
    found = _WRITTEN.fullmatch(text.strip())
    unit = _UNITS.get(found[2].lower()) if found else None
    if found is None or unit is None or len(found[1]) > _MOST_DIGITS or not (amount := int(float(found[1]) * unit)):
        raise ValueError(f"{text!r} is not an amount of memory; write one like 2GB or 512MiB")
    return amount


def memory_text(amount: int) -> str:
    """An amount of memory with at most three digits, or those that are before the point.

    >>> memory_text(1_000_000_000), memory_text(1_234_567_890), memory_text(512 * 1024**2), memory_text(999)
    ('1 GB', '1.23 GB', '537 MB', '999 B')
    """
    value, unit = float(amount), "B"
    for larger in ("kB", "MB", "GB", "TB", "PB"):
        if value < 999.5:
            break
        value, unit = value / 1000, larger
    return f"{value:.3g} {unit}" if value < 999.5 else f"{value:.0f} {unit}"


def seconds_text(seconds: float) -> str:
    """A length of time, in the largest units that tell it exactly.

    >>> seconds_text(1800), seconds_text(5400), seconds_text(90), seconds_text(0.5)
    ('30 min', '1 h 30 min', '1 min 30 s', '0.5 s')
    """
    if seconds != int(seconds) or seconds < 60:
        return f"{seconds:g} s"
    words, left = [], int(seconds)
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        many, left = divmod(left, size)
        if many:
            words.append(f"{many} {unit}")
    return " ".join(words)
