"""Answers what the web app's editor asks about a text, as the language server does: nothing of the project is imported."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from treadle.language.workspace import Workspace
from treadle.project.editing.files import editable
from treadle.server.snapshot import Snapshot

if TYPE_CHECKING:
    from treadle.credentials import Redactor

__all__ = ["Desk"]

T = TypeVar("T")
Question = Callable[[Workspace, Path, str], T]


class Desk:
    """What is known of the project while somebody edits it; it is learned anew when the project was loaded again."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._lock = threading.Lock()
        self._known: tuple[Snapshot, Workspace] | None = None

    def ask(self, snapshot: Snapshot, path: str, text: str, question: Question[T]) -> T:
        """The answer to a question about a component file with this text; nothing of it is kept.

        Raises:
            UsageError: when there can't be such a component file.
        """
        file = editable(snapshot.settings, path)
        with self._lock:
            workspace = self._workspace(snapshot)
            workspace.texts = {file: text}
            try:
                workspace.assets.put(file, text.encode("utf-8", "replace"))
                return question(workspace, file, text)
            finally:
                workspace.texts = {}
                if file.is_file():
                    workspace.assets.put(file)
                else:
                    workspace.assets.remove(file)

    def warm(self, snapshot: Snapshot) -> None:
        """Learn what is known of the project before somebody asks."""
        with self._lock:
            self._workspace(snapshot)

    def holds_secret(self, text: str) -> bool:
        """Whether a text holds what must not be shown: such a file can't be edited here without damage."""
        return self._redactor.text(text) != text

    def _workspace(self, snapshot: Snapshot) -> Workspace:
        known = self._known
        if known is None or known[0] is not snapshot:
            known = self._known = (snapshot, Workspace(snapshot.settings))
        return known[1]
