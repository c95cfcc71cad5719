"""Where the models that a component is made of are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo

from treadle.templating.places import NodePath

__all__ = ["models_in", "name_written"]


def models_in(model: BaseModel, written: object, path: NodePath) -> Iterator[tuple[BaseModel, NodePath, Any]]:
    """A model and those inside of it, each with the place and the text that it was read from."""
    yield model, path, written
    for name in type(model).model_fields:
        key = name_written(model, name, written)
        inner = written.get(key) if isinstance(written, Mapping) else None
        yield from _inside(getattr(model, name), inner, (*path, key))


def _inside(value: object, written: object, path: NodePath) -> Iterator[tuple[BaseModel, NodePath, Any]]:
    if isinstance(value, BaseModel):
        yield from models_in(value, written, path)
    elif isinstance(value, list | tuple):
        for index, each in enumerate(value):
            inner = written[index] if isinstance(written, list) and index < len(written) else None
            yield from _inside(each, inner, (*path, index))
    elif isinstance(value, Mapping):
        for name, each in value.items():
            inner = written.get(name) if isinstance(written, Mapping) else None
            yield from _inside(each, inner, (*path, str(name)))


def name_written(model: BaseModel, name: str, written: object) -> str:
    """The name under which a field was written: some have several.

    >>> from treadle.components import AssetAttributes
    >>> name_written(AssetAttributes(key="a"), "group", {"key": "a", "group_name": "raw"})
    'group_name'
    """
    if not isinstance(written, Mapping) or name in written:
        return name
    field = type(model).model_fields.get(name)
    return next((each for each in _names(field) if each in written), name)


def _names(field: FieldInfo | None) -> list[str]:
    alias = field.validation_alias if field else None
    choices: list[object] = [*alias.choices] if isinstance(alias, AliasChoices) else [alias]
    return [each for each in choices if isinstance(each, str)]
