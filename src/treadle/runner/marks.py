r"""Events within output: the one thing that every executor brings back is what a process prints.

An event is written as a line that begins with a mark which is made for each attempt, so that nothing that a step
prints can be taken for one. It may stand behind text without a newline; what is left when it is taken out is exactly
what the step has printed. A long event is several such lines, each short enough to be written at once.

>>> splitter = Splitter("7f")
>>> splitter.feed(b"half a " + b"".join(marked(b'{"kind":"log"}\n', "7f")) + b"line\n")
(b'half a line\n', [b'{"kind":"log"}'])
"""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["MARK", "Splitter", "marked"]

MARK = "TREADLE_STEP_MARK"
"""The environment variable that tells a process to write its events as marked lines, and with which mark."""

_AT_ONCE = 4096  # bytes that a pipe takes as a whole (PIPE_BUF), however many write to it
_GOES_ON, _ENDS = b"+", b"."


def _prefix(mark: str) -> bytes:
    return b"\x1e" + mark.encode("ascii")


def marked(line: bytes, mark: str) -> Iterator[bytes]:
    """The lines to write for the line of one event, each to be written in one go."""
    prefix, rest = _prefix(mark), line.rstrip(b"\n")
    room = _AT_ONCE - len(prefix) - 2
    while len(rest) > room:
        yield prefix + _GOES_ON + rest[:room] + b"\n"
        rest = rest[room:]
    yield prefix + _ENDS + rest + b"\n"


class Splitter:
    """Parts what comes in pieces into what was printed and the lines of events."""

    def __init__(self, mark: str) -> None:
        self._prefix = _prefix(mark)
        self._rest = b""
        self._event: list[bytes] = []

    def feed(self, piece: bytes) -> tuple[bytes, list[bytes]]:
        """What was printed, and the events, that are known with this piece."""
        data, printed, events = self._rest + piece, [], []
        while (start := data.find(self._prefix)) >= 0:
            end = data.find(b"\n", start)
            if end < 0 and len(data) - start <= _AT_ONCE:
                break
            if end < 0:  # nobody who writes events writes such a line
                end = start + _AT_ONCE
            printed.append(data[:start])
            events += self._taken(data[start + len(self._prefix) : end])
            data = data[end + 1 :]
        keep = start if start >= 0 else len(data) - _begun(data, self._prefix)
        self._rest = data[keep:]
        return b"".join([*printed, data[:keep]]), events

    def end(self) -> bytes:
        """What is left when nothing more comes: text that looked like a mark; half an event is dropped."""
        rest, self._rest = self._rest, b""
        return b"" if rest.startswith(self._prefix) else rest

    def _taken(self, part: bytes) -> list[bytes]:
        self._event.append(part[1:])
        if part[:1] == _GOES_ON:
            return []
        whole, self._event = b"".join(self._event), []
        return [whole.rstrip(b"\r")]


def _begun(data: bytes, prefix: bytes) -> int:
    """How many bytes at the end of `data` may be the beginning of the prefix."""
    return next((size for size in range(min(len(prefix) - 1, len(data)), 0, -1) if data.endswith(prefix[:size])), 0)
