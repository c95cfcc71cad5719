"""What steps print, on a disk that has no room for it."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager

from treadle.runner.output import Output


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
