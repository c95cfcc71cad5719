"""When a file has to be looked at again."""

from __future__ import annotations

import os

__all__ = ["signature_of"]


def signature_of(path: str) -> str:
    """What changes when a file's content does: its time and its size; nothing when there is no file.

    >>> signature_of("/there/is/nothing")
    ''
    """
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return ""
    return f"{found.st_mtime_ns}:{found.st_size}"
