"""Where a module is, found without importing anything."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path

__all__ = ["Located", "locate", "package_folder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Where a module is: its file, when it has one. `missing` is the first part of its path that isn't there."""

    file: Path | None = None
    missing: str = ""


def locate(module: str, source: Path | None) -> Located:
    """Where a module is: in the project's source folder, or in what is installed.

    >>> locate("json.decoder", None).file.name
    'decoder.py'
    >>> locate("json.nothing.here", None).missing
    'json.nothing'
    """
    name = ""
    spec: ModuleSpec | None = None
    for part in module.split("."):
        name, above = (f"{name}.{part}", spec) if name else (part, None)
        spec = _below(name, above) if above else _top(name, source)
        if spec is None:
            return Located(missing=name)
    found = spec.origin if spec and spec.has_location else None
    return Located(file=Path(found) if found else None)


def _top(name: str, source: Path | None) -> ModuleSpec | None:
    if not name:
        return None
    own = PathFinder.find_spec(name, [str(source)]) if source else None
    # A folder without __init__.py is a package only where nothing else has its name.
    if own is not None and own.origin is not None:
        return own
    try:
        return find_spec(name) or own
    except (ImportError, ValueError):  # e.g. __main__
        return own


def _below(name: str, above: ModuleSpec) -> ModuleSpec | None:
    folders: Sequence[str] | None = above.submodule_search_locations
    if folders is None:
        return None
    # With its whole name, looking into a folder without __init__.py would need its package to be imported.
    found = PathFinder.find_spec(name.rpartition(".")[2], list(folders))
    # What a compiled package makes of itself while it is imported can't be found on disk.
    return found or getattr(sys.modules.get(name), "__spec__", None)


def package_folder(module: str) -> Path | None:
    """The folder of the top package that a module is in; nothing is imported.

    >>> package_folder("treadle.library.script").name
    'treadle'
    """
    spec = _top(module.partition(".")[0], None)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    return Path(folders[0]) if folders else None
