"""The types of expressions: JSON Schema, with a few keywords for what JSON doesn't have.

`{}` is unknown: anything may be asked of it. `x-record` is an object of Python, `x-function` can be
called, and `x-env` is the environment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import isfinite
from typing import Any

__all__ = [
    "BOOLEAN",
    "INTEGER",
    "NULL",
    "NUMBER",
    "OBJECT",
    "TEXT",
    "UNKNOWN",
    "Type",
    "array_of",
    "branches",
    "described",
    "elements",
    "kind",
    "of_value",
    "shallow",
    "union",
]

Type = Mapping[str, Any]
"""A JSON Schema."""

UNKNOWN: Type = {}
NULL: Type = {"type": "null"}
BOOLEAN: Type = {"type": "boolean"}
INTEGER: Type = {"type": "integer"}
NUMBER: Type = {"type": "number"}
TEXT: Type = {"type": "string"}
OBJECT: Type = {"type": "object"}
_RANGE: Type = {"type": "array", "items": INTEGER}

_MOST_BRANCHES = 12
_LONGEST_CONSTANT = 200
_WORDS = {
    "null": "nothing",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "array": "a list",
    "object": "a mapping",
    "function": "a function",
    "env": "the environment",
    "record": "an object",
    "unknown": "a value",
}


def branches(of: Any) -> tuple[Type, ...]:
    """The simple types that a type is a union of; what can't be taken apart is unknown.

    >>> branches({"type": ["string", "null"]})
    ({'type': 'string'}, {'type': 'null'})
    """
    if not isinstance(of, Mapping):
        return (UNKNOWN,)
    if any(name in of for name in ("x-record", "x-function", "x-env")):
        return (of,)
    for name in ("anyOf", "oneOf"):
        if name in of:
            return tuple(branch for one in of[name] for branch in branches(one)) or (UNKNOWN,)
    found = of.get("type")
    if isinstance(found, str):
        return (of,)
    if isinstance(found, list | tuple):
        return tuple({**of, "type": one} for one in found)
    values = [of["const"]] if "const" in of else of.get("enum")
    return tuple(of_value(value) for value in values) if values else (UNKNOWN,)


def kind(branch: Type) -> str:
    """Which of JSON's types a branch is, or `record`, `function`, `env` or `unknown`.

    >>> kind({"type": "string"}), kind({"x-function": {}}), kind({})
    ('string', 'function', 'unknown')
    """
    for name in ("record", "function", "env"):
        if f"x-{name}" in branch:
            return name
    found = branch.get("type")
    return found if found in _WORDS else "unknown"


def described(of: Type) -> str:
    """A type in the words of YAML.

    >>> described({"type": ["string", "null"]})
    'text or nothing'
    """
    words = list(dict.fromkeys(_word(branch) for branch in branches(of)))
    return " or ".join(words)


def _word(branch: Type) -> str:
    name = branch.get("x-record")
    if not isinstance(name, str):
        return _WORDS[kind(branch)]
    return f"{'an' if name[:1] in 'AEIOUaeiou' else 'a'} {name}"


def union(types: Iterable[Type]) -> Type:
    """The type of what is one of these.

    >>> union([{"type": "string", "const": "a"}, {"type": "null"}, {"type": "string"}])
    {'anyOf': [{'type': 'null'}, {'type': 'string'}]}
    """
    found: list[Type] = []
    for branch in (branch for one in types for branch in branches(one)):
        if kind(branch) == "unknown":
            return UNKNOWN
        if branch not in found and _without_constant(branch) not in found:
            found = [one for one in found if _without_constant(one) != branch]
            found.append(branch)
    if len(found) > _MOST_BRANCHES:
        found = list(_distinct(map(_without_constant, found)))
    if len(found) > _MOST_BRANCHES or not found:
        return UNKNOWN
    return found[0] if len(found) == 1 else {"anyOf": found}


def _distinct(types: Iterable[Type]) -> Iterator[Type]:
    seen: list[Type] = []
    for one in types:
        if one not in seen:
            seen.append(one)
            yield one


def _without_constant(branch: Type) -> Type:
    return {name: item for name, item in branch.items() if name != "const"} if "const" in branch else branch


def array_of(items: Type) -> Type:
    """A list of these."""
    return {"type": "array", "items": items} if items else {"type": "array"}


def elements(of: Type) -> Type:
    """What going through a value gives.

    >>> elements({"type": "array", "items": {"type": "integer"}})
    {'type': 'integer'}
    """
    return union(map(_elements, branches(of)))


def _elements(branch: Type) -> Type:
    match kind(branch):
        case "string":
            return TEXT
        case "array":
            first = branch.get("prefixItems") or ()
            rest = branch.get("items", UNKNOWN)
            return union([*first, *(() if rest is False else (rest,))])
        case "object" if branch.get("additionalProperties") is False:
            return TEXT
        case _:
            return UNKNOWN


def shallow(of: Type, depth: int = 2) -> Type:
    """A type without what is deep inside of lists and mappings.

    >>> shallow(of_value([[[1]]]), 1)
    {'type': 'array', 'items': {'type': 'array'}}
    """
    found = [_shallow(branch, depth) for branch in branches(of)]
    return found[0] if len(found) == 1 else {"anyOf": found}


def _shallow(branch: Type, depth: int) -> Type:
    found = kind(branch)
    if found not in ("array", "object"):
        return branch
    if depth == 0:
        return {"type": found}
    cut = {name: shallow(branch[name], depth - 1) for name in ("items", "additionalProperties") if branch.get(name)}
    inner = {name: shallow(one, depth - 1) for name, one in (branch.get("properties") or {}).items()}
    return {**branch, **cut, **({"properties": inner} if inner else {})}


def of_value(value: object) -> Type:
    """The type of a plain value, as exact as JSON Schema can say it.

    >>> of_value([1, 2])
    {'type': 'array', 'items': {'type': 'integer'}}
    """
    if isinstance(value, str):
        return {**TEXT, "const": str(value)} if len(value) <= _LONGEST_CONSTANT else TEXT
    if isinstance(value, Mapping):
        return _of_mapping(value)
    match value:
        case None:
            return NULL
        case bool():
            return {**BOOLEAN, "const": value}
        case int():
            return {**INTEGER, "const": int(value)}
        case float():
            return {**NUMBER, "const": float(value)} if isfinite(value) else NUMBER
        case list() | tuple() | set() | frozenset():
            return array_of(union(_distinct(_without_constant(of_value(item)) for item in value)))
        case _:
            return _RANGE if isinstance(value, range) else UNKNOWN


def _of_mapping(value: Mapping[Any, object]) -> Type:
    if not all(isinstance(name, str) for name in value):
        return OBJECT
    properties = {name: of_value(item) for name, item in value.items()}
    return {**OBJECT, "properties": properties, "required": list(properties), "additionalProperties": False}
