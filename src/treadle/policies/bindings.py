"""Where policies hold and how hard: what their own givers say, and what others add to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from treadle.errors import Diagnostic, cut, did_you_mean, listing
from treadle.ir.selection import pattern_of
from treadle.ir.verdicts import SEVERITIES, PolicySeverity
from treadle.policies.records import Binding, Policy
from treadle.templating.types import INTEGER, NUMBER, OBJECT, Type, described, of_value

__all__ = ["STANDARD", "Term", "bind", "parameters_type"]

STANDARD = "treadle"
"""The giver of Treadle's own packs: these hold only where a binding names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A place where a policy holds: how hard, with which values, and for what. No binding is everywhere."""

    severity: PolicySeverity
    parameters: Mapping[str, object] = field(default_factory=dict)
    binding: Binding | None = None


def bind(
    policies: Iterable[Policy], bindings: Iterable[Binding]
) -> tuple[Mapping[str, tuple[Term, ...]], tuple[Diagnostic, ...]]:
    """The terms of each policy, by its name, and what is wrong with the bindings.

    >>> from treadle.policies.records import Rule
    >>> policy = Policy(name="owned", require=Rule(text="asset.owners"))
    >>> terms, _ = bind([policy], [Binding(policies=("own*",), severity="warn")])
    >>> [each.severity for each in terms["owned"]]
    ['warn']
    """
    known = list(policies)
    fitting = [(each, [one for one in known if _names(each, one)]) for each in bindings]
    own: dict[str, list[Term]] = {each.name: [] for each in known}
    mistakes: list[Diagnostic] = []
    for binding, meant in fitting:
        mistakes += _unmet(binding, meant, known)
        for policy in meant:
            if binding.giver == policy.giver:
                own[policy.name].append(_term(policy, binding))
    for policy in known:
        if not own[policy.name] and policy.giver != STANDARD:
            own[policy.name].append(Term(severity=policy.severity, parameters=policy.parameters))
    added, loosened = _added(fitting, own)
    return (
        {name: (*terms, *added.get(name, ())) for name, terms in own.items()},
        (*mistakes, *loosened),
    )


def _added(
    fitting: Iterable[tuple[Binding, list[Policy]]], own: Mapping[str, list[Term]]
) -> tuple[Mapping[str, list[Term]], list[Diagnostic]]:
    """What others than its giver add to each policy, packages before the project; and what they may not."""
    added: dict[str, list[Term]] = {}
    loosened: list[Diagnostic] = []
    foreign = [(each, [one for one in meant if one.giver != each.giver]) for each, meant in fitting]
    for binding, meant in sorted(foreign, key=lambda pair: not pair[0].giver):
        inherited = {
            one.name: [*own[one.name], *(each for each in added.get(one.name, ()) if _is_anothers(each, binding))]
            for one in meant
        }
        refused = [one for one in meant if _is_loosened(_term(one, binding).severity, inherited[one.name])]
        if refused:
            loosened.append(_loosened(binding, refused, inherited))
        for policy in meant:
            if policy not in refused:
                added.setdefault(policy.name, []).append(_term(policy, binding))
    return added, loosened


def _is_anothers(term: Term, binding: Binding) -> bool:
    return term.binding is not None and term.binding.giver != binding.giver


def _term(policy: Policy, binding: Binding) -> Term:
    changed = {name: value for name, value in binding.parameters.items() if name in policy.parameters}
    severity = binding.severity or policy.severity
    return Term(severity=severity, parameters={**policy.parameters, **changed}, binding=binding)


def _names(binding: Binding, policy: Policy) -> bool:
    """Whether a binding names a policy; those of its own giver may be named without that one's name."""
    names = {policy.name}
    if binding.giver and binding.giver == policy.giver:
        names.add(policy.name.removeprefix(f"{policy.giver}."))
    return any(pattern_of(pattern)(name) for pattern in binding.policies for name in names)


def _is_loosened(severity: PolicySeverity, inherited: Iterable[Term]) -> bool:
    mildest = min((SEVERITIES.index(each.severity) for each in inherited), default=0)
    return SEVERITIES.index(severity) < mildest


def _unmet(binding: Binding, meant: Iterable[Policy], known: Iterable[Policy]) -> Iterator[Diagnostic]:
    """TRD908: patterns that fit no policy, and parameters that none of its policies has."""
    names = [each.name for each in known]
    for pattern in binding.policies:
        if not any(_names(Binding(policies=(pattern,), giver=binding.giver), each) for each in known):
            yield Diagnostic(
                code="TRD908",
                message=f"there is no policy {pattern!r}" if "*" not in pattern else f"no policy fits {pattern!r}",
                why=f"there is {listing(names)}" if names else "no policy is defined here or by a package",
                fix=did_you_mean(pattern, names) or "`treadle list policies --all` shows every policy",
                span=binding.span,
            )
    parameters = {name for each in meant for name in each.parameters}
    for name in binding.parameters if meant else ():
        if name not in parameters:
            yield Diagnostic(
                code="TRD908",
                message=f"no policy of this binding has a parameter {name!r}",
                why=f"there is {listing(parameters)}" if parameters else "these policies have no parameters",
                fix=did_you_mean(name, parameters) or f"leave out {name!r}",
                span=binding.span,
            )

    yield from _wrong_kinds(binding, meant)


def parameters_type(policy: Policy) -> Type:
    """The type of what expressions of a policy find in `parameters`: what its own values are.

    >>> from treadle.policies.records import Rule
    >>> parameters_type(Policy(name="x", require=Rule(), parameters={"least": 1}))["properties"]
    {'least': {'type': 'integer'}}
    """
    properties = {name: _varying(of_value(value)) for name, value in policy.parameters.items()}
    return {**OBJECT, "properties": properties, "required": list(properties), "additionalProperties": False}


def _varying(of: Type) -> Type:
    """The type of any value of this kind: what is in a list or a mapping may be something else."""
    return {"type": of["type"]} if "type" in of and of["type"] != "null" else {}


def _wrong_kinds(binding: Binding, meant: Iterable[Policy]) -> Iterator[Diagnostic]:
    """TRD908: parameters of another kind than the policy's own."""
    for policy in meant:
        for name, value in binding.parameters.items():
            wanted = parameters_type(policy)["properties"].get(name, {})
            given = _varying(of_value(value))
            if wanted and given != wanted and (wanted, given) != (NUMBER, INTEGER):
                yield Diagnostic(
                    code="TRD908",
                    message=f"the parameter {name!r} of {policy.name} is {described(wanted)}, not {described(given)}",
                    why=f"the policy has {cut(policy.parameters[name])} there",
                    fix=f"give it {described(wanted)}",
                    span=binding.span,
                )


def _loosened(binding: Binding, refused: list[Policy], inherited: Mapping[str, list[Term]]) -> Diagnostic:
    """TRD907: it asks for less than what holds already."""
    givers = sorted({each.giver for each in refused if each.giver and each.giver != STANDARD})
    return Diagnostic(
        code="TRD907",
        message=f"the severity {binding.severity} would loosen {listing([each.name for each in refused], most=3)}",
        why=f"{'a package' if not givers else listing(givers)} asks for more, and that can't be loosened here",
        fix="leave out `severity`, or ask those who look after it for a waiver",
        span=binding.span,
    )
