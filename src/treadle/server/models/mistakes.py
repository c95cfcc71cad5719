"""Mistakes in the project, and the body of every answer that isn't a success."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from treadle.server.models.given import Given

__all__ = ["Diagnostic", "DiagnosticCode", "ErrorBody", "ErrorInfo"]


class Diagnostic(Given):
    """A mistake in the project; its code has a page in the reference."""

    code: str = Field(examples=["TRD201"])
    severity: Literal["error", "warning"]
    message: str
    why: str = ""
    fix: str = ""
    file: str | None = None
    line: int | None = None
    column: int | None = None


class DiagnosticCode(Given):
    """What a kind of mistake means, in the words of its page in the reference."""

    code: str = Field(examples=["TRD203"])
    title: str = Field(examples=["there is no such attribute"])
    text: str = Field(description="Markdown.")


class ErrorInfo(Given):
    """What went wrong: a word for programs, and a sentence for people."""

    code: str = Field(examples=["not_found"])
    message: str = Field(examples=["there is no asset 'ordres'; did you mean 'orders'?"])
    diagnostics: list[Diagnostic] = []


class ErrorBody(Given):
    """The body of every answer that isn't a success."""

    error: ErrorInfo
