"""What notebooks of the lab have as `tn.context`."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path

import treadle.notebook as tn


class LabContext(tn.Context):
    """The run, the experiment, a place for files, and the lab's own client."""

    def file(self, name: str) -> Path:
        """A file of the experiment, in the lab's workspace."""
        folder = Path(self.workspace) / self.experiment
        folder.mkdir(parents=True, exist_ok=True)
        return folder / name

    @cached_property
    def tracking(self) -> Tracking:
        """The client of the lab's experiment tracking, with the token that the platform hands out."""
        return Tracking(self.file("tracking.jsonl"), token=tn.credentials["tracking"])


class Tracking:
    """Stands for the client of a tracking server: it appends what it is told to a file."""

    def __init__(self, file: Path, *, token: str) -> None:
        if not token:
            raise ValueError("the tracking server wants a token")
        self._file = file

    def log(self, **values: object) -> None:
        """Tell the server something of this experiment."""
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(values) + "\n")
