"""From the tree of an expression to Python over plain values: the part of the language that needs no watching.

What is translated gives what the sandbox gives, or raises; whoever runs it asks the sandbox then. So nothing here has
to know how a mistake is told, and only what is sure to be the same is translated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import nodes

from treadle.policies.fields import WALKS
from treadle.policies.translated_filters import filtered
from treadle.policies.translation import Translation, Untranslatable, tested
from treadle.templating.operators import OPERATORS, concatenate
from treadle.templating.positions import Understood
from treadle.templating.sandbox import TEXT_METHODS, pay_for_text
from treadle.templating.undefined import insist
from treadle.templating.work import spend

__all__ = ["WRITERS", "translate"]


def translate(understood: Understood, target: str) -> Translation:
    """The expression in Python.

    Raises:
        Untranslatable: when it is none of those that are the same in both.
    """
    if understood.tree is None:
        raise Untranslatable
    found = Translation(target=target, types=understood.types, writers=WRITERS)
    found.source = found.part(understood.tree)
    return found


def _constant(translation: Translation, node: nodes.Const) -> str:
    return translation.constant(node.value)


def _name(translation: Translation, node: nodes.Name) -> str:
    if node.name == "parameters":
        return "parameters"
    if node.name == translation.target:
        return _column(translation, "")
    raise Untranslatable


def _column(translation: Translation, name: str) -> str:
    translation.columns[name] = f"c_{name}"
    return f"c_{name}[n]"


def _attribute(translation: Translation, node: nodes.Getattr) -> str:
    if isinstance(node.node, nodes.Name) and node.node.name == translation.target:
        translation.member("", translation.of(node.node), node.attr)
        if node.attr in WALKS:
            return f"{_column(translation, '')}.{node.attr}"
        return _column(translation, node.attr)
    return translation.member(translation.part(node.node), translation.of(node.node), node.attr)[0]


def _item(translation: Translation, node: nodes.Getitem) -> str:
    if not isinstance(node.arg, nodes.Const):
        raise Untranslatable
    owner = translation.sure(translation.part(node.node), translation.of(node.node), "object", "array", "string")
    return f"{owner}[{translation.constant(node.arg.value)}]"


def _both(word: str) -> Callable[[Translation, Any], str]:
    def write(translation: Translation, node: nodes.And | nodes.Or) -> str:
        return f"({translation.part(node.left)} {word} {translation.part(node.right)})"

    return write


def _negation(translation: Translation, node: nodes.Not) -> str:
    return f"(not {translation.part(node.node)})"


def _choice(translation: Translation, node: nodes.CondExpr) -> str:
    if node.expr2 is None:
        raise Untranslatable
    first, test, second = map(translation.part, (node.expr1, node.test, node.expr2))
    return f"({first} if {test} else {second})"


_COMPARED = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=", "in": "in", "notin": "not in"}


def _comparison(translation: Translation, node: nodes.Compare) -> str:
    parts = [translation.part(node.expr)]
    for operand in node.ops:
        parts += [_COMPARED[operand.op], translation.part(operand.expr)]
    return f"({' '.join(parts)})"


def _list(translation: Translation, node: nodes.List) -> str:
    return f"[{', '.join(map(translation.part, node.items))}]"


def _tuple(translation: Translation, node: nodes.Tuple) -> str:
    if node.ctx != "load":
        raise Untranslatable
    return f"({''.join(f'{translation.part(one)}, ' for one in node.items)})"


def _concatenation(translation: Translation, node: nodes.Concat) -> str:
    translation.is_metered = True
    return f"{translation.constant(concatenate)}([{', '.join(map(translation.part, node.nodes))}])"


def _operator(symbol: str) -> Callable[[Translation, Any], str]:
    def write(translation: Translation, node: nodes.BinExpr) -> str:
        left, right = translation.part(node.left), translation.part(node.right)
        kinds = translation.kinds(translation.of(node.left)) | translation.kinds(translation.of(node.right))
        if not kinds <= {"integer", "number", "boolean"}:
            translation.is_metered = True
        if (bounded := OPERATORS.get(symbol)) is None:
            return f"({left} {symbol} {right})"
        return f"{translation.constant(bounded)}({left}, {right})"

    return write


def _sign(symbol: str) -> Callable[[Translation, Any], str]:
    return lambda translation, node: f"({symbol}{translation.part(node.node)})"


def _test(translation: Translation, node: nodes.Test) -> str:
    if node.kwargs or node.dyn_args or node.dyn_kwargs:
        raise Untranslatable
    value = translation.part(node.node)
    return tested(translation, value, node.name, [translation.part(one) for one in node.args])


def _filter(translation: Translation, node: nodes.Filter) -> str:
    if node.node is None or node.dyn_args or node.dyn_kwargs:
        raise Untranslatable
    return filtered(translation, node, node.node)


def _call(translation: Translation, node: nodes.Call) -> str:
    function = node.node
    if node.kwargs or node.dyn_args or node.dyn_kwargs or not isinstance(function, nodes.Getattr):
        raise Untranslatable
    owner, of, name = translation.part(function.node), translation.of(function.node), function.attr
    arguments = ", ".join(map(translation.part, node.args))
    if name in _METHODS:
        owner = translation.sure(owner, of, "object")
        return f"{translation.constant(_METHODS[name])}({owner}{', ' if arguments else ''}{arguments})"
    if name in _BOUNDED:
        translation.is_metered = True
        return f"{translation.constant(_BOUNDED[name])}({translation.sure(owner, of, 'string')}, {arguments})"
    if name in ("count", "index"):
        return f"{translation.sure(owner, of, 'string', 'array')}.{name}({arguments})"
    if name in TEXT_METHODS:
        return f"{translation.sure(owner, of, 'string')}.{name}({arguments})"
    raise Untranslatable


def _bounded(name: str) -> Callable[..., str]:
    """A method of texts that may make long ones, paid for as the sandbox does."""

    def call(owner: str, *arguments: Any) -> str:
        insist(arguments)
        pay_for_text(owner, name, arguments)
        result: str = getattr(owner, name)(*arguments)
        spend(len(result))
        return result

    return call


_BOUNDED = {name: _bounded(name) for name in ("center", "ljust", "replace", "rjust", "zfill")}


def _method(name: str) -> Callable[..., Any]:
    def call(owner: Mapping[str, Any], *arguments: Any) -> Any:
        if name in owner:  # an entry comes first
            raise LookupError(name)
        return getattr(owner, name)(*arguments)

    return call


_METHODS = {name: _method(name) for name in ("get", "keys", "values", "items")}

WRITERS: Mapping[type[nodes.Node], Callable[[Translation, Any], str]] = {
    nodes.Const: _constant,
    nodes.Name: _name,
    nodes.Getattr: _attribute,
    nodes.Getitem: _item,
    nodes.And: _both("and"),
    nodes.Or: _both("or"),
    nodes.Not: _negation,
    nodes.CondExpr: _choice,
    nodes.Compare: _comparison,
    nodes.List: _list,
    nodes.Tuple: _tuple,
    nodes.Concat: _concatenation,
    nodes.Add: _operator("+"),
    nodes.Sub: _operator("-"),
    nodes.Mul: _operator("*"),
    nodes.Div: _operator("/"),
    nodes.FloorDiv: _operator("//"),
    nodes.Mod: _operator("%"),
    nodes.Pow: _operator("**"),
    nodes.Neg: _sign("-"),
    nodes.Pos: _sign("+"),
    nodes.Test: _test,
    nodes.Filter: _filter,
    nodes.Call: _call,
}
"""What writes each kind of node."""
