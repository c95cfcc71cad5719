"""Which attributes and alternatives of component types the tests give, and which they don't."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from treadle.components.descriptors import Descriptor, Descriptors
from treadle.errors import ProjectError
from treadle.schemas import compile_schema
from treadle.testing.suite.outcome import Covered

__all__ = ["TypeCoverage", "coverage", "options"]

Node = Mapping[str, Any]
_NOTHING = object()
_SCALARS = ("string", "integer", "number", "boolean")
_DEEPEST = 8
_MOST_VALUES = 40
"""A field with more values than that is a list to choose from, rather than a set of cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeCoverage:
    """What the tests give of a type: attributes by path (`assets[].key`), alternatives by path and value."""

    type: str
    given: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def share(self) -> float:
        """How much of the type is given, from 0 to 1."""
        every = len(self.given) + len(self.missing)
        return len(self.given) / every if every else 1.0


def coverage(covered: Iterable[Covered], descriptors: Descriptors) -> tuple[TypeCoverage, ...]:
    """What tests give of each type that they use, by the name of the type; types that can't be found are left out."""
    types: dict[str, Descriptor] = {}
    given: dict[str, set[str]] = {}
    for each in covered:
        try:
            found = descriptors.find(each.type, package=each.package)
        except ProjectError:
            continue
        types[found.name] = found
        given.setdefault(found.name, set()).update(options(found.schema, each.attributes))
    return tuple(_of(types[name], given[name]) for name in sorted(types))


def _of(descriptor: Descriptor, given: set[str]) -> TypeCoverage:
    every = list(dict.fromkeys(options(descriptor.schema)))
    return TypeCoverage(
        type=descriptor.name,
        given=tuple(each for each in every if each in given),
        missing=tuple(each for each in every if each not in given),
    )


def options(schema: Node, value: object = _NOTHING) -> Iterator[str]:
    """Everything that a schema lets one choose, or what of it a value chooses.

    >>> schema = {"properties": {"size": {"enum": ["s", "l"]}, "dyes": {"items": {"properties": {"name": {}}}}}}
    >>> list(options(schema))
    ['size', 'size = s', 'size = l', 'dyes', 'dyes[].name']
    >>> list(options(schema, {"size": "l"}))
    ['size', 'size = l']
    """
    return _Walk(schema.get("$defs", {})).visit(schema, "", value, ())


def _branches(node: Node) -> Iterator[Node]:
    """The alternatives of a schema, without that of nothing and those that only a template gives."""
    for each in (*node.get("anyOf", ()), *node.get("oneOf", ())):
        if "x-record" in each or each.get("type") == "null":
            continue
        inner = list(_branches(each))
        yield from inner or [each]


class _Walk:
    """Goes through a schema, with a value beside it or without."""

    def __init__(self, definitions: Node) -> None:
        self._definitions = definitions

    def visit(self, node: Node, path: str, value: object, above: tuple[str, ...]) -> Iterator[str]:
        """What can be chosen here and below; `above` are the definitions that this is inside of."""
        while (reference := node.get("$ref")) is not None:
            name = str(reference).rsplit("/", 1)[-1]
            if name in above:
                return  # what holds itself has been told of
            above = (*above, name)
            node = self._definitions.get(name, {})
        if len(above) > _DEEPEST:
            return
        yield from self._properties(node, path, value, above)
        yield from self._items(node, path, value, above)
        yield from self._values(node, path, value)
        yield from self._alternatives(node, path, value, above)

    def _properties(self, node: Node, path: str, value: object, above: tuple[str, ...]) -> Iterator[str]:
        properties: Mapping[str, Node] = node.get("properties", {})
        for name, below in properties.items():
            if below.get("x-alias-of") or below.get("deprecated"):
                continue
            aliases = [other for other, each in properties.items() if each.get("x-alias-of") == name]
            inside = _NOTHING
            if value is not _NOTHING:
                written = [key for key in (name, *aliases) if isinstance(value, Mapping) and key in value]
                if not written:
                    continue
                assert isinstance(value, Mapping)
                inside = value[written[0]]
            here = f"{path}.{name}" if path else name
            yield here
            yield from self.visit(below, here, inside, above)
        if isinstance(others := node.get("additionalProperties"), Mapping):
            known = properties.keys()
            values = [each for key, each in value.items() if key not in known] if isinstance(value, Mapping) else []
            for each in [_NOTHING] if value is _NOTHING else values:
                yield from self.visit(others, f"{path}.*", each, above)

    def _items(self, node: Node, path: str, value: object, above: tuple[str, ...]) -> Iterator[str]:
        if isinstance(items := node.get("items"), Mapping):
            for each in [_NOTHING] if value is _NOTHING else value if isinstance(value, list) else []:
                yield from self.visit(items, f"{path}[]", each, above)

    def _values(self, node: Node, path: str, value: object) -> Iterator[str]:
        choices = node.get("enum", [])
        for each in choices if 1 < len(choices) <= _MOST_VALUES else []:
            if value is _NOTHING or value == each:
                yield f"{path} = {each}"

    def _alternatives(self, node: Node, path: str, value: object, above: tuple[str, ...]) -> Iterator[str]:
        branches = list(_branches(node))
        # How a scalar is written is no case of its own, and neither is that a template gives it.
        is_choice = len(branches) > 1 and not all(each.get("type") in _SCALARS for each in branches)
        if value is not _NOTHING:
            branches = [each for each in branches if self._takes(each, value)][:1]
        for each in branches:
            if is_choice:
                yield f"{path} as {self._name(each)}"
            yield from self.visit(each, path, value, above)

    def _takes(self, branch: Node, value: object) -> bool:
        return not compile_schema({"$defs": self._definitions, **branch}).check(value)

    def _name(self, branch: Node) -> str:
        if reference := branch.get("$ref"):
            name = str(reference).rsplit("/", 1)[-1]
            return str(self._definitions.get(name, {}).get("title", name))
        if branch.get("type") == "array":
            return "a list"
        return str(branch.get("title") or branch.get("const") or branch.get("type") or "anything")
