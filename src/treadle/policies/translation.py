"""An expression while it becomes Python: its types, and what its source names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jinja2 import nodes

from treadle.templating.sandbox import SANDBOX
from treadle.templating.types import UNKNOWN, Type, branches, kind, union

__all__ = ["Translation", "Untranslatable", "tested"]


class Untranslatable(Exception):  # noqa: N818 - nothing is wrong with the expression
    """An expression that only the sandbox can work out."""


@dataclass(slots=True, kw_only=True)
class Translation:
    """Python source over columns: `c_owners[n]` is what the item with the number `n` has under `owners`.

    `names` are the other objects that the source names. What `is_metered` has to be run within a budget.
    """

    target: str
    types: Mapping[nodes.Node, Type]
    writers: Mapping[type[nodes.Node], Callable[[Translation, Any], str]]
    columns: dict[str, str] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)
    is_metered: bool = False
    source: str = ""
    _loops: int = 0

    def of(self, node: nodes.Node) -> Type:
        """The type of a part."""
        return self.types.get(node, UNKNOWN)

    def kinds(self, of: Type) -> set[str]:
        """Which kinds of values a type has, apart from null: what is null is for the sandbox."""
        return {kind(branch) for branch in branches(of)} - {"null"}

    def constant(self, value: Any) -> str:
        """A name for a value."""
        name = f"k{len(self.names)}"
        self.names[name] = value
        return name

    def part(self, node: nodes.Node) -> str:
        """The source of a part."""
        write = self.writers.get(type(node))
        if write is None:
            raise Untranslatable
        return write(self, node)

    def loop(self) -> str:
        """A name for the item of a loop."""
        self._loops += 1
        return f"i{self._loops}"

    def member(self, owner: str, of: Type, name: str) -> tuple[str, Type]:
        """The source and the type of `owner.name`."""
        found = union(_member(branch, name) for branch in branches(of) if kind(branch) != "null")
        if self.kinds(of) == {"record"}:
            return f"{owner}.{name}", found
        return f"{self.sure(owner, of, 'object')}[{self.constant(name)}]", found

    def sure(self, source: str, of: Type, *kinds: str) -> str:
        """The source of a value that is of one of these kinds: where that isn't known, it raises for others."""
        known = self.kinds(of)
        if known == {"unknown"}:
            return f"{self.constant(_guard(*kinds))}({source})"
        if not known or not known <= set(kinds):
            raise Untranslatable
        return source


_CLASSES: Mapping[str, tuple[type, ...]] = {"string": (str,), "array": (list, tuple), "object": (dict,)}


@cache
def _guard(*kinds: str) -> Callable[[Any], Any]:
    classes = frozenset(each for one in kinds for each in _CLASSES[one])

    def guard(value: Any) -> Any:
        if type(value) in classes:
            return value
        raise TypeError

    return guard


def _member(branch: Type, name: str) -> Type:
    properties: Mapping[str, Type] = branch.get("properties") or {}
    if name in properties:
        return properties[name]
    if kind(branch) == "record":
        raise Untranslatable
    more = branch.get("additionalProperties", UNKNOWN)
    return more if isinstance(more, Mapping) else UNKNOWN


_TESTS = frozenset(SANDBOX.tests) - {"callable", "defined", "escaped", "filter", "sameas", "test", "undefined"}


_PLAIN_TESTS = {
    **dict.fromkeys(("==", "eq", "equalto"), "=="),
    **dict.fromkeys(("!=", "ne"), "!="),
    "in": "in",
}


def tested(translation: Translation, value: str, name: str, arguments: list[str]) -> str:
    """The source of `value is name(arguments)`."""
    if name not in _TESTS:
        raise Untranslatable
    if name == "none" and not arguments:
        return f"({value} is None)"
    if name in _PLAIN_TESTS and len(arguments) == 1:
        return f"({value} {_PLAIN_TESTS[name]} {arguments[0]})"
    return f"{translation.constant(SANDBOX.tests[name])}({', '.join([value, *arguments])})"
