"""A folder becomes a checked asset graph: settings, discovery, loading, linking. The compiler."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from treadle.project.checking import Checked, check
    from treadle.project.loading import LoadedComponent
    from treadle.project.project import Project, load
    from treadle.project.settings import Settings, find_settings

__all__ = ["Checked", "LoadedComponent", "Project", "Settings", "check", "find_settings", "load"]

# Looked up when they are asked for: checking alone needs nothing of what loading does.
_EXPORTS = {
    "Checked": "checking",
    "LoadedComponent": "loading",
    "Project": "project",
    "Settings": "settings",
    "check": "checking",
    "find_settings": "settings",
    "load": "project",
}


def __getattr__(name: str) -> object:
    if module := _EXPORTS.get(name):
        return globals().setdefault(name, getattr(import_module(f"treadle.project.{module}"), name))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
