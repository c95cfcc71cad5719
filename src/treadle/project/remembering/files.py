"""When a file has to be looked at again."""

from __future__ import annotations

import os

__all__ = ["is_settled", "signature_of"]

_FRESH = 2_000_000_000
"""Nanoseconds within which a file may change twice and keep its time, on the coarsest of file systems."""


def signature_of(path: str) -> str:
    """What changes when a file's content does, or who may read it, or when another takes its place.

    These are its times, its size and its number; nothing when there is no file.

    >>> signature_of("/there/is/nothing")
    ''
    """
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return ""
    # Times of content can be set back, as copying does; those of what is known of a file can't.
    return f"{found.st_mtime_ns}:{found.st_size}:{found.st_ctime_ns}:{found.st_ino}"


def is_settled(signature: str, now: int) -> bool:
    """Whether a file that changes from now on (in nanoseconds since 1970) has another signature.

    >>> is_settled("1000000000:5:0:1", now=2_000_000_000), is_settled("1000000000:5:0:1", now=4_000_000_000)
    (False, True)
    """
    modified = signature.partition(":")[0]
    return not modified.isdigit() or int(modified) < now - _FRESH
