"""What is told of a project that was loaded."""

from __future__ import annotations

from dataclasses import dataclass

from treadle.errors import Diagnostic

__all__ = ["Told"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was wrong with a project, and how much of it was looked at."""

    diagnostics: tuple[Diagnostic, ...]
    components: int
    assets: int
    excused: str = ""
