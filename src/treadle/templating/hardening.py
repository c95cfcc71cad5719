"""Rewrites a template's syntax tree, so that what Jinja does unseen passes through our hands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from treadle.templating.work import spend, weigh

__all__ = ["HOOKS", "StatementError", "harden", "refuse_statements"]

_STATEMENTS = (nodes.Assign, nodes.AssignBlock, nodes.For, nodes.If, nodes.Output, nodes.With, nodes.FilterBlock)


class StatementError(Exception):
    """A statement that templates here don't have."""


def harden(template: nodes.Template) -> nodes.Template:
    """The same template, metered; StatementError for macros, includes, imports and blocks."""
    refuse_statements(template)
    return _Hardener().visit(template)  # type: ignore[no-any-return] # a transformer returns what it was given


def refuse_statements(template: nodes.Template) -> None:
    """Raise StatementError for a statement that templates here don't have."""
    for statement in template.find_all(nodes.Stmt):
        if not isinstance(statement, (*_STATEMENTS, nodes.Template)):
            raise StatementError(type(statement).__name__.lower())


class _Hardener(NodeTransformer):
    """One method for each kind of node that must be watched."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Expr:  # noqa: N802 - Jinja finds it by this name
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), "_concatenated")

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802 - Jinja finds it by this name
        self.generic_visit(node)
        node.iter = _filtered(node.iter, "_each")
        return node

    def visit_Operand(self, node: nodes.Operand) -> nodes.Operand:  # noqa: N802 - Jinja finds it by this name
        self.generic_visit(node)
        node.expr = _filtered(node.expr, "_searched")
        return node

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.CondExpr:  # noqa: N802 - Jinja finds it by this name
        self.generic_visit(node)
        if node.expr2 is None:
            # Jinja's own answer to a missing `else` prints as nothing.
            node.expr2 = _filtered(nodes.Const(None, lineno=node.lineno), "_without_else")
        return node

    def visit_List(self, node: nodes.List) -> nodes.Expr:  # noqa: N802 - Jinja finds it by this name
        self.generic_visit(node)
        return node if all(isinstance(item, nodes.Const) for item in node.items) else _filtered(node, "_built")

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Expr:  # noqa: N802 - Jinja finds it by this name
        self.generic_visit(node)
        return node if node.ctx != "load" else _filtered(node, "_built")

    def visit_Dict(self, node: nodes.Dict) -> nodes.Expr:  # noqa: N802 - Jinja finds it by this name
        self.generic_visit(node)
        return _filtered(node, "_built")


def _filtered(node: Any, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _each(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        spend(20)
        yield value


def _searched(value: Any) -> Any:
    if isinstance(value, str | bytes | list | tuple):
        spend(len(value) // 8)
    return value


def _built(value: Any) -> Any:
    weigh(value)
    return value


HOOKS = {"_each": _each, "_searched": _searched, "_built": _built}
"""The filters that the rewritten tree calls, but for those that need the environment."""
