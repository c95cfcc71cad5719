"""What the Common Expression Language is given: types of variables, and values without anything but plain data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from treadle.policies.fields import FIELDS, Kind
from treadle.policies.views import View
from treadle.templating.types import Type, branches, elements, kind

__all__ = ["declared_type", "mentioned", "nesting", "plain"]

_WORD = re.compile(r"\.\s*([A-Za-z_]\w*)")
_RECORDS = frozenset(
    name
    for fields in FIELDS.values()
    for name, each in fields.items()
    for branch in (*branches(each.type), *branches(elements(each.type)))
    if kind(branch) == "record"
)
_DEEPEST = 20


def declared_type(of: Type, types: Any) -> Any:
    """A type as one of CEL's `types`; what may also be null, or a number of any kind, is dynamic."""
    match kind(of):
        case "string":
            return types.STRING
        case "boolean":
            return types.BOOL
        case "integer":
            return types.INT
        case "array":
            return types.List(declared_type(elements(of), types))
        case "object":
            more = of.get("additionalProperties")
            return types.Map(types.STRING, declared_type(more, types) if isinstance(more, Mapping) else types.DYN)
        case "record":
            return types.Map(types.STRING, types.DYN)
        case _:
            return types.DYN


def mentioned(text: str) -> frozenset[str]:
    """Every name after a point: what an expression may ask of anything.

    >>> sorted(mentioned("asset.upstream.all(u, u.group == 'raw')"))
    ['all', 'group', 'upstream']
    """
    return frozenset(_WORD.findall(text))


def nesting(text: str) -> int:
    """How deep records may be in records that an expression looks at."""
    return sum(name in _RECORDS for name in _WORD.findall(text))


def plain(value: Any, names: frozenset[str], depth: int) -> Any:
    """A value as plain data: of records, the fields that are mentioned, as deep as they can be asked for."""
    if isinstance(value, View):
        return _record(value, names, depth)
    if isinstance(value, list | tuple):
        return [plain(each, names, depth) for each in value]
    return _scalar(value, 0)


def _record(view: View, names: frozenset[str], depth: int) -> dict[str, Any] | None:
    fields: Iterable[str] = FIELDS[kind_of(view)]
    asked = [each for each in fields if each in names and (depth > 0 or each not in _RECORDS)]
    return {each: plain(getattr(view, each), names, depth - (each in _RECORDS)) for each in asked}


def kind_of(view: View) -> Kind:
    """What a view is of."""
    return view._kind


def _scalar(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool | int | float | str | bytes | datetime | timedelta):
        return value
    if depth < _DEEPEST and isinstance(value, Mapping):
        return {str(name): _scalar(each, depth + 1) for name, each in value.items()}
    if depth < _DEEPEST and isinstance(value, list | tuple | set | frozenset):
        return [_scalar(each, depth + 1) for each in value]
    return str(value)
