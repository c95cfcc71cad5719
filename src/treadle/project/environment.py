"""Which environment variables a project's YAML files and connections use."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from treadle.documents import parse_yaml
from treadle.errors import ProjectError, Span
from treadle.project.discovery import FILE_NAMES
from treadle.project.settings import Settings

__all__ = ["EnvironmentVariable", "environment"]

_USE = re.compile(
    r"""\benv(?:\.([A-Za-z_]\w*)|\(\s*(['"])([^'"]+)\2\s*(,|\)))""",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentVariable:
    """A variable that is used, and where; values are never shown."""

    name: str
    is_set: bool
    has_default: bool
    spans: tuple[Span, ...]


def environment(settings: Settings) -> tuple[EnvironmentVariable, ...]:
    """The environment variables that templates in component files and in connections use, by name."""
    uses: dict[str, list[tuple[Span, bool]]] = {}
    for span, text in (*_in_documents(settings), *_in_connections(settings)):
        for found in _USE.finditer(text) if "{" in text else ():
            uses.setdefault(found[1] or found[3], []).append((span, found[4] == ","))
    return tuple(
        EnvironmentVariable(
            name=name,
            is_set=name in os.environ,
            has_default=all(default for _, default in places),
            spans=tuple(span for span, _ in places),
        )
        for name, places in sorted(uses.items())
    )


def _in_connections(settings: Settings) -> Iterator[tuple[Span, str]]:
    for url in settings.connections.values():
        yield Span(file=settings.file), url


def _in_documents(settings: Settings) -> Iterator[tuple[Span, str]]:
    files = sorted(file for name in FILE_NAMES for file in settings.defs.rglob(name))
    for file in files:
        try:
            documents = parse_yaml(file)
        except ProjectError:
            continue  # told by the listing itself
        for document in documents:
            for path, text in _strings(document.value, ()):
                if "env" in text:  # looking up a place takes longer
                    yield document.span(path), text


def _strings(value: object, path: tuple[str | int, ...]) -> list[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        return [(path, value)]
    if isinstance(value, dict):
        return [found for key, each in value.items() for found in _strings(each, (*path, key))]
    if isinstance(value, list):
        return [found for index, each in enumerate(value) for found in _strings(each, (*path, index))]
    return []
