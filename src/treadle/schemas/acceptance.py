"""Whether what an expression gives can be right for an attribute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from treadle.schemas.reading import Node, alternatives, discriminated, kinds_of, record_names, resolved
from treadle.templating.types import Type, branches, described, kind
from treadle.templating.wording import either

if TYPE_CHECKING:
    from pydantic_core import SchemaValidator

__all__ = ["accepts"]

_WORDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
    "array": "a list",
    "object": "a mapping",
}
_NUMBERS = ("integer", "number", "boolean")
_TAKES: Mapping[str, tuple[str, ...]] = {
    # What each kind of attribute takes, as pydantic does: text may be a number, a number true or false.
    "string": ("string",),
    "integer": (*_NUMBERS, "string"),
    "number": (*_NUMBERS, "string"),
    "boolean": (*_NUMBERS, "string"),
    "null": ("null",),
    "array": ("array",),
    "object": ("object",),
}
_PYTHON_FORMATS = frozenset({"date", "date-time", "time", "duration"})
"""Text that a number, or an object of Python's own, can stand for."""

_OWN_RECORDS = frozenset({
    "AutomationCondition",
    "BackfillPolicy",
    "DynamicPartitions",
    "FreshnessPolicy",
    "MultiPartitions",
    "RetryPolicy",
    "StaticPartitions",
    "TimeWindowPartitions",
})  # fmt: skip
"""Classes that nothing is derived from, and that are neither text nor a number nor a list."""


def accepts(given: Type, wanted: Node, definitions: Mapping[str, Node]) -> str:
    """What is wrong with a value of one type where a schema wants another; an empty string when it may be right.

    Only what can't be right is wrong: of what isn't known, nothing is said.

    >>> accepts({"type": "array"}, {"type": "integer"}, {})
    'a list; a whole number is expected'
    >>> accepts({"type": "string"}, {"type": "integer"}, {})
    ''
    """
    fields = list(_fields(wanted, definitions))
    if any(_may_fit(value, field) for value in branches(given) for field in fields):
        return ""
    return f"{described(given)}; {either(_expected(fields))} is expected"


def _fields(wanted: Node, definitions: Mapping[str, Node], depth: int = 0) -> Iterator[Node]:
    """The simple nodes that a node is a union of."""
    node = resolved(wanted, definitions)
    if not isinstance(node, Mapping) or depth > 20:
        yield {}
        return
    if (choices := discriminated(node, definitions)) is not None:
        yield from (resolved(each, definitions) for each in choices[1].values())
    elif several := alternatives(node):
        for each in several:
            yield from _fields(each, definitions, depth + 1)
    elif len(kinds := kinds_of(node)) > 1:
        yield from ({**node, "type": each} for each in kinds)
    else:
        yield node


def _may_fit(value: Type, field: Node) -> bool:
    is_kind = kind(value)
    if is_kind == "unknown":
        return True
    if names := record_names(field):
        return is_kind == "record" and _may_be_one_of(value, names)
    choices = field.get("enum", [field["const"]] if "const" in field else None)
    if choices is not None:
        return _may_be_a_choice(value, is_kind, choices)
    kinds = kinds_of(field)
    if not kinds or kinds[0] not in _TAKES:
        return True
    if is_kind == "record":
        return _may_stand_for(value, field)
    if field.get("format") in _PYTHON_FORMATS and is_kind in _NUMBERS:
        return True
    return is_kind in _TAKES[kinds[0]] and _may_be_flag(value, kinds[0]) and _may_be_read(value, kinds[0])


def _may_be_one_of(value: Type, names: tuple[str, ...]) -> bool:
    name = value["x-record"]
    return name in names or names == ("object",) or not _is_known(value)


def _may_stand_for(value: Type, field: Node) -> bool:
    """Whether an object may be taken for text, a number, a list or a mapping."""
    return "format" in field or field.get("title") == value["x-record"] or not _is_known(value)


def _is_known(value: Type) -> bool:
    """Whether an object is surely of its very class, and no kind of text, number, list or mapping."""
    return value["x-record"] in _OWN_RECORDS or "properties" in value


def _may_be_a_choice(value: Type, is_kind: str, choices: list[object]) -> bool:
    if is_kind == "string":
        known = value.get("const")
        texts = [each for each in choices if isinstance(each, str)]
        numbers = any(isinstance(each, int | float) for each in choices)
        return numbers or (bool(texts) if known is None else known in texts)
    if is_kind == "null":
        return None in choices
    if is_kind in _NUMBERS:
        return any(isinstance(each, int | float) for each in choices)
    return is_kind == "record" and not _is_known(value)


def _may_be_flag(value: Type, wanted: str) -> bool:
    """Whether a number that is known can be taken for true or false."""
    return wanted != "boolean" or not isinstance(found := value.get("const"), int | float) or found in (0, 1)


def _may_be_read(value: Type, wanted: str) -> bool:
    """Whether text that is known says a number, or true or false, where one is wanted."""
    found = value.get("const")
    reader = _reader(wanted) if isinstance(found, str) else None
    return reader is None or reader.isinstance_python(found)


@cache
def _reader(wanted: str) -> SchemaValidator | None:
    """What reads text where something else is wanted."""
    from pydantic_core import SchemaValidator
    from pydantic_core import core_schema as cs

    schemas: Mapping[str, Any] = {"integer": cs.int_schema, "number": cs.float_schema, "boolean": cs.bool_schema}
    return SchemaValidator(schemas[wanted]()) if wanted in schemas else None


def _expected(fields: list[Node]) -> list[str]:
    words: dict[str, None] = {}
    for field in fields:
        choices = field.get("enum", [field["const"]] if "const" in field else None)
        if names := record_names(field):
            words |= dict.fromkeys(f"{'an' if name[:1] in 'AEIOU' else 'a'} {name}" for name in names)
        elif choices is not None:
            words |= dict.fromkeys(map(repr, choices))
        elif kinds := kinds_of(field):
            words[_WORDS.get(kinds[0], "something else")] = None
    if len(words) > 1:
        words.pop("nothing", None)
    return list(words)
