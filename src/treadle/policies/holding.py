"""What a policy is about in a graph: which items, with which parameters, and how hard it is meant for each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from treadle.ir.selection import pattern_of
from treadle.ir.verdicts import SEVERITIES, PolicySeverity
from treadle.policies.bindings import Term
from treadle.policies.records import Policy
from treadle.policies.roster import Roster

__all__ = ["Held", "holding"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The items that a policy holds for with the same parameters, by their numbers; the hardest severity comes last."""

    parameters: Mapping[str, object]
    by_severity: tuple[tuple[PolicySeverity, frozenset[int]], ...]

    @property
    def items(self) -> frozenset[int]:
        """All of them."""
        first, *others = (numbers for _, numbers in self.by_severity)
        return first.union(*others)

    def severity_of(self, number: int) -> PolicySeverity:
        """How hard it is meant for an item."""
        return next(severity for severity, numbers in reversed(self.by_severity) if number in numbers)


def holding(policy: Policy, terms: tuple[Term, ...], roster: Roster) -> Iterator[Held]:
    """Where a policy holds, once for each set of parameters."""
    together: dict[str, list[Term]] = {}
    for term in terms:
        together.setdefault(json.dumps(dict(term.parameters), sort_keys=True, default=repr), []).append(term)
    for same in together.values():
        same.sort(key=lambda each: SEVERITIES.index(each.severity))
        found = [(each.severity, _covered(policy, each, roster)) for each in same]
        if any(numbers for _, numbers in found):
            yield Held(parameters=same[0].parameters, by_severity=tuple(found))


def _covered(policy: Policy, term: Term, roster: Roster) -> frozenset[int]:
    found = roster.chosen(policy.target, policy.match)
    binding = term.binding
    if binding is None:
        return found
    if not any(pattern_of(each)(roster.subjects.project) for each in binding.projects):
        return frozenset()
    if binding.match.strip() != "*":
        found &= roster.chosen(policy.target, binding.match)
    if binding.packages != ("*",):
        found &= roster.made_by(policy.target, binding.packages)
    return found
