"""The types that annotations and literals in a module's text describe; nothing is evaluated."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from treadle.templating.signatures import function_type
from treadle.templating.types import (
    BOOLEAN,
    INTEGER,
    NULL,
    NUMBER,
    OBJECT,
    TEXT,
    UNKNOWN,
    Type,
    array_of,
    of_value,
    union,
)

__all__ = ["annotated", "returned"]

_PLAIN = {
    "str": TEXT,
    "int": INTEGER,
    "float": NUMBER,
    "bool": BOOLEAN,
    "None": NULL,
    "dict": OBJECT,
    "Mapping": OBJECT,
}
_PLAIN |= {"Dict": OBJECT, "MutableMapping": OBJECT}
_LISTS = frozenset(("list", "List", "Sequence", "set", "Set", "frozenset", "FrozenSet", "tuple", "Tuple"))
_LISTS |= frozenset(("MutableSequence", "AbstractSet"))
_MAPPINGS = frozenset(("dict", "Dict", "Mapping", "MutableMapping"))
_WRAPPERS = frozenset(("Annotated", "Final", "ClassVar"))

Function = ast.FunctionDef | ast.AsyncFunctionDef


def returned(function: ast.FunctionDef) -> Type:
    """The type of what a function gives: what it says, or what its only `return` shows."""
    if _is_generator(function):
        return UNKNOWN
    found = annotated(function.returns) if function.returns is not None else UNKNOWN
    results = [node.value for node in _own_nodes(function) if isinstance(node, ast.Return)]
    if len(results) != 1 or results[0] is None or not _ends_in_return(function):
        return found
    shown = _shown(results[0], function)
    # An annotation may be wider than what is shown, never another thing.
    return shown if shown and _is_vague(found) else found


def annotated(annotation: ast.expr | None) -> Type:
    """The type that an annotation describes, unknown where its text alone doesn't say.

    >>> annotated(ast.parse("list[str] | None", mode="eval").body)
    {'anyOf': [{'type': 'array', 'items': {'type': 'string'}}, {'type': 'null'}]}
    """
    match annotation:
        case ast.Constant(value=None):
            return NULL
        case ast.Constant(value=str() as text):
            return _quoted(text)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return union([annotated(left), annotated(right)])
        case ast.Name() | ast.Attribute():
            return _named(_name(annotation))
        case ast.Subscript(value=value, slice=inner):
            arguments = list(inner.elts) if isinstance(inner, ast.Tuple) else [inner]
            return _generic(_name(value), arguments)
        case _:
            return UNKNOWN


def _quoted(text: str) -> Type:
    try:
        return annotated(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError):
        return UNKNOWN


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _named(name: str) -> Type:
    if name in _LISTS:
        return {"type": "array"}
    return function_type() if name == "Callable" else _PLAIN.get(name, UNKNOWN)


def _generic(name: str, arguments: Sequence[ast.expr]) -> Type:
    if name == "Optional":
        return union([annotated(arguments[0]), NULL])
    if name == "Union":
        return union(map(annotated, arguments))
    if name == "Literal":
        return union([_literal(one) for one in arguments])
    if name in _WRAPPERS:
        return annotated(arguments[0])
    if name == "Callable":
        return _callable(arguments)
    if name in _MAPPINGS:
        values = annotated(arguments[1]) if len(arguments) == 2 else UNKNOWN
        return {**OBJECT, "additionalProperties": values} if values else OBJECT
    if name in _LISTS:
        items = [one for one in arguments if not (isinstance(one, ast.Constant) and one.value is ...)]
        return array_of(union(map(annotated, items)) if items else UNKNOWN)
    return UNKNOWN


def _callable(arguments: Sequence[ast.expr]) -> Type:
    returns = annotated(arguments[1]) if len(arguments) == 2 else UNKNOWN
    if not isinstance(arguments[0], ast.List):
        return function_type(returns=returns)
    listed = [
        {"name": f"argument {index}", "type": annotated(one), "required": True, "kind": "positional"}
        for index, one in enumerate(arguments[0].elts, 1)
    ]
    return function_type(listed, returns=returns)


def _literal(node: ast.expr) -> Type:
    try:
        return of_value(ast.literal_eval(node))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return UNKNOWN


def _is_vague(found: Type) -> bool:
    """Whether an annotation leaves out what a function that is returned shows: its parameters' names."""
    return not found or "x-function" in found


def _own_nodes(function: Function) -> list[ast.AST]:
    """What is in a function, but not in the functions in it."""
    found: list[ast.AST] = []
    left: list[ast.AST] = list(function.body)
    while left:
        node = left.pop()
        found.append(node)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            left.extend(ast.iter_child_nodes(node))
    return found


def _is_generator(function: Function) -> bool:
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in _own_nodes(function))


def _ends_in_return(function: Function) -> bool:
    return isinstance(function.body[-1], ast.Return)


def _shown(value: ast.expr, function: Function) -> Type:
    """The type of what is returned, where it stands there: a literal, or a function of the body."""
    match value:
        case ast.Lambda(args=parameters):
            return _function(parameters, UNKNOWN)
        case ast.Name(id=name):
            inner = [one for one in function.body if isinstance(one, ast.FunctionDef) and one.name == name]
            if len(inner) != 1 or inner[0].decorator_list or _is_set(name, function):
                return UNKNOWN
            return _function(inner[0].args, returned(inner[0]))
        case ast.JoinedStr():
            return TEXT
        case _:
            return _literal(value)


def _is_set(name: str, function: Function) -> bool:
    stored = [node for node in _own_nodes(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return any(node.id == name for node in stored)


def _function(parameters: ast.arguments, returns: Type) -> Type:
    by_position = [*parameters.posonlyargs, *parameters.args]
    first_default = len(by_position) - len(parameters.defaults)
    listed: list[dict[str, Any]] = []
    for index, one in enumerate(by_position):
        kind = {"kind": "positional"} if index < len(parameters.posonlyargs) else {}
        listed.append({**_parameter(one, index < first_default), **kind})
    for one, default in zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True):
        listed.append({**_parameter(one, default is None), "kind": "keyword"})
    found: dict[str, Any] = {"parameters": listed, "variadic": parameters.vararg is not None, "returns": returns}
    if parameters.kwarg is not None:
        found["keywords"] = True
    return {"x-function": found}


def _parameter(argument: ast.arg, is_required: bool) -> dict[str, Any]:
    return {"name": argument.arg, "type": annotated(argument.annotation), "required": is_required}
