"""Files are written whole: whoever reads one meanwhile finds what was there before, or what is there now."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["make_whole", "write_whole"]

_MODE = 0o666


def write_whole(file: Path, data: bytes) -> None:
    """Put a file in the place of another one, with its mode and, where that is possible, its owner."""
    with _draft(file, data) as draft:
        shutil.copymode(file, draft)
        owner = file.stat()
        with suppress(OSError):  # only the superuser can give a file to somebody else, and nobody else needs to
            os.chown(draft, owner.st_uid, owner.st_gid)
        os.replace(draft, file)


def make_whole(file: Path, data: bytes) -> None:
    """Make a file that isn't there.

    Raises:
        FileExistsError: when it is.
    """
    with _draft(file, data) as draft:
        mask = os.umask(0)
        os.umask(mask)
        draft.chmod(_MODE & ~mask)
        os.link(draft, file)


@contextmanager
def _draft(file: Path, data: bytes) -> Iterator[Path]:
    """A file beside another one that holds what that one will hold; nothing is left of it."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as temporary:
            temporary.write(data)
            temporary.flush()
            os.fsync(temporary.fileno())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
