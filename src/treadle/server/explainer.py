"""Asks the process that loads where the values of an asset come from: telling that runs code of the project."""

from __future__ import annotations

import json
import threading

from treadle.background.project_process import NotLoadedError
from treadle.server.errors import ConflictError, NotFoundError
from treadle.server.loader import Loader
from treadle.server.models.sources import Explanation

__all__ = ["Explainer"]


class Explainer:
    """Explains one asset at a time."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._lock = threading.Lock()

    def explain(self, asset: str) -> Explanation:
        """Where the values of an asset come from, as its files are now.

        Raises:
            NotFoundError: when there is no such asset.
            ConflictError: when the project is broken so that this can't be told.
        """
        with self._lock:
            try:
                found = json.loads(self._loader.explain(asset))
            except NotLoadedError as error:
                raise ConflictError(f"{asset!r} can't be explained: {error}") from None
        if "missing" in found:
            raise NotFoundError(found["missing"], fix=found["fix"])
        if "diagnostics" in found:
            raise ConflictError(f"{asset!r} can't be explained: {found['error']}", diagnostics=found["diagnostics"])
        return Explanation(**found)
