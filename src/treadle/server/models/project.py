"""The project, and what was done with it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from treadle.server.models.given import Given
from treadle.server.models.mistakes import Diagnostic

__all__ = ["Place", "Project", "Told"]


class Told(Given):
    """What was done, in words."""

    message: str


class Place(Given):
    """Where something is written."""

    file: str | None = None
    line: int | None = None


class Project(Given):
    """The project, and how loading it went last.

    `state` is `loaded`; `broken` when there are mistakes that stop what depends on them; `failed` when nothing could
    be loaded, and what is shown is what was known before. `version` changes with what is known of the project.
    """

    name: str = Field(examples=["mill"])
    root: str
    version: str
    state: Literal["loading", "loaded", "broken", "failed"]
    error: str = Field(default="", description="Why loading gave no answer, where that is the case.")
    loaded_at: datetime | None = None
    seconds: float | None = Field(default=None, description="How long loading took.")
    assets: int = 0
    checks: int = 0
    components: int = 0
    groups: list[str] = []
    kinds: list[str] = []
    owners: list[str] = []
    diagnostics: list[Diagnostic] = []
    treadle: str = Field(description="The version of Treadle.")
