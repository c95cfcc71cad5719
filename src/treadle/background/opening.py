"""The store of a project, opened where the project says that it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from treadle.errors import UsageError

if TYPE_CHECKING:
    from treadle.project import Settings
    from treadle.store import Store

__all__ = ["dynamic_keys", "make_state", "opened_store"]


@contextmanager
def opened_store(settings: Settings) -> Iterator[Store]:
    """The project's store; its folder is made when it is missing, and kept out of git.

    Raises:
        UsageError: when the folder can't be made, or the store can't be used.
    """
    from treadle.store import open_store

    make_state(settings)
    with open_store(settings.store_url) as store:
        yield store


def make_state(settings: Settings) -> None:
    """Make the folder that Treadle keeps its own files in.

    Raises:
        UsageError: when it can't be made or written to.
    """
    try:
        settings.make_state()
    except OSError as error:
        message = f"{str(settings.state)!r} can't be made or written to: {error.strerror}"
        raise UsageError(message, fix="it has to be a folder in which you may write") from error


def dynamic_keys(settings: Settings) -> Callable[[str], Sequence[str]]:
    """What gives the keys of a set; the store is opened when that is asked for the first time, and closed again."""

    @cache
    def keys(name: str) -> tuple[str, ...]:
        with opened_store(settings) as store:
            return tuple(store.partition_sets.keys(name))

    return keys
