"""Values in the form of an older schema become values in the form of this one: what `x-deprecations` says.

A node of a schema that stands for a class has them in the order in which the class says them. What was changed is
told with the place where it was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from treadle.schemas.reading import Node, alternatives, discriminated, kinds_of, resolved
from treadle.templating.places import KEY, Locate, NodePath, has_template

__all__ = ["LATER", "Change", "Modern", "Modernizer", "Rewrite", "has_deprecations", "holds_template"]

Rewrite = Callable[[Mapping[str, Any], Any], Any]
"""Makes the new value of an old one by the function that a deprecation names; `LATER` leaves the old one where it is."""

LATER: Any = object()
"""What `Rewrite` gives when the value isn't known yet."""

Rule = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that is written in an older form: by which deprecation, where, what it was and what it has become.

    `name` is where an attribute belongs now, from the mapping that it was written in; it is empty when that is
    nowhere. Of a `value`, only the value changes.
    """

    rule: Rule
    path: NodePath
    name: NodePath
    old: Any
    new: Any

    @property
    def kind(self) -> str:
        """`renamed`, `removed`, `rewritten` or `value`."""
        return str(self.rule["kind"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Modern:
    """A value in the form of today, and what had to be changed for it.

    `doubles` are attributes that are given in the old form and in the new one: the path of the old one, and the
    name of the new one.
    """

    value: Any
    changes: tuple[Change, ...] = ()
    doubles: tuple[tuple[NodePath, str], ...] = ()
    moved: Mapping[NodePath, NodePath] = field(default_factory=dict)

    def written(self, path: NodePath) -> NodePath:
        """The path at which something is written that has a path in the new value."""
        end = path[-1:] if path[-1:] == (KEY,) else ()
        bare = path[: len(path) - len(end)]
        for length in range(len(bare), 0, -1):
            if (old := self.moved.get(bare[:length])) is not None:
                return (*old, *bare[length:], *end)
        return path

    def locate(self, locate: Locate) -> Locate:
        """Tells places of the new value by those of the old one."""
        return lambda path: locate(self.written(path))


def has_deprecations(schema: Node) -> bool:
    """Whether anything that a schema describes may be written in an older form.

    >>> has_deprecations({"type": "object", "$defs": {"Loom": {"x-deprecations": []}}})
    True
    """
    if isinstance(schema, dict):
        return "x-deprecations" in schema or any(map(has_deprecations, schema.values()))
    return isinstance(schema, list) and any(map(has_deprecations, schema))


def holds_template(value: Any) -> bool:
    """Whether some text in a value has anything to render."""
    if isinstance(value, str):
        return has_template(value)
    if isinstance(value, dict):
        return any(map(holds_template, value.values()))
    return isinstance(value, list) and any(map(holds_template, value))


class Modernizer:
    """Rewrites values of one schema.

    >>> rule = {"kind": "renamed", "name": "yarns", "to": "threads"}
    >>> Modernizer({"properties": {"threads": {}}, "x-deprecations": [rule]}).modernize({"yarns": 2}).value
    {'threads': 2}
    """

    def __init__(self, schema: Node, rewrite: Rewrite = lambda rule, value: LATER) -> None:
        self._schema = schema
        self._definitions: Mapping[str, Node] = schema.get("$defs", {})
        self._rewrite = rewrite
        self.is_needed = has_deprecations(schema)

    def modernize(self, value: Any, path: NodePath = ()) -> Modern:
        """A value in the form of today; `path` is where it is in its document."""
        if not self.is_needed:
            return Modern(value=value)
        work = _Work(self._definitions, self._rewrite)
        modern = work.value([self._schema], value, path, path)
        return Modern(value=modern, changes=tuple(work.changes), doubles=tuple(work.doubles), moved=work.moved)


@dataclass(slots=True)
class _Slot:
    """An attribute on its way: the name that it is written under, where it belongs by now, and why."""

    written: Any
    to: tuple[Any, ...]
    value: Any
    rule: Rule | None = None
    is_rewritten: bool = False


class _Work:
    def __init__(self, definitions: Mapping[str, Node], rewrite: Rewrite) -> None:
        self._definitions = definitions
        self._rewrite = rewrite
        self.changes: list[Change] = []
        self.doubles: list[tuple[NodePath, str]] = []
        self.moved: dict[NodePath, NodePath] = {}

    def value(self, nodes: list[Node], value: Any, old: NodePath, new: NodePath) -> Any:
        """A value that any of these nodes may describe."""
        if isinstance(value, dict):
            spread = [each for each in self._spread(nodes, value) if kinds_of(each) in (("object",), ())]
            meant = [each for each in spread if not _conflicts(each, value)] or spread
            return self._mapping(meant, value, old, new)
        if isinstance(value, list):
            items = [each.get("items", {}) for each in self._spread(nodes, None) if kinds_of(each) == ("array",)]
            return [self.value(items, each, (*old, at), (*new, at)) for at, each in enumerate(value)]
        return value

    def _mapping(self, nodes: list[Node], value: Mapping[Any, Any], old: NodePath, new: NodePath) -> Any:
        slots = [_Slot(name, (name,), each) for name, each in value.items()]
        for rule in _rules(nodes):
            for slot in slots:
                if slot.to == (rule["name"],) or (rule["kind"] == "value" and _is_alias(nodes, slot.to, rule["name"])):
                    self._apply(rule, slot, (*old, slot.written))
        made: dict[Any, Any] = {}
        # What has moved into another attribute finds there what that one says itself.
        for slot in sorted(slots, key=lambda each: (each.to != (each.written,), len(each.to))):
            path, inner = (*old, slot.written), None
            if slot.to:
                at = (*new, *slot.to)
                nodes_there = [] if slot.is_rewritten else self._at(nodes, slot.to)
                inner = self.value(nodes_there, slot.value, path, at)
                if slot.to != (slot.written,):
                    self.moved[at] = path
                if not _put(made, slot.to, inner):
                    self.doubles.append((path, ".".join(map(str, slot.to))))
                    continue
            if slot.rule is not None:
                self.changes.append(Change(rule=slot.rule, path=path, name=slot.to, old=value[slot.written], new=inner))
        return made

    def _apply(self, rule: Rule, slot: _Slot, path: NodePath) -> None:
        if rule["kind"] == "value":
            slot.value = self._renamed(rule, slot.value, path)
            return
        if rule["kind"] == "rewritten":
            kinds = rule.get("written_as", ())
            if kinds and _kind(slot.value) not in kinds:
                return
            if (found := self._rewrite(rule, slot.value)) is LATER:
                return
            slot.value, slot.is_rewritten = found, True
        slot.rule = slot.rule or rule
        slot.to = () if rule["kind"] == "removed" else tuple(rule["to"].split("."))
        if slot.rule is not rule and rule["kind"] != "renamed":
            slot.rule = {**rule, "name": slot.rule["name"]}

    def _renamed(self, rule: Rule, value: Any, path: NodePath) -> Any:
        if isinstance(value, list):
            return [self._renamed(rule, each, (*path, at)) for at, each in enumerate(value)]
        for old, new in rule["values"]:
            if type(value) is type(old) and value == old:
                self.changes.append(Change(rule=rule, path=path, name=(), old=old, new=new))
                return new
        return value

    def _at(self, nodes: list[Node], names: tuple[Any, ...]) -> list[Node]:
        """What describes an attribute of some mapping, or an attribute of an attribute."""
        for name in names:
            spread = self._spread(nodes, None)
            nodes = [found for each in spread if (found := _attribute(each, name)) is not None]
        return nodes

    def _spread(self, nodes: list[Node], value: Mapping[Any, Any] | None) -> list[Mapping[str, Any]]:
        """The nodes without references and unions; a discriminator in the value picks one."""
        found: list[Mapping[str, Any]] = []
        for each in nodes:
            node = resolved(each, self._definitions)
            if not isinstance(node, dict):
                continue
            choices = discriminated(node, self._definitions) if value is not None else None
            tag = value.get(choices[0]) if choices and value else None
            if choices and isinstance(tag, str) and tag in choices[1]:
                found += self._spread([choices[1][tag]], value)
            elif branches := alternatives(node):
                found += self._spread(branches, value)
            else:
                found.append(node)
        return found


def _rules(nodes: list[Node]) -> Iterator[Rule]:
    """What is said of a mapping that any of these nodes may describe; what another one still knows isn't old."""
    seen: list[Rule] = []
    for each in nodes:
        for rule in each.get("x-deprecations", ()):
            others = (other for other in nodes if other is not each and rule not in other.get("x-deprecations", ()))
            if rule not in seen and not any(rule["name"] in other.get("properties", {}) for other in others):
                seen.append(rule)
                yield rule


def _is_alias(nodes: list[Node], names: tuple[Any, ...], usual: str) -> bool:
    """Whether a name is another one for an attribute."""
    found = [each.get("properties", {}).get(names[0]) for each in nodes] if len(names) == 1 else []
    return any(isinstance(each, dict) and each.get("x-alias-of") == usual for each in found)


def _attribute(node: Mapping[str, Any], name: Any) -> Node | None:
    if name in (properties := node.get("properties", {})):
        return properties[name]
    more = node.get("additionalProperties")
    return more if isinstance(more, dict) else None


def _conflicts(node: Mapping[str, Any], value: Mapping[Any, Any]) -> bool:
    """Whether plain text in a mapping rules a branch out: another `type` than the one it stands for, now or once."""
    once = {
        (rule["name"], old)
        for rule in node.get("x-deprecations", ())
        for old, _ in rule.get("values", ())
        if isinstance(old, str)
    }
    for name, each in node.get("properties", {}).items():
        given = value.get(name)
        if not isinstance(each, dict) or not isinstance(given, str) or has_template(given):
            continue
        choices = each.get("enum", [each["const"]] if "const" in each else None)
        if choices is not None and given not in choices and (name, given) not in once:
            return True
    return False


def _put(made: dict[Any, Any], names: tuple[Any, ...], value: Any) -> bool:
    """Put a value into a mapping, or into mappings in it; says whether there was room for it."""
    *around, last = names
    for name in around:
        inner = made.get(name)
        if inner is not None and not isinstance(inner, dict):
            return False
        made[name] = made = dict(inner or {})
    if last in made:
        return False
    made[last] = value
    return True


def _kind(value: Any) -> str:
    kinds = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
    return kinds.get(type(value), "null")
