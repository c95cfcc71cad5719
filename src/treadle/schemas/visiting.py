"""Goes through a value beside its schema: where templates are, what they have to give, what is deprecated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from treadle.schemas.reading import Node, alternatives, discriminated, kinds_of, resolved
from treadle.templating.places import NodePath, has_template
from treadle.templating.spelling import nearest

__all__ = ["NO_SCOPE", "Seen", "Visitor"]

NO_SCOPE: Mapping[str, Node] = {}
"""Nothing exists in addition."""


class Seen(NamedTuple):
    """Something at a path: a template (`text`) with what it has to give and may name, or a deprecated attribute."""

    path: NodePath
    node: Node
    text: str | None = None
    scope: Mapping[str, Node] = NO_SCOPE


_MOST_GUESSED = 500
"""In a mapping with more names than this, what misspelled ones mean isn't guessed: that takes time for each."""


# Always the same object, as answers are kept by what they are for.
_ANYTHING: Node = {}


class Visitor:
    """Visits values of one schema."""

    def __init__(self, definitions: Mapping[str, Node]) -> None:
        self._definitions = definitions
        self._scopes: dict[tuple[int, ...], Mapping[str, Node]] = {}
        self._named: dict[tuple[str, ...], Mapping[str, Node]] = {}

    def visit(
        self,
        nodes: tuple[Node, ...],
        value: Any,
        path: NodePath,
        scope: Mapping[str, Node],
        *,
        deprecated: bool = True,
    ) -> Iterator[Seen]:
        """Everything to look at in a value that any of these nodes may describe.

        Without `deprecated` only templates are looked for, which is quicker.
        """
        if isinstance(value, str):
            if has_template(value):
                wanted = nodes[0] if len(nodes) == 1 else {"anyOf": list(nodes)}
                yield Seen(path, wanted, value, self._scope(self._spread(nodes), scope))
        elif isinstance(value, dict):
            yield from self._mapping(nodes, value, path, scope, deprecated)
        elif isinstance(value, list):
            spread = self._spread(nodes)
            scope = self._scope(spread, scope)
            lists = [each for each in spread if kinds_of(each) == ("array",)]
            for index, item in enumerate(value):
                if deprecated or _holds_template(item):
                    inner = tuple(_item(each, index) for each in lists) or (_ANYTHING,)
                    yield from self.visit(inner, item, (*path, index), scope, deprecated=deprecated)

    def _mapping(
        self,
        nodes: tuple[Node, ...],
        value: Mapping[Any, Any],
        path: NodePath,
        scope: Mapping[str, Node],
        deprecated: bool,
    ) -> Iterator[Seen]:
        spread = [each for each in self._spread(nodes, value) if kinds_of(each) in (("object",), ())]
        meant = [each for each in spread if not self._conflicts(each, value)] or spread
        scope = self._scope(meant, scope)
        guesses = len(value) <= _MOST_GUESSED
        for name, item in value.items():
            if not deprecated and not _holds_template(item):
                continue
            found = (_attribute(each, _meant(each, name) if guesses else name) for each in meant)
            inner = tuple(self._with_names(each, value) for each in found if each is not None) or (_ANYTHING,)
            if all(isinstance(each, dict) and each.get("deprecated") for each in inner) and (
                not guesses or _is_written(name, meant)
            ):
                yield Seen((*path, name), inner[0])
            yield from self.visit(inner, item, (*path, name), scope, deprecated=deprecated)

    def _with_names(self, node: Node, beside: Mapping[Any, Any]) -> Node:
        """A node whose templates may name what another attribute gives, with these names as its scope."""
        source = node.get("x-names-of") if isinstance(node, dict) else None
        if source is None or not isinstance(given := beside.get(source, {}), dict):
            return node  # a template gives the names: nobody knows them yet
        names = tuple(sorted({*map(str, given), *node.get("x-names", ())}))
        return {**node, "x-scope": self._named.setdefault(names, {name: {} for name in names})}

    def _spread(self, nodes: tuple[Node, ...], value: Mapping[Any, Any] | None = None) -> list[Node]:
        """The nodes without references and unions; a discriminator in the value picks one."""
        found: list[Node] = []
        for each in nodes:
            node = resolved(each, self._definitions)
            if not isinstance(node, dict):
                continue
            scoped = _scoped(node, each)
            if (chosen := self._chosen(node, value)) is not None:
                found += self._spread((_scoped(chosen, scoped),), value)
            elif branches := alternatives(node):
                found += self._spread(tuple(_scoped(branch, scoped) for branch in branches), value)
            else:
                found.append(scoped)
        return found

    def _chosen(self, node: Node, value: Mapping[Any, Any] | None) -> Node | None:
        """The branch of a union that a value's discriminator names."""
        choices = discriminated(node, self._definitions) if value is not None else None
        if choices is None or value is None:
            return None
        tag = value.get(choices[0])
        return choices[1].get(tag) if isinstance(tag, str) else None

    def _conflicts(self, node: Node, value: Mapping[Any, Any]) -> bool:
        """Whether plain text in a mapping rules a branch out: another `type` than the one it stands for."""
        for name, each in node.get("properties", {}).items():
            if not isinstance(each, dict) or not isinstance(given := value.get(name), str) or has_template(given):
                continue
            choices = each.get("enum", [each["const"]] if "const" in each else None)
            if choices is not None and given not in choices:
                return True
        return False

    def _scope(self, nodes: list[Node], scope: Mapping[str, Node]) -> Mapping[str, Node]:
        """The variables that exist at a place: always the same object for the same place, so that answers can be kept."""
        more = [each["x-scope"] for each in nodes if "x-scope" in each]
        if not more:
            return scope
        key = (id(scope), *map(id, more))
        if key not in self._scopes:
            merged: dict[str, Node] = dict(scope)
            for each in more:
                merged |= each
            self._scopes[key] = merged
        return self._scopes[key]


def _holds_template(value: Any) -> bool:
    if isinstance(value, str):
        return has_template(value)
    if isinstance(value, dict):
        return any(map(_holds_template, value.values()))
    return isinstance(value, list) and any(map(_holds_template, value))


def _scoped(node: Node, around: Node) -> Node:
    if isinstance(node, dict) and isinstance(around, dict) and "x-scope" in around and node is not around:
        return {**node, "x-scope": around["x-scope"]}
    return node


def _is_written(name: object, nodes: list[Node]) -> bool:
    return all(_meant(each, name) == name for each in nodes)


def _meant(node: Node, name: object) -> object:
    """The name of an attribute; the nearest one when it is misspelled, as its variables are meant."""
    known = node.get("properties", {})
    if not isinstance(name, str) or name in known or node.get("additionalProperties") is not False:
        return name
    return nearest(name, known) or name


def _attribute(node: Node, name: object) -> Node | None:
    if isinstance(name, str) and name in (properties := node.get("properties", {})):
        return properties[name]
    more = node.get("additionalProperties")
    if more is None and (patterns := node.get("patternProperties")):
        return next(iter(patterns.values()))
    return more if isinstance(more, dict) else _ANYTHING if more is True else None


def _item(node: Node, index: int) -> Node:
    first = node.get("prefixItems", ())
    if index < len(first):
        return first[index]
    rest = node.get("items")
    return rest if isinstance(rest, dict) else _ANYTHING
