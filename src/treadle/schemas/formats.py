"""What the formats of schemas mean: texts that are asset keys, cron schedules, paths of the project…"""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from treadle.ir import AssetKey, check_selection
from treadle.ir.conditions import parse_condition
from treadle.ir.cron import check_cron, check_timezone
from treadle.ir.durations import parse_duration
from treadle.ir.names import check_group, check_owner, check_tag
from treadle.ir.partitions import check_partition_key
from treadle.ir.requests import check_pattern

__all__ = ["FORMATS", "NATIVE", "PATHS", "KindOf", "check_alone", "check_date", "check_path", "kind_of"]

KindOf = Callable[[Path], str]
"""Tells what a path is: `file`, `folder`, or an empty string when there is neither."""

NATIVE = frozenset({"date", "date-time", "time", "duration", "uuid", "uri"})
"""Formats of text that pydantic reads itself; some of them take numbers as well."""

PATHS = ("project-path", "project-file")


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise ValueError(f"{text!r} can't be split into words: {str(error).lower()}") from None


FORMATS: Mapping[str, Callable[[str], object]] = {
    "asset-key": AssetKey.parse,
    "automation": parse_condition,
    "group": check_group,
    "owner": check_owner,
    "cron": check_cron,
    "file-pattern": check_pattern,
    "length-of-time": parse_duration,
    "partition-key": check_partition_key,
    "selection": check_selection,
    "tag": check_tag,
    "timezone": check_timezone,
    "command-line": _words,
}
"""Each gives something when the text is right, and raises ValueError when it isn't."""


def kind_of(path: Path | str) -> str:
    """What a path is: `file`, `folder`, or nothing.

    >>> kind_of(Path(os.sep)), kind_of(Path("/there/is/nothing"))
    ('folder', '')
    """
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return ""
    return "folder" if stat.S_ISDIR(mode) else "file"


def check_path(text: str, format: str, folder: Path | None, kind: KindOf = kind_of) -> Path:
    """The path that a text names, seen from a folder, when there is what the format asks for.

    Raises:
        ValueError: when there is nothing, or a folder where a file is needed.
    """
    try:
        path = Path(folder or "", os.path.expanduser(text))
    except ValueError:
        raise ValueError(f"there is no file or folder {text!r}") from None
    found = kind(path)
    if not found and folder is not None and ".." in path.parts and not os.path.lexists(folder):
        # A component that is written and not saved yet: nothing leads up from a folder that isn't there.
        path = Path(os.path.normpath(path))
        found = kind(path)
    if not found:
        raise ValueError(f"there is no file or folder {str(path)!r}")
    if format == "project-file" and found == "folder":
        raise ValueError(f"{str(path)!r} is a folder; a file is needed")
    return path


def check_date(text: str, format: str) -> str:
    """A date that is written in a format of strftime.

    >>> check_date("2026-01-31", "%Y-%m-%d")
    '2026-01-31'

    Raises:
        ValueError: when it isn't.
    """
    try:
        datetime.strptime(text, format)
    except (ValueError, TypeError, OverflowError):
        raise ValueError(f"{text!r} is not written as {format!r}") from None
    return text


def check_alone(value: Any, name: str, others: Mapping[str, str], given: Mapping[str, Any]) -> None:
    """Make sure that what is written instead of others is alone: those are what they are by default.

    >>> check_alone("nightly", "selector", {"select": "*"}, {"select": "tag:daily"})
    Traceback (most recent call last):
    ValueError: selector can't be used together with select: it stands for all that they would say

    Raises:
        ValueError: when another says something too.
    """
    if value and any(str(given.get(each, usual)).strip() != usual for each, usual in others.items()):
        raise ValueError(
            f"{name} can't be used together with {' or '.join(sorted(others))}: it stands for all that they would say"
        )
