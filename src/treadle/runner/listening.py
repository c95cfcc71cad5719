"""The runner's ends of a step's two pipes: what it says, and what it prints, without the secrets that it tells."""

from __future__ import annotations

import array
import fcntl
import os
import termios
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace

from treadle.credentials import Redactor
from treadle.ir import LogLine
from treadle.runner.wire import HandedOut, Said, from_line

__all__ = ["Listener"]

_CHUNK = 1 << 16
_LARGEST_PIPE = 1 << 20
_NAMES = {"asset", "check", "id", "level", "parent", "partition", "severity"}
"""Of what is said, what tells things apart."""
_LONGEST_LINE = 8_000_000  # metadata is bounded before it is reported: a longer line is none of ours


@dataclass(slots=True, kw_only=True)
class Listener:
    """Hears a step's process over `events` and `output`, which don't block.

    A step tells each secret before it has it, so whatever is printed later is known to be looked through for it.
    Secrets are kept here and nowhere else, for as long as the process runs.
    """

    events: int
    output: int
    is_silent: bool = False  # whether it closed its end of the one pipe
    has_printed_all: bool = False  # and of the other
    redactor: Redactor = field(default_factory=Redactor)
    _rest: bytes = field(default=b"", repr=False)

    def said(self) -> list[Said]:
        """What it said since the last time, as far as it is here; only so much that others get their turn."""
        try:
            chunk = os.read(self.events, _CHUNK)
        except BlockingIOError:
            return []
        self.is_silent = not chunk
        return self._understand(chunk)

    def printed(self) -> tuple[list[Said], bytes]:
        """What it printed since the last time, as far as that may be seen; and what it has said until then."""
        try:
            chunk = os.read(self.output, _CHUNK)
        except BlockingIOError:
            return [], b""
        self.has_printed_all = not chunk
        # What it printed was read first: a secret in there was told before, so it is in the other pipe by now.
        said = self._understand(_content(self.events))
        return said, self.redactor.feed(chunk) if chunk else self.redactor.flush()

    def rest(self) -> Iterator[tuple[list[Said], bytes]]:
        """What is left in the pipes when the process has ended, in pieces."""
        for chunk in _rest_of(self.events):
            yield self._understand(chunk), b""
        for chunk in _rest_of(self.output):
            yield [], self.redactor.feed(chunk)
        yield [], self.redactor.flush()

    def close(self) -> None:
        """Let go of the pipes."""
        os.close(self.events)
        os.close(self.output)

    def _understand(self, chunk: bytes) -> list[Said]:
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > _LONGEST_LINE:
            self._rest = b""
            return [LogLine(level="warning", message="the step wrote a line to the runner's pipe that never ends")]
        return [said for line in lines if (said := self._understood(line)) is not None]

    def _understood(self, line: bytes) -> Said | None:
        try:
            said = from_line(line)
        except ValueError as error:
            what = f"the step wrote something to the runner's pipe that is {self.redactor.text(str(error))}"
            return LogLine(level="warning", message=what)
        if isinstance(said, HandedOut):
            self.redactor.add(said.name, said.value)
            return None
        return self._redacted(said)

    def _redacted(self, said: Said) -> Said:
        """What it said, without secrets that its own process has left in it."""
        words = {each.name: getattr(said, each.name) for each in fields(said) if each.name not in _NAMES}
        redacted = {name: self.redactor.json(value) for name, value in words.items()}
        changed = {name: value for name, value in redacted.items() if value != words[name]}
        return replace(said, **changed) if changed else said


def _content(pipe: int) -> bytes:
    """What is in a pipe at this moment, however much is written to it meanwhile."""
    size = array.array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, size)
    read = b""
    while len(read) < size[0] and (chunk := os.read(pipe, size[0] - len(read))):
        read += chunk
    return read


def _rest_of(pipe: int) -> Iterator[bytes]:
    """What is in a pipe now: no more than fits in, because somebody else may go on filling it."""
    left = _LARGEST_PIPE
    with suppress(BlockingIOError):
        while left > 0 and (chunk := os.read(pipe, _CHUNK)):
            left -= len(chunk)
            yield chunk
