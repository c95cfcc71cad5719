"""What templates may name, as data: Python's annotations and values become types of expressions."""

from __future__ import annotations

import datetime
import inspect
import types
import typing
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import is_dataclass
from enum import Enum
from functools import cached_property, partial
from typing import Annotated, Any, Literal, get_args, get_origin

from treadle.components.scope import base_variables
from treadle.templating import Env
from treadle.templating.signatures import function_type, signature_type
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

__all__ = ["annotation_type", "described_base", "function_of", "scope_types"]

_PLAIN: Mapping[Any, Type] = {
    None: NULL,
    types.NoneType: NULL,
    bool: BOOLEAN,
    int: INTEGER,
    float: NUMBER,
    str: TEXT,
}
_SAYS_NOTHING = frozenset((Any, object, type, bytes, bytearray, inspect.Parameter.empty))
_DEEPEST = 6

# Python's own classes don't say what they take and give.
_MADE_WITH: Mapping[type, str] = {
    datetime.timedelta: "days seconds microseconds milliseconds minutes hours weeks",
    datetime.datetime: "year! month! day! hour minute second microsecond tzinfo fold",
}
_GIVES_TEXT = frozenset(("ctime", "isoformat", "strftime"))

Seen = tuple[type, ...]


def described_base() -> Mapping[str, Type]:
    """The types of what every template may name.

    >>> described_base()["project_root"]
    {'type': 'string'}
    """
    # A record is named by how it is reached: `dg.AutomationCondition` only has the name of one.
    return {name: _value_type(name, value) for name, value in base_variables(project_root="", env={}).items()}


def scope_types(scope: type) -> dict[str, Type]:
    """The types of the variables that a scope class declares.

    >>> class RowScope:
    ...     row: Mapping[str, int]
    >>> scope_types(RowScope)
    {'row': {'type': 'object', 'additionalProperties': {'type': 'integer'}}}
    """
    return {name: annotation_type(annotation) for name, annotation in _hints(scope).items() if not name.startswith("_")}


def function_of(function: Callable[..., Any], *, skip: int = 0) -> Type:
    """The type of a function, by its annotations; `skip` leaves out what is given to it already.

    >>> def shout(text: str) -> str: ...
    >>> function_of(shout)["x-function"]["returns"]
    {'type': 'string'}
    """
    return _function(function, (), skip)


def annotation_type(annotation: Any) -> Type:
    """The type of what an annotation describes; unknown where it can't be told.

    >>> annotation_type(list[int] | None)
    {'anyOf': [{'type': 'array', 'items': {'type': 'integer'}}, {'type': 'null'}]}
    """
    return _annotated(annotation, ())


def _annotated(annotation: Any, seen: Seen) -> Type:
    if isinstance(annotation, typing.NewType):
        return _annotated(annotation.__supertype__, seen)
    if type(annotation).__name__ == "TypeAliasType":
        return _annotated(annotation.__value__, seen)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation is Callable:
        return function_type()
    if origin is None:
        return _class(annotation, seen) if _is_known(annotation) else UNKNOWN
    if origin is Literal:
        return union([of_value(one.value if isinstance(one, Enum) else one) for one in arguments])
    if origin in (typing.Union, types.UnionType):
        return union([_annotated(one, seen) for one in arguments])
    if origin is Annotated or origin in (typing.Required, typing.NotRequired, typing.ClassVar, typing.Final):
        return _annotated(arguments[0], seen)
    if origin is Callable or origin is typing.Callable:
        return _callable(arguments, seen)
    if isinstance(origin, type):
        return _generic(origin, arguments, seen)
    return UNKNOWN


def _is_known(annotation: Any) -> bool:
    return annotation is None or (isinstance(annotation, type) and annotation not in _SAYS_NOTHING)


def _callable(arguments: Sequence[Any], seen: Seen) -> Type:
    if len(arguments) != 2 or not isinstance(arguments[0], list):
        return function_type(returns=_annotated(arguments[1], seen) if len(arguments) == 2 else UNKNOWN)
    parameters = [
        {"name": f"argument {index}", "type": _annotated(one, seen), "required": True, "kind": "positional"}
        for index, one in enumerate(arguments[0], 1)
    ]
    return function_type(parameters, returns=_annotated(arguments[1], seen))


def _generic(origin: type, arguments: Sequence[Any], seen: Seen) -> Type:
    if issubclass(origin, tuple):
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return array_of(_annotated(arguments[0], seen))
        return array_of(union([_annotated(one, seen) for one in arguments]) if arguments else UNKNOWN)
    if issubclass(origin, Mapping):
        values = _annotated(arguments[1], seen) if len(arguments) == 2 else UNKNOWN
        return {**OBJECT, "additionalProperties": values} if values else OBJECT
    if issubclass(origin, Sequence | Set | Iterator):
        return array_of(_annotated(arguments[0], seen) if arguments else UNKNOWN)
    # Text is an iterable too, and so is a mapping.
    return UNKNOWN if issubclass(origin, type) or origin in (Iterable, Collection) else {"x-record": origin.__name__}


def _class(found: Any, seen: Seen) -> Type:
    if found in _PLAIN:
        return _PLAIN[found]
    if issubclass(found, str | int | float):
        return _plain_subclass(found)
    if typing.is_typeddict(found):
        return _typed_dict(found, seen)
    if issubclass(found, Mapping | Sequence | Set | Iterator):
        return _generic(found, (), seen)
    if found in (Iterable, Collection):
        return UNKNOWN
    return _record(found, seen)


def _plain_subclass(found: type) -> Type:
    plain = next(one for one in (bool, int, float, str) if issubclass(found, one))
    if not issubclass(found, Enum):
        return _PLAIN[plain]
    return union([of_value(plain(one.value)) for one in found])


def _typed_dict(found: Any, seen: Seen) -> Type:
    if found in seen or len(seen) > _DEEPEST:
        return OBJECT
    properties = {name: _annotated(one, (*seen, found)) for name, one in _hints(found).items()}
    return {
        **OBJECT,
        "properties": properties,
        "required": sorted(found.__required_keys__),
        "additionalProperties": False,
    }


def _record(found: type, seen: Seen) -> Type:
    named = {"x-record": found.__name__}
    if found in seen or len(seen) > _DEEPEST or not _is_declared(found):
        return named
    below = (*seen, found)
    hints = _hints(found)
    properties = {
        name: _annotated(hints[name], below) if name in hints else _member(found, name, below)
        for name in sorted({*hints, *dir(found)})
        if not name.startswith("_")
    }
    return {**named, "properties": properties}


def _is_declared(found: type) -> bool:
    """Whether a class says all that its objects have: others may be given attributes by any line of code."""
    if hasattr(found, "__pydantic_fields__"):
        return bool(found.model_config.get("extra") != "allow")  # type: ignore[attr-defined] # it is a model
    if hasattr(found, "__getattr__"):
        return False
    return is_dataclass(found) or getattr(found, "_is_protocol", False) or found.__module__ == datetime.__name__


def _member(found: type, name: str, seen: Seen) -> Type:
    """A method, a property, or a constant of a class."""
    value = inspect.getattr_static(found, name)
    if isinstance(value, property) and value.fget is not None:
        return _returned(value.fget, seen)
    if isinstance(value, cached_property):
        return _returned(value.func, seen)
    if isinstance(value, types.FunctionType):
        return _function(value, seen, skip=1)
    if isinstance(value, staticmethod | classmethod) and isinstance(value.__func__, types.FunctionType):
        return _function(value.__func__, seen, skip=int(isinstance(value, classmethod)))
    return function_type(returns=TEXT) if name in _GIVES_TEXT else UNKNOWN


def _function(function: Callable[..., Any], seen: Seen, skip: int = 0) -> Type:
    signature = _signature(function)
    if signature is None:
        return function_type()
    returns = _annotated(signature.return_annotation, seen)
    return signature_type(signature, annotated=lambda one: _annotated(one, seen), returns=returns, skip=skip)


def _returned(function: Callable[..., Any], seen: Seen) -> Type:
    signature = _signature(function)
    return UNKNOWN if signature is None else _annotated(signature.return_annotation, seen)


def _signature(function: Callable[..., Any]) -> inspect.Signature | None:
    for eval_str in (True, False):
        try:
            return inspect.signature(function, eval_str=eval_str)
        except Exception:  # an annotation is any code of theirs
            continue
    return None


def _hints(found: Any) -> dict[str, Any]:
    try:
        return typing.get_type_hints(found, include_extras=True)
    except Exception:  # an annotation that names what isn't there when it runs
        names = (name for one in reversed(found.__mro__) for name in inspect.get_annotations(one))
        return dict.fromkeys(names, Any)


def _value_type(name: str, value: Any) -> Type:
    """The type of what a variable holds."""
    if isinstance(value, Env):
        return {"x-env": True}
    if isinstance(value, types.SimpleNamespace):
        properties = {inner: _value_type(f"{name}.{inner}", one) for inner, one in vars(value).items()}
        return {"x-record": name, "properties": properties}
    if isinstance(value, type):
        made = _record(value, ())
        return {**made, "x-record": name, **function_type(_parameters(value), returns=made)}
    if isinstance(value, types.FunctionType | types.MethodType | partial):
        return _function(value, ())
    if value is None or isinstance(value, bool | int | float | str):
        return _PLAIN[type(value)]
    return _class(type(value), ())


def _parameters(found: type) -> list[dict[str, Any]] | None:
    names = _MADE_WITH.get(found, "").split()
    listed = [{"name": each.rstrip("!"), "type": UNKNOWN, "required": each.endswith("!")} for each in names]
    return listed or None
