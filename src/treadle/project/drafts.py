"""Component files as somebody has them in an editor: what a project would be if they were saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.project.discovery import Listing

if TYPE_CHECKING:
    from treadle.documents import Document

__all__ = ["Drafts"]

Look = Callable[[Path, tuple[Path, ...]], Listing]


class Drafts:
    """Texts in the place of what component files hold; a file or its folder needn't exist.

    >>> drafts = Drafts({Path("/p/defs/new/defs.yaml"): "type: x"})
    >>> Path("/p/defs/new/defs.yaml") in drafts, drafts.is_above(Path("/p/defs"))
    (True, True)
    """

    def __init__(self, texts: Mapping[Path, str]) -> None:
        self._texts = dict(texts)
        self._folders = {folder for file in self._texts for folder in file.parents}

    def __contains__(self, file: Path) -> bool:
        return file in self._texts

    def is_above(self, folder: Path) -> bool:
        """Whether a draft is in a folder or below it."""
        return folder in self._folders

    def documents(self, file: Path) -> list[Document]:
        """The documents of a file, as the draft has them where there is one.

        Raises:
            ProjectError: every mistake in it.
        """
        from treadle.documents import parse_yaml

        text = self._texts.get(file)
        return parse_yaml(file) if text is None else parse_yaml(file, text.encode("utf-8", "replace"))

    def listing(self, look: Look, folder: Path, above: tuple[Path, ...]) -> Listing:
        """What a folder holds, with the drafts in it and the folders that only they need.

        Raises:
            OSError: when the folder can't be read.
        """
        if not self.is_above(folder):
            return look(folder, above)
        there = folder.is_dir()
        found = look(folder, above) if there else Listing(folder=folder, file=None, module_names=(), folder_names=())
        own = [each for each in self._texts if each.parent == folder and each != found.file]
        more = {each.name for each in self._folders if each.parent == folder and not each.is_dir()}
        folders = tuple(sorted({*found.folder_names, *more}))
        return replace(found, file=found.file or next(iter(own), None), folder_names=folders)
