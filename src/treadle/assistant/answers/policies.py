"""Policies that hold, and what violates them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from treadle.assistant.answers.told import MOST_TOLD, page, told
from treadle.assistant.models.policies import Policy, PolicyReport, ReportPolicies, Violation
from treadle.errors import UsageError, did_you_mean
from treadle.ir.verdict_json import verdict_json
from treadle.ir.verdicts import SEVERITIES

if TYPE_CHECKING:
    from treadle.ir.verdicts import Verdict
    from treadle.project import Project

__all__ = ["report_policies"]

_SAME = ("name", "severity", "target", "match", "description", "require", "holds_for")


def report_policies(folder: Path, asked: ReportPolicies) -> PolicyReport:
    """The policies that hold, and the violations that were asked for.

    Raises:
        UsageError: when there is no such policy.
    """
    from treadle.policies.reports import NOBODY, teams_of
    from treadle.project import load

    project = load(folder, remembered=True)
    owners = {
        each: teams_of(project.graph, each, "owner", project=NOBODY)
        for each in project.graph.verdicts
        if not each.is_broken
    }
    policies = _policies(project, list(owners))
    if asked.policy is not None and asked.policy not in policies:
        raise UsageError(f"no policy {asked.policy!r} holds here", fix=did_you_mean(asked.policy, policies))
    found = [
        each
        for each in sorted(owners, key=_order)
        if asked.policy in (None, each.policy) and (asked.owner is None or asked.owner in owners[each])
    ]
    items, after = page(found, asked.start, asked.limit)
    return PolicyReport(
        policies=[each for name, each in policies.items() if asked.policy in (None, name)],
        violations=[_violation(each, owners[each]) for each in items],
        total=len(found),
        next=after,
        diagnostics=_unjudged(project),
    )


def _policies(project: Project, verdicts: Sequence[Verdict]) -> dict[str, Policy]:
    from treadle.project.policing.telling import told_policies

    count = Counter(each.policy for each in verdicts if each.excuse is None)
    every = told_policies(project.admission) if project.admission else ()
    return {
        each["name"]: Policy(
            **{name: each[name] for name in _SAME}, docs=each["docs"] or "", violations=count[each["name"]]
        )
        for each in every
        if each["severity"]
    }


def _order(verdict: Verdict) -> tuple[Any, ...]:
    return -SEVERITIES.index(verdict.severity), verdict.policy, verdict.target, verdict.name


def _violation(verdict: Verdict, owners: Sequence[str]) -> Violation:
    excuse = verdict.excuse
    return Violation(
        **verdict_json(verdict),
        fix=verdict.fix,
        owners=list(owners),
        excused="" if excuse is None else f"{excuse.kind}: {excuse.reason}".rstrip(": "),
    )


def _unjudged(project: Project) -> list[Any]:
    """What keeps policies from being judged: a report without it would look better than it is."""
    about = ("TRD901", "TRD902", "TRD912", "TRD913")
    return told([each for each in project.errors if each.code not in about], most=MOST_TOLD)
