"""The policies and waivers of a loaded project as plain data, for whoever shows them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from treadle.errors import Span
from treadle.ir.verdicts import SEVERITIES, PolicySeverity
from treadle.policies.bindings import Term
from treadle.policies.excusing import Use
from treadle.policies.records import Binding, Rule
from treadle.policies.rulebook import Entry
from treadle.project.policing.admission import Admission

__all__ = ["told_policies", "told_waivers"]


def told_policies(admission: Admission) -> tuple[dict[str, Any], ...]:
    """Every policy that is known, by name; those that hold nowhere have no severity and no bindings."""
    amounts = admission.amounts()
    return tuple(
        _policy(entry) | {"holds_for": amounts[name]} for name, entry in sorted(admission.rulebook.entries.items())
    )


def told_waivers(admission: Admission) -> tuple[dict[str, Any], ...]:
    """Every waiver, with the violations that it is for."""
    return tuple(map(_waiver, admission.excused.uses))


def _policy(entry: Entry) -> dict[str, Any]:
    policy = entry.policy
    return {
        "name": policy.name,
        "description": policy.description,
        "severity": _hardest(entry),
        "target": policy.target,
        "match": policy.match,
        "require": _required(policy.require),
        "language": "python" if policy.require.function is not None else policy.require.language,
        "message": policy.message,
        "docs": policy.docs,
        "from": policy.giver or None,
        "waivable": policy.waivable,
        "fixes": bool(policy.fix),
        "is_broken": entry.is_broken,
        "bindings": tuple(map(_term, entry.terms)),
        **_place(policy.span),
    }


def _hardest(entry: Entry) -> PolicySeverity | None:
    """How hard a policy is meant where it is meant hardest; None when it holds nowhere."""
    return max((each.severity for each in entry.terms), key=SEVERITIES.index, default=None)


def _required(rule: Rule) -> str:
    function = rule.function
    return rule.text if function is None else f"{function.__module__}.{getattr(function, '__qualname__', function)}"


def _term(term: Term) -> dict[str, Any]:
    """A place where it holds; without a binding, that is everywhere."""
    binding = term.binding or Binding(policies=())
    return {
        "severity": term.severity,
        "match": binding.match,
        "projects": binding.projects,
        "packages": binding.packages,
        "parameters": json.loads(json.dumps(dict(term.parameters), default=str)),
        "from": binding.giver or None,
        **_place(binding.span),
    }


def _waiver(use: Use) -> dict[str, Any]:
    waiver = use.waiver
    return {
        "policy": waiver.policy,
        "names": waiver.names,
        "owner": waiver.owner,
        "reason": waiver.reason,
        "expires": waiver.expires.isoformat(),
        "expired": use.is_expired,
        "violations": tuple(
            {"name": each.name, "message": each.message, "severity": each.severity} for each in use.verdicts
        ),
        **_place(waiver.span),
    }


def _place(span: Span | None) -> Mapping[str, Any]:
    return {"file": str(span.file) if span else None, "line": span.line if span else None}
