"""How a component type says what was called otherwise once, and what has become of it.

A class says it once, in `deprecations`; its descriptor has it as data. Files in the old form still load, `treadle
check` tells of them, and `treadle upgrade` rewrites them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

__all__ = [
    "Deprecation",
    "RemovedField",
    "RenamedField",
    "RenamedType",
    "RenamedValue",
    "ReplacedType",
    "RewrittenField",
    "check_fields",
    "of_class",
    "of_fields",
    "of_type",
]

_KINDS: Mapping[type, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    list: "array",
    dict: "object",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecation:
    """What all deprecations say: the version that brought the new form, and anything else worth knowing."""

    kind: ClassVar[str] = ""
    since: str = ""
    note: str = ""

    def as_data(self) -> dict[str, Any]:
        """The same as a descriptor has it."""
        return {"kind": self.kind, **({"since": self.since} if self.since else {}), **self._noted()}

    def _noted(self) -> dict[str, Any]:
        return {"note": self.note} if self.note else {}


@dataclass(frozen=True, slots=True)
class RenamedField(Deprecation):
    """A field has another name now; `to="source.path"` says that it has moved into another one.

    >>> RenamedField("sql_file", to="path", since="1.2").as_data()
    {'kind': 'renamed', 'since': '1.2', 'name': 'sql_file', 'to': 'path'}
    """

    kind: ClassVar[str] = "renamed"
    name: str
    to: str = field(kw_only=True)

    def as_data(self) -> dict[str, Any]:
        """The same as a descriptor has it."""
        return {**Deprecation.as_data(self), "name": self.name, "to": self.to}


@dataclass(frozen=True, slots=True)
class RemovedField(Deprecation):
    """A field that has no effect any more, and may be left out.

    >>> RemovedField("threads", note="looms count their threads themselves").as_data()["note"]
    'looms count their threads themselves'
    """

    kind: ClassVar[str] = "removed"
    name: str

    def as_data(self) -> dict[str, Any]:
        """The same as a descriptor has it."""
        return {**Deprecation.as_data(self), "name": self.name}


@dataclass(frozen=True, slots=True)
class RenamedValue(Deprecation):
    """Values of a field (or of the items of its list) are written otherwise now: old to new.

    >>> RenamedValue("mode", {"fast": "quick", True: "quick"}).as_data()["values"]
    [['fast', 'quick'], [True, 'quick']]
    """

    kind: ClassVar[str] = "value"
    name: str
    values: Mapping[Any, Any]

    def as_data(self) -> dict[str, Any]:
        """The same as a descriptor has it."""
        return {**Deprecation.as_data(self), "name": self.name, "values": [list(each) for each in self.values.items()]}


@dataclass(frozen=True, slots=True)
class RewrittenField(Deprecation):
    """A field whose value has another form now: `by` makes the new value of the old one.

    The function gets what YAML holds, and gives what YAML should hold. `to` is where that goes, by default to
    the same field; then `written_as` says what the old form was: `str`, `list`… `by` is a function of a module, not
    of a class, and does nothing else.

    >>> RewrittenField("schedule", to="crons", by=sorted).as_data()["by"]
    'builtins:sorted'
    """

    kind: ClassVar[str] = "rewritten"
    name: str
    by: Callable[[Any], Any] = field(kw_only=True)
    to: str = field(default="", kw_only=True)
    written_as: type | tuple[type, ...] = field(default=(), kw_only=True)

    def as_data(self) -> dict[str, Any]:
        """The same as a descriptor has it."""
        kinds = self.written_as if isinstance(self.written_as, tuple) else (self.written_as,)
        return {
            **Deprecation.as_data(self),
            "name": self.name,
            "to": self.to or self.name,
            "written_as": [_KINDS[each] for each in kinds],
            "by": f"{self.by.__module__}:{self.by.__qualname__}",
        }


@dataclass(frozen=True, slots=True)
class RenamedType(Deprecation):
    """The type was called otherwise once. The package goes on offering the old name, as one of its aliases.

    >>> RenamedType("acme.OldSql", since="2.0").as_data()
    {'kind': 'renamed-type', 'since': '2.0', 'name': 'acme.OldSql'}
    """

    kind: ClassVar[str] = "renamed-type"
    name: str

    def as_data(self) -> dict[str, Any]:
        """The same as a descriptor has it."""
        return {**Deprecation.as_data(self), "name": self.name}


@dataclass(frozen=True, slots=True)
class ReplacedType(Deprecation):
    """The type is still there, but another one does the same, and more.

    >>> ReplacedType(by="acme.Sql", note="it has checks").as_data()["by"]
    'acme.Sql'
    """

    kind: ClassVar[str] = "replaced-type"
    by: str = field(kw_only=True)

    def as_data(self) -> dict[str, Any]:
        """The same as a descriptor has it."""
        return {**Deprecation.as_data(self), "by": self.by}


FieldDeprecation = RenamedField | RemovedField | RenamedValue | RewrittenField
TypeDeprecation = RenamedType | ReplacedType


def of_class(cls: type) -> tuple[Deprecation, ...]:
    """What a class and those that it derives from say, the oldest first; of the type itself, only the class may speak."""
    found: list[Deprecation] = []
    for each in reversed(cls.__mro__):
        own = vars(each).get("deprecations", ())
        found += [one for one in own if each is cls or isinstance(one, FieldDeprecation)]
    return tuple(found)


def of_fields(cls: type) -> tuple[FieldDeprecation, ...]:
    """What a class says of its fields."""
    return tuple(each for each in of_class(cls) if isinstance(each, FieldDeprecation))


def of_type(cls: type) -> tuple[TypeDeprecation, ...]:
    """What a class says of itself."""
    return tuple(each for each in of_class(cls) if isinstance(each, TypeDeprecation))


def check_fields(cls: type, fields: Iterable[str]) -> None:
    """Refuse a class whose deprecations contradict its fields: whoever writes it has to know at once.

    Raises:
        TypeError: when an old name is still a field, or a new one isn't.
    """
    given = vars(cls).get("deprecations", ())
    if not isinstance(given, tuple) or not all(isinstance(each, Deprecation) for each in given):
        raise TypeError(f"{cls.__name__}.deprecations has to be a tuple of RenamedField(…), RenamedValue(…)…")
    names, said = set(fields), of_fields(cls)
    old = {each.name for each in said if _is_gone(each)}
    for each in said:
        what = f"{cls.__name__}.deprecations: {type(each).__name__}({each.name!r})"
        if each.name in names and _is_gone(each):
            raise TypeError(f"{what}: {each.name!r} is still a field; remove the field")
        if each.name not in names | old:
            raise TypeError(f"{what}: there is no field {each.name!r}")
        to = getattr(each, "to", "") or (each.name if isinstance(each, RenamedValue | RewrittenField) else "")
        if to and to.partition(".")[0] not in names | old:
            raise TypeError(f"{what}: there is no field {to!r} that it could have become")
        _check_form(each, what)


def _is_gone(each: FieldDeprecation) -> bool:
    """Whether the old name isn't a field any more."""
    if isinstance(each, RewrittenField):
        return bool(each.to) and each.to != each.name
    return not isinstance(each, RenamedValue)


def _check_form(each: FieldDeprecation, what: str) -> None:
    if isinstance(each, RenamedValue) and (again := [new for new in each.values.values() if new in each.values]):
        raise TypeError(f"{what}: {again[0]!r} is a new value and an old one")
    if isinstance(each, RewrittenField):
        if not _is_gone(each) and not each.written_as:
            raise TypeError(f"{what}: without `to`, `written_as` has to say what the old form was: str, list…")
        if "<" in each.by.__qualname__ or "." in each.by.__qualname__:
            raise TypeError(f"{what}: `by` has to be a function of a module, so that it can be found by its name")
