"""How OTLP writes what is said of a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue

__all__ = ["attributes", "value"]

_INTEGERS = range(-(1 << 63), 1 << 63)


def attributes(given: Mapping[str, Any]) -> list[KeyValue]:
    """Attributes of a record, without those that are None.

    >>> [each.key for each in attributes({"treadle.step": "wool", "treadle.partition": None})]
    ['treadle.step']
    """
    return [KeyValue(key=name, value=value(each)) for name, each in given.items() if each is not None]


def value(given: Any) -> AnyValue:
    """A value, as text when OTLP has no other form for it.

    >>> value(10**30).string_value
    '1000000000000000000000000000000'
    """
    if isinstance(given, str):
        return AnyValue(string_value=given)
    if isinstance(given, bool):
        return AnyValue(bool_value=given)
    if isinstance(given, int) and given in _INTEGERS:
        return AnyValue(int_value=given)
    if isinstance(given, float):
        return AnyValue(double_value=given)
    if isinstance(given, list):
        return AnyValue(array_value=ArrayValue(values=[value(each) for each in given]))
    return AnyValue(string_value=str(given))
