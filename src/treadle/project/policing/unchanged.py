"""Whether loading a project would build anything: when all of it is remembered, it says the same as last time."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import NoReturn

from treadle.ir import Definitions
from treadle.project import discovery
from treadle.project.loaded import Surroundings
from treadle.project.loading import Loader
from treadle.project.remembering.builds import Builds
from treadle.project.settings import Settings

__all__ = ["state_of_builds"]


class _Changed(Exception):  # noqa: N818 - nothing is wrong
    """Something has to be built."""


class _Verifier(Loader):
    """Goes the way of loading, and looks only whether what is remembered still holds."""

    def __init__(self, settings: Settings, builds: Builds) -> None:
        super().__init__(settings, dict, builds=builds)
        self._known = builds

    @property
    def _builder(self) -> NoReturn:
        raise _Changed

    def _file(self, listing: discovery.Listing, file: Path, around: Surroundings) -> Definitions:
        said = self._known.still_holds(file, around.variables)
        if said is None:
            raise _Changed
        self._known.look_at(discovery.unnamed_modules(listing, said))
        return Definitions()


def state_of_builds(settings: Settings, environment: Collection[str]) -> str | None:
    """What changes whenever loading the components of a project would give something else; None when it has to be tried.

    Args:
        environment: the environment variables that are set.
    """
    builds = Builds(settings, environment)
    try:
        _Verifier(settings, builds).load()
    except _Changed:
        return None
    return builds.state()
