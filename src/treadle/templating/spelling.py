"""What a misspelled name stands for, where that is certain enough to act on it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

__all__ = ["likeness", "nearest"]

_NEAR, _APART = 0.65, 0.08
_MUCH = 4  # so many times as long, and two names share less than half of their letters


def nearest(word: str, choices: Iterable[str]) -> str:
    """The one choice that a misspelled word can stand for; nothing when there is none, or when two are as near.

    >>> nearest("asssets", ["assets", "checks"]), nearest("tine", ["time", "tire"])
    ('assets', '')
    """
    return _nearest(word, tuple(dict.fromkeys(choices)))


@lru_cache(maxsize=1024)  # a generated file has the same mistake everywhere
def _nearest(word: str, choices: tuple[str, ...]) -> str:
    scored = sorted(((likeness(word, choice), choice) for choice in choices), reverse=True)
    if not scored or scored[0][0] < _NEAR:
        return ""
    if len(scored) > 1 and scored[0][0] - scored[1][0] < _APART:
        return ""
    return scored[0][1]


def likeness(word: str, choice: str) -> float:
    """How alike two names are, from 0 to 1, whatever their case.

    >>> likeness("Tine", "time"), likeness("time" * 1_000_000, "time")
    (0.75, 0.0)
    """
    if not len(choice) / _MUCH < len(word) < len(choice) * _MUCH:
        return 0.0  # comparing takes time for each letter, and one of them may be a whole file
    return SequenceMatcher(None, choice.casefold(), word.casefold()).ratio()
