"""Policies that are ready to judge with: read once, for any number of graphs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from treadle.errors import Diagnostic
from treadle.policies.bindings import Term, bind
from treadle.policies.expressions import Expression, read_expression
from treadle.policies.fields import scope_of
from treadle.policies.functions import asked, function_mistakes
from treadle.policies.records import Binding, Policy
from treadle.policies.roster import looks_around
from treadle.templating.types import OBJECT, Type, of_value

__all__ = ["Entry", "Rulebook", "read_policies"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A policy, what it requires, and where it holds. Without an expression or a function it is broken."""

    policy: Policy
    terms: tuple[Term, ...]
    expression: Expression | None = None
    is_broken: bool = False

    @property
    def looks_around(self) -> bool:
        """Whether it needs more of a graph than the component that declares its target."""
        if self.expression is not None:
            return self.expression.looks_around or looks_around(self.policy.match)
        return self.policy.target == "project" or not asked(self.policy) <= {self.policy.target, "parameters"}

    @property
    def reads(self) -> frozenset[str]:
        """The fields of its target that it names; of a function, nobody knows."""
        return self.expression.reads if self.expression else frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Policies by their names, and everything that is wrong with them and with their bindings."""

    entries: Mapping[str, Entry]
    diagnostics: tuple[Diagnostic, ...] = ()


def read_policies(policies: Iterable[Policy], bindings: Iterable[Binding] = ()) -> Rulebook:
    """Read policies and bindings. Never raises: one that is broken is kept, and denies whatever it is about."""
    known = {each.name: each for each in policies}
    terms, diagnostics = bind(known.values(), bindings)
    found = list(diagnostics)
    entries = {}
    for name, policy in known.items():
        expression: Expression | None = None
        mistakes: tuple[Diagnostic, ...] = ()
        if policy.require.function is not None:
            mistakes = function_mistakes(policy)
        else:
            expression, mistakes = read_expression(policy, scope_of(policy.target, _parameters(policy)))
        found += mistakes
        entries[name] = Entry(policy=policy, terms=terms[name], expression=expression, is_broken=bool(mistakes))
    return Rulebook(entries=entries, diagnostics=tuple(found))


def _parameters(policy: Policy) -> Type:
    properties = {name: _varying(of_value(value)) for name, value in policy.parameters.items()}
    return {**OBJECT, "properties": properties, "required": list(properties), "additionalProperties": False}


def _varying(of: Type) -> Type:
    return {name: one for name, one in of.items() if name != "const"}
