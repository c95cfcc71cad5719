"""Descriptors that were made on this machine, as files of JSON."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from treadle.components.descriptors.validity import made_by, was_made_by_us

__all__ = ["Cache", "user_folder"]

_UNSAFE = re.compile(r"[^A-Za-z0-9_.=-]")


class Cache:
    """A folder of JSON files; what can't be read isn't there, and what can't be written is left.

    >>> Cache(None, None).read("mill.Loom") is None
    True
    """

    def __init__(self, folder: Path | None, source: Path | None) -> None:
        self._folder = folder
        # A copy of a project comes with the files of the original, which speak of other sources.
        self._made_by = {**made_by(), "source": str(source or "")}

    def read(self, name: str) -> dict[str, Any] | None:
        """What was kept under a name."""
        if self._folder is None:
            return None
        try:
            found = json.loads(self._file(self._folder, name).read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        if not was_made_by_us(found) or found.get("source") != self._made_by["source"] or found.get("name") != name:
            return None
        kept = found.get("kept")
        return kept if isinstance(kept, dict) else None

    def write(self, name: str, kept: Mapping[str, Any]) -> None:
        """Keep something under a name, at once or not at all."""
        if self._folder is None:
            return
        text = json.dumps({**self._made_by, "name": name, "kept": kept})
        with contextlib.suppress(OSError):
            self._make(self._folder)
            handle, path = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".json")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                os.replace(path, self._file(self._folder, name))
            except OSError:
                os.unlink(path)
                raise

    def _make(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if not (ignore := folder.parent / ".gitignore").exists():
            ignore.write_text("*\n", encoding="utf-8")

    def _file(self, folder: Path, name: str) -> Path:
        safe = _UNSAFE.sub("_", name)
        if safe != name or len(safe) > 100:
            safe = f"{safe[:100]}-{hashlib.sha256(name.encode(errors='surrogatepass')).hexdigest()[:12]}"
        return folder / f"{safe}.json"


def user_folder() -> Path:
    """Where descriptors are kept outside of projects."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    return Path(home if Path(home).is_absolute() else Path.home() / ".cache", "treadle", "descriptors")
