"""Expressions of policies: read with their types, so that a mistake is told before anything is judged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from jinja2 import nodes

from treadle.errors import Diagnostic
from treadle.policies.fields import LINEAGE
from treadle.policies.places import place_in
from treadle.policies.records import Policy
from treadle.templating.compiled import compile_expression
from treadle.templating.places import Variables
from treadle.templating.positions import Understood, understand
from treadle.templating.types import Type, branches
from treadle.templating.undefined import insist
from treadle.templating.work import work_budget

__all__ = ["Expression", "mistakes_in", "read_expression"]

_TEMPLATE_FIX = "write {{ name }} or {{ name.part | filter }}; literal braces are written {{ '{{' }}"
_FIXES: Mapping[str, str] = {
    _TEMPLATE_FIX: "write an expression without braces, like: asset.owners and 'pii' not in asset.tags",
    "put the logic into a template variable (template_vars_module)": "write the policy in Python, with @policy",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """An expression that can be judged with.

    `reads` are the fields of the target that it names; one that `looks_around` needs more of the graph than the
    component that declares the target.
    """

    understood: Understood
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
    mistakes = tuple(mistakes_in(policy, understood))
    if mistakes or understood.tree is None:
        return None, mistakes
    return (
        Expression(
            understood=understood,
            reads=frozenset(_read(understood.tree, policy.target)),
            looks_around=policy.target == "project" or _looks_around(understood),
        ),
        (),
    )


def mistakes_in(policy: Policy, understood: Understood) -> Iterator[Diagnostic]:
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
