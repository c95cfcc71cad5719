"""Questions about nodes of a JSON Schema that more than one part asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = [
    "Node",
    "alternatives",
    "discriminated",
    "fields_of",
    "is_text_map",
    "kinds_of",
    "name_of",
    "record_names",
    "resolved",
]

Node = Any
"""A node of a JSON Schema: a mapping, true or false."""

_SHAPES = (
    ("properties", "object"),
    ("additionalProperties", "object"),
    ("items", "array"),
    ("prefixItems", "array"),
)


def name_of(schema: Node) -> str | None:
    """The name of the definition that a node refers to; None when it is no reference.

    >>> name_of({"$ref": "#/$defs/Asset"})
    'Asset'
    """
    if not isinstance(schema, dict):
        return None
    reference = schema.get("$ref")
    if reference is None and len(schema.get("allOf", ())) == 1:
        reference = schema["allOf"][0].get("$ref")
    return reference.rsplit("/", 1)[-1].replace("~1", "/").replace("~0", "~") if isinstance(reference, str) else None


def resolved(schema: Node, definitions: Mapping[str, Node]) -> Node:
    """What a node says, when it may be a reference; a circle of references says nothing."""
    for _ in range(50):
        if (name := name_of(schema)) is None:
            return schema
        schema = definitions.get(name, {})
    return {}


def kinds_of(schema: Node) -> tuple[str, ...]:
    """The JSON types that a node allows, as far as it says; nothing when it doesn't say."""
    if not isinstance(schema, dict):
        return ()
    kind = schema.get("type")
    if isinstance(kind, str):
        return (kind,)
    if isinstance(kind, list):
        return tuple(kind)
    return next(((kind,) for keyword, kind in _SHAPES if keyword in schema), ())


def alternatives(schema: Node) -> list[Node]:
    """The branches of a union; nothing when it isn't one."""
    for keyword in ("anyOf", "oneOf"):
        if branches := schema.get(keyword):
            return [flat for each in branches for flat in _flat(each)]
    return []


def _flat(branch: Node) -> list[Node]:
    """A union inside of a union is one, unless a discriminator or a scope makes it more."""
    if isinstance(branch, dict) and "anyOf" in branch and "x-scope" not in branch:
        return alternatives(branch)
    return [branch]


def record_names(schema: Node) -> tuple[str, ...]:
    """The classes of Python that a node wants an object of; only a template gives one."""
    found = schema.get("x-record")
    if found is None:
        return ("object",) if schema.get("title") == "Template" and "pattern" in schema else ()
    return (found,) if isinstance(found, str) else tuple(found)


def discriminated(schema: Node, definitions: Mapping[str, Node]) -> tuple[str, dict[str, Node]] | None:
    """The name of the discriminator and the branch of each of its values; None when there is none."""
    given = schema.get("discriminator")
    branches = schema.get("oneOf") or schema.get("anyOf")
    if not isinstance(given, dict) or not branches:
        return None
    tag = given["propertyName"]
    if mapping := given.get("mapping"):
        order = [name_of(each) for each in branches]
        named = {value: {"$ref": each} if isinstance(each, str) else each for value, each in mapping.items()}
        # pydantic sorts the mapping; people chose the order of the branches.
        return tag, dict(sorted(named.items(), key=lambda item: _index(order, name_of(item[1]))))
    found: dict[str, Node] = {}
    for branch in branches:
        node = resolved(branch, definitions).get("properties", {}).get(tag, {})
        for value in node.get("enum", [node["const"]] if "const" in node else []):
            found[value] = branch
    return tag, found


def _index(order: list[str | None], name: str | None) -> int:
    return order.index(name) if name in order else len(order)


def fields_of(schema: Node, definitions: Mapping[str, Node]) -> Iterator[tuple[str, tuple[str, ...], Node, bool, str]]:
    """The attributes of a mapping: the name, every name accepted for it, its node, whether it is required, its text."""
    properties: Mapping[str, Node] = schema.get("properties", {})
    required = schema.get("required", ())
    aliases: dict[str, list[str]] = {}
    for name, node in properties.items():
        if isinstance(node, dict) and (usual := node.get("x-alias-of")):
            aliases.setdefault(usual, []).append(name)
    for name, node in properties.items():
        if isinstance(node, dict) and "x-alias-of" in node:
            continue
        names = (name, *aliases.get(name, ()))
        about = str(node.get("description", "")) if isinstance(node, dict) else ""
        yield name, names, node, any(each in required for each in names), about


def is_text_map(schema: Node) -> bool:
    """Whether a mapping without attributes of its own has text for its names: that is what JSON Schema takes for granted."""
    return "propertyNames" not in schema
