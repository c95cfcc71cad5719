"""What loading leaves of each component, and what a folder hands down to those in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from treadle.errors import Span
from treadle.ir import Definitions

__all__ = ["LoadedComponent", "Surroundings", "is_at"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedComponent:
    """A component of the project, and how loading it went."""

    address: str
    type: str
    span: Span
    state: Literal["loaded", "broken"]
    definitions: Definitions = field(default_factory=Definitions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a folder hands down to everything in it."""

    variables: Mapping[str, object]
    folders: tuple[Path, ...] = ()


def is_at(address: str, place: str) -> bool:
    """Whether a component is at a place, or below it.

    >>> is_at("sales/jdbt[1]", "sales/jdbt"), is_at("sales/jdbt", "sales"), is_at("sales2", "sales")
    (True, True, False)
    """
    return place in (address, ".") or address.startswith((f"{place}[", f"{place}/"))
