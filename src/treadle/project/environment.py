"""Which environment variables a project's YAML files use."""

from __future__ import annotations

import os
import re
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
    """The environment variables that templates in component files use, by name."""
    uses: dict[str, list[tuple[Span, bool]]] = {}
    files = sorted(file for name in FILE_NAMES for file in settings.defs.rglob(name))
    for file in files:
        try:
            documents = parse_yaml(file)
        except ProjectError:
            continue  # told by the listing itself
        for document in documents:
            for path, text in _strings(document.value, ()):
                for found in _USE.finditer(text) if "{" in text else ():
                    name = found[1] or found[3]
                    uses.setdefault(name, []).append((document.span(path), found[4] == ","))
    return tuple(
        EnvironmentVariable(
            name=name,
            is_set=name in os.environ,
            has_default=all(default for _, default in places),
            spans=tuple(span for span, _ in places),
        )
        for name, places in sorted(uses.items())
    )


def _strings(value: object, path: tuple[str | int, ...]) -> list[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        return [(path, value)]
    if isinstance(value, dict):
        return [found for key, each in value.items() for found in _strings(each, (*path, key))]
    if isinstance(value, list):
        return [found for index, each in enumerate(value) for found in _strings(each, (*path, index))]
    return []
