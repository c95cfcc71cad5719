"""What saving a file would do, asked of the process that loads and told as the API tells it."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.background.project_process import NotLoadedError
from treadle.errors import UsageError
from treadle.server.loader import Loader
from treadle.server.models.previews import Preview

if TYPE_CHECKING:
    pass

__all__ = ["Previewer"]

_MOST_WAITING = 4  # each of them holds a thread that answers


class Previewer:
    """Looks at one change at a time."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(_MOST_WAITING)

    def preview(self, texts: Mapping[Path, str]) -> Preview:
        """What component files with these texts would do to the project.

        Raises:
            UsageError: when that can't be told, or takes too long.
        """
        if not self._places.acquire(blocking=False):
            raise UsageError("others are looking at what their changes do", fix="try again in a moment")
        try:
            with self._lock:
                found = json.loads(self._loader.preview(texts))
        except NotLoadedError as error:
            raise UsageError(f"what this would do can't be told: {error}") from None
        finally:
            self._places.release()
        if "error" in found:
            raise UsageError(f"what this would do can't be told: {found['error']}")
        return Preview(**found)
