"""What steps print: on a disk that has no room for it, and read while more of it comes."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from treadle.runner.output import Output, Printed


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """While inside, a file has room for so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_a_disk_had_no_room_for_is_counted(tmp_path):
    """
    A disk that takes only the beginning of what was printed loses the rest, and how much that was is told.
    """
    output = Output(tmp_path / "log", most=10_000)
    with files_of_at_most(1_000):
        output.write(b"x" * 3_000)
    output.close()
    assert b"x" * 1_000 + "\n… 2,000 bytes could not be kept: File too large\n".encode() == output.file.read_bytes()


@pytest.mark.parametrize("start", [0, 30, 60, 85])
def test_what_was_printed_until_a_moment_is_read_as_it_was(tmp_path, start):
    """
    An answer that promises so many bytes has them, though the step prints more, its files take turns, and it ends.
    """
    output = Output(tmp_path / "log", most=100)
    before = bytes(range(100))[:90]
    output.write(before)
    with Printed(output.file) as printed:
        size, reading = printed.size, printed.read(start, 90)
        output.write(b"x" * 500)
        output.close()
        assert (90, before[start:]) == (size, b"".join(reading))
