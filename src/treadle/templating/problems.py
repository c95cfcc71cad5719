"""What pydantic found wrong, sorted by the places in what was written.

pydantic names the branches of unions in its locations, and reports the failure of every branch.
Walking its own schema beside the locations tells names of branches from names of keys, and finds
the branch that was meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice
from typing import Any

from treadle.templating.places import KEY, NodePath
from treadle.templating.spelling import likeness
from treadle.templating.wording import Meaning, meaning_of

__all__ = ["Kind", "Pending", "Problem", "find_problems"]

_Errors = list[tuple[tuple[Any, ...], Mapping[str, Any]]]
_ANY: Mapping[str, Any] = {"type": "any"}
_WRAPPERS = {
    **dict.fromkeys(("function-before", "function-after", "function-wrap", "default", "nullable"), "schema"),
    **dict.fromkeys(("model", "dataclass", "custom-error"), "schema"),
    "lax-or-strict": "lax_schema",
    "json-or-python": "python_schema",
}

_MISSPELLED = 0.6
_MOST_READ = 10_000
"""Whoever makes more mistakes than this has another kind of file in hand, and is told the first of them."""


class Kind(StrEnum):
    """What sort of mistake it is."""

    UNKNOWN = "unknown"
    MISSING = "missing"
    TYPE = "type"
    VALUE = "value"


@dataclass(frozen=True, slots=True, eq=False)  # each is another value, even of the same text
class Pending:
    """Stands for a value that isn't known yet, because a template will give it: nothing is wrong with it."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake, at the path where it was written.

    `names` are the attributes that would be accepted there, `listed` those of them that aren't just
    another name; `about` is what the attribute's own documentation says. `schema` is
    pydantic's own of what was wanted: a value of the right kind may still be wrong.
    """

    kind: Kind
    path: NodePath
    meaning: Meaning
    found: Any = None
    names: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    about: str = ""
    schema: Mapping[str, Any] | None = None


def find_problems(core_schema: Mapping[str, Any], errors: Iterable[Mapping[str, Any]]) -> list[Problem]:
    """The mistakes behind pydantic's errors; a union tells only of the branch that was meant."""
    read = islice(errors, _MOST_READ)
    return _Finder().at(core_schema, [(tuple(error["loc"]), error) for error in read], ())


class _Finder:
    def __init__(self) -> None:
        self._definitions: dict[str, Mapping[str, Any]] = {}
        self._by_name = True
        self._model: Any = None
        self._fields_by_schema: dict[tuple[int, bool], list[_Field]] = {}
        self._inside: Mapping[str, Callable[[Mapping[str, Any], _Errors, NodePath], list[Problem]]] = {
            "model-fields": self._fields,
            "typed-dict": self._fields,
            "dataclass-args": self._fields,
            "list": self._items,
            "set": self._items,
            "frozenset": self._items,
            "generator": self._items,
            "tuple": self._items,
            "dict": self._entries,
            "union": self._union,
            "tagged-union": self._tagged,
        }

    def at(self, schema: Mapping[str, Any], errors: _Errors, path: NodePath) -> list[Problem]:
        wanted, schema = schema, self._peeled(schema)
        own = [error for location, error in errors if not location and not _is_pending(error)]
        deeper = [(location, error) for location, error in errors if location]
        problems = [replace(_problem(error, schema, path), schema=wanted) for error in own]
        if deeper:
            problems += self._inside.get(schema["type"], self._anything)(schema, deeper, path)
        return problems

    def _peeled(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while True:
            kind = schema["type"]
            if kind == "definitions":
                self._definitions |= {one["ref"]: one for one in schema["definitions"]}
                schema = schema["schema"]
            elif kind == "definition-ref":
                schema = self._definitions.get(schema["schema_ref"], _ANY)
            elif kind == "chain":
                schema = schema["steps"][0]
            elif kind in _WRAPPERS:
                if kind in ("model", "dataclass"):
                    self._model = schema.get("cls")
                    config = schema.get("config", {})
                    self._by_name = bool(config.get("populate_by_name") or config.get("validate_by_name"))
                schema = schema[_WRAPPERS[kind]]
            else:
                return schema

    def _fields(self, schema: Mapping[str, Any], errors: _Errors, path: NodePath) -> list[Problem]:
        fields = self._fields_of(schema)
        names = tuple(name for one in fields for name in one.names)
        listed = tuple(one.names[0] for one in fields)
        problems: list[Problem] = []
        for head, group in _grouped(errors).items():
            one = next((one for one in fields if head in one.all_names), _Field())
            for location, error in group:
                if not location and error["type"] in _UNKNOWN:
                    problems.append(_named(Kind.UNKNOWN, error, (*path, head), names, listed))
                elif not location and error["type"] in _MISSING:
                    missing = _named(Kind.MISSING, error, (*path, (one.names or (head,))[0]), names, listed)
                    problems.append(replace(missing, about=one.about))
            rest = [(location, error) for location, error in group if location or error["type"] not in _NAMED]
            found = self.at(one.schema, rest, (*path, head)) if rest else []
            problems += [replace(problem, about=problem.about or one.about) for problem in found]
        return problems

    def _fields_of(self, schema: Mapping[str, Any]) -> list[_Field]:
        """The fields of a model; a list of a thousand wrong items asks for those of one model a thousand times."""
        key = (id(schema), self._by_name)
        if key not in self._fields_by_schema:
            self._fields_by_schema[key] = _fields_of(schema, self._model, by_name=self._by_name)
        return self._fields_by_schema[key]

    def _items(self, schema: Mapping[str, Any], errors: _Errors, path: NodePath) -> list[Problem]:
        problems: list[Problem] = []
        for head, group in _grouped(errors).items():
            problems += self.at(_item_schema(schema, head), group, (*path, head))
        return problems

    def _entries(self, schema: Mapping[str, Any], errors: _Errors, path: NodePath) -> list[Problem]:
        problems: list[Problem] = []
        for head, group in _grouped(errors).items():
            keys = [(location[1:], error) for location, error in group if location[:1] == ("[key]",)]
            values = [(location, error) for location, error in group if location[:1] != ("[key]",)]
            if keys:
                problems += self.at(schema.get("keys_schema", _ANY), keys, (*path, head, KEY))
            if values:
                problems += self.at(schema.get("values_schema", _ANY), values, (*path, head))
        return problems

    def _tagged(self, schema: Mapping[str, Any], errors: _Errors, path: NodePath) -> list[Problem]:
        choices = {str(getattr(tag, "value", tag)): choice for tag, choice in schema["choices"].items()}
        problems: list[Problem] = []
        for head, group in _grouped(errors).items():
            problems += self.at(choices.get(str(getattr(head, "value", head)), _ANY), group, path)
        return problems

    def _union(self, schema: Mapping[str, Any], errors: _Errors, path: NodePath) -> list[Problem]:
        groups = list(_grouped(errors).values())
        choices = [choice[0] if isinstance(choice, tuple) else choice for choice in schema["choices"]]
        # Every branch failed, and each reports under a name of its own, in order.
        paired = zip(choices, groups, strict=True) if len(choices) == len(groups) else ((_ANY, one) for one in groups)
        branches = [self.at(choice, group, path) for choice, group in paired]
        if not all(branches):
            return []  # nothing is known to be wrong in one of them
        best = min(branches, key=lambda branch: _distance(branch, path))
        return _together(branches, path) if _is_another_kind(best, path) else best

    def _anything(self, schema: Mapping[str, Any], errors: _Errors, path: NodePath) -> list[Problem]:
        problems: list[Problem] = []
        for head, group in _grouped(errors).items():
            problems += self.at(_ANY, group, (*path, head))
        return problems


_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument", "invalid_key")
_MISSING = ("missing", "missing_argument", "missing_keyword_only_argument")
_NAMED = (*_UNKNOWN, *_MISSING)


def _is_pending(error: Mapping[str, Any]) -> bool:
    found = error.get("input")
    if error["type"] == "union_tag_invalid" and isinstance(found, Mapping):
        name = str(error["ctx"]["discriminator"]).strip("'")
        return isinstance(found.get(name), Pending)
    return isinstance(found, Pending)


def _problem(error: Mapping[str, Any], schema: Mapping[str, Any], path: NodePath) -> Problem:
    meaning = meaning_of(error, schema)
    kind = Kind.TYPE if meaning.expected else Kind.VALUE
    found = error.get("input")
    if error["type"].startswith("union_tag"):
        name = str(error.get("ctx", {}).get("discriminator", "")).strip("'")
        if error["type"] == "union_tag_not_found":
            tags = tuple(str(getattr(tag, "value", tag)) for tag in schema.get("choices", ()))
            return Problem(kind=Kind.MISSING, path=(*path, name), meaning=Meaning(choices=tags), found=found)
        path, found = (
            (*path, name),
            found[name] if isinstance(found, Mapping) and name in found else error["ctx"]["tag"],
        )
    return Problem(kind=kind, path=path, meaning=meaning, found=found)


def _named(
    kind: Kind, error: Mapping[str, Any], path: NodePath, names: tuple[str, ...], listed: tuple[str, ...]
) -> Problem:
    found = error.get("input")
    return Problem(kind=kind, path=path, meaning=Meaning(), found=found, names=names, listed=listed)


def _grouped(errors: _Errors) -> dict[Any, _Errors]:
    groups: dict[Any, _Errors] = {}
    for location, error in errors:
        groups.setdefault(location[0], []).append((location[1:], error))
    return groups


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """A field: the names that YAML may use for it, the usual one first, and its own name."""

    names: tuple[str, ...] = ()
    own_name: str = ""
    schema: Mapping[str, Any] = field(default_factory=lambda: _ANY)
    about: str = ""

    @property
    def all_names(self) -> tuple[str, ...]:
        return (*self.names, self.own_name)


def _fields_of(schema: Mapping[str, Any], model: Any, *, by_name: bool) -> list[_Field]:
    docs = _docs_of(model)
    fields = schema["fields"]
    pairs = fields.items() if isinstance(fields, Mapping) else ((one["name"], one) for one in fields)
    found = []
    for name, one in pairs:
        aliases = [alias for alias in _aliases(one.get("validation_alias")) if alias != name or not by_name]
        names = [name, *aliases] if by_name or not aliases else aliases
        updates = (one.get("metadata") or {}).get("pydantic_js_updates") or {}
        about = str(updates.get("description") or docs.get(name, ""))
        found.append(_Field(names=tuple(names), own_name=name, schema=one["schema"], about=about))
    return found


def _docs_of(model: Any) -> Mapping[str, str]:
    """The documentation of a model's fields; a schema that was made of data has no model."""
    if not hasattr(model, "model_fields"):
        return {}
    from treadle.templating.docstrings import field_docs  # which needs pydantic, as models do

    return field_docs(model)


def _aliases(alias: Any) -> list[Any]:
    if alias is None:
        return []
    if isinstance(alias, str):
        return [alias]
    if alias and isinstance(alias[0], list):
        return [path[0] for path in alias]
    return [alias[0]]


def _item_schema(schema: Mapping[str, Any], index: Any) -> Mapping[str, Any]:
    items = schema.get("items_schema", _ANY)
    if isinstance(items, Mapping):
        return items
    if isinstance(index, int) and index < len(items):
        found: Mapping[str, Any] = items[index]
        return found
    variadic = schema.get("variadic_item_index")
    return _ANY if variadic is None else items[variadic]


def _is_another_kind(branch: list[Problem], path: NodePath) -> bool:
    return any(problem.kind is Kind.TYPE and problem.path == path for problem in branch)


def _distance(branch: list[Problem], path: NodePath) -> tuple[bool, bool, bool, float, int, int]:
    """How far a branch of a union is from what was written; the nearest was meant."""
    spelling = max((_likeness(problem) for problem in branch if problem.kind is Kind.UNKNOWN), default=1.0)
    other_type = any(problem.meaning.choices and len(problem.path) == len(path) + 1 for problem in branch)
    internal = all(problem.meaning.is_internal for problem in branch)
    depth = max((len(problem.path) for problem in branch), default=0)
    is_other = other_type and len(branch) > 1
    return (_is_another_kind(branch, path), internal, is_other, -spelling, len(branch), -depth)


def _likeness(problem: Problem) -> float:
    """How near an unknown name is to one that would be known; 0 when it isn't a misspelling of any."""
    name = str(problem.path[-1])
    best = max((likeness(name, known) for known in problem.names), default=0.0)
    return best if best >= _MISSPELLED else 0.0


def _together(branches: list[list[Problem]], path: NodePath) -> list[Problem]:
    """One mistake that names everything that would have been right."""
    wrong = [problem for branch in branches for problem in branch if problem.path == path]
    # What YAML can't write is no help, as long as there is something that it can.
    wrong = [problem for problem in wrong if not problem.meaning.is_internal] or wrong
    expected = tuple(dict.fromkeys(word for problem in wrong for word in problem.meaning.expected))
    if "a number" in expected:
        expected = tuple(word for word in expected if word != "a whole number")
    choices = tuple(dict.fromkeys(word for problem in wrong for word in problem.meaning.choices))
    internal = all(problem.meaning.is_internal for problem in wrong)
    meaning = Meaning(expected=expected, choices=choices, is_internal=internal)
    return [Problem(kind=Kind.TYPE, path=path, meaning=meaning, found=wrong[0].found, schema=wrong[0].schema)]
