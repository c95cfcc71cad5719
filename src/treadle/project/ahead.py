"""Builds what a project declares that nobody has looked at before: on two cores, before it is loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from treadle.components.registry import by_any_name
from treadle.documents import Document
from treadle.ir import Definitions
from treadle.project import discovery
from treadle.project.beside import beside, is_other_core
from treadle.project.loaded import Surroundings
from treadle.project.loading import Loader
from treadle.project.remembering.builds import Builds
from treadle.project.remembering.witness import Witness
from treadle.project.settings import Settings

__all__ = ["build_ahead"]

_FEW = 200
"""So many files are built before another process would have started and answered."""


def build_ahead(settings: Settings, variables: Callable[[], Mapping[str, object]], builds: Builds) -> None:
    """Build what files of components declare, for `builds` to remember it.

    That is what nothing of the project is imported for, and what follows from the files; everything else is left to
    loading, and so is whatever has a mistake.
    """
    if not is_other_core():
        return
    listings = [each for each in _listings(builds, settings.defs, ()) if each.file and builds.would_keep(each.file)]
    if len(listings) <= _FEW:
        return
    loader = _Ahead(settings, variables, builds=builds)
    loader.build(listings[:1])  # which imports and makes ready what all of them need
    with beside(partial(loader.build, listings[1::2])) as others:
        builds.believe(loader.build(listings[2::2]))
        builds.believe(others())


class _Ahead(Loader):
    """Builds files one by one, and no file for which something of the project would be imported."""

    def build(self, listings: Iterable[discovery.Listing]) -> Mapping[str, Mapping[str, Any]]:
        """What is to be remembered of what some files declare."""
        assert self.builds is not None
        for each in listings:
            assert each.file is not None
            self._file(each, each.file, Surroundings(variables={}))
        return self.builds.kept()

    def _built(
        self, documents: list[Document], address: str, around: Surroundings, listing: discovery.Listing
    ) -> Definitions:
        if all(map(_is_plain, documents)):
            return super()._built(documents, address, around, listing)
        return Definitions()

    def _witness(self) -> Witness:
        return Witness(refuses=True)


def _is_plain(document: Document) -> bool:
    """Whether a component type of Treadle's is asked for, and no module of the project."""
    value = document.value
    if not isinstance(value, dict) or "template_vars_module" in value or not isinstance(value.get("type"), str):
        return False
    known = by_any_name().get(value["type"])
    return known is not None and known.package == "treadle"


def _listings(builds: Builds, folder: Path, above: tuple[Path, ...]) -> Iterator[discovery.Listing]:
    """Every folder with a component file, and no folder below one."""
    try:
        listing = builds.listing(folder, above)
    except OSError:
        return  # it is told by loading
    if listing.file is not None:
        yield listing
        return
    for each in listing.folders:
        yield from _listings(builds, each, (*above, folder))
