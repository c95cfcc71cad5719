"""A JSON Schema as pydantic's own schema, so that one validator and one explainer serve both.

What a schema says is accepted exactly as pydantic accepts it when a component is loaded (`"5"` for a
whole number, `"yes"` for true), and refused in the same words: the errors are the same errors.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic_core import PydanticCustomError, SchemaError, SchemaValidator
from pydantic_core import core_schema as cs

from treadle.schemas.formats import FORMATS, PATHS, KindOf, check_alone, check_date, check_path
from treadle.schemas.reading import (
    Node,
    alternatives,
    discriminated,
    fields_of,
    is_text_map,
    kinds_of,
    name_of,
    record_names,
    resolved,
)

__all__ = ["to_core_schema"]

_Core = Any  # pydantic's core schemas are typed dicts, and there are fifty of them


def to_core_schema(schema: Node, definitions: Mapping[str, Node]) -> _Core:
    """The core schema that accepts what a JSON Schema describes.

    Validation reads the folder that paths start at from the context: `folder`, and `kind` (what a path is).
    """
    translator = _Translator(definitions)
    main = translator.at(schema)
    known = translator.finish()
    return cs.definitions_schema(main, known) if known else main


class _Translator:
    def __init__(self, definitions: Mapping[str, Node]) -> None:
        self._definitions = definitions
        self._wanted: dict[str, None] = {}

    def finish(self) -> list[_Core]:
        """The core schemas of everything that was referred to."""
        made: dict[str, _Core] = {}
        while missing := [name for name in self._wanted if name not in made]:
            for name in missing:
                node = resolved({"$ref": f"#/$defs/{name}"}, self._definitions)
                made[name] = {**self.at(node, is_named=True), "ref": name}
        return list(made.values())

    def at(self, schema: Node, *, is_named: bool = False) -> _Core:
        """The core schema of one node."""
        if isinstance(schema, bool):
            return cs.any_schema() if schema else _never()
        if (name := name_of(schema)) is not None:
            self._wanted[name] = None
            return cs.definition_reference_schema(name)
        if names := record_names(schema):
            return _union([cs.is_instance_schema(_Nothing, cls_repr=each) for each in names])
        if (choices := discriminated(schema, self._definitions)) is not None:
            tag, branches = choices
            return cs.tagged_union_schema({value: self.at(each) for value, each in branches.items()}, tag)
        if branches_of := alternatives(schema):
            return self._union(branches_of)
        if "enum" in schema or "const" in schema:
            return _choice(schema, is_named=is_named)
        return self._by_kind(schema)

    def _union(self, branches: list[Node]) -> _Core:
        others = [each for each in branches if kinds_of(each) != ("null",)]
        inner = _union([self.at(each) for each in others]) if others else cs.none_schema()
        return cs.nullable_schema(inner) if len(others) < len(branches) and others else inner

    def _by_kind(self, schema: Node) -> _Core:
        kinds = kinds_of(schema)
        makers: Mapping[str, Callable[[Node], _Core]] = {
            "string": _text,
            "integer": _integer,
            "number": _number,
            "boolean": lambda node: cs.bool_schema(**_strict(node)),
            "null": lambda _: cs.none_schema(),
            "array": self._array,
            "object": self._object,
        }
        if len(kinds) > 1:
            return self._union([{**schema, "type": kind} for kind in kinds])
        return makers[kinds[0]](schema) if kinds and kinds[0] in makers else cs.any_schema()

    def _array(self, schema: Node) -> _Core:
        least, most = schema.get("minItems"), schema.get("maxItems")
        if prefix := schema.get("prefixItems"):
            items = [self.at(each) for each in prefix]
            if least is not None:  # what may be left out of a named tuple has a default
                items[least:] = [cs.with_default_schema(each, default=None) for each in items[least:]]
            rest = schema.get("items", True)
            if rest is False or most == len(prefix):
                return cs.tuple_schema(items)
            items.append(self.at(rest))
            return cs.tuple_schema(items, variadic_item_index=len(items) - 1, min_length=least, max_length=most)
        item = self.at(schema.get("items", True))
        make: Any = cs.set_schema if schema.get("uniqueItems") else cs.list_schema
        return make(item, min_length=least, max_length=most)

    def _object(self, schema: Node) -> _Core:
        if "properties" not in schema:
            return self._map(schema)
        fields = {name: self._field(*each) for name, *each in fields_of(schema, self._definitions)}
        more = schema.get("additionalProperties", True)
        if more is False:
            return cs.model_fields_schema(fields, extra_behavior="forbid")
        if more is True or "additionalProperties" not in schema:
            return cs.model_fields_schema(fields, extra_behavior="ignore")
        return cs.model_fields_schema(fields, extra_behavior="allow", extras_schema=self.at(more))

    def _field(self, names: tuple[str, ...], node: Node, is_required: bool, about: str) -> _Core:
        inner = self.at(node)
        if isinstance(node, Mapping) and "x-instead-of" in node:
            inner = _alone(inner, names[0], node["x-instead-of"])
        if not is_required:
            inner = cs.with_default_schema(inner, default=node.get("default") if isinstance(node, Mapping) else None)
        alias: Any = [[each] for each in names] if len(names) > 1 else None
        # Explanations look the description up where pydantic keeps it.
        return cs.model_field(
            inner, validation_alias=alias, metadata={"pydantic_js_updates": {"description": about} if about else {}}
        )

    def _map(self, schema: Node) -> _Core:
        keys = self.at(schema["propertyNames"]) if "propertyNames" in schema else None
        values: Node = schema.get("additionalProperties", True)
        if (patterns := schema.get("patternProperties")) and len(patterns) == 1:
            ((pattern, values),) = patterns.items()
            keys = cs.str_schema(**_pattern(pattern))
        if keys is None:
            keys = cs.str_schema() if is_text_map(schema) else cs.any_schema()
        return cs.dict_schema(
            keys, self.at(values), min_length=schema.get("minProperties"), max_length=schema.get("maxProperties")
        )


class _Nothing:
    """No value of YAML is one of these."""


def _never() -> _Core:
    def refuse(_: object) -> object:
        raise ValueError("nothing can be written here")

    return cs.no_info_plain_validator_function(refuse)


def _union(branches: list[_Core]) -> _Core:
    # Each branch reports under a label of its own, so that the explanation can tell them apart.
    return branches[0] if len(branches) == 1 else cs.union_schema([(each, str(i)) for i, each in enumerate(branches)])


def _choice(schema: Node, *, is_named: bool) -> _Core:
    values = schema["enum"] if "enum" in schema else [schema["const"]]
    plain = [each for each in values if each is None or isinstance(each, str | int | float)]
    if not plain:
        return cs.any_schema()
    if is_named and not all(isinstance(each, str) for each in plain) and "title" in schema:
        # A class of Python: it takes what its values' type takes.
        make: Any = Enum
        made = make(str(schema["title"]), {f"_{index}": each for index, each in enumerate(plain)})
        sub: Any = {"integer": "int", "number": "float"}.get(schema.get("type", ""))
        return cs.enum_schema(made, list(made), sub_type=sub)
    return cs.literal_schema([each for each in plain if not isinstance(each, float)])


def _text(schema: Node) -> _Core:
    format = schema.get("format", "")
    if format in _PYTHON:
        return _PYTHON[format]()
    changed: dict[str, Any] = dict.fromkeys(schema.get("x-changed", ()), True)
    inner: _Core = cs.str_schema(
        min_length=schema.get("minLength"),
        max_length=schema.get("maxLength"),
        **_pattern(schema.get("pattern")),
        **changed,
        **_strict(schema),
    )
    if "x-date-format" in schema:
        return _dated(inner, schema["x-date-format"])
    if format in FORMATS:
        return cs.no_info_after_validator_function(FORMATS[format], inner)
    if format in (*PATHS, "path", "file-path", "directory-path"):
        path = cs.no_info_plain_validator_function(_path_text)
        return cs.with_info_after_validator_function(_existing(format), path) if format in PATHS else path
    return inner


def _pattern(pattern: str | None) -> dict[str, Any]:
    """How a pattern is matched: as pydantic does, or as Python does what pydantic can't, or not at all."""
    for engine in ("rust-regex", "python-re") if pattern is not None else ():
        try:
            SchemaValidator(cs.str_schema(pattern=pattern, regex_engine=engine))
        except SchemaError:
            continue
        return {"pattern": pattern, "regex_engine": engine}
    return {}


def _path_text(value: object) -> object:
    if not isinstance(value, str):
        raise PydanticCustomError("path_type", "a path is needed")
    return value


def _existing(format: str) -> Callable[[Any, Any], object]:
    def check(text: str, info: Any) -> object:
        context: Mapping[str, Any] = info.context or {}
        folder: Path | None = context.get("folder")
        kind: KindOf | None = context.get("kind")
        if folder is None:
            return text
        return check_path(text, format, folder, kind) if kind else check_path(text, format, folder)

    return check


def _dated(inner: _Core, format: Any) -> _Core:
    def check(text: str, info: Any) -> object:
        if isinstance(format, str):
            return check_date(text, format)
        # Without an entry the format itself is wrong; a date that stands alone can't be told to be right.
        source, known = format["properties"][0], info.data
        if source not in known:
            return text
        return check_date(text, format["default"] if known[source] is None else known[source])

    return cs.with_info_after_validator_function(check, inner)


def _alone(inner: _Core, name: str, others: Mapping[str, str]) -> _Core:
    def check(value: object, info: Any) -> object:
        check_alone(value, name, others, info.data)  # without what stands beside it, no value is right
        return value

    return cs.with_info_after_validator_function(check, inner)


_PYTHON: Mapping[str, Callable[[], _Core]] = {
    "date": cs.date_schema,
    "date-time": cs.datetime_schema,
    "time": cs.time_schema,
    "duration": cs.timedelta_schema,
    "uuid": cs.uuid_schema,
    "uri": cs.url_schema,
}


def _bounds(schema: Node) -> dict[str, Any]:
    names = {"minimum": "ge", "maximum": "le", "exclusiveMinimum": "gt", "exclusiveMaximum": "lt"}
    names["multipleOf"] = "multiple_of"
    return {core: schema[name] for name, core in names.items() if name in schema}


def _strict(schema: Node) -> dict[str, Any]:
    return {"strict": True} if schema.get("x-strict") else {}


def _integer(schema: Node) -> _Core:
    rounded: Mapping[str, Callable[[Any], int]] = {
        "ge": math.ceil,
        "le": math.floor,
        "gt": math.floor,
        "lt": math.ceil,
        "multiple_of": int,
    }
    bounds: dict[str, Any] = {name: rounded[name](value) for name, value in _bounds(schema).items()}
    return cs.int_schema(**bounds, **_strict(schema))


def _number(schema: Node) -> _Core:
    if schema.get("format") == "decimal":
        return cs.decimal_schema(**_bounds(schema))
    return cs.float_schema(**_bounds(schema), **_strict(schema))
