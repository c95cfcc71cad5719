"""How much one template may do: every loop, call and piece of text is paid for from a budget.

Templates come with the project, and projects come from anywhere. Without a budget, one short line
fills the memory or never ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["TooMuchWorkError", "is_spent", "shared_budget", "spend", "weigh", "work_budget"]

_BUDGET = 1_000_000
_SHARED = 2_000_000
_DEEPEST = 100
_PLAIN = frozenset({int, float, bool, type(None)})


class TooMuchWorkError(Exception):
    """A template asks for more than any template needs."""


_left: ContextVar[list[int] | None] = ContextVar("_left", default=None)


_shared: ContextVar[list[int] | None] = ContextVar("_shared", default=None)


@contextmanager
def shared_budget() -> Iterator[None]:
    """What all templates of a document may do together: a thousand that are just allowed would take minutes."""
    if _shared.get() is not None:
        yield
        return
    token = _shared.set([_SHARED])
    try:
        yield
    finally:
        _shared.reset(token)


def is_spent() -> bool:
    """Whether the templates of the document have used up what they have together."""
    shared = _shared.get()
    return shared is not None and shared[0] <= 0


@contextmanager
def work_budget() -> Iterator[None]:
    """A fresh budget for what is rendered inside."""
    budget = [_BUDGET]
    token = _left.set(budget)
    try:
        yield
    finally:
        _left.reset(token)
        if (shared := _shared.get()) is not None:
            shared[0] -= _BUDGET - budget[0]


def spend(amount: int) -> None:
    """Pay for work before it is done: a character or an item costs one."""
    left = _left.get()
    if left is None:
        # Outside of a rendering (when an expression is compiled), each act must fit the budget by itself.
        left = [_BUDGET]
    left[0] -= max(amount, 1)
    if left[0] < 0:
        raise TooMuchWorkError


def weigh(value: object, depth: int = 0) -> None:
    """Pay for everything that a value holds, counted as often as it is repeated.

    Two names for one list make an exponential bomb when they are nested: `[a, a]`, again and again.
    """
    if isinstance(value, str | bytes):
        spend(len(value))
        return
    spend(1)
    if depth > _DEEPEST:
        raise TooMuchWorkError
    if isinstance(value, dict):
        for name, item in value.items():
            weigh(name, depth + 1)
            weigh(item, depth + 1)
    elif isinstance(value, list | tuple | set | frozenset):
        plain = 0  # what holds nothing is paid for at once: there may be a million of it
        for item in value:
            if item.__class__ in _PLAIN:
                plain += 1
            else:
                weigh(item, depth + 1)
        if plain:
            spend(plain)
