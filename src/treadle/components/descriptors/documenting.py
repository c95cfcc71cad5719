"""What there is to say of a component type's attributes: one walk over its schema, for every page that shows them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from treadle.components.descriptors.record import Descriptor, Type
from treadle.components.descriptors.words import format_words, references, type_words

__all__ = [
    "AttributeFacts",
    "ModelFacts",
    "Variable",
    "attributes_of",
    "default_of",
    "models_of",
    "paths_of",
    "variables",
]

_DEEPEST = 4
_ANYTHING = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """Something that a template may name, and what it has in it."""

    name: str
    type: str
    members: tuple[Variable, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeFacts:
    """What a page says of an attribute.

    `default` is written as JSON, and empty when there is none or nothing in it. `models` are the objects that it may
    hold, `limits` what a value has to fulfil, `scope` what its templates may name beside what all may;
    `takes_any_variable` says that nobody can tell those names. `deprecated` and `ignored` say why not to write it.
    """

    name: str
    type: str
    required: bool = False
    default: str = ""
    description: str = ""
    other_names: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    scope: tuple[Variable, ...] = ()
    takes_any_variable: bool = False
    deprecated: str | None = None
    ignored: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """An object that attributes hold, with its own attributes."""

    name: str
    description: str = ""
    attributes: tuple[AttributeFacts, ...] = ()


def attributes_of(schema: Type, models: Mapping[str, Type]) -> tuple[AttributeFacts, ...]:
    """The attributes of an object, in the order of its class.

    >>> schema = {"properties": {"threads": {"type": "integer", "minimum": 1}}, "required": ["threads"]}
    >>> [(each.name, each.type, each.limits) for each in attributes_of(schema, {})]
    [('threads', 'whole number', ('at least 1',))]
    """
    fields = schema.get("properties", {})
    others: dict[str, list[str]] = {}
    for name, field in fields.items():
        if "x-alias-of" in field:
            others.setdefault(field["x-alias-of"], []).append(name)
    needed = schema.get("required", ())
    return tuple(
        _attribute(name, field, models, required=name in needed, other_names=tuple(others.get(name, ())))
        for name, field in fields.items()
        if "x-alias-of" not in field
    )


def least_of(schema: Type, models: Mapping[str, Type], within: tuple[str, ...] = ()) -> dict[str, Any]:
    """What has to be said, with an example of each value, or something that stands for it.

    >>> least_of({"properties": {"path": {"type": "string"}, "rows": {"type": "integer"}}, "required": ["path"]}, {})
    {'path': '…'}
    """
    fields = schema.get("properties", {})
    return {name: _least(fields[name], models, within) for name in schema.get("required", ()) if name in fields}


def _least(field: Type, models: Mapping[str, Type], within: tuple[str, ...]) -> Any:
    for branch in _branches(field):
        for keyword in ("examples", "enum"):
            if branch.get(keyword):
                return branch[keyword][0]
        if "const" in branch:
            return branch["const"]
        if (name := branch.get("$ref", "").rsplit("/", 1)[-1]) and name not in within:
            return least_of(models[name], models, (*within, name))
        if branch.get("type") == "array":
            return [_least(branch.get("items", {}), models, within)]
        if branch.get("type") in _STANDS_FOR:
            return _STANDS_FOR[branch["type"]]
    return "…"


_STANDS_FOR: Mapping[str, Any] = {"string": "…", "integer": 1, "number": 1.0, "boolean": True, "object": {}}


def models_of(descriptor: Descriptor) -> tuple[ModelFacts, ...]:
    """The objects that a type's attributes hold, and those in them; what has no attributes is left out."""
    models = descriptor.schema.get("$defs", {})
    return tuple(
        ModelFacts(name=name, description=model.get("description", ""), attributes=attributes_of(model, models))
        for name, model in models.items()
        if model.get("properties")
    )


def paths_of(descriptor: Descriptor) -> Iterator[tuple[str, AttributeFacts]]:
    """Every attribute with the way to it: `assets.owners` is one of each of the `assets`."""
    models = {each.name: each.attributes for each in models_of(descriptor)}

    def walk(around: str, attributes: tuple[AttributeFacts, ...], within: tuple[str, ...]) -> Iterator[Any]:
        for each in attributes:
            path = f"{around}{each.name}"
            yield path, each
            for model in each.models:
                if model not in within and len(within) < _DEEPEST:
                    yield from walk(f"{path}.", models[model], (*within, model))

    yield from walk("", attributes_of(descriptor.schema, descriptor.schema.get("$defs", {})), ())


def default_of(field: Type) -> str:
    """The default of an attribute as JSON; nothing when there is none, and when it is empty.

    >>> default_of({"default": False}), default_of({"default": []})
    ('false', '')
    """
    value = field.get("default")
    return "" if (not value and value is not False) or isinstance(value, dict) else json.dumps(value)


def variables(types: Mapping[str, Type], *, deep: int = 2) -> tuple[Variable, ...]:
    """Variables by their types, with what is in them.

    >>> node = {"type": "object", "properties": {"name": {"type": "string"}}}
    >>> variables({"node": node})[0].members
    (Variable(name='name', type='text', members=()),)
    """
    return tuple(
        Variable(
            name=name,
            type=type_words(of, {}),
            members=variables(of.get("properties", {}), deep=deep - 1) if deep > 1 else (),
        )
        for name, of in types.items()
        if name != _ANYTHING
    )


def _attribute(name: str, field: Type, models: Mapping[str, Type], **known: Any) -> AttributeFacts:
    held = tuple(dict.fromkeys(references(field)))
    text = field.get("description") or "".join(models[each].get("description", "") for each in held[:1])
    scope = _scope(field)
    return AttributeFacts(
        name=name,
        type=type_words(field, dict(models)),
        default="" if known["required"] else default_of(field),
        description=text,
        models=tuple(each for each in held if models[each].get("properties")),
        limits=tuple(dict.fromkeys(_limits(field))),
        examples=tuple(dict.fromkeys(_examples(field))),
        scope=variables(scope),
        takes_any_variable=_ANYTHING in scope,
        deprecated=field.get("x-deprecated", "") if field.get("deprecated") else None,
        ignored=field.get("x-ignored"),
        **known,
    )


def _branches(field: Type) -> Iterator[Type]:
    """An attribute's schema, and those of what it may be instead."""
    yield field
    for key in ("anyOf", "oneOf", "allOf"):
        for branch in field.get(key, ()):
            yield from _branches(branch)


def _scope(field: Type) -> dict[str, Type]:
    return {name: of for branch in _branches(field) for name, of in branch.get("x-scope", {}).items()}


def _examples(field: Type) -> Iterator[str]:
    for branch in _branches(field):
        yield from (each if isinstance(each, str) else json.dumps(each) for each in branch.get("examples", ()))


def _limits(field: Type) -> Iterator[str]:
    for branch in _branches(field):
        if branch.get("title") == "Template":  # what a template is, is known
            continue
        if said := format_words(branch.get("format", "")):
            yield said
        for keyword, words in _LIMITS.items():
            if (value := branch.get(keyword)) not in (None, ""):
                yield words.format(f"{value:,}" if isinstance(value, int) else value)
        items = branch.get("items")
        if isinstance(items, dict) and (said := format_words(items.get("format", ""))):
            yield f"each {said}"


_LIMITS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} of them",
    "maxItems": "at most {} of them",
    "pattern": "fits {}",
}
"""What JSON Schema asks of a value, in words."""
