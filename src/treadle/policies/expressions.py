"""Expressions of policies: read with their types, so that a mistake is told before anything is judged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from jinja2 import nodes

from treadle.errors import Diagnostic
from treadle.ir.selection import check_selection
from treadle.policies.compiled import Compiled, compile_policy
from treadle.policies.fields import LINEAGE
from treadle.policies.places import place_in
from treadle.policies.records import Policy
from treadle.templating.compiled import compile_expression
from treadle.templating.inference import infer
from treadle.templating.places import Variables
from treadle.templating.positions import Understood, understand
from treadle.templating.types import Type, branches
from treadle.templating.undefined import insist
from treadle.templating.work import work_budget

__all__ = ["Expression", "message_mistakes", "read_expression", "selection_mistake"]

_TEMPLATE_FIX = "write {{ name }} or {{ name.part | filter }}; literal braces are written {{ '{{' }}"
_FIXES: Mapping[str, str] = {
    _TEMPLATE_FIX: "write an expression without braces, like: asset.owners and 'pii' not in asset.tags",
    "put the logic into a template variable (template_vars_module)": "write the policy in Python, with @policy",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """An expression that can be judged with.

    `compiled` does the same much faster, where that is possible. `reads` are the fields of the target that it names; one that `looks_around` needs more of the graph than the
    component that declares the target.
    """

    understood: Understood
    compiled: Compiled | None
    reads: frozenset[str]
    looks_around: bool

    def holds(self, variables: Variables) -> bool:
        """Whether it is true of these; raises whatever goes wrong, `TooMuchWorkError` among it."""
        with work_budget():
            value = compile_expression(self.understood.text)(variables)
            insist(value)
            return bool(value)


def read_expression(policy: Policy, scope: Mapping[str, Type]) -> tuple[Expression | None, tuple[Diagnostic, ...]]:
    """What a policy requires, or what is wrong with it."""
    understood = understand(policy.require.text, scope)
    mistakes = tuple(_mistakes_in(policy, understood))
    if mistakes or understood.tree is None:
        return None, mistakes
    return (
        Expression(
            understood=understood,
            compiled=compile_policy(understood, policy.target),
            reads=frozenset(_read(understood.tree, policy.target)),
            looks_around=policy.target == "project" or _looks_around(understood),
        ),
        (),
    )


def selection_mistake(policy: Policy) -> Diagnostic | None:
    """TRD904: what is wrong with the selection that says what a policy is about."""
    try:
        check_selection(policy.match)
    except ValueError as error:
        return Diagnostic(
            code="TRD904",
            message=f"`match`: {error} (policy {policy.name})",
            why="it says which assets the policy is about",
            fix="write a selection like kind:dbt, or group:marts and not tag:legacy",
            span=policy.span,
        )
    return None


def message_mistakes(policy: Policy, scope: Mapping[str, Type]) -> tuple[Diagnostic, ...]:
    """TRD904: what is wrong with the templates of a policy's message."""
    if "{" not in policy.message:
        return ()
    return tuple(
        replace(one, code="TRD904", message=f"{one.message} (message of the policy {policy.name})", span=policy.span)
        for one in infer(policy.message, scope).mistakes
    )


def _mistakes_in(policy: Policy, understood: Understood) -> Iterator[Diagnostic]:
    """TRD904: what is wrong with an expression of a policy, each at its place in it."""
    for each in understood.mistakes:
        mistake = each.mistake
        message = re.sub(r"^the template (.*) can't be read$", r"the expression \1 can't be read", mistake.message)
        yield replace(
            mistake,
            code="TRD904",
            message=f"{message} (policy {policy.name})",
            fix=_FIXES.get(mistake.fix, mistake.fix),
            span=place_in(policy.require.span or policy.span, understood.text, each.offset),
        )


def _read(tree: nodes.Node, target: str) -> Iterator[str]:
    for node in (tree, *tree.find_all(nodes.Getattr)):
        if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name == target:
            yield node.attr


def _looks_around(understood: Understood) -> bool:
    assert understood.tree is not None
    found = (understood.tree, *understood.tree.find_all((nodes.Getattr, nodes.Getitem)))
    return any(_is_around(node, understood) for node in found) or _has_computed(understood)


def _is_around(node: nodes.Node, understood: Understood) -> bool:
    match node:
        case nodes.Getattr(node=owner, attr=name):
            pass
        case nodes.Getitem(node=owner, arg=nodes.Const(value=str() as name)):
            pass
        case _:
            return False
    of = understood.types.get(owner, {})
    return any(name in LINEAGE.get(branch.get("x-record", ""), ()) for branch in branches(of))


def _has_computed(understood: Understood) -> bool:
    """Whether a field may be named in a way that isn't seen: `map(attribute='upstream')`."""
    assert understood.tree is not None
    filters = understood.tree.find_all(nodes.Filter)
    return any(each.name in ("map", "selectattr", "rejectattr", "groupby", "sort", "unique") for each in filters)
