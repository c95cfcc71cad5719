"""What a schema says of a place in a document: the branches that a value there may take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from treadle.language.outline import Outline, Path, read_scalar
from treadle.templating.types import described

__all__ = ["Shape", "shapes_at", "type_words"]

_OF_PLACE = ("description", "default", "examples", "deprecated", "x-deprecated", "x-alias-of")
_DEEPEST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A schema, what its references lead to, and the variables that expressions there have in addition."""

    schema: Mapping[str, Any]
    definitions: Mapping[str, Any] = field(default_factory=dict)
    scope: Mapping[str, Any] = field(default_factory=dict)

    def inside(self, schema: Any) -> Shape:
        """A schema that is somewhere in this one."""
        found = schema if isinstance(schema, Mapping) else {}
        own = found.get("x-scope")
        scope = {**self.scope, **own} if isinstance(own, Mapping) else self.scope
        return replace(self, schema=found, scope=scope)

    def branches(self, depth: int = 0) -> Iterator[Shape]:
        """The simple schemas that a value has to match one of.

        >>> shape = Shape(schema={"anyOf": [{"$ref": "#/$defs/a"}, {"type": "null"}]}, definitions={"a": {"type": "string"}})
        >>> [each.schema["type"] for each in shape.branches()]
        ['string', 'null']
        """
        if depth > _DEEPEST:
            return
        schema = self.schema
        if "$ref" in schema:
            target = self.definitions.get(str(schema["$ref"]).removeprefix("#/$defs/"), {})
            yield from self.inside({**target, **{key: schema[key] for key in _OF_PLACE if key in schema}}).branches(
                depth + 1
            )
            return
        inner = [each for key in ("anyOf", "oneOf", "allOf") for each in schema.get(key, ())]
        for each in inner:
            yield from self.inside(each).branches(depth + 1)
        if not inner or "properties" in schema:
            yield self

    def step(self, part: str | int) -> Shape | None:
        """What is under a key, or at a place of a list; None where the schema allows nothing."""
        schema = self.schema
        if isinstance(part, int):
            given = schema.get("prefixItems", ())
            found = given[part] if part < len(given) else schema.get("items")
        else:
            found = schema.get("properties", {}).get(part, schema.get("additionalProperties"))
        return self.inside(found) if isinstance(found, Mapping) else None

    @property
    def kind(self) -> str:
        """The one type of JSON that a branch has, if it says so."""
        found = self.schema.get("type")
        return found if isinstance(found, str) else ""


def shapes_at(root: Shape, path: Path, outline: Outline, base: Path = ()) -> list[Shape]:
    """The schemas of what is at a path below `base`; of a union, those that fit what is written so far."""
    shapes = [root]
    for length, part in enumerate(path):
        above = (*base, *path[:length])
        shapes = [
            found
            for shape in shapes
            for branch in shape.branches()
            if not contradicts(branch, above, outline) and (found := branch.step(part)) is not None
        ]
    return shapes


def contradicts(branch: Shape, path: Path, outline: Outline) -> bool:
    """Whether something written at a path rules a branch out: another `type` than the one it stands for."""
    for name, schema in branch.schema.get("properties", {}).items():
        allowed = [schema["const"]] if "const" in schema else schema.get("enum")
        if allowed is None or (len(allowed) > 1 and name != "type"):
            continue
        written = outline.text(*path, name)
        if written and "{{" not in written and read_scalar(written) not in allowed and written not in allowed:
            return True
    return False


def type_words(shape: Shape) -> str:
    """What a place takes, in the words of YAML.

    >>> type_words(Shape(schema={"anyOf": [{"enum": ["error", "warn"]}, {"type": "array", "items": {"type": "string"}}]}))
    'error or warn, or a list of text'
    """
    words = dict.fromkeys(_word(branch) for branch in shape.branches())
    return ", or ".join(each for each in words if each and each != "nothing") or "anything"


def _word(branch: Shape) -> str:
    schema = branch.schema
    allowed = [schema["const"]] if "const" in schema else schema.get("enum")
    if allowed:
        return " or ".join(map(str, allowed))
    if "x-record" in schema:
        names = schema["x-record"]
        return f"a template that gives {names if isinstance(names, str) else ' or '.join(names)}"
    if branch.kind == "array" and isinstance(schema.get("items"), Mapping):
        return f"a list of {_plural(type_words(branch.inside(schema['items'])))}"
    if not branch.kind and not schema.get("type"):
        return ""
    return described({"type": schema["type"]})


def _plural(words: str) -> str:
    return {"a mapping": "mappings", "a whole number": "whole numbers", "a number": "numbers"}.get(words, words)
