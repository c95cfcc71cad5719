"""How OTLP writes what is said of a record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["Attributes", "attributes", "value"]

Attributes = list[dict[str, Any]]
"""Attributes of a record, in the form of OTLP's `KeyValue`."""

_INTEGERS = range(-(1 << 63), 1 << 63)


def attributes(given: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> Attributes:
    """Attributes of a record, without those that are None.

    >>> attributes({"treadle.step": "wool", "treadle.partition": None})
    [{'key': 'treadle.step', 'value': {'string_value': 'wool'}}]
    """
    return [{"key": name, "value": value(each)} for name, each in dict(given).items() if each is not None]


def value(given: Any) -> dict[str, Any]:
    """A value in the form of OTLP's `AnyValue`: as text, when there is no other for it.

    >>> value(10**30)
    {'string_value': '1000000000000000000000000000000'}
    """
    if isinstance(given, str):
        return {"string_value": given}
    if isinstance(given, bool):
        return {"bool_value": given}
    if isinstance(given, int) and given in _INTEGERS:
        return {"int_value": given}
    if isinstance(given, float):
        return {"double_value": given}
    if isinstance(given, list):
        return {"array_value": {"values": [value(each) for each in given]}}
    return {"string_value": str(given)}
