"""The quick answer: whether a value is surely right. Most are, and nothing more has to be known of them.

What is odd (text for a number, a pattern, a tuple) is left to the exact answer, which costs more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from treadle.schemas.formats import FORMATS, NATIVE, PATHS, KindOf, check_date, check_path, kind_of
from treadle.schemas.reading import (
    Node,
    alternatives,
    discriminated,
    fields_of,
    kinds_of,
    name_of,
    record_names,
    resolved,
)

__all__ = ["Look", "Test", "compile_test"]

_LARGEST = 2**53


@dataclass(slots=True)
class Look:
    """One look at a value: where its paths start, and what was seen on the way."""

    folder: Path | None = None
    kind: KindOf = kind_of
    templates: bool = False
    deprecated: bool = False


Test = Callable[[Any, Look], bool]


def compile_test(schema: Node, definitions: Mapping[str, Node]) -> Test:
    """A test that is true only of values that the schema accepts; that it isn't says nothing yet."""
    return _Compiler(definitions).at(schema)


class _Compiler:
    def __init__(self, definitions: Mapping[str, Node]) -> None:
        self._definitions = definitions
        self._named: dict[str, Test] = {}

    def at(self, schema: Node) -> Test:
        """The test of one node."""
        if isinstance(schema, bool):
            return _anything if schema else _never
        if (name := name_of(schema)) is not None:
            return self._reference(name)
        if record_names(schema):
            return _template
        if (choices := discriminated(schema, self._definitions)) is not None:
            return self._tagged(*choices)
        if branches := alternatives(schema):
            return _either([self.at(each) for each in branches])
        if "enum" in schema or "const" in schema:
            return _choice(schema["enum"] if "enum" in schema else [schema["const"]])
        return self._by_kind(schema)

    def _by_kind(self, schema: Node) -> Test:
        kinds = kinds_of(schema)
        if len(kinds) > 1:
            return _either([self.at({**schema, "type": kind}) for kind in kinds])
        if not kinds:
            return _anything
        if kinds[0] == "object":
            return self._mapping(schema) if "properties" in schema else self._map(schema)
        if kinds[0] == "array":
            return self._list(schema)
        return _SCALARS.get(kinds[0], lambda _: _never)(schema)

    def _reference(self, name: str) -> Test:
        known = self._named
        if name not in known:
            known[name] = _never  # its own test names it while it is being made
            known[name] = self.at(resolved({"$ref": f"#/$defs/{name}"}, self._definitions))
        return lambda value, look: known[name](value, look)

    def _tagged(self, tag: str, choices: Mapping[str, Node]) -> Test:
        tests = {value: self.at(each) for value, each in choices.items()}

        def test(value: Any, look: Look) -> bool:
            if type(value) is not dict:
                return _template(value, look)
            chosen = value.get(tag)
            found = tests.get(chosen) if type(chosen) is str else None
            return found is not None and found(value, look)

        return test

    def _list(self, schema: Node) -> Test:
        if "prefixItems" in schema or schema.get("uniqueItems"):
            return _template
        item = self.at(schema.get("items", True))
        least, most = schema.get("minItems", 0), schema.get("maxItems", float("inf"))

        def test(value: Any, look: Look) -> bool:
            if type(value) is not list:
                return _template(value, look)
            if not least <= len(value) <= most:
                return False
            return False not in [item(each, look) for each in value]  # quicker than a generator

        return test

    def _map(self, schema: Node) -> Test:
        if not schema.keys().isdisjoint(("patternProperties", "minProperties", "maxProperties")):
            return _template
        names = self.at(schema["propertyNames"]) if "propertyNames" in schema else None
        values = self.at(schema.get("additionalProperties", True))

        def test(value: Any, look: Look) -> bool:
            if type(value) is not dict:
                return _template(value, look)
            for name, each in value.items():
                if not (type(name) is str if names is None else _named(names, name)) or not values(each, look):
                    return False
            return True

        return test

    def _mapping(self, schema: Node) -> Test:
        fields: dict[str, Test] = {}
        required: list[tuple[str, ...]] = []
        doubles: list[tuple[str, ...]] = []
        dated: list[tuple[tuple[str, ...], Any]] = []
        for _, names, node, is_required, _ in fields_of(schema, self._definitions):
            test = self._attribute(node)
            fields.update(dict.fromkeys(names, test))
            if is_required:
                required.append(names)
            if len(names) > 1:
                doubles.append(names)
            if (format := _format_elsewhere(node)) is not None:
                dated.append((names, format))
        more = schema.get("additionalProperties", True)
        rest = None if more is False else self.at(more)
        return _mapping_test(fields, required, doubles, dated, rest)

    def _attribute(self, node: Node) -> Test:
        test = self.at(node)
        if isinstance(node, Mapping) and "x-instead-of" in node:
            return lambda value, look: _template(value, look) or (not value and test(value, look))
        if not (isinstance(node, Mapping) and node.get("deprecated")):
            return test

        def noted(value: Any, look: Look) -> bool:
            look.deprecated = True
            return test(value, look)

        return noted


def _mapping_test(
    fields: Mapping[str, Test],
    required: list[tuple[str, ...]],
    doubles: list[tuple[str, ...]],
    dated: list[tuple[tuple[str, ...], Any]],
    rest: Test | None,
) -> Test:
    def test(value: Any, look: Look) -> bool:
        if type(value) is not dict:
            return _template(value, look)
        for name, each in value.items():
            field = fields.get(name, rest)
            if field is None or type(name) is not str or not field(each, look):
                return False
        for names in required:
            if value.keys().isdisjoint(names):
                return False
        for names in doubles:
            if sum(name in value for name in names) > 1:
                return False
        return not dated or all(_is_dated(value, names, format) for names, format in dated)

    return test


def _format_elsewhere(node: Node) -> Mapping[str, Any] | None:
    """Which attribute beside it says how a date is written."""
    if not isinstance(node, Mapping):
        return None
    given = [each.get("x-date-format") for each in (node, *alternatives(node)) if isinstance(each, Mapping)]
    return next((each for each in given if isinstance(each, Mapping)), None)


def _is_dated(value: Mapping[str, Any], names: tuple[str, ...], format: Mapping[str, Any]) -> bool:
    written = next((value[name] for name in names if name in value), None)
    if written is None:
        return True
    if not isinstance(written, str) or any(name in value for name in format["properties"]):
        return False
    return _is_date(format["default"])(written)


def _is_date(format: str) -> Callable[[str], bool]:
    def test(text: str) -> bool:
        with suppress(ValueError):
            check_date(text, format)
            return True
        return False

    return test


def _named(test: Test, name: Any) -> bool:
    return test(name, Look()) and not (isinstance(name, str) and "{" in name)


def _template(value: Any, look: Look) -> bool:
    """Text that a template is in may give anything."""
    if type(value) is str and "{" in value and ("{{" in value or "{%" in value or "{#" in value):
        look.templates = True
        return True
    return False


def _anything(value: Any, look: Look) -> bool:
    kind = type(value)
    if kind is str:
        _template(value, look)
    elif kind is dict:
        for each in value.values():
            _anything(each, look)
    elif kind is list:
        for each in value:
            _anything(each, look)
    return True


def _never(value: Any, look: Look) -> bool:
    return False


def _either(tests: list[Test]) -> Test:
    def test(value: Any, look: Look) -> bool:
        return any(each(value, look) for each in tests)

    return test


def _choice(values: list[Any]) -> Test:
    known = {(type(each), each) for each in values if isinstance(each, str | int | float | bool | None)}

    def test(value: Any, look: Look) -> bool:
        kind = type(value)
        plain = kind is str or kind is int or kind is bool or value is None
        return (plain and (kind, value) in known) or _template(value, look)

    return test


def _text(schema: Node) -> Test:
    format = schema.get("format", "")
    if format in PATHS:
        return _path(format)
    if "pattern" in schema or "x-changed" in schema or format in NATIVE:
        return _template
    check = _check(schema)
    least, most = schema.get("minLength", 0), schema.get("maxLength", float("inf"))

    def test(value: Any, look: Look) -> bool:
        if type(value) is not str:
            return False
        if "{" in value and _template(value, look):
            return True
        if check is not None:
            try:
                check(value)
            except ValueError:
                return False
        return least <= len(value) <= most  # type: ignore[no-any-return] # what a schema says is of any type

    return test


def _check(schema: Node) -> Callable[[str], object] | None:
    written = schema.get("x-date-format")
    if isinstance(written, str):
        return lambda text: check_date(text, written)
    return FORMATS.get(schema.get("format", ""))


def _path(format: str) -> Test:
    def test(value: Any, look: Look) -> bool:
        if type(value) is not str:
            return False
        if _template(value, look) or look.folder is None:
            return True
        try:
            check_path(value, format, look.folder, look.kind)
        except ValueError:
            return False
        return True

    return test


def _number(kinds: tuple[type, ...]) -> Callable[[Node], Test]:
    def make(schema: Node) -> Test:
        if not schema.keys().isdisjoint(("multipleOf", "exclusiveMinimum", "exclusiveMaximum")):
            return _template
        least, most = schema.get("minimum", -_LARGEST), schema.get("maximum", _LARGEST)

        def test(value: Any, look: Look) -> bool:
            # What is larger than any float, and what is no number, isn't between these.
            return (type(value) in kinds and least <= value <= most) or _template(value, look)

        return test

    return make


def _only(*kinds: type) -> Callable[[Node], Test]:
    def make(schema: Node) -> Test:
        return lambda value, look: type(value) in kinds or _template(value, look)

    return make


_SCALARS: Mapping[str, Callable[[Node], Test]] = {
    "string": _text,
    "integer": _number((int,)),
    "number": _number((int, float)),
    "boolean": _only(bool),
    "null": _only(type(None)),
}
