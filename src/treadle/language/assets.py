"""Which assets a project's files declare and name: nothing is imported or built.

What a text says literally is read from it; what only building tells, as the keys of a dbt project,
is known from the last time that the project was loaded.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from treadle.documents import Document, parse_yaml
from treadle.errors import ProjectError, Span
from treadle.project import discovery

__all__ = ["AssetIndex", "Declared", "read_assets"]

_LARGEST_MODULE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """An asset that is named somewhere; `is_declared` when that is where it comes from."""

    key: str
    span: Span
    description: str = ""
    group: str = ""
    is_declared: bool = True


class AssetIndex:
    """The assets of a project by key, a file at a time; `last` gives those that the last load declared.

    >>> index = AssetIndex()
    >>> index.put(Path("defs.yaml"), b"type: x\\nattributes:\\n  assets:\\n    - key: raw/orders\\n      deps: [files]\\n")
    >>> [each.key for each in index.declared()], index.keys()
    (['raw/orders'], ['files', 'raw/orders'])
    """

    def __init__(self, last: Callable[[], Iterable[Declared]] = tuple) -> None:
        self._last = last
        self._files: dict[Path, tuple[Declared, ...]] = {}

    def put(self, file: Path, data: bytes | None = None) -> None:
        """Read a file again; one that can't be read as it is keeps what it had."""
        found = read_assets(file, data)
        if found is not None:
            self._files[file] = found

    def remove(self, file: Path) -> None:
        """Forget what a file declared."""
        self._files.pop(file, None)

    def files(self) -> list[Path]:
        """The files that were read."""
        return list(self._files)

    def declared(self) -> list[Declared]:
        """Every asset that is declared, by key."""
        found = {each.key: each for each in (*self._built(), *self._all()) if each.is_declared}
        return [found[key] for key in sorted(found)]

    def keys(self) -> list[str]:
        """Every key that is declared or named."""
        return sorted({each.key for each in (*self._all(), *self._built())})

    def find(self, key: str) -> list[Declared]:
        """Where an asset is declared."""
        found = [each for each in self._all() if each.key == key and each.is_declared]
        return found or [each for each in self._built() if each.key == key]

    def _built(self) -> Iterator[Declared]:
        """What was declared when the project was loaded last, without what now has another key in its line."""
        now = {(each.span.file, each.span.line) for each in self._all() if each.is_declared}
        return (each for each in self._last() if (each.span.file, each.span.line) not in now)

    def _all(self) -> Iterator[Declared]:
        for each in list(self._files.values()):
            yield from each


def read_assets(file: Path, data: bytes | None = None) -> tuple[Declared, ...] | None:
    """The assets that a component file or a Python module names literally; None when it can't be read."""
    if file.suffix == ".py":
        return _in_module(file, data)
    if file.name not in discovery.FILE_NAMES:
        return ()
    try:
        documents = parse_yaml(file, data)
    except ProjectError:
        return None
    return tuple(found for document in documents for found in _in_document(document))


def _in_document(document: Document) -> Iterator[Declared]:
    value = document.value
    attributes = value.get("attributes") if isinstance(value, dict) else None
    if isinstance(attributes, dict):
        yield from _in_mapping(attributes, ("attributes",), document)


def _in_mapping(mapping: Mapping[Any, Any], path: tuple[str | int, ...], document: Document) -> Iterator[Declared]:
    key = mapping.get("key")
    # An item of `assets`, an `asset`, or a component that is one asset.
    is_asset = len(path) == 1 or path[-1] == "asset" or (len(path) > 1 and path[-2] == "assets")
    if is_asset and _is_literal(key):
        yield _declared(mapping, (*path, "key"), document)
    for name, value in mapping.items():
        if name in ("deps", "additional_deps") and isinstance(value, list):
            for index, each in enumerate(value):
                if _is_literal(each):
                    yield Declared(key=each, span=document.span((*path, name, index)), is_declared=False)
        elif isinstance(value, dict):
            yield from _in_mapping(value, (*path, name), document)
        elif isinstance(value, list):
            for index, each in enumerate(value):
                if isinstance(each, dict):
                    yield from _in_mapping(each, (*path, name, index), document)


def _declared(mapping: Mapping[Any, Any], path: tuple[str | int, ...], document: Document) -> Declared:
    return Declared(
        key=mapping["key"],
        span=document.span(path),
        description=str(mapping.get("description") or ""),
        group=str(mapping.get("group") or mapping.get("group_name") or ""),
    )


def _is_literal(value: object) -> bool:
    return isinstance(value, str) and bool(value) and "{{" not in value


def _in_module(file: Path, data: bytes | None) -> tuple[Declared, ...] | None:
    try:
        source = file.read_bytes() if data is None else data
        if b"asset" not in source or len(source) > _LARGEST_MODULE:
            return ()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tuple(_in_functions(tree.body, file))


def _in_functions(body: Sequence[ast.stmt], file: Path) -> Iterator[Declared]:
    for each in body:
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in each.decorator_list:
                if (key := _decorated(decorator, each.name)) is not None:
                    yield Declared(
                        key=key,
                        span=Span(file=file, line=each.lineno, column=each.col_offset + 1),
                        description=(ast.get_docstring(each) or "").partition("\n")[0],
                    )


def _decorated(decorator: ast.expr, name: str) -> str | None:
    """The key that `@asset` gives to a function, when it can be read."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    word = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    if word != "asset":
        return None
    given = {each.arg: each.value for each in decorator.keywords} if isinstance(decorator, ast.Call) else {}
    if any(part in given for part in ("key", "name")):
        value = given.get("key", given.get("name"))
        return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
    return name
