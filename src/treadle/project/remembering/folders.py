"""What folders hold, as it was seen last time."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from treadle.project import discovery
from treadle.project.remembering.files import is_settled, signature_of

__all__ = ["Folders"]


class Folders:
    """Lists folders; those that haven't changed aren't looked into.

    `known` is what an earlier object had in `seen`: plain values, which may be written as JSON. `now`
    is when this look began, in nanoseconds since 1970.
    """

    def __init__(self, known: Mapping[str, Any], now: int) -> None:
        self._known = known
        self._now = now
        self.seen: dict[str, Any] = {}

    def component_file(self, folder: str) -> str:
        """The component file of a folder that holds it and hasn't changed; nothing where that isn't known.

        It is what most folders of a large project hold, and told without making paths.
        """
        known = self._known.get(folder)
        if known is None or not known[1] or signature_of(folder) != known[0]:
            return ""
        self.seen[folder] = known
        return f"{folder}{os.sep}{known[1]}"

    def modules(self, folder: str) -> list[str]:
        """The names of the Python files in a folder that was seen."""
        modules: list[str] = self.seen[folder][2]
        return modules

    def listing(self, folder: Path, above: tuple[Path, ...]) -> discovery.Listing:
        """What a folder holds.

        Raises:
            OSError: when the folder can't be read.
        """
        path = str(folder)
        signature = signature_of(path)
        known = self._known.get(path)
        if known is not None and signature == known[0]:
            self.seen[path] = known
            _, file, modules, folders = known
            return discovery.Listing(
                folder=folder,
                file=folder / file if file else None,
                module_names=tuple(modules),
                folder_names=tuple(folders),
            )
        listing = discovery.scan(folder, above)
        if is_settled(signature, self._now) and _is_plain(listing):
            self.seen[path] = [
                signature,
                listing.file.name if listing.file else "",
                list(listing.module_names),
                list(listing.folder_names),
            ]
        return listing


def _is_plain(listing: discovery.Listing) -> bool:
    """Whether a listing depends on nothing but its folder: where links lead, and what folders below hold, isn't in its times."""
    holds_more = listing.file is not None and listing.folder_names
    return not (listing.notes or listing.misnamed or listing.hidden or listing.has_links or holds_more)
