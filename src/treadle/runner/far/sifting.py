"""What a far step prints and says, without its secrets: who keeps the step sees them, and the executor doesn't.

The step tells each secret in its output as it tells all else, before it has it; there that line is taken out, and
whatever is printed from then on is looked through.
"""

from __future__ import annotations

from treadle.credentials import Redactor
from treadle.runner.marks import Splitter, marked
from treadle.runner.wire import HandedOut, from_line

__all__ = ["Sieve"]


class Sieve:
    r"""Lets through what may be seen.

    >>> from treadle.runner.wire import to_line
    >>> sieve = Sieve("7f")
    >>> told = b"".join(marked(to_line(HandedOut(name="db", value="p@ssword")), "7f"))
    >>> sieve.feed(b"it is " + told + b"p@ssword\n") + sieve.end()
    b'it is [credential db]\n'
    """

    def __init__(self, mark: str) -> None:
        self._mark = mark
        self._splitter = Splitter(mark)
        self._redactor = Redactor()

    def feed(self, piece: bytes) -> bytes:
        """What may be seen of the next piece of output. Without a mark nothing is said in it, and no secret told."""
        if not self._mark:
            return piece
        printed, events = self._splitter.feed(piece)
        seen = [part for event in events if not self._is_secret(event) for part in marked(event, self._mark)]
        return self._redactor.feed(printed) + b"".join(seen)

    def end(self) -> bytes:
        """What is left when nothing more comes."""
        if not self._mark:
            return b""
        return self._redactor.feed(self._splitter.end()) + self._redactor.flush()

    def _is_secret(self, event: bytes) -> bool:
        """Whether an event tells a secret, which is known from now on."""
        try:
            said = from_line(event)
        except ValueError:
            return False  # the driver says what is wrong with it
        if isinstance(said, HandedOut):
            self._redactor.add(said.name, said.value)
            return True
        return False
