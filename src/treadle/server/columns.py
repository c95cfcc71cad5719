"""Which columns are made from which: read from SQL by the process that loads, and kept as long as the project is the same."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from treadle.background.project_process import NotLoadedError
from treadle.ir import AssetKey
from treadle.ir.lineage import walk
from treadle.server.errors import UnavailableError
from treadle.server.loader import Loader
from treadle.server.snapshot import Snapshot

__all__ = ["Around", "ColumnOf", "Columns"]

_MOST_ASSETS = 300  # each is a query that is taken apart: some milliseconds

ColumnOf = tuple[str, str]
"""An asset, and one of its columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The columns of an asset, and which columns are made from which (the first from the second) around it."""

    columns: Sequence[str]
    edges: Sequence[tuple[ColumnOf, ColumnOf]]
    is_complete: bool
    is_readable: bool


class Columns:
    """Answers about columns. For any number of threads."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._lock = threading.Lock()
        self._version = ""
        self._last = -1
        self._known: dict[str, Mapping[str, Sequence[ColumnOf]]] = {}
        self._is_readable = True

    def around(self, snapshot: Snapshot, key: AssetKey, last_event: int) -> Around:
        """The columns of an asset, and all that they are made from or that is made from them.

        What was read is read again when `last_event` is another one: dbt may have compiled anew.

        Raises:
            UnavailableError: when nothing could be read.
        """
        near, is_complete = _near(snapshot, key)
        with self._lock:  # one at a time: each loads the project
            known = self._read(snapshot, near, last_event)
            is_readable = self._is_readable
        edges = _connected(known, str(key))
        declared = [each.name for each in snapshot.graph.assets[key].columns]
        used = [column for edge in edges for asset, column in edge if asset == str(key)]
        return Around(
            columns=list(dict.fromkeys((*declared, *sorted(used)))),
            edges=edges,
            is_complete=is_complete,
            is_readable=is_readable,
        )

    def _read(
        self, snapshot: Snapshot, keys: Iterable[AssetKey], last_event: int
    ) -> Mapping[str, Mapping[str, Sequence[ColumnOf]]]:
        if (self._version, self._last) != (snapshot.version, last_event):
            self._version, self._last, self._known = snapshot.version, last_event, {}
        names = [str(each) for each in keys]
        if unknown := [each for each in names if each not in self._known]:
            try:
                read = json.loads(self._loader.columns(unknown))
            except (NotLoadedError, ValueError) as error:
                raise UnavailableError(f"columns can't be read at the moment: {error}") from error
            self._is_readable = read["readable"]
            for name, columns in read["columns"].items():
                self._known[name] = {
                    column: [(asset, source) for asset, source in sources] for column, sources in columns.items()
                }
        return {each: self._known[each] for each in names}


def _near(snapshot: Snapshot, key: AssetKey) -> tuple[list[AssetKey], bool]:
    """The assets whose columns may matter, and whether these are all."""
    graph = snapshot.graph
    found = graph.upstream([key]) | graph.downstream([key])
    if len(found) <= _MOST_ASSETS:
        return sorted(found), True
    depth, near = 0, frozenset({key})
    while True:
        depth += 1
        more = graph.upstream([key], depth) | graph.downstream([key], depth)
        if len(more) > _MOST_ASSETS:
            return sorted(near), False
        near = more


def _connected(known: Mapping[str, Mapping[str, Sequence[ColumnOf]]], asset: str) -> list[tuple[ColumnOf, ColumnOf]]:
    """The edges by which columns hang together with those of an asset, from each to what it is made from."""
    up: dict[ColumnOf, list[ColumnOf]] = {}
    down: dict[ColumnOf, list[ColumnOf]] = {}
    for name, columns in known.items():
        for column, sources in columns.items():
            for source in sources:
                up.setdefault((name, column), []).append(source)
                up.setdefault(source, [])
                down.setdefault(source, []).append((name, column))
                down.setdefault((name, column), [])
    own = [each for each in up if each[0] == asset]
    above, below = walk(up, own), walk(down, own)
    return sorted(
        (column, source) for column, sources in up.items() for source in sources if column in above or source in below
    )
