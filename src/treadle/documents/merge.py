"""The merge key `<<`: a mapping takes over what others hold; what it says itself wins."""

from __future__ import annotations

from typing import Any

from treadle.documents.record import Place

__all__ = ["MERGE", "merge_into"]

MERGE = "<<"


def merge_into(mapping: dict[Any, Any], place: Place, value: Any, source: Place) -> tuple[dict[Any, Any], Place] | None:
    """The mapping with what `<<` brings, or None when that isn't a mapping or a list of mappings.

    What is written in the mapping wins, then what comes first in the list.
    """
    several = isinstance(value, list)
    values = value if several else [value]
    if not all(isinstance(one, dict) for one in values):
        return None
    places = [(source.children or {})[index] for index in range(len(values))] if several else [source]
    merged: dict[Any, Any] = {}
    children: dict[Any, Place] = {}
    names: dict[Any, tuple[int, int]] = {}
    # Backwards, so that what comes first is written last and wins.
    for one, its in zip(reversed(values), reversed(places), strict=True):
        merged |= one
        children |= its.children or {}
        names |= its.names or {}
    children |= place.children or {}
    names |= place.names or {}
    return merged | mapping, Place(place.line, place.column, children, names)
