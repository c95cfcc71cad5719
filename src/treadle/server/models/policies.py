"""Policies, what they say, and what is excused."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

from treadle.server.models.given import Given, Page
from treadle.server.models.project import Place

__all__ = [
    "Policy",
    "PolicyBinding",
    "PolicyCounts",
    "PolicyExcuse",
    "PolicyList",
    "PolicyPoint",
    "PolicyTrend",
    "PolicyVerdict",
    "PolicyVerdictPage",
    "PolicyWaiver",
    "PolicyWaiverList",
    "WaivedVerdict",
]


class PolicyCounts(Given):
    """How many violations there are: by how hard they are meant, and apart from these what is excused."""

    deny: int = 0
    warn: int = 0
    audit: int = 0
    waived: int = 0
    baseline: int = 0


class PolicyBinding(Given):
    """Where a policy holds, and how hard."""

    severity: Literal["deny", "warn", "audit"]
    match: str = "*"
    projects: list[str] = []
    packages: list[str] = []
    parameters: dict[str, Any] = {}
    given_by: str | None = Field(default=None, description="The package that says so; null for the project.")
    place: Place


class Policy(Given):
    """A rule that the asset graph is judged by."""

    name: str = Field(examples=["ownership.has_owner"])
    description: str = ""
    severity: Literal["deny", "warn", "audit"] | None = Field(
        default=None, description="How hard it is meant where it is meant hardest; null when it holds nowhere here."
    )
    target: Literal["asset", "check", "step", "component", "project"]
    match: str = Field(description="The selection of what it is about.")
    require: str = Field(description="What it requires; a function's name for one that is written in Python.")
    language: Literal["template", "cel", "python"]
    message: str = ""
    docs: str | None = None
    given_by: str | None = Field(default=None, description="The package that brings it; null for the project's own.")
    waivable: bool = True
    holds_for: int = Field(default=0, description="For how many of its targets it holds.")
    counts: PolicyCounts
    fixes: bool = Field(default=False, description="Whether `treadle check --fix` mends violations.")
    bindings: list[PolicyBinding] = []
    place: Place


class PolicyList(Given):
    """Every policy that is known, with what is against each; `counts` is of all of them."""

    items: list[Policy]
    counts: PolicyCounts
    mended: int = Field(default=0, description="How many violations of the baseline aren't there any more.")
    unjudged: int = Field(
        default=0, description="How many policies can't be judged, so that what they are about may not run."
    )


class PolicyExcuse(Given):
    """Why a violation is passed over."""

    kind: Literal["waiver", "baseline"]
    reason: str = ""
    owner: str | None = None
    place: Place | None = None


class PolicyVerdict(Given):
    """A violation of a policy."""

    policy: str
    severity: Literal["deny", "warn", "audit"]
    target: Literal["asset", "check", "step", "component", "project"]
    name: str = Field(description="What violates it: an asset's key, or whatever its target is called.")
    message: str
    why: str = ""
    fix: str = ""
    docs: str | None = None
    owners: list[str] = []
    groups: list[str] = []
    component: str | None = Field(default=None, description="The address of the component that it is in.")
    excuse: PolicyExcuse | None = None
    place: Place


class PolicyVerdictPage(Page[PolicyVerdict]):
    """A page of violations; `counts` is of all that are asked for, `policies`, `owners` and `groups` those of the project's violations."""

    total: int
    counts: PolicyCounts
    policies: list[str] = []
    owners: list[str] = []
    groups: list[str] = []


class WaivedVerdict(Given):
    """A violation that a waiver is for."""

    name: str
    message: str
    severity: Literal["deny", "warn", "audit"]


class PolicyWaiver(Given):
    """Something that may break a policy until a day, and who answers for that."""

    policy: str
    names: list[str] = Field(description="Names and patterns of what is waived.")
    owner: str
    reason: str
    expires: date = Field(description="The last day on which it excuses something, in UTC.")
    state: Literal["holds", "expires_soon", "expired", "unused"] = Field(
        description="`expires_soon` is within two weeks; `unused` excuses nothing, and may be removed."
    )
    excuses: list[WaivedVerdict] = Field(default=[], description="What it excuses, or did before it expired.")
    place: Place


class PolicyWaiverList(Given):
    """The waivers of the project, the first to expire first."""

    items: list[PolicyWaiver]


class PolicyPoint(Given):
    """The violations of a day, as they were when the project was loaded last on it."""

    day: date
    counts: PolicyCounts


class PolicyTrend(Given):
    """How violations have changed, by days in UTC; days on which no server has loaded the project are left out."""

    items: list[PolicyPoint]
