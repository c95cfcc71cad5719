"""Asks the process that loads the project what the server wants to know of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from treadle.background.project_process import ProjectProcess

__all__ = ["Loader"]

_MOST_SECONDS_TO_LOAD = 120.0


class Loader(ProjectProcess):
    """The process that loads, see `loading`. Every question raises `NotLoadedError` when it isn't answered."""

    answers = "treadle.server.loading"

    def load(self, give_way: Callable[[], bool] = lambda: False) -> bytes:
        """The facts of the project as it is now.

        `give_way` says whether something has changed meanwhile: then loading that takes long is given up.
        """
        return self.ask({}, most_seconds=_MOST_SECONDS_TO_LOAD, give_way=give_way)

    def columns(self, keys: Iterable[str]) -> bytes:
        """What the columns of assets are made from, as JSON."""
        return self.ask({"columns": list(keys)})

    def explain(self, asset: str) -> bytes:
        """Where the values of an asset come from, as `explaining` tells it."""
        return self.ask({"explain": asset})

    def preview(self, texts: Mapping[Path, str]) -> bytes:
        """What component files with these texts would do to the project, as JSON."""
        return self.ask_at_length({"texts": {str(each): text for each, text in texts.items()}})
