"""What all answers and all arguments have in common."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Answer", "Arguments", "Diagnostic", "Edit", "Given", "Limit", "Start"]

Start = Annotated[int, Field(ge=0, description="How many to leave out: `next` of the answer before.")]
"""The argument that says where a page begins."""

Limit = Annotated[int, Field(ge=1, le=200, description="How many at most.")]
"""The argument that says how long a page is."""


class Arguments(BaseModel):
    """What a tool takes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Given(BaseModel):
    """A part of an answer; what is empty is left out of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Edit(Given):
    """A replacement of text that mends the mistake, in a file that isn't changed by it yet."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    old: str = ""
    new: str = ""


class Diagnostic(Given):
    """A mistake, as `treadle check --json` tells it."""

    code: str
    severity: Literal["error", "warning"]
    message: str
    why: str = ""
    fix: str = ""
    file: str | None = None
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    edits: list[Edit] = []


class Answer(Given):
    """What a tool gives. `diagnostics` are the project's mistakes that are in the way of it, or what was asked for."""

    diagnostics: list[Diagnostic] = []
