"""Mistakes: of the project, of a draft, and what a code means."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from treadle.assistant.models.given import Answer, Arguments, Given, Limit, Start

__all__ = ["Change", "CheckProject", "CheckYaml", "Checked", "CodePage", "DraftChecked", "ExplainCode", "Stale"]


class CheckProject(Arguments):
    """Which mistakes."""

    path: str = Field(default="", max_length=2000, description="Only those in this file or folder of the project.")
    start: Start = 0
    limit: Limit = 50


class Checked(Answer):
    """What `treadle check` finds: mistakes, and what policies deny (TRD901) or warn of (TRD902)."""

    errors: int | None = None
    warnings: int | None = None
    components: int | None = None
    assets: int | None = Field(default=None, description="How many, when everything was built.")
    excused: str = Field(default="", description="What is waived, or in the baseline.")
    next: int | None = None


class CheckYaml(Arguments):
    """A draft."""

    path: str = Field(
        max_length=1000,
        description="Where it would be saved, as seen from the project's folder: `src/mill/defs/orders/defs.yaml`.",
    )
    text: str = Field(max_length=1_000_000, description="The whole component file.")


class Change(Given):
    """What would be different among the things of one kind."""

    added: list[str] = []
    removed: list[str] = []
    renamed: list[str] = Field(default=[], description="`old → new`")
    changed: list[dict[str, Any]] = Field(default=[], description="The name, and its fields with `old` and `new`.")


class Stale(Given):
    """An asset that would have to be made again."""

    asset: str
    reason: str


class DraftChecked(Answer):
    """Everything that would be wrong in the file, and elsewhere because of it; and what saving it would change."""

    errors: int | None = None
    warnings: int | None = None
    mended: int = Field(default=0, description="How many of the project's mistakes would be gone.")
    assets: Change = Change()
    checks: Change = Change()
    steps: Change = Change()
    schedules: Change = Change()
    sensors: Change = Change()
    jobs: Change = Change()
    stale: list[Stale] = []


class ExplainCode(Arguments):
    """Which code."""

    code: str = Field(max_length=20, description="As in `error[TRD203]`.")


class CodePage(Answer):
    """The page of a code, as Markdown."""

    code: str = ""
    title: str = ""
    text: str = ""
