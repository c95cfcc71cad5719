"""Records that hold what can't be sent to another process, made plain: components may put anything into them."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass, replace
from types import MappingProxyType
from typing import Any

from treadle.errors import cut
from treadle.ir import Step
from treadle.project.remembering.wire import RECORDS

__all__ = ["plainly"]

_LEFT: Mapping[type, frozenset[str]] = {Step: frozenset(("run", "prepare", "sql"))}


def plainly(value: Any) -> Any:
    """The same value of plain parts: texts for what is of a kind of its own.

    >>> from enum import StrEnum
    >>> Kind = StrEnum("Kind", ["DBT"])
    >>> plainly({"kinds": [Kind.DBT], "rows": 3})
    mappingproxy({'kinds': ('dbt',), 'rows': 3})
    """
    kind = type(value)
    if kind in RECORDS and is_dataclass(kind):
        left = _LEFT.get(kind, frozenset())
        changed = {
            each.name: plainly(getattr(value, each.name))
            for each in fields(kind)
            if each.init and each.name not in left
        }
        return replace(value, **changed)
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return int(value) if isinstance(value, int) else float(value)
    if isinstance(value, Mapping):
        return MappingProxyType({plainly(name): plainly(each) for name, each in value.items()})
    if isinstance(value, Set):
        return frozenset(map(plainly, value))
    if isinstance(value, list | tuple):
        return tuple(map(plainly, value))
    return value if kind.__module__ in ("datetime", "decimal", "pathlib", "treadle.ir.checks") else cut(value)
