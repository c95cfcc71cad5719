"""Keeps what was handed out of everything that others read: texts, metadata, and output as it is printed."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from treadle.credentials.known import Known

__all__ = ["MAY_STAY", "Redactor"]

MAY_STAY = 3  # characters: what is that short is in every text, and can't be kept secret
_NAMELESS = "•••"
_SHORTEST_BROKEN_LINE = 60  # bytes: programs that break base64 into lines make longer ones

Stretch = tuple[int, int, str | None]
"""From where to where, and the name that stands for it; None when that is out already."""


class Redactor:
    """Replaces secrets by the names of their credentials, however they are written: see `forms`.

    It may be used by several threads, but `feed` and `flush` are for one stream.

    >>> redactor = Redactor()
    >>> redactor.add("warehouse", "p@ss word")
    >>> redactor.text("postgresql://etl:p%40ss%20word@db said: wrong password 'p@ss word'")
    "postgresql://etl:[credential warehouse]@db said: wrong password '[credential warehouse]'"
    >>> redactor.feed(b"it is p@s"), redactor.feed(b"s word."), redactor.flush()
    (b'it is ', b'[credential warehouse].', b'')
    """

    def __init__(self) -> None:
        self._known: Known | None = None
        self._names: dict[str, bytes] = {}
        self._lock = threading.Lock()
        self._held = b""  # may be the beginning of a secret
        self._covered = 0  # bytes of it that belong to a secret whose replacement is out already
        self._column = 0  # of its first byte

    def __repr__(self) -> str:
        return f"Redactor({', '.join(sorted(set(self._known.names.values()))) if self._known else ''})"

    def add(self, name: str, value: str) -> None:
        """Know a secret from now on, by the name that stands for it; what is too short to be one is let be."""
        if len(value) <= MAY_STAY:
            return
        from treadle.credentials.known import Known  # needs much that a step without credentials doesn't

        with self._lock:
            known = self._known or Known()
            if value not in known.names:
                self._known = known.with_secret(name, value)
                self._names = {}

    def text(self, text: str) -> str:
        """A text without the secrets."""
        if (known := self._known) is None:
            return text
        data = text.encode("utf-8", "surrogatepass")
        spans = _apart(known.spans(data))
        return self._written(data, spans, len(data)).decode("utf-8", "surrogatepass") if spans else text

    def json(self, value: Any) -> Any:
        """A JSON value without the secrets, also in the names of what is in it.

        >>> redactor = Redactor()
        >>> redactor.add("db", "p@ssword")
        >>> redactor.json({"urls": ["//etl:p%40ssword@host"], "rows": 3})
        {'urls': ['//etl:[credential db]@host'], 'rows': 3}
        """
        if self._known is None:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(name)): self.json(each) for name, each in value.items()}
        return [self.json(each) for each in value] if isinstance(value, (list, tuple)) else value

    def feed(self, data: bytes) -> bytes:
        """The next part of what is printed, without the secrets.

        What may be the beginning of one is held back until more is there: never more than the longest is long.
        """
        if (known := self._known) is None:
            self._note_column(data)
            return data
        data = self._held + data
        end = len(data) - known.begun(data, goes_on=self._may_go_on(data))
        if not end and not self._covered:
            self._held = data
            return b""
        return self._let_go(data, end)

    def flush(self) -> bytes:
        """What was held back, when nothing more will come."""
        return self._let_go(self._held, len(self._held))

    def _let_go(self, data: bytes, end: int) -> bytes:
        covered: list[Stretch] = [(0, self._covered, None)] if self._covered else []
        spans = _apart([*covered, *(self._known.spans(data) if self._known else ())])
        written = self._written(data, spans, end)
        # A secret that has begun before `end` is replaced already; what is left of it isn't shown later either.
        is_out = (to for start, to, name in spans if to > end and (start < end or name is None))
        self._covered = next(is_out, end) - end
        self._note_column(data[:end])
        self._held = data[end:]
        return written

    def _written(self, data: bytes, spans: Iterable[Stretch], end: int) -> bytes:
        """Data up to `end`, with names where secrets stand."""
        written, at = [], 0
        for start, to, name in spans:
            if start >= end and name is not None:
                break
            written.append(data[at:start])
            if name is not None:
                written.append(self._name(name))
            at = min(to, end)
        return b"".join((*written, data[at:end]))

    def _name(self, name: str) -> bytes:
        """What stands for a secret: nothing that holds one itself."""
        if name not in self._names:
            text = f"[credential {name}]".encode()
            holds_one = self._known is not None and self._known.spans(text)
            self._names[name] = _NAMELESS.encode() if holds_one else text
        return self._names[name]

    def _note_column(self, data: bytes) -> None:
        _, newline, after = data.rpartition(b"\n")
        self._column = len(after) + (0 if newline else self._column)

    def _may_go_on(self, data: bytes) -> bool:
        """Whether base64 may go on after what data ends with: after a line break only when the line was long."""
        line = data.rstrip(b"\r\n")
        if len(line) == len(data):
            return True
        begin = line.rfind(b"\n")
        return len(line) - begin - 1 + (self._column if begin < 0 else 0) >= _SHORTEST_BROKEN_LINE


def _apart(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Of stretches that begin one after the other, those that overlap made one."""
    apart: list[Stretch] = []
    for start, end, name in stretches:
        if apart and start < apart[-1][1]:
            first, last, known = apart[-1]
            apart[-1] = (first, max(last, end), known)
        else:
            apart.append((start, end, name))
    return apart
