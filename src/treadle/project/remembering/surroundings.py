"""What every build depends on, whatever is built: Treadle, Python, what is installed, the project's settings."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from treadle import __version__
from treadle.project.remembering.files import signature_of
from treadle.project.settings import Settings

__all__ = ["code_of_others", "surroundings"]

_FORMAT = 1
_HERE = Path(__file__).parents[2]
_BUILDING = ("components", "documents", "ir", "library", "project", "schemas", "templating")
"""The rooms of Treadle that say what comes out of a document."""
_INSTALLED = (".dist-info", ".egg-info", ".egg-link", ".pth")
_ENVIRONMENTS = frozenset(("site-packages", "dist-packages"))


def surroundings(settings: Settings) -> str:
    """A digest that changes with anything that every build depends on."""
    about = [
        _FORMAT,
        __version__,
        sorted(_own_code()),
        sys.version,
        sys.platform,
        sorted(_installed()),
        os.path.expanduser("~"),
        os.geteuid() if hasattr(os, "geteuid") else None,  # what one may read, another may not
        *map(str, (settings.root, settings.file, settings.source, settings.defs)),
        settings.module,
        settings.defs_package,
        sorted(settings.connections.items()),
        settings.component_modules,
    ]
    return hashlib.sha256(json.dumps(about).encode(errors="surrogatepass")).hexdigest()


def code_of_others() -> dict[str, str]:
    """The modules that are imported now and whose code may be edited, with the folders that they are in.

    Those of Python, of Treadle and of installed packages are left out: their versions tell of changes.
    """
    from sysconfig import get_paths

    kept = [Path(get_paths()[name]) for name in ("stdlib", "platstdlib")] + [_HERE]
    files = {file for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))}
    editable = [
        path
        for path in map(Path, files)
        if _ENVIRONMENTS.isdisjoint(path.parts) and not any(path.is_relative_to(each) for each in kept)
    ]
    return {str(each): signature_of(str(each)) for path in editable for each in (path, path.parent)}


def _own_code() -> Iterator[tuple[str, str]]:
    """What changes when Treadle itself does, in a checkout of it."""
    yield "errors", signature_of(str(_HERE / "errors.py"))
    waiting = [str(_HERE / room) for room in _BUILDING]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for each in entries:
                if each.name.endswith(".py"):
                    yield each.path, signature_of(each.path)
                elif "." not in each.name and each.name != "__pycache__" and each.is_dir():
                    waiting.append(each.path)


def _installed() -> set[tuple[str, str]]:
    """The installed packages on Python's path: their names with their versions, and when they were installed."""
    found: set[tuple[str, str]] = set()
    for folder in sys.path:
        with suppress(OSError):
            for name in os.listdir(folder or "."):
                if name.endswith(_INSTALLED):
                    found.add((name, signature_of(os.path.join(folder, name))))
    return found
