"""What a policy says of assets, and its rule: as it is written, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from pydantic import ValidationError

from treadle.components import CommonAttributes
from treadle.documents import Document
from treadle.errors import Diagnostic
from treadle.project.post_processing import AssetScope
from treadle.templating.places import NodePath, has_template
from treadle.templating.validation import explain

__all__ = ["attribute_mistakes", "template_paths"]


def attribute_mistakes(written: Mapping[str, Any], path: NodePath, document: Document) -> Iterator[Diagnostic]:
    """What is wrong with attributes of which some are templates; the model itself looks at those without."""
    templates = list(template_paths(written))
    if not templates:
        return
    later = {way[0] for way in templates}
    # What a template gives isn't known yet, but the name that it stands under is.
    known = {name: value for name, value in written.items() if name not in later or name not in _names()}
    try:
        CommonAttributes.model_validate(known)
    except ValidationError as error:
        yield from explain(error, CommonAttributes, path=path, locate=document.span)
    for way in templates:
        if way[0] in _names():
            yield from _expression_mistakes(written, way, path, document)


def _expression_mistakes(
    written: Mapping[str, Any], way: NodePath, path: NodePath, document: Document
) -> Iterator[Diagnostic]:
    from treadle.templating.inference import infer

    text: Any = written
    for part in way:
        text = text[part]
    span = document.span((*path, *way))
    yield from (replace(each, span=span) for each in infer(text, _scope()).mistakes)


def template_paths(value: object, path: NodePath = ()) -> Iterator[NodePath]:
    """Where there are templates in a value.

    >>> list(template_paths({"a": ["b", "{{ c }}"]}))
    [('a', 1)]
    """
    if isinstance(value, str):
        if has_template(value):
            yield path
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from template_paths(each, (*path, name))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from template_paths(each, (*path, index))


@cache
def _names() -> frozenset[str]:
    """The names that an attribute may be written under."""
    from treadle.templating.models import names_of

    return frozenset(name for names in names_of(CommonAttributes).values() for name in names)


@cache
def _scope() -> dict[str, Any]:
    from treadle.components.scope_types import scope_types

    return dict(scope_types(AssetScope))
