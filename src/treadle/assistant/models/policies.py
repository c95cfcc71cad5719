"""Policies: which hold, and what violates them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from treadle.assistant.models.given import Answer, Arguments, Given, Limit, Start

__all__ = ["Policy", "PolicyReport", "ReportPolicies", "Violation"]


class ReportPolicies(Arguments):
    """Which violations."""

    policy: str | None = Field(default=None, max_length=1000, description="Only of this policy.")
    owner: str | None = Field(
        default=None, max_length=1000, description="Only of what it owns; `nobody` owns the rest."
    )
    start: Start = 0
    limit: Limit = 50


class Policy(Given):
    """A policy that holds."""

    name: str
    severity: Literal["deny", "warn", "audit"]
    target: str
    match: str = "*"
    description: str = ""
    require: str = ""
    holds_for: int = 0
    violations: int = Field(default=0, description="Those that aren't excused.")
    docs: str = ""


class Violation(Given):
    """What violates a policy. `excused` says why that is passed over."""

    policy: str
    severity: Literal["deny", "warn", "audit"]
    target: str
    name: str
    message: str
    fix: str = ""
    owners: list[str] = []
    file: str | None = None
    line: int | None = None
    excused: str = ""


class PolicyReport(Answer):
    """The policies that hold, and a page of what violates them, the hardest first."""

    policies: list[Policy] = []
    violations: list[Violation] = []
    total: int | None = None
    next: int | None = None
