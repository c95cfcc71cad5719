"""What starts runs says: which runs it asks for, or why none; and what it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from types import MappingProxyType

__all__ = ["AssetWatch", "FileWatch", "RunRequest", "SkipReason", "TickContext", "check_pattern"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """A run that a schedule or a sensor asks for; what is left out is as it was declared.

    Of runs with the same `key`, a sensor gets one.

    >>> RunRequest(selection="raw_orders+", partition="2026-01-01", key="orders-2026-01-01.csv").partition
    '2026-01-01'
    """

    selection: str | None = None
    partition: str | None = None
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    config: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipReason:
    """Why no run is asked for."""

    reason: str


@dataclass(slots=True, kw_only=True)
class TickContext:
    """What a schedule's or a sensor's function is told, and where it keeps how far it has come.

    `cursor` is what it was set to the last time; what it is set to now is kept when the function returns.
    """

    name: str
    due_at: datetime
    cursor: str | None = None
    last_due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWatch:
    """Files, by a pattern: a run is due when one is new or has changed. A relative pattern starts at the project."""

    pattern: str


def check_pattern(text: str) -> str:
    """The pattern, when files can be looked for by it.

    >>> check_pattern("incoming/**/*.csv")
    'incoming/**/*.csv'

    Raises:
        ValueError: when they can't.
    """
    parts = PurePath(text).parts
    if not parts or "\0" in text or text.endswith("/"):
        raise ValueError(f"{text!r} is not a pattern of files; write one like 'incoming/*.csv'")
    if any("**" in part and part != "**" for part in parts) or parts[-1] == "**":
        raise ValueError(f"{text!r} is not a pattern of files: '**' stands for folders, like in 'incoming/**/*.csv'")
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetWatch:
    """Assets, by a selection: a run is due when all (or any) of them were materialized since the last one."""

    selection: str
    every: bool = False
