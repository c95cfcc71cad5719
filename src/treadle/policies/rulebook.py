"""Policies that are ready to judge with: read once, for any number of graphs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial

from treadle.errors import Diagnostic
from treadle.policies.bindings import STANDARD, Term, bind, parameters_type
from treadle.policies.cel import CelExpression, read_cel
from treadle.policies.compiled import CompiledMessage, compile_message
from treadle.policies.expressions import Expression, message_mistakes, read_expression, selection_mistake
from treadle.policies.fields import scope_of
from treadle.policies.functions import asked, function_mistakes
from treadle.policies.records import Binding, Policy
from treadle.policies.roster import looks_around
from treadle.templating.types import Type

__all__ = ["Entry", "Rulebook", "read_policies"]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A policy, what it requires, and where it holds.

    `read` gives its expression, `message` its message, ready to be said: most policies are never violated, and of those
    that ship, many are about nothing in a project.
    """

    policy: Policy
    terms: tuple[Term, ...]
    read: Callable[[], Expression | CelExpression | None] = lambda: None
    message: Callable[[], CompiledMessage | None] = lambda: None
    is_broken: bool = False

    @cached_property
    def expression(self) -> Expression | CelExpression | None:
        """What it requires, when that isn't a function and can be read."""
        return self.read()

    @property
    def looks_around(self) -> bool:
        """Whether it needs more of a graph than the component that declares its target."""
        if self.policy.target == "project" or looks_around(self.policy.match):
            return True
        if self.policy.require.function is not None:
            return not asked(self.policy) <= {self.policy.target, "parameters"}
        # One that can't be read denies what it is about, wherever that is.
        return self.expression is not None and self.expression.looks_around

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
    entries = {name: _read(policy, terms[name]) for name, policy in known.items()}
    found = [*diagnostics, *(one for _, mistakes in entries.values() for one in mistakes)]
    return Rulebook(entries={name: entry for name, (entry, _) in entries.items()}, diagnostics=tuple(found))


def _read(policy: Policy, terms: tuple[Term, ...]) -> tuple[Entry, tuple[Diagnostic, ...]]:
    scope = scope_of(policy.target, parameters_type(policy))
    message = cache(partial(compile_message, policy.message, policy.target, scope))
    if policy.giver == STANDARD:  # of which we know that it can be read
        return Entry(policy=policy, terms=terms, read=lambda: _expression(policy, scope)[0], message=message), ()
    expression, mistakes = _expression(policy, scope)
    if wrong := selection_mistake(policy):
        # Nobody knows what it is about, so it is about everything.
        policy, expression, mistakes = replace(policy, match="*"), None, (*mistakes, wrong)
    entry = Entry(policy=policy, terms=terms, read=lambda: expression, message=message, is_broken=bool(mistakes))
    return entry, (*mistakes, *message_mistakes(policy, scope))


def _expression(
    policy: Policy, scope: Mapping[str, Type]
) -> tuple[Expression | CelExpression | None, tuple[Diagnostic, ...]]:
    if policy.require.function is not None:
        return None, function_mistakes(policy)
    if policy.require.language == "cel":
        return read_cel(policy, scope)
    return read_expression(policy, scope)
