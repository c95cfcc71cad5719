"""Attributes in an older form: what they are today, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, get_args

from treadle.documents import Document
from treadle.errors import Diagnostic, Edit, ProjectError, Severity, cut
from treadle.schemas.modernizing import LATER, Change, Modern, Modernizer, holds_template
from treadle.templating.places import KEY, Locate, NodePath, dotted

if TYPE_CHECKING:
    from pydantic import BaseModel

    from treadle.components import Component
    from treadle.components.descriptors import Descriptor

__all__ = ["attribute_warnings", "call", "doubles", "is_plain", "modern_attributes", "said_of_type", "type_warning"]

_UPGRADE = "type: treadle upgrade"


def modern_attributes(component_type: type[Component], raw: Any, locate: Locate | None) -> Modern:
    """A component's attributes as its class has them today; the functions that the class names are called.

    Raises:
        ProjectError: TRD221 when something is given in the old form and in the new one.
    """
    modernizer = _modernizer(component_type)
    if modernizer is None:
        return Modern(value=raw)
    modern = modernizer.modernize(raw, ("attributes",))
    if mistakes := list(doubles(modern, locate)):
        raise ProjectError(*mistakes)
    return modern


@cache
def _modernizer(component_type: type[Component]) -> Modernizer | None:
    if not any(vars(base).get("deprecations") for each in _models(component_type, set()) for base in each.__mro__):
        return None  # which is so for nearly every type, and a schema takes time to make
    from treadle.components.descriptors import attributes_schema

    return Modernizer(attributes_schema(component_type), call)


def _models(model: type[BaseModel], seen: set[type]) -> Iterator[type[BaseModel]]:
    """A model and those that its fields hold."""
    if model in seen:
        return
    seen.add(model)
    yield model
    for info in model.model_fields.values():
        yield from _inside(info.annotation, seen)


def _inside(annotation: Any, seen: set[type]) -> Iterator[type[BaseModel]]:
    from pydantic import BaseModel

    annotation = getattr(annotation, "__value__", annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _models(annotation, seen)
    for each in get_args(annotation):
        yield from _inside(each, seen)


def call(rule: Mapping[str, Any], value: Any) -> Any:
    """What the function of a deprecation makes of a value; one with a template is looked at again once it is rendered."""
    if holds_template(value):
        return LATER
    module, _, name = rule["by"].partition(":")
    return getattr(import_module(module), name)(value)


def doubles(modern: Modern, locate: Locate | None) -> Iterator[Diagnostic]:
    """TRD221: something is given in the old form and in the new one."""
    for path, name in modern.doubles:
        yield Diagnostic(
            code="TRD221",
            message=f"both {path[-1]!r} and {name!r} are given" + _within(path),
            why=f"{path[-1]!r} is the older name of {name!r}, so only one of them can hold",
            fix=f"remove {path[-1]!r}",
            span=locate((*path, KEY)) if locate else None,
        )


def attribute_warnings(modern: Modern, descriptor: Descriptor, document: Document) -> Iterator[Diagnostic]:
    """TRD212 and TRD220: attributes and values that are written in an older form."""
    for each in modern.changes:
        if each.kind == "value":
            yield _value_warning(each, descriptor, document)
        else:
            yield _attribute_warning(each, descriptor, document)


def _attribute_warning(change: Change, descriptor: Descriptor, document: Document) -> Diagnostic:
    name, new = change.path[-1], ".".join(map(str, change.name))
    words = {"removed": "it has no effect any more", "renamed": f"it is called {new!r}"}
    why = words.get(change.kind, f"it is written as {new!r}" if new != name else "it is written in another form")
    span = document.key_spans.get(change.path)
    edits: tuple[Edit, ...] = ()
    if change.kind == "renamed" and len(change.name) == 1 and span and _is_alone(change.path, document, is_name=True):
        edits = (Edit(span=span, old=str(name), new=new),)
    to_do = {"removed": f"remove {name!r}", "renamed": f"write {new!r} instead"}.get(change.kind, _UPGRADE)
    return Diagnostic(
        code="TRD212",
        message=f"the attribute {name!r}{_within(change.path)} is deprecated",
        why=why + _since(change.rule, descriptor),
        fix=to_do if to_do == _UPGRADE else f"{to_do}, or {_UPGRADE}",
        span=span or document.span(change.path),
        severity=Severity.WARNING,
        edits=edits,
    )


def _value_warning(change: Change, descriptor: Descriptor, document: Document) -> Diagnostic:
    span = document.span(change.path)
    are_plain = is_plain(change.old) and is_plain(change.new) and _is_alone(change.path, document, is_name=False)
    return Diagnostic(
        code="TRD220",
        message=f"the value {cut(change.old)} of {dotted(change.path[1:])} is deprecated",
        why=f"it is written {cut(change.new)}" + _since(change.rule, descriptor),
        fix=f"write {cut(change.new)} instead, or {_UPGRADE}",
        span=span,
        severity=Severity.WARNING,
        edits=(Edit(span=span, old=change.old, new=change.new),) if are_plain else (),
    )


def is_plain(value: Any) -> bool:
    """Whether YAML means the same by a word with and without quotation marks, whatever is around it."""
    return isinstance(value, str) and value.replace("_", "a").replace("-", "a").isalpha() and value not in _WORDS


_WORDS = {"null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE"}


def _is_alone(path: NodePath, document: Document, *, is_name: bool) -> bool:
    """Whether a value (or its name) is written for one place only, and not for aliases as well."""
    spans = document.key_spans if is_name else document.spans
    return sum(span == spans[path] for span in spans.values()) == 1


def type_warning(name: str, descriptor: Descriptor, document: Document) -> Diagnostic | None:
    """TRD213: the component type, or the name that it is known by, is deprecated."""
    said = said_of_type(name, descriptor)
    if said is None:
        return None
    rule, new = said
    span = document.span(("type",))
    if new:
        what = "it is called" if rule["kind"] == "renamed-type" else "it is replaced by"
        return Diagnostic(
            code="TRD213",
            message=f"the component type {name!r} is deprecated",
            why=f"{what} {new!r}" + _since(rule, descriptor),
            fix=f"write {new!r} instead, or {_UPGRADE}",
            span=span,
            severity=Severity.WARNING,
            edits=(Edit(span=span, old=name, new=new),) if rule["kind"] == "renamed-type" else (),
        )
    return Diagnostic(
        code="TRD213",
        message=f"the component type {name!r} is deprecated",
        why=descriptor.deprecated,
        fix="use what it names instead",
        span=span,
        severity=Severity.WARNING,
    )


def said_of_type(name: str, descriptor: Descriptor) -> tuple[Mapping[str, Any], str] | None:
    """Why a type shouldn't be named so, and the name to write; None when it may be."""
    for rule in descriptor.deprecations:
        if rule["kind"] == "replaced-type":
            return rule, rule["by"]
        if rule["name"] == name and descriptor.name != name:
            return rule, descriptor.name
    return ({"kind": "deprecated"}, "") if descriptor.deprecated else None


def _since(rule: Mapping[str, Any], descriptor: Descriptor) -> str:
    since, note = rule.get("since", ""), rule.get("note", "")
    told = f" since {descriptor.package} {since}" if since else ""
    return told + (f": {note}" if note else "")


def _within(path: NodePath) -> str:
    return f" in {dotted(path[1:-1])}" if len(path) > 2 else ""
