"""Judges the cases of a table, each in a graph of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from treadle.documents import KEY
from treadle.errors import Diagnostic, Severity
from treadle.ir.graph import link
from treadle.ir.verdicts import Verdict
from treadle.policies import Binding, Policy
from treadle.policies.judging import judge
from treadle.policies.rulebook import read_policies
from treadle.policies.subjects import Subjects
from treadle.project.policing.defaults import with_defaults
from treadle.testing.policies.finding import Case, Table
from treadle.testing.policies.making import components_of, definitions_of, step_address

__all__ = ["Judged", "judge_table"]

_PROJECT = "example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A case and what came of it; `failures` tell what is otherwise than it expects."""

    case: Case
    failures: tuple[Diagnostic, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the verdict is the one that is expected."""
        return not any(each.severity is Severity.ERROR for each in self.failures)


def judge_table(table: Table) -> Iterator[Judged]:
    """Every case of a table, in the order in which they are written."""
    known = {each.name: each for each in table.policies}
    for case in table.cases:
        yield Judged(case=case, failures=tuple(_failures(case, known[case.policy])))


def _failures(case: Case, policy: Policy) -> Iterator[Diagnostic]:
    given = case.attributes.given
    binding = Binding(
        policies=(policy.name,), parameters=case.attributes.parameters, giver=policy.giver, span=case.span
    )
    rulebook = read_policies([policy], [binding])
    if rulebook.diagnostics:
        yield from rulebook.diagnostics
        return
    defaulted = with_defaults(definitions_of(given, case.span), [policy], lambda *_: True)
    graph, mistakes = link(defaulted.definitions)
    judgement = judge(rulebook, Subjects(graph=graph, components=components_of(given, case.span), project=_PROJECT))
    wrong = [*defaulted.diagnostics, *mistakes, *judgement.diagnostics]
    if wrong:
        yield from (each if each.span else replace(each, span=case.span) for each in wrong)
        return
    yield from _otherwise(case, [each for each in judgement.verdicts if _is_about(each, case)])


def _is_about(verdict: Verdict, case: Case) -> bool:
    """Whether a verdict is about what the case gives, and not about the assets around it."""
    given = case.attributes.given
    names = {
        "asset": str(given.key),
        "step": step_address(given),
        "component": given.component.address,
        "project": _PROJECT,
    }
    if verdict.target == "check":
        return verdict.name.startswith(f"{given.key}:")
    return verdict.name == names[verdict.target]


def _otherwise(case: Case, verdicts: list[Verdict]) -> Iterator[Diagnostic]:
    """TRD917: the verdict, or its message, isn't the one that is expected."""
    expected = case.attributes
    got = verdicts[0].severity if verdicts else "pass"
    if got != expected.expect:
        yield Diagnostic(
            code="TRD917",
            message=f"{case.policy}: expected {expected.expect}, and it is {got}",
            why=f"it says: {verdicts[0].message}" if verdicts else "the policy has nothing against it",
            fix="mend the policy, or what the case expects",
            span=case.document.span((*case.path, "expect")),
        )
    elif expected.message is not None and expected.message not in [each.message for each in verdicts]:
        yield Diagnostic(
            code="TRD917",
            message=f"{case.policy}: it says {verdicts[0].message!r}"
            if verdicts
            else f"{case.policy}: it says nothing",
            why=f"the case expects {expected.message!r}",
            fix="mend the message of the policy, or what the case expects",
            span=case.document.locate((*case.path, "message")) or case.document.span((*case.path, "message", KEY)),
        )
