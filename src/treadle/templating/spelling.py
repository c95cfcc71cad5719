"""What a misspelled name stands for, where that is certain enough to act on it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

__all__ = ["nearest"]

_NEAR, _APART = 0.65, 0.08


def nearest(word: str, choices: Iterable[str]) -> str:
    """The one choice that a misspelled word can stand for; nothing when there is none, or when two are as near.

    >>> nearest("asssets", ["assets", "checks"]), nearest("tine", ["time", "tire"])
    ('assets', '')
    """
    return _nearest(word, tuple(dict.fromkeys(choices)))


@lru_cache(maxsize=1024)  # a generated file has the same mistake everywhere
def _nearest(word: str, choices: tuple[str, ...]) -> str:
    scored = sorted(((_likeness(word, choice), choice) for choice in choices), reverse=True)
    if not scored or scored[0][0] < _NEAR:
        return ""
    if len(scored) > 1 and scored[0][0] - scored[1][0] < _APART:
        return ""
    return scored[0][1]


def _likeness(word: str, choice: str) -> float:
    return SequenceMatcher(None, choice.casefold(), word.casefold()).ratio()
