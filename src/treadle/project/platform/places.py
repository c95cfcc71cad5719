"""Where a component's file names what its step uses: looked for only when something is wrong with that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from treadle.documents import Document, read_yaml
from treadle.errors import Span
from treadle.ir import Step
from treadle.ir.origin import span_of
from treadle.ir.platform_use import KINDS, Kind
from treadle.templating.places import NodePath, has_template

__all__ = ["place_of_use"]

_INDEX = re.compile(r".*\[(\d+)\]")


def place_of_use(step: Step, kind: Kind, name: str) -> Span | None:
    """The line of the YAML that names it, or else that on which the step is declared."""
    span = span_of(step.origin)
    if span is None or span.file.suffix not in (".yaml", ".yml"):
        return span
    found = _INDEX.fullmatch(step.component)
    index = int(found[1]) if found else 0
    documents, _ = read_yaml(span.file)
    document = next((each for each in documents if each.index == index), None)
    return span if document is None else _named(document, kind, name) or span


def _named(document: Document, kind: Kind, name: str) -> Span | None:
    """Where this very name stands, or a template that may have given it."""
    texts = list(_texts(document.value, ()))
    own = [(path, text) for path, text in texts if KINDS[kind] in path]
    for among in (own, texts):
        for path, text in among:
            if text == name:
                return document.span(path)
    return next((document.span(path) for path, text in own if has_template(text)), None)


def _texts(value: Any, path: NodePath) -> Iterator[tuple[NodePath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _texts(each, (*path, name))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _texts(each, (*path, index))
