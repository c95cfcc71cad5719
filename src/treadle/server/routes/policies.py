"""Policies: which hold, what is against them, what is excused from them, and how that has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from treadle.policies.reports import NOBODY
from treadle.server.context import Here
from treadle.server.models.policies import (
    Policy,
    PolicyBinding,
    PolicyCounts,
    PolicyExcuse,
    PolicyList,
    PolicyPoint,
    PolicyTrend,
    PolicyVerdict,
    PolicyVerdictPage,
    PolicyWaiver,
    PolicyWaiverList,
    WaivedVerdict,
)
from treadle.server.models.project import Place
from treadle.server.routes.paging import Cursor, Limit, page_of
from treadle.server.violations import Violation, tally

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["policies"])

_SOON = timedelta(days=14)
Text = Annotated[str | None, Query(max_length=1000)]


@router.get("/policies")
def list_policies(here: Here) -> PolicyList:
    """Every policy that is known: how hard it is meant, for how much it holds, and how much is against it."""
    snapshot = here.snapshot
    by_policy: dict[str, list[Violation]] = {}
    for each in snapshot.violations.values():
        by_policy.setdefault(each.verdict.policy, []).append(each)
    return PolicyList(
        items=[_policy(each, by_policy.get(each["name"], ())) for each in snapshot.facts.policies],
        counts=_counts(snapshot.violations.values()),
        mended=snapshot.facts.mended,
        unjudged=len({each.policy for each in snapshot.graph.verdicts if each.is_broken}),
    )


@router.get("/policies/verdicts")
def list_verdicts(
    here: Here,
    policy: Text = None,
    owner: Text = None,
    group: Text = None,
    component: Text = None,
    severity: Annotated[Literal["deny", "warn", "audit"] | None, Query()] = None,
    excused: Annotated[bool | None, Query(description="Only what is excused, or only what isn't.")] = None,
    q: Annotated[str, Query(max_length=1000, description="A part of the name or of the message.")] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> PolicyVerdictPage:
    """What violates policies, the hardest first; `nobody` is the owner of what has none."""
    known = here.snapshot.violations
    found = {
        key: each
        for key, each in known.items()
        if policy in (None, each.verdict.policy)
        and (owner is None or owner in each.owners)
        and (group is None or group in each.groups)
        and component in (None, each.component)
        and severity in (None, each.verdict.severity)
        and (excused is None or excused == (each.verdict.excuse is not None))
        and q.casefold() in f"{each.verdict.name}\n{each.verdict.message}".casefold()
    }
    names = sorted(found)
    page, after = page_of(names, cursor, limit)
    return PolicyVerdictPage(
        items=[_verdict(found[key]) for key in page],
        next=after,
        total=len(names),
        counts=_counts(found.values()),
        policies=sorted({each.verdict.policy for each in known.values()}),
        owners=sorted({one for each in known.values() for one in each.owners}, key=lambda one: (one == NOBODY, one)),
        groups=sorted({one for each in known.values() for one in each.groups}),
    )


@router.get("/policies/waivers")
def list_waivers(here: Here) -> PolicyWaiverList:
    """The waivers of the project: who answers for each, why, until when, and what it excuses."""
    now = datetime.now(UTC).date()
    found = sorted(here.snapshot.facts.waivers, key=lambda each: (each["expires"], each["policy"]))
    return PolicyWaiverList(items=[_waiver(each, now) for each in found])


@router.get("/policies/trend")
def get_policy_trend(here: Here, days: Annotated[int, Query(ge=1, le=1000)] = 90, policy: Text = None) -> PolicyTrend:
    """How many violations there were on each day on which a server has loaded the project, of one policy or of all."""
    since = datetime.now(UTC).date() - timedelta(days=days - 1)
    found = here.store.violations.since(here.project, since)
    return PolicyTrend(
        items=[
            PolicyPoint(day=day, counts=_added(asdict(each) for name, each in of_day.items() if policy in (None, name)))
            for day, of_day in found.items()
        ]
    )


def _policy(told: Mapping[str, Any], violations: Iterable[Violation]) -> Policy:
    return Policy(
        **{name: told[name] for name in _SAME},
        docs=told["docs"] or None,
        given_by=told["from"],
        counts=_counts(violations),
        bindings=[
            PolicyBinding(
                severity=each["severity"],
                match=each["match"],
                projects=list(each["projects"]),
                packages=list(each["packages"]),
                parameters=dict(each["parameters"]),
                given_by=each["from"],
                place=_place(each),
            )
            for each in told["bindings"]
        ],
        place=_place(told),
    )


_SAME = (
    "name",
    "description",
    "severity",
    "target",
    "match",
    "require",
    "language",
    "message",
    "waivable",
    "fixes",
    "holds_for",
)


def _verdict(found: Violation) -> PolicyVerdict:
    verdict, excuse = found.verdict, found.verdict.excuse
    return PolicyVerdict(
        policy=verdict.policy,
        severity=verdict.severity,
        target=verdict.target,
        name=verdict.name,
        message=verdict.message,
        why=verdict.why,
        fix=verdict.fix,
        docs=verdict.docs or None,
        owners=[each for each in found.owners if each != NOBODY],
        groups=[each for each in found.groups if each != NOBODY],
        component=found.component,
        excuse=PolicyExcuse(
            kind=excuse.kind,
            reason=excuse.reason,
            owner=excuse.owner or None,
            place=Place(file=str(excuse.span.file), line=excuse.span.line) if excuse.span else None,
        )
        if excuse
        else None,
        place=Place(file=str(verdict.span.file), line=verdict.span.line) if verdict.span else Place(),
    )


def _waiver(told: Mapping[str, Any], now: date) -> PolicyWaiver:
    expires = date.fromisoformat(told["expires"])
    state: Literal["holds", "expires_soon", "expired", "unused"] = (
        "expired"
        if told["expired"]
        else "unused"
        if not told["violations"]
        else "expires_soon"
        if expires - now < _SOON
        else "holds"
    )
    return PolicyWaiver(
        policy=told["policy"],
        names=list(told["names"]),
        owner=told["owner"],
        reason=told["reason"],
        expires=expires,
        state=state,
        excuses=[WaivedVerdict(**each) for each in told["violations"]],
        place=_place(told),
    )


def _place(told: Mapping[str, Any]) -> Place:
    return Place(file=told["file"], line=told["line"])


def _counts(violations: Iterable[Violation]) -> PolicyCounts:
    return PolicyCounts(**asdict(tally(violations)))


def _added(counted: Iterable[Mapping[str, int]]) -> PolicyCounts:
    total = dict.fromkeys(PolicyCounts.model_fields, 0)
    for each in counted:
        for name in total:
            total[name] += each[name]
    return PolicyCounts(**total)
