"""Pools: of what there is only so much at once."""

from __future__ import annotations

from treadle.server.models.given import Given

__all__ = ["Pool", "PoolList"]


class Pool(Given):
    """A limit on how many steps may run at once; `limit` is null when the project doesn't say it."""

    name: str
    limit: int | None = None
    held: int = 0
    waiting: int = 0


class PoolList(Given):
    """The pools of the project."""

    items: list[Pool]
