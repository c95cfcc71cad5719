"""Component types in words: what an attribute takes, what was written otherwise once, an example."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from treadle.components import Descriptor

__all__ = ["example_yaml", "format_words", "older_forms", "references", "scaffold_command", "type_words"]


def example_yaml(name: str, attributes: Mapping[str, Any]) -> str:
    """An example as a person would write it.

    >>> print(example_yaml("mill.Loom", {"threads": 2}), end="")
    type: mill.Loom
    attributes:
      threads: 2
    """
    import yaml

    document: dict[str, Any] = {"type": name}
    if attributes:
        document["attributes"] = dict(attributes)
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)


def scaffold_command(descriptor: Descriptor) -> str:
    """The command that makes a new component of a type."""
    params = "".join(f" --{each.replace('_', '-')} …" for each in descriptor.scaffold_params)
    return f"treadle scaffold defs {descriptor.name} PATH{params}"


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


def format_words(name: str) -> str:
    """What a text has to be, by the name that schemas have for it; nothing for a name that isn't known.

    >>> format_words("cron")
    'a cron expression'
    """
    return _FORMATS.get(name, "")


_FORMATS = {
    "asset-key": "an asset key",
    "automation": "a condition of automation",
    "command-line": "a command line",
    "compute-profile": "a compute profile",
    "credential": "the name of a credential",
    "cron": "a cron expression",
    "date": "a day",
    "date-time": "a moment",
    "file-pattern": "a pattern of files",
    "group": "a group",
    "length-of-time": "a length of time",
    "owner": "an e-mail address or team:NAME",
    "partition-key": "a partition key",
    "project-file": "a file of the project",
    "selection": "a selection of assets",
    "timezone": "a time zone",
}
