"""Component types in words: what an attribute takes, what was written otherwise once, an example."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from treadle.components import Descriptor

__all__ = ["older_forms", "references", "type_words"]


def older_forms(descriptor: Descriptor) -> Iterator[tuple[str, str, str]]:
    """What a type was called once, and how its attributes were written: the old form, the new one, and since when."""
    schema = descriptor.schema
    nodes = [("", schema), *((f"{name}.", each) for name, each in schema.get("$defs", {}).items())]
    for rule in descriptor.deprecations:
        if rule["kind"] == "renamed-type":
            yield rule["name"], descriptor.name, rule.get("since", "")
    for prefix, node in nodes:
        for rule in node.get("x-deprecations", ()):
            since, note = rule.get("since", ""), rule.get("note", "")
            if rule["kind"] == "value":
                for old, new in rule["values"]:
                    yield f"{prefix}{rule['name']}: {old}", f"{rule['name']}: {new}", since
                continue
            new = "nothing" if rule["kind"] == "removed" else rule["to"]
            new += ", in another form" if rule["kind"] == "rewritten" else ""
            yield f"{prefix}{rule['name']}", new + (f" ({note})" if note else ""), since


def references(field: Mapping[str, Any]) -> list[str]:
    """Names of the nested models that a field may hold."""
    found = [field["$ref"].rsplit("/", 1)[-1]] if "$ref" in field else []
    for key in ("anyOf", "oneOf", "allOf"):
        found += [name for branch in field.get(key, ()) for name in references(branch)]
    if isinstance(field.get("items"), dict):
        found += references(field["items"])
    return found


def type_words(field: Mapping[str, Any], defs: Mapping[str, Any]) -> str:
    """A field's type in the words of YAML.

    >>> type_words({"type": "array", "items": {"type": "integer"}}, {})
    'list of whole number'
    """
    if "$ref" in field:
        return type_words(defs[field["$ref"].rsplit("/", 1)[-1]], defs)
    for key in ("anyOf", "oneOf"):
        if key in field:
            names = dict.fromkeys(type_words(each, defs) for each in field[key] if each.get("type") != "null")
            return " or ".join(names)
    if "enum" in field:
        return " | ".join(json.dumps(each) for each in field["enum"])
    if "const" in field:
        return json.dumps(field["const"])
    kinds = field.get("type")
    if isinstance(kinds, list):
        return " or ".join(_kind_words({**field, "type": each}, defs) for each in kinds if each != "null")
    return _kind_words(field, defs)


def _kind_words(field: Mapping[str, Any], defs: Mapping[str, Any]) -> str:
    if field.get("title") == "Template":
        return "template"
    if "x-function" in field:
        return "function"
    kind = field.get("type")
    if kind == "array":
        return f"list of {type_words(field.get('items', {}), defs)}"
    if kind == "object":
        values = field.get("additionalProperties")
        return f"mapping to {type_words(values, defs)}" if isinstance(values, dict) and values else "mapping"
    return _WORDS.get(str(kind), str(kind or "anything"))


_WORDS = {"string": "text", "integer": "whole number", "boolean": "true/false"}
