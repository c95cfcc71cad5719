"""Whether loading a project would build anything: when all of it is remembered, it says the same as last time."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from treadle.project.remembering.builds import Builds
from treadle.project.settings import Settings

__all__ = ["state_of_builds"]


class _Changed(Exception):  # noqa: N818 - nothing is wrong
    """Something has to be built."""


def state_of_builds(settings: Settings, environment: Collection[str]) -> str | None:
    """What changes whenever loading the components of a project would give something else; None when it has to be tried.

    Args:
        environment: the environment variables that are set.
    """
    builds = Builds(settings, environment)
    try:
        _folder(builds, str(settings.defs), ())
    except (_Changed, OSError):
        return None
    return builds.state()


def _folder(builds: Builds, folder: str, above: tuple[Path, ...]) -> None:
    """Go the way of loading, and look only whether what is remembered still holds."""
    if builds.holds_still(folder):
        return
    path = Path(folder)
    listing = builds.listing(path, above)
    if listing.file is not None or not all(map(builds.says_nothing, listing.modules)):
        raise _Changed
    for name in listing.folder_names:
        _folder(builds, f"{folder}{os.sep}{name}", (*above, path))
