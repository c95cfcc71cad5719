"""Which layer of a dbt project a model belongs to, by the conventions that most projects follow."""

from __future__ import annotations

from pathlib import PurePosixPath

__all__ = ["layer_of"]

_FOLDERS = {
    "staging": ("staging", "stg", "stage", "base"),
    "intermediate": ("intermediate", "int"),
    "marts": ("marts", "mart"),
}
_STARTS = {"staging": ("stg", "base"), "intermediate": ("int",), "marts": ("fct", "fact", "dim", "mart", "mrt")}
_BY_FOLDER = {folder: layer for layer, folders in _FOLDERS.items() for folder in folders}
_BY_START = {start: layer for layer, starts in _STARTS.items() for start in starts}


def layer_of(name: str, path: str) -> str:
    """The layer, told by the innermost folder that names one, or else by how the model's name starts; empty for neither.

    >>> layer_of("orders", "models/marts/orders.sql"), layer_of("stg_orders", "models/orders.sql")
    ('marts', 'staging')
    """
    for folder in reversed(PurePosixPath(path).parts[:-1]):
        if folder in _BY_FOLDER:
            return _BY_FOLDER[folder]
    return _BY_START.get(name.partition("_")[0], "") if "_" in name else ""
