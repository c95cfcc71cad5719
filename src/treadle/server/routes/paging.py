"""Lists in pages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Annotated

from fastapi import Query

from treadle.errors import UsageError

__all__ = ["Cursor", "Limit", "page_at", "page_of"]

Limit = Annotated[int, Query(ge=1, le=500, description="How many at most.")]
"""The parameter that says how long a page is."""

Cursor = Annotated[str | None, Query(max_length=2000, description="`next` of the page before.")]
"""The parameter that says where a page begins."""


def page_of(names: Sequence[str], cursor: str | None, limit: int) -> tuple[Sequence[str], str | None]:
    """The names of a page, of some that are in order, and the cursor of the next one.

    The cursor is the last name of the page: a page begins where it has to also when others came or went.

    >>> page_of(["a", "b", "c"], "a", 1)
    (['b'], 'b')
    >>> page_of(["a", "b", "c"], "bb", 5)
    (['c'], None)
    """
    start = 0 if cursor is None else bisect_right(names, cursor)
    page = names[start : start + limit]
    return page, page[-1] if page and start + limit < len(names) else None


def page_at(names: Sequence[str], cursor: str | None, limit: int) -> tuple[Sequence[str], str | None]:
    """The names of a page, of some in any order, and the cursor of the next one: how many come before it.

    >>> page_at(["b", "a", "c"], "1", 1)
    (['a'], '2')

    Raises:
        UsageError: when the cursor is of a list in another order.
    """
    if cursor is not None and not cursor.isdecimal():
        raise UsageError("the cursor is of a list in another order", fix="begin again without it")
    start = int(cursor or 0)
    end = start + limit
    return names[start:end], str(end) if end < len(names) else None
