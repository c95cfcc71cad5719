"""Whether a descriptor still says what its source says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from treadle import __version__
from treadle.components.descriptors.record import FORMAT, digest_of

__all__ = ["Digests", "made_by", "was_made_by_us"]


class Digests:
    """The digests of files, each read once.

    >>> Digests().are({"/there/is/nothing": "0"})
    False
    """

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def are(self, sources: Mapping[str, str]) -> bool:
        """Whether all files are what they were."""
        return all(digest and self._of(file) == digest for file, digest in sources.items())

    def _of(self, file: str) -> str:
        if file not in self._known:
            self._known[file] = digest_of(file)
        return self._known[file]


def made_by() -> dict[str, Any]:
    """Who writes descriptors now: those that somebody else has written are made again."""
    return {"format": FORMAT, "treadle": __version__}


def was_made_by_us(written: Any) -> bool:
    """Whether what was written has the form and the version that is written now."""
    return isinstance(written, dict) and {name: written.get(name) for name in ("format", "treadle")} == made_by()
