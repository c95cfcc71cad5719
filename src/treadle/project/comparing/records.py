"""What is different between two asset graphs, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from treadle.errors import Severity

__all__ = ["Changed", "Comparison", "FieldChange", "Finding", "Part", "Renamed", "Stale"]

Edge = tuple[str, str]
"""What something is made from, and what is made from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field with another value; None stands for none."""

    field: str
    old: object
    new: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Something that has other values than before."""

    name: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """Something that has another name, and may have other values, too."""

    old: str
    new: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What is different among all things of one kind."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    changed: tuple[Changed, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether nothing is different."""
        return not (self.added or self.removed or self.renamed or self.changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """An asset that has to be made again; `because` names those above it whose change is the reason."""

    asset: str
    reason: str
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A mistake, with its place in the repository."""

    code: str
    severity: Severity
    message: str
    file: str | None = None
    line: int | None = None
    fix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All that is different; `parts` by kind: assets, checks, steps, schedules, sensors, jobs."""

    parts: Mapping[str, Part]
    edges_added: tuple[Edge, ...] = ()
    edges_removed: tuple[Edge, ...] = ()
    stale: tuple[Stale, ...] = ()
    new: tuple[Finding, ...] = ()
    mended: tuple[Finding, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether nothing is different."""
        parts = all(each.is_same for each in self.parts.values())
        return parts and not (self.edges_added or self.edges_removed or self.new or self.mended)

    @property
    def new_errors(self) -> tuple[Finding, ...]:
        """The mistakes that weren't there before and are no mere warnings."""
        return tuple(each for each in self.new if each.severity is Severity.ERROR)
