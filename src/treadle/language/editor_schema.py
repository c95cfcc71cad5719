"""One JSON Schema for all component files of a project, as editors understand it.

A document is told by its `type`; what its attributes may be is the schema of that component type,
and nothing else. Wherever a value isn't just text, a template may stand in its place, and a number
or a boolean may be written as text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from treadle.schemas.older import with_older_forms

if TYPE_CHECKING:
    from treadle.components.descriptors import Descriptor

__all__ = ["DIALECT", "TEMPLATE", "editor_schema"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TEMPLATE = {"type": "string", "pattern": r"\{\{[\s\S]*\}\}|\{%[\s\S]*%\}"}
"""Text that holds a template."""

_TEMPLATE = {"$ref": "#/$defs/template"}

_WHOLE = r"[0-9]+(_[0-9]+)*"
_WRITTEN = {
    "integer": rf"^\s*[+-]?{_WHOLE}(\.0+)?\s*$",
    "number": rf"^\s*[+-]?({_WHOLE}(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$",
    "boolean": "^([tTfFyYnN01]|[tT][rR][uU][eE]|[fF][aA][lL][sS][eE]|[yY][eE][sS]|[nN][oO]|[oO][nN]|[oO][fF][fF])$",
}
"""How text is written that is taken for something else: as pydantic does, what nobody would write left out."""
_RELATIVE = {"type": "string", "pattern": r"^\.[\w.]+$", "description": "A class, from the package of this folder on."}

_ONE = ("items", "additionalProperties", "contains", "not", "if", "then", "else")
_BY_NAME = ("properties", "patternProperties")
_SEVERAL = ("anyOf", "allOf", "prefixItems")
_OWN = (
    *("x-scope", "x-names-of", "x-names", "x-alias-of", "x-record"),
    *("x-deprecated", "x-strict", "x-changed", "x-verbatim"),
)
_DROPPED = ("$defs", "$schema", "title", "discriminator", *_OWN)
_OF_PLACE = ("default", "description", "markdownDescription", "deprecated", "deprecationMessage", "doNotSuggest")
"""Keywords that speak of a place, and stay outside when its value gets another branch."""

_ANNOTATIONS = {*_OF_PLACE, "examples", "type", "title"}


def editor_schema(
    descriptors: Iterable[Descriptor], document: Mapping[str, Any], *, named: Mapping[str, Sequence[str]] | None = None
) -> dict[str, Any]:
    """The JSON Schema (2020-12) of every component file of a project.

    Args:
        descriptors: the component types that there are.
        document: the schema of a document without its attributes.
        named: further names that files of the project use for a type, by the type's own name.

    >>> schema = editor_schema((), {"properties": {"type": {"type": "string"}}})
    >>> schema["properties"]["type"]["anyOf"][0]["pattern"]
    '^\\\\.[\\\\w.]+$'
    """
    types = sorted(descriptors, key=lambda each: each.name)
    names = {each.name: _names(each, (named or {}).get(each.name, ())) for each in types}
    bundle = _Bundle()
    envelope = bundle.add("", document)
    envelope["properties"] = {
        "type": {"description": "The component type.", "anyOf": [*_choices(types, names), _RELATIVE]},
        "attributes": {"description": "What the component type asks for.", "type": ["object", "null"]},
        **{name: each for name, each in envelope.get("properties", {}).items() if name not in ("type", "attributes")},
    }
    branches = [_branch(each, names[each.name], bundle) for each in types]
    return {
        "$schema": DIALECT,
        "title": "Components",
        **envelope,
        "type": "object",
        "required": ["type"],
        "additionalProperties": False,
        **({"allOf": branches} if branches else {}),
        "$defs": {
            "template": {"title": "template", **TEMPLATE},
            **{_text_name(kind): {"type": "string", "pattern": pattern} for kind, pattern in _WRITTEN.items()},
            **dict(sorted(bundle.definitions.items())),
        },
    }


def _text_name(kind: str) -> str:
    return f"{kind}-text"


def _names(descriptor: Descriptor, further: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((descriptor.name, *descriptor.aliases, *further)))


def _choices(types: Sequence[Descriptor], names: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Every name with what it stands for; only a type's own name is suggested."""
    own = [{"const": each.name, **_told(each)} for each in types]
    others = [
        {"const": name, **_told(each), "doNotSuggest": True}
        for each in types
        for name in names[each.name]
        if name != each.name
    ]
    return own + others


def _told(descriptor: Descriptor) -> dict[str, Any]:
    told: dict[str, Any] = {"description": descriptor.summary} if descriptor.summary else {}
    return {**told, "deprecated": True} if descriptor.deprecated else told


def _branch(descriptor: Descriptor, names: Sequence[str], bundle: _Bundle) -> dict[str, Any]:
    attributes = bundle.add(descriptor.name, with_older_forms(descriptor.schema))
    required = {"required": ["attributes"]} if attributes.get("required") else {}
    if not required:
        attributes = {**attributes, "type": ["object", "null"]}
    return {
        "if": {"properties": {"type": {"enum": list(names)}}, "required": ["type"]},
        "then": {"properties": {"attributes": attributes}, **required},
    }


class _Bundle:
    """Collects the definitions of several schemas; what has one name and is the same is kept once."""

    def __init__(self) -> None:
        self.definitions: dict[str, Any] = {}
        self._digests: dict[str, str] = {}

    def add(self, owner: str, schema: Mapping[str, Any]) -> dict[str, Any]:
        """A schema whose definitions are in the bundle, with templates wherever values may be."""
        given: Mapping[str, Any] = schema.get("$defs", {})
        renamed = {name: self._name(owner, name, given) for name in given}
        rewriter = _Rewriter(renamed, given)
        for name, each in given.items():
            self.definitions.setdefault(renamed[name], rewriter.inside(each))
        return rewriter.inside(schema)

    def _name(self, owner: str, name: str, given: Mapping[str, Any]) -> str:
        digest = _digest(name, given)
        if self._digests.setdefault(name, digest) == digest:
            return name
        return f"{owner}.{name}"


def _digest(name: str, given: Mapping[str, Any]) -> str:
    """The same for definitions that say the same, whatever they refer to included."""
    reached, waiting = {name: given[name]}, [given[name]]
    while waiting:
        for each in _references(waiting.pop()):
            if each in given and each not in reached:
                reached[each] = given[each]
                waiting.append(given[each])
    return hashlib.sha256(json.dumps(reached, sort_keys=True, default=str).encode()).hexdigest()


def _references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [found for each in node for found in _references(each)]
    if not isinstance(node, dict):
        return []
    own = [_definition(node["$ref"])] if isinstance(node.get("$ref"), str) else []
    return own + [found for each in node.values() for found in _references(each)]


def _definition(reference: str) -> str:
    return reference.removeprefix("#/$defs/")


def _kinds(node: Any) -> set[str]:
    """The types of values that a schema names, those that it lists one by one left out."""
    if not isinstance(node, dict) or not node.keys().isdisjoint(("enum", "const", "x-strict")):
        return set()
    kinds = node.get("type", ())
    branches = [each for key in ("anyOf", "oneOf") for each in node.get(key, ())]
    return {kinds} if isinstance(kinds, str) else {*kinds}.union(*map(_kinds, branches))


def _required(node: Mapping[str, Any]) -> dict[str, Any]:
    """What has to be given, under any of its names."""
    others: dict[str, list[str]] = {}
    for name, each in node.get("properties", {}).items():
        if isinstance(each, dict) and "x-alias-of" in each:
            others.setdefault(each["x-alias-of"], []).append(name)
    alone = [name for name in node["required"] if name not in others]
    choices = [
        {"anyOf": [{"required": [each]} for each in (name, *others[name])]}
        for name in node["required"]
        if name in others
    ]
    return {"required": alone, **({"allOf": [*node.get("allOf", ()), *choices]} if choices else {})}


class _Rewriter:
    """Makes a plain schema one for editors."""

    def __init__(self, renamed: Mapping[str, str], definitions: Mapping[str, Any]) -> None:
        self._renamed = renamed
        self._definitions = definitions

    def inside(self, node: Mapping[str, Any]) -> dict[str, Any]:
        """A schema in which every place below it takes a template as well, but not the schema itself."""
        found = {key: self._keyword(key, value) for key, value in node.items() if key not in _DROPPED}
        if "oneOf" in found:
            # A template fits several branches, so exactly one of them is more than can be asked.
            found["anyOf"] = [*found.get("anyOf", ()), *found.pop("oneOf")]
        if "$ref" in found:
            name = _definition(found["$ref"])
            found["$ref"] = f"#/$defs/{self._renamed.get(name, name)}"
        for limit in ("pattern", "minLength", "maxLength") if "x-changed" in node else ():
            found.pop(limit, None)  # they hold for what becomes of the text
        if "required" in found:
            found |= _required(node)
        if node.get("x-alias-of"):
            found["doNotSuggest"] = True
        if why := node.get("x-deprecated"):
            found["deprecationMessage"] = why
        return found

    def _keyword(self, key: str, value: Any) -> Any:
        if key in _ONE and isinstance(value, dict):
            return self._place(value)
        if key in _BY_NAME:
            return {name: self._place(each) for name, each in value.items()}
        if key == "prefixItems":
            return [self._place(each) for each in value]
        if key in (*_SEVERAL, "oneOf"):
            return [self.inside(each) if isinstance(each, dict) else each for each in value]
        return value

    def _place(self, node: Any) -> Any:
        """A schema that says what a value may be: the value, or a template."""
        if not isinstance(node, dict):
            return node
        found = self.inside(node)
        if self._takes_any_text(node):
            return found
        outside = {key: found.pop(key) for key in _OF_PLACE if key in found}
        branches = found["anyOf"] if set(found) == {"anyOf"} else [found]
        texts = [{"$ref": f"#/$defs/{_text_name(kind)}"} for kind in _WRITTEN if kind in _kinds(node)]
        return {**outside, "anyOf": [*branches, *texts, _TEMPLATE]}

    def _takes_any_text(self, node: Mapping[str, Any], depth: int = 0) -> bool:
        """Whether a template is allowed already, being text."""
        if depth > 20:
            return False
        if "$ref" in node:
            target = self._definitions.get(_definition(str(node["$ref"])), {})
            return self._takes_any_text(target, depth + 1)
        for key in ("anyOf", "oneOf"):
            if key in node:
                return any(self._takes_any_text(each, depth + 1) for each in node[key] if isinstance(each, dict))
        kinds = node.get("type")
        constrained = set(node) - _ANNOTATIONS - ({*_OWN} - {"x-record", "x-changed"})
        if kinds is None:
            return not constrained
        return not constrained and (kinds == "string" or (isinstance(kinds, list) and "string" in kinds))
