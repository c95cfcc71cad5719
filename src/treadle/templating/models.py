"""Questions about pydantic models: which names they accept, and where they hold templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AliasChoices, AliasPath, BaseModel

from treadle.templating.deferred import Template

__all__ = [
    "accepted",
    "alternatives",
    "conflicts",
    "deferred_paths",
    "holds_template",
    "is_model",
    "is_template",
    "item_types",
    "names_of",
    "usual_names",
    "value_types",
]

_LISTS = (list, tuple, set, frozenset, Sequence)
_MAPPINGS = (dict, Mapping)


@lru_cache(maxsize=1024)
def accepted(model: type[BaseModel]) -> Mapping[str, Any]:
    """The annotation of each field, under every name that YAML may use for it."""
    return {name: annotation for names, annotation in _fields(model) for name in names}


def names_of(model: type[BaseModel]) -> dict[str, list[str]]:
    """The names that YAML may use for each field, the usual one first."""
    names = [names for names, _ in _fields(model)]
    return dict(zip(model.model_fields, names, strict=True))


def usual_names(model: type[BaseModel]) -> list[str]:
    """The names of the fields, without those that are only another name for one."""
    return [names[0] for names, _ in _fields(model)]


def _fields(model: type[BaseModel]) -> Iterator[tuple[list[str], Any]]:
    """Each field's names, the usual one first, and its annotation."""
    _complete(model)
    config = model.model_config
    by_name = config.get("populate_by_name") or config.get("validate_by_name")
    for name, info in model.model_fields.items():
        aliases = list(_aliases(info.validation_alias or info.alias))
        own = [name] if by_name or not aliases else []
        # `not_` only avoids a word of Python: YAML says `not`.
        yield (aliases + own if aliases and name.endswith("_") else own + aliases), info.annotation


def _aliases(alias: str | AliasChoices | AliasPath | None) -> Iterator[str]:
    if isinstance(alias, str):
        yield alias
    elif isinstance(alias, AliasPath):
        yield str(alias.path[0])
    elif alias is not None:
        for choice in alias.choices:
            yield from _aliases(choice)


def alternatives(annotation: Any) -> Iterator[Any]:
    """The branches of an annotation, without `Annotated` and the names of type aliases."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif hasattr(annotation, "__value__"):
            annotation = annotation.__value__
        else:
            break
    if get_origin(annotation) in (Union, UnionType):
        for branch in get_args(annotation):
            yield from alternatives(branch)
    else:
        yield annotation


def item_types(annotation: Any) -> tuple[Any, ...]:
    """What a list type holds; nothing for other types."""
    if get_origin(annotation) in _LISTS:
        return tuple(argument for argument in get_args(annotation) if argument is not Ellipsis)
    return ()


def value_types(annotation: Any) -> tuple[Any, ...]:
    """What a mapping type holds; nothing for other types."""
    return get_args(annotation)[1:] if get_origin(annotation) in _MAPPINGS else ()


def is_model(annotation: Any) -> bool:
    """Whether an annotation is a pydantic model."""
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def is_template(annotation: Any) -> bool:
    """Whether an annotation is a `Template`."""
    return (get_origin(annotation) or annotation) is Template


def holds_template(annotation: Any) -> bool:
    """Whether anything in a type is a `Template`."""
    try:
        return _holds_template(annotation)
    except TypeError:  # what annotates it can't be hashed
        return any(True for _ in _deferred(annotation, (), ()))


@cache  # asked for every attribute of every document, of a few types
def _holds_template(annotation: Any) -> bool:
    return any(True for _ in _deferred(annotation, (), ()))


def _complete(model: type[BaseModel]) -> None:
    """Resolve what the fields of a model name; what else building it takes is left to whoever validates with it."""
    if not model.__pydantic_fields_complete__:
        model.model_rebuild(raise_errors=False)


def deferred_paths(model: type[BaseModel]) -> frozenset[tuple[str, ...]]:
    """Where a model holds templates that are rendered later: `("rows", "*", "name")`; `*` is every item."""
    return frozenset(_deferred(model, (), ()))


def _deferred(annotation: Any, path: tuple[str, ...], above: tuple[Any, ...]) -> Iterator[tuple[str, ...]]:
    for branch in alternatives(annotation):
        if is_template(branch):
            yield path
        elif is_model(branch):
            # A model inside of itself adds nothing that isn't there a level above.
            _complete(branch)
            if branch not in above:
                for name, info in branch.model_fields.items():
                    yield from _deferred(info.annotation, (*path, name), (*above, branch))
        else:
            for inner in (*item_types(branch), *value_types(branch)):
                yield from _deferred(inner, (*path, "*"), above)


def conflicts(model: type[BaseModel], raw: Mapping[Any, Any]) -> bool:
    """Whether a plain value in a mapping rules out a model: another `type` than the one it stands for."""
    for name, annotation in accepted(model).items():
        if get_origin(annotation) is Literal and isinstance(raw.get(name), str):
            given = raw[name]
            if "{{" not in given and given not in get_args(annotation):
                return True
    return False
