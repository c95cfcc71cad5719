"""What a step prints, kept in a file of bounded size: its beginning and its end, and how much lies between them.

While a step runs, the end is in a file beside that one, in two halves that take turns.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from treadle.ir import MOST_OUTPUT

__all__ = ["Output", "Printed", "read_output"]


class Output:
    """The file that keeps what one attempt prints. Whatever is written can be read at once."""

    def __init__(self, file: Path, *, most: int = MOST_OUTPUT) -> None:
        """Begin the file anew.

        Raises:
            OSError: when it can't be written.
        """
        self.file = file
        self._most = most
        self._head: BinaryIO = file.open("wb", buffering=0)
        self._tail: BinaryIO | None = None
        self._kept = 0
        self._in_tail = 0
        self._left_out = 0
        self._lost = 0
        self._why_lost = ""

    def write(self, data: bytes) -> None:
        """Keep what was printed; when the disk has no room for it, how much was lost is told at the end."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._write(rest) :]
        except OSError as error:
            self._lost += len(rest)
            self._why_lost = error.strerror or str(error)

    def _write(self, data: memoryview) -> int:
        """Write some of it, as far as it belongs into one file and the disk has room, and give how much."""
        if (room := self._most // 2 - self._kept) > 0:
            written = self._head.write(data[:room])
            self._kept += written
            return written
        half = self._most // 4
        if self._tail is None or self._in_tail >= half:
            self._turn()
        assert self._tail is not None
        written = self._tail.write(data[: half - self._in_tail])
        self._in_tail += written
        return written

    def close(self) -> None:
        """Put the end behind the beginning, in one file."""
        if self._tail is not None:
            self._tail.close()
            if self._left_out:
                self._head.write(_gap(self._left_out))
            for part in _tails(self.file):
                with part.open("rb") as tail:
                    while chunk := tail.read(1 << 20):
                        self._head.write(chunk)
        if self._lost:
            self._head.write(f"\n… {self._lost:,} bytes could not be kept: {self._why_lost}\n".encode())
        self._head.close()
        for part in _tails(self.file):
            part.unlink()

    def _turn(self) -> None:
        older, newer = _paths(self.file)
        if self._tail is not None:
            self._tail.close()
            if older.exists():
                self._left_out += older.stat().st_size
            os.replace(newer, older)
        self._tail = newer.open("wb", buffering=0)
        self._in_tail = 0


class Printed:
    """What an attempt has printed until now, though it goes on printing. To be closed, or used in a `with`.

    The parts are open: what is written later, and files that take turns, change neither the size nor what is read.

    >>> with Printed(Path("/no/such/file")) as printed:
    ...     printed.size, list(printed.read())
    (0, [])
    """

    def __init__(self, file: Path) -> None:
        self._parts: list[tuple[BinaryIO, int]] = []
        for part in (file, *_paths(file)):
            with suppress(FileNotFoundError):
                opened = part.open("rb", buffering=0)
                self._parts.append((opened, os.fstat(opened.fileno()).st_size))

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return sum(size for _, size in self._parts)

    def read(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` until before `end`, in pieces."""
        left = (self.size if end is None else min(end, self.size)) - start
        for opened, size in self._parts:
            if start >= size:
                start -= size
                continue
            opened.seek(start)
            here = min(size - start, left)
            while here > 0 and (chunk := opened.read(min(here, 1 << 16))):
                yield chunk
                here -= len(chunk)
                left -= len(chunk)
            start = 0

    def close(self) -> None:
        """Close its files."""
        for opened, _ in self._parts:
            opened.close()

    def __enter__(self) -> Printed:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_output(file: Path, *, start: int = 0, most: int | None = None) -> Iterator[bytes]:
    """What an attempt has printed so far, in pieces, from the byte `start` on.

    >>> list(read_output(Path("/no/such/file")))
    []
    """
    with Printed(file) as printed:
        yield from printed.read(start, None if most is None else start + most)


def _paths(file: Path) -> tuple[Path, Path]:
    return file.with_name(file.name + ".older"), file.with_name(file.name + ".newer")


def _tails(file: Path) -> list[Path]:
    return [path for path in _paths(file) if path.exists()]


def _gap(count: int) -> bytes:
    return f"\n… {count:,} bytes are left out here …\n".encode()
