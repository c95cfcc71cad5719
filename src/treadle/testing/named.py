"""Things by name, in a mapping that says what there is when a name is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from treadle.errors import did_you_mean, listing

__all__ = ["ByName", "by_name"]

T = TypeVar("T")


class ByName(dict[str, T]):
    """A dictionary whose `KeyError` names what there is instead.

    >>> ByName({"orders": 1})["order"]
    Traceback (most recent call last):
    KeyError: "'order' isn't there: did you mean 'orders'?"
    """

    def __missing__(self, name: str) -> T:
        there = f"there is {listing(self)}" if self else "there is nothing"
        raise KeyError(f"{name!r} isn't there: {did_you_mean(str(name), self) or there}")


def by_name(things: Iterable[T], name_of: Callable[[T], object]) -> ByName[T]:
    """The things by their names."""
    return ByName({str(name_of(each)): each for each in things})
