"""Mistakes as answers tell them, and lists in pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from treadle.assistant.models.given import Diagnostic
from treadle.project.diagnostic_json import diagnostic_json

if TYPE_CHECKING:
    from treadle import errors

__all__ = ["MOST_TOLD", "page", "told"]

MOST_TOLD = 50
"""How many mistakes are told of that weren't asked for."""

T = TypeVar("T")


def told(diagnostics: Iterable[errors.Diagnostic], *, most: int = MOST_TOLD) -> list[Diagnostic]:
    """Mistakes as `treadle check --json` tells them, the first ones."""
    return [Diagnostic(**diagnostic_json(each)) for each in islice(diagnostics, most)]


def page(items: Sequence[T], start: int, limit: int) -> tuple[Sequence[T], int | None]:
    """Part of a list, and where the next part begins.

    >>> page("abc", 0, 2), page("abc", 2, 2)
    (('ab', 2), ('c', None))
    """
    end = start + limit
    return items[start:end], end if end < len(items) else None
