"""Whether a cron schedule can be read. When it ticks is computed where schedules run."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

__all__ = ["check_cron", "check_timezone", "cron_in_fields"]

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_FIELDS: tuple[tuple[str, int, int, list[str]], ...] = (
    ("minute", 0, 59, []),
    ("hour", 0, 23, []),
    ("day", 1, 31, []),
    ("month", 1, 12, _MONTHS),
    ("weekday", 0, 7, _DAYS),
)
_NAMED = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_PART = re.compile(r"(?:\*|(\w+)(?:-(\w+))?)(?:/(\d+))?")


def check_cron(text: str) -> str:
    """The schedule, when it can be read: five fields, or a name like `@daily`.

    >>> check_cron("0 6 * * mon-fri")
    '0 6 * * mon-fri'
    >>> check_cron("0 25 * * *")
    Traceback (most recent call last):
    ValueError: '0 25 * * *' is not a cron schedule: the hour '25' is not between 0 and 23

    Raises:
        ValueError: what is wrong with it.
    """
    if text.strip().lower() in _NAMED:
        return text
    fields = text.split()
    if len(fields) != len(_FIELDS):
        raise ValueError(
            f"{text!r} is not a cron schedule: it has {len(fields)} fields, not minute hour day month weekday"
        )
    for value, (name, low, high, words) in zip(fields, _FIELDS, strict=True):
        for part in value.split(","):
            found = _PART.fullmatch(part.lower())
            ends = [each for each in found.groups()[:2] if each] if found else [part]
            for end in ends:
                number = words.index(end) + low if end in words else int(end) if end.isdecimal() else -1
                if not (found and low <= number <= high):
                    raise ValueError(
                        f"{text!r} is not a cron schedule: the {name} {end!r} is not between {low} and {high}"
                    )
            if found and found[3] == "0":
                raise ValueError(f"{text!r} is not a cron schedule: {part!r} takes steps of 0")
    return text


def cron_in_fields(cron: str) -> str:
    """A schedule that can be read, without a name.

    >>> cron_in_fields("@daily"), cron_in_fields("0 6 * * mon-fri")
    ('0 0 * * *', '0 6 * * mon-fri')
    """
    return _NAMED.get(cron.strip().lower(), cron)


def check_timezone(name: str) -> str:
    """The name of a time zone, when there is one.

    >>> check_timezone("Mars/Olympus")
    Traceback (most recent call last):
    ValueError: 'Mars/Olympus' is not a time zone; write an IANA name like 'Europe/Vienna'

    Raises:
        ValueError: when there is none.
    """
    if name == "UTC":
        return name  # which a machine without a time zone database knows too
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a time zone; write an IANA name like 'Europe/Vienna'") from None
    return name
