"""What is under a value of a type: attributes, entries, items, methods."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from jinja2.exceptions import SecurityError
from jinja2.runtime import Undefined

from treadle.templating.sandbox import SANDBOX
from treadle.templating.signatures import function_type, signature_type
from treadle.templating.types import BOOLEAN, INTEGER, TEXT, UNKNOWN, Type, array_of, elements, kind, union

__all__ = ["SAMPLES", "AbsentError", "attribute", "item"]

SAMPLES: Mapping[str, tuple[Any, ...]] = {
    "null": (None,),
    "boolean": (True, False),
    "integer": (1, 7, 0),
    "number": (0.5, 2.0, 1, 0.0),
    "string": ("a",),
    "array": ([], (), set(), range(0)),
    "object": ({},),
}
"""Values of each plain kind: what fails with all of them, for their type's sake, fails with any."""

_TEXT_RESULTS: Mapping[str, Type] = {
    **dict.fromkeys(("count", "find", "index", "rfind", "rindex"), INTEGER),
    **dict.fromkeys(("isalnum", "isalpha", "isdigit", "islower", "isnumeric", "isspace", "isupper"), BOOLEAN),
    **dict.fromkeys(("endswith", "startswith"), BOOLEAN),
    **dict.fromkeys(("partition", "rpartition", "rsplit", "split", "splitlines"), array_of(TEXT)),
}
_ARRAY_RESULTS: Mapping[str, Type] = {
    **dict.fromkeys(("count", "index"), INTEGER),
    **dict.fromkeys(("isdisjoint", "issubset", "issuperset"), BOOLEAN),
}
_OWNERS = {
    "null": "null",
    "boolean": "the bool",
    "integer": "the int",
    "number": "the float",
    "string": "the text",
    "array": "the list",
    "object": "the mapping",
}
_MISSING = object()


class AbsentError(Exception):
    """A type has nothing under a name; `names` are those that it has."""

    def __init__(self, owner: str, names: tuple[str, ...] = ()) -> None:
        super().__init__(owner)
        self.owner = owner
        self.names = names


def attribute(branch: Type, name: str) -> Type:
    """The type of `value.name`.

    Raises:
        AbsentError: no value of this type has it.
        SecurityError: it isn't for templates.
    """
    match kind(branch):
        case "object":
            return _entry(branch, name)
        case "record":
            return _of_record(branch, name)
        case "unknown" | "function":
            _refuse_private(name, "")
            return UNKNOWN
        case plain:
            return _of_plain(branch, plain, name)


def item(branch: Type, key: object = _MISSING) -> Type:
    """The type of `value[key]`; without a key, it isn't known which one is asked for.

    Raises:
        AbsentError: no value of this type has it.
        SecurityError: it isn't for templates.
    """
    found = kind(branch)
    if isinstance(key, str):
        return attribute(branch, key)
    if found == "string":
        return TEXT
    if found == "array":
        return elements(branch)
    if found == "object":
        return UNKNOWN if key is _MISSING else _other_entry(branch)
    if found in ("null", "boolean", "integer", "number") and key is not _MISSING:
        raise AbsentError(_owner(branch, found))
    return UNKNOWN


def _other_entry(branch: Type) -> Type:
    more = branch.get("additionalProperties", UNKNOWN)
    return more if isinstance(more, Mapping) else UNKNOWN


def _entry(branch: Type, name: str) -> Type:
    properties: Mapping[str, Type] = branch.get("properties") or {}
    if name in properties:
        may_be_method = name in ("get", "items", "keys", "values") and name not in branch.get("required", ())
        return UNKNOWN if may_be_method or not isinstance(properties[name], Mapping) else properties[name]
    if branch.get("additionalProperties") is False and "patternProperties" not in branch:
        return _of_plain(branch, "object", name)
    _refuse_private(name, "")
    return UNKNOWN if hasattr({}, name) or "patternProperties" in branch else _other_entry(branch)


def _of_record(branch: Type, name: str) -> Type:
    properties: Mapping[str, Type] | None = branch.get("properties")
    if properties is None:
        _refuse_private(name, str(branch["x-record"]))
        return UNKNOWN
    if name in properties:
        return properties[name]
    if name.startswith("_"):
        raise SecurityError(f"{name!r} of {branch['x-record']!r} can't be used in templates")
    raise AbsentError(_owner(branch, "record"), tuple(properties))


def _refuse_private(name: str, owner: str) -> None:
    # A mapping may have entries with one underscore; names like __class__ are only ever Python's.
    if name.startswith("__") and name.endswith("__") and len(name) > 4:
        raise SecurityError(f"{name!r}{f' of {owner!r}' if owner else ''} can't be used in templates")


def _of_plain(branch: Type, plain: str, name: str) -> Type:
    refused: SecurityError | None = None
    for sample in SAMPLES[plain]:
        try:
            found = SANDBOX.getattr(sample, name)
        except SecurityError as error:
            refused = refused or error
            continue
        if not isinstance(found, Undefined):
            return _method(branch, plain, name)
    if refused is not None:
        raise refused
    raise AbsentError(_owner(branch, plain), tuple(sorted(branch.get("properties") or ())))


def _owner(branch: Type, found: str) -> str:
    if found == "record":
        return f"the {branch['x-record']}"
    return _OWNERS[found]


def _method(branch: Type, plain: str, name: str) -> Type:
    if plain == "string":
        return _text_method(name)
    if plain == "array":
        return function_type(returns=_ARRAY_RESULTS.get(name, array_of(UNKNOWN)))
    return function_type(returns=_of_mapping(branch, name))


@lru_cache(maxsize=128)
def _text_method(name: str) -> Type:
    returns = _TEXT_RESULTS.get(name, TEXT)
    method: Callable[..., Any] = getattr(str, name)
    try:
        signature = inspect.signature(method)
    except ValueError:
        return function_type(returns=returns)
    return signature_type(signature, annotated=lambda _: UNKNOWN, returns=returns, skip=1)


def _of_mapping(branch: Type, name: str) -> Type:
    values = union((branch.get("properties") or {}).values()) if branch.get("properties") else UNKNOWN
    if name == "keys":
        return array_of(elements(branch))
    if name == "values" and branch.get("additionalProperties") is False:
        return array_of(values)
    return array_of({"type": "array"}) if name == "items" else UNKNOWN
