"""A schema for those who know nothing of deprecations: what was written otherwise once is among what may be written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["with_older_forms"]


def with_older_forms(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The same schema, in which older names are attributes as well, and older values are choices.

    >>> rule = {"kind": "renamed", "name": "yarns", "to": "threads"}
    >>> schema = {"properties": {"threads": {"type": "integer"}}, "x-deprecations": [rule]}
    >>> with_older_forms(schema)["properties"]["yarns"]["x-deprecated"]
    'write `threads`'
    """
    found = {key: _inside(value) for key, value in schema.items()}
    rules = found.pop("x-deprecations", ())
    if isinstance(rules, list) and "properties" in found:
        found["properties"] = dict(found["properties"])
        for rule in reversed(rules):  # what was renamed twice has the second name by then
            _add(rule, found["properties"])
    return found


def _inside(value: Any) -> Any:
    if isinstance(value, dict):
        return with_older_forms(value)
    return [_inside(each) for each in value] if isinstance(value, list) else value


def _add(rule: Mapping[str, Any], properties: dict[str, Any]) -> None:
    name = rule["name"]
    if rule["kind"] == "value":
        if isinstance(given := properties.get(name), dict) and ("enum" in given or "const" in given):
            now = given.get("enum", [given.get("const")])
            older = [old for old, _ in rule["values"] if old not in now]
            others = {key: value for key, value in given.items() if key != "const"}
            properties[name] = {**others, "enum": [*now, *older]}
        return
    to = rule.get("to", "")
    if name in properties:  # another form of the same attribute: its old one is known to the type's function only
        properties[name] = _only_told(properties[name])
        return
    new = to.partition(".")[0]
    known = properties.get(new, {})
    like = known if rule["kind"] == "renamed" and new == to and isinstance(known, dict) else {}
    said = f"write `{known.get('x-alias-of', to) if new == to else to}`" if to else "it has no effect any more"
    if rule.get("note"):
        said += f": {rule['note']}"
    alias = {"x-alias-of": known.get("x-alias-of", new)} if to else {}
    properties[name] = {**like, **alias, "deprecated": True, "x-deprecated": said}


def _only_told(node: Any) -> dict[str, Any]:
    """What is said of an attribute, without what its value has to be."""
    kept = ("description", "default", "examples")
    return {key: node[key] for key in kept if key in node} if isinstance(node, dict) else {}
