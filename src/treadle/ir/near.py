"""Names that are one slip of the hand away from another: surer, and faster, than asking for similar ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

__all__ = ["Slips"]

_SEPARATORS = "_-./ "
_SHORTEST_WORD = 4


class Slips:
    """Finds the name that was meant where one letter is missing, added, wrong or swapped, or the case differs.

    Digits and short words don't count: `orders_2`, `stg_b` and `uk/orders` rarely are misspelled.

    >>> slips = Slips(["raw/orders", "stg_a"])
    >>> slips.meant_by("raw/ordes"), slips.meant_by("stg_b"), slips.meant_by("payments")
    ('raw/orders', None, None)
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {name.casefold(): name for name in names}
        self._letters = sorted({letter for name in self._names for letter in name if letter.isalpha()})

    def meant_by(self, word: str) -> str | None:
        """The known name that a word is a slip of, or None."""
        folded = word.casefold()
        return next((self._names[slip] for slip in self._slips(folded) if slip in self._names), None)

    def _slips(self, word: str) -> Iterator[str]:
        yield word
        for at, letter in enumerate(word):
            head, tail = word[:at], word[at + 1 :]
            if letter in _SEPARATORS:
                yield from (head + other + tail for other in _SEPARATORS if other != letter)
            elif letter.isalpha() and _length_around(word, at) >= _SHORTEST_WORD:
                yield head + tail
                if tail[:1].isalpha():
                    yield head + tail[0] + letter + tail[1:]
                yield from (head + other + tail for other in self._letters)
                yield from (head + other + letter + tail for other in self._letters)
                yield from (head + letter + other + tail for other in self._letters)


def _length_around(word: str, at: int) -> int:
    """How many letters the word around a place has."""
    begin = end = at
    while begin and word[begin - 1].isalpha():
        begin -= 1
    while end < len(word) and word[end].isalpha():
        end += 1
    return end - begin
