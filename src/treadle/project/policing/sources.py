"""The component files that verdicts are about: each is read when somebody asks for it, and once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from treadle.documents import Document, read_yaml
from treadle.errors import Span
from treadle.templating.places import NodePath

__all__ = ["Sources", "WrittenAttributes"]

_YAML = (".yaml", ".yml")
_INDEX = re.compile(r".*\[(\d+)\]")


class Sources:
    """Documents of component files, and the lines that they stand on."""

    def __init__(self) -> None:
        self._documents: dict[Path, list[Document]] = {}
        self._lines: dict[Path, list[str]] = {}
        self._indexes: dict[int, _Index] = {}

    def keep(self, file: Path, documents: list[Document]) -> None:
        """Take the documents of a file that somebody has read already."""
        self._documents[file] = documents

    def document(self, file: Path, address: str) -> Document | None:
        """The document that declares a component; None when that is no YAML, or can't be read."""
        if file not in self._documents:
            self._documents[file] = read_yaml(file)[0] if file.suffix in _YAML else []
        found = _INDEX.fullmatch(address)
        index = int(found[1]) if found else 0
        return next((each for each in self._documents[file] if each.index == index), None)

    def lines(self, file: Path) -> list[str]:
        """The lines of a file."""
        if file not in self._lines:
            try:
                self._lines[file] = file.read_text(encoding="utf-8").splitlines()
            except (OSError, UnicodeDecodeError):
                self._lines[file] = []
        return self._lines[file]

    def path_at(self, document: Document, span: Span) -> NodePath | None:
        """The way to the mapping that stands at a place in one of these documents."""
        return self._index(document).by_place.get((span.line, span.column))

    def named(self, document: Document, name: str) -> list[tuple[NodePath, frozenset[str]]]:
        """The ways to mappings that have a name, each with the names of the mappings around it."""
        return self._index(document).by_name.get(name, [])

    def _index(self, document: Document) -> _Index:
        if id(document) not in self._indexes:
            self._indexes[id(document)] = _indexed(document)
        return self._indexes[id(document)]


@dataclass(slots=True)
class _Index:
    """The mappings of a document: by where they begin, and by what they say under `name`."""

    by_place: dict[tuple[int, int], NodePath] = field(default_factory=dict)
    by_name: dict[str, list[tuple[NodePath, frozenset[str]]]] = field(default_factory=dict)


def _indexed(document: Document) -> _Index:
    found = _Index()
    waiting: list[tuple[NodePath, Any, frozenset[str]]] = [((), document.value, frozenset())]
    while waiting:
        path, value, around = waiting.pop()
        if isinstance(value, dict):
            own = value.get("name")
            if path and (place := document.locate(path)) is not None:
                found.by_place[place.line, place.column] = path
            if isinstance(own, str):
                found.by_name.setdefault(own, []).append((path, around))
                around = around | {own}
            waiting += [((*path, key), each, around) for key, each in value.items() if isinstance(each, dict | list)]
        elif isinstance(value, list):
            waiting += [((*path, at), each, around) for at, each in enumerate(value) if isinstance(each, dict | list)]
    return found


class WrittenAttributes(Mapping[str, Any]):
    """The attributes of a component as its author wrote them; its file is read when the first is asked for."""

    __slots__ = ("_address", "_file", "_found", "_sources")

    def __init__(self, sources: Sources, file: Path, address: str) -> None:
        self._sources, self._file, self._address = sources, file, address
        self._found: Mapping[str, Any] | None = None

    def _attributes(self) -> Mapping[str, Any]:
        if self._found is None:
            document = self._sources.document(self._file, self._address)
            whole = document.value if document else None
            attributes = whole.get("attributes") if isinstance(whole, dict) else None
            self._found = attributes if isinstance(attributes, dict) else {}
        return self._found

    def __getitem__(self, name: str) -> Any:
        return self._attributes()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._attributes())

    def __len__(self) -> int:
        return len(self._attributes())
