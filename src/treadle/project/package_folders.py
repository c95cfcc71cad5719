"""Where the files of an installed package are, which isn't imported to find that out."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

__all__ = ["folder_of_package"]


def folder_of_package(package: str) -> Path | None:
    """The folder of a package, or of one inside of a package; None when there is no such package.

    >>> folder_of_package("treadle.project").name, folder_of_package("no_such_package")
    ('project', None)
    """
    top, *inner = package.split(".")  # looking for an inner package would import those around it
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        spec = None
    for place in (spec.submodule_search_locations or ()) if spec else ():
        if (folder := Path(place, *inner)).is_dir():
            return folder
    return None
