"""What filters give, by what they are given; and which values they refuse, asked of the filters themselves."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from jinja2.exceptions import SecurityError
from jinja2.nodes import EvalContext

from treadle.templating.members import SAMPLES, AbsentError, attribute
from treadle.templating.operator_types import RefusedError
from treadle.templating.sandbox import SANDBOX
from treadle.templating.signatures import signature_type
from treadle.templating.types import (
    INTEGER,
    NULL,
    NUMBER,
    TEXT,
    UNKNOWN,
    Type,
    array_of,
    branches,
    elements,
    kind,
    union,
)
from treadle.templating.work import work_budget

__all__ = ["Argument", "filter_signature", "filtered", "refuse"]

Argument = tuple[Type, Any]
"""The type of an argument, and its value where that is known (or `...`)."""

Arguments = Mapping[str, Argument]

_SCALARS = frozenset(("null", "boolean", "integer", "number"))
_TEXT_FILTERS = ("capitalize", "center", "indent", "join", "lower", "replace", "string", "title", "tojson", "trim")


def filtered(name: str, value: Type, arguments: Sequence[Argument], named: Arguments) -> Type:
    """The type of `value | name(arguments)`.

    >>> filtered("length", {"type": "string"}, (), {})
    {'type': 'integer'}
    """
    given = {**dict(zip(_parameters(name), arguments, strict=False)), **named}
    if name in _FIXED:
        return _FIXED[name]
    if name in _BY_VALUE:
        return _BY_VALUE[name](value, given)
    return _mapped(value, arguments, named) if name == "map" else UNKNOWN


@lru_cache(maxsize=128)
def filter_signature(name: str) -> Type:
    """A filter as a function of what stands in its brackets."""
    function = SANDBOX.filters[name]
    try:
        signature = inspect.signature(function)
    except ValueError:
        return {"x-function": {"parameters": [], "variadic": False, "returns": UNKNOWN}}
    skip = 2 if hasattr(function, "jinja_pass_arg") else 1
    return signature_type(signature, annotated=lambda _: UNKNOWN, returns=UNKNOWN, skip=skip)


def refuse(name: str, value: Type, arguments: Sequence[Argument], named: Arguments) -> None:
    """Raise `RefusedError` when a filter can do nothing with any value of a type.

    Only asked of numbers, true, false and nothing: whether text or a list can be used depends on what is in it.
    """
    kinds = {kind(branch) for branch in branches(value)}
    values = [one for _, one in arguments], {key: one for key, (_, one) in named.items()}
    if not kinds <= _SCALARS or any(one is ... for one in (*values[0], *values[1].values())):
        return
    refused: Exception | None = None
    for sample in (sample for one in kinds for sample in SAMPLES[one]):
        try:
            with work_budget():
                SANDBOX.call_filter(name, sample, *values, context=_context(), eval_ctx=EvalContext(SANDBOX))
        except (TypeError, AttributeError) as error:
            refused = refused or error
        except Exception:
            return
        else:
            return
    if refused is not None:
        raise RefusedError(refused)


@lru_cache(maxsize=1)
def _context() -> Any:
    return SANDBOX.from_string("").new_context()


def _parameters(name: str) -> list[str]:
    found: Sequence[Mapping[str, Any]] = filter_signature(name)["x-function"]["parameters"]
    return [str(each["name"]) for each in found]


def _given(arguments: Arguments, *names: str) -> Argument | None:
    return next((arguments[name] for name in names if name in arguments), None)


def _default(value: Type, arguments: Arguments) -> Type:
    other = _given(arguments, "default_value")
    also_falsy = _given(arguments, "boolean")
    if also_falsy is not None and also_falsy[1] is True:
        value = _without_nothing(value)
    return union([value, TEXT if other is None else other[0]])


def _without_nothing(value: Type) -> Type:
    kept = [branch for branch in branches(value) if kind(branch) != "null"]
    return union(kept) if kept else NULL


def _number(result: Type) -> Callable[[Type, Arguments], Type]:
    def convert(_: Type, arguments: Arguments) -> Type:
        other = _given(arguments, "default")
        return result if other is None else union([result, other[0]])

    return convert


def _plain_number(value: Type, _: Arguments) -> Type:
    kinds = {kind(branch) for branch in branches(value)}
    if kinds <= {"integer", "boolean"}:
        return INTEGER
    return NUMBER if kinds <= {"integer", "boolean", "number"} else UNKNOWN


def _sum(value: Type, arguments: Arguments) -> Type:
    if set(arguments):
        return UNKNOWN
    items = elements(value)
    return _plain_number(items, {})


def _reverse(value: Type, _: Arguments) -> Type:
    return union([TEXT if kind(one) == "string" else _list(one, {}) for one in branches(value)])


def _list(value: Type, _: Arguments) -> Type:
    return array_of(elements(value))


def _same_text(value: Type, _: Arguments) -> Type:
    return TEXT if all(kind(one) == "string" for one in branches(value)) else UNKNOWN


def _mapped(value: Type, arguments: Sequence[Argument], named: Arguments) -> Type:
    items = elements(value)
    if "attribute" in named:
        path, other = named["attribute"][1], named.get("default")
        try:
            found = union(attribute(one, path) for one in branches(items)) if _is_name(path) else UNKNOWN
        except (AbsentError, SecurityError):
            found = UNKNOWN
        return array_of(found if other is None else union([found, other[0]]))
    name = arguments[0][1] if arguments else ...
    if not isinstance(name, str) or name not in SANDBOX.filters:
        return array_of(UNKNOWN)
    return array_of(filtered(name, items, arguments[1:], named))


def _is_name(path: object) -> bool:
    return isinstance(path, str) and path.isidentifier()


_FIXED: Mapping[str, Type] = {
    **dict.fromkeys((*_TEXT_FILTERS, "upper", "urlencode"), TEXT),
    **dict.fromkeys(("count", "length", "wordcount"), INTEGER),
    **dict.fromkeys(("dictsort", "items"), array_of({"type": "array"})),
    "groupby": {"type": "array"},
}
_BY_VALUE: Mapping[str, Callable[[Type, Arguments], Type]] = {
    "abs": _plain_number,
    **dict.fromkeys(("d", "default"), _default),
    **dict.fromkeys(("first", "last", "max", "min"), lambda value, _: elements(value)),
    "float": _number(NUMBER),
    **dict.fromkeys(("format", "truncate"), _same_text),
    "int": _number(INTEGER),
    **dict.fromkeys(("list", "reject", "rejectattr", "select", "selectattr", "sort", "unique"), _list),
    "reverse": _reverse,
    "round": lambda value, _: UNKNOWN if _plain_number(value, {}) == UNKNOWN else NUMBER,
    "sum": _sum,
}
