"""The keys of dynamic partitions, for commands that may not need them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from treadle.project import Settings

__all__ = ["dynamic_keys"]


def dynamic_keys(settings: Settings) -> Callable[[str], Sequence[str]]:
    """What gives the keys of a set; the store is opened when that is asked for the first time, and closed again."""
    from treadle.cli.loaded import opened_store

    @cache
    def keys(name: str) -> tuple[str, ...]:
        with opened_store(settings) as store:
            return tuple(store.partition_sets.keys(name))

    return keys
