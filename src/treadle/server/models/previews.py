"""What saving a file would do to the project."""

from __future__ import annotations

from typing import Literal

from treadle.server.models.given import Given
from treadle.server.models.graph import Edge

__all__ = ["Difference", "Differences", "FieldDifference", "Preview", "PreviewFinding", "Renaming", "StaleAsset"]


class FieldDifference(Given):
    """A field with another value."""

    field: str
    old: str | None = None
    new: str | None = None


class Difference(Given):
    """Something that is there before and after, with other values."""

    name: str
    fields: list[FieldDifference] = []


class Renaming(Given):
    """Something that has another name, and may have other values, too."""

    old: str
    new: str
    fields: list[FieldDifference] = []


class Differences(Given):
    """What is different among the things of one kind."""

    added: list[str] = []
    removed: list[str] = []
    renamed: list[Renaming] = []
    changed: list[Difference] = []


class PreviewFinding(Given):
    """A mistake; one with the code TRD901 is a policy that denies."""

    code: str
    severity: Literal["error", "warning"]
    message: str
    fix: str = ""
    file: str | None = None
    line: int | None = None


class StaleAsset(Given):
    """An asset that has to be made again, and why."""

    asset: str
    reason: str


class Preview(Given):
    """What saving would do to the asset graph. `new` mistakes weren't there before, `mended` ones are gone."""

    same: bool
    seconds: float
    assets: Differences = Differences()
    checks: Differences = Differences()
    steps: Differences = Differences()
    schedules: Differences = Differences()
    sensors: Differences = Differences()
    jobs: Differences = Differences()
    edges_added: list[Edge] = []
    edges_removed: list[Edge] = []
    stale: list[StaleAsset] = []
    new: list[PreviewFinding] = []
    mended: list[PreviewFinding] = []
