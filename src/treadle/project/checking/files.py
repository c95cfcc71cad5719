"""What the check looked at outside of the YAML file: the answers are remembered with what it found."""

from __future__ import annotations

import os
import stat

__all__ = ["kind_of", "signature_of"]


def kind_of(path: str) -> str:
    """`file`, `folder`, or nothing when there is neither.

    >>> kind_of(os.sep), kind_of("/there/is/nothing")
    ('folder', '')
    """
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return ""
    return "folder" if stat.S_ISDIR(mode) else "file"


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
