"""Where in a template something stands: whether it is certain to be reached, and what may be missing there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from jinja2 import nodes

from treadle.templating.types import Type

__all__ = ["Path", "Place", "path_of"]

Path = tuple[str, ...]
"""The names that lead to something: `("node", "config", "alias")`."""

_ABOUT_BEING_DEFINED = frozenset(("defined", "undefined"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in a template something stands.

    What isn't `certain` to be reached may be left out. A `guarded` path may be missing there.
    """

    local: Mapping[str, Type] = field(default_factory=dict)
    certain: bool = True
    guarded: frozenset[Path] = frozenset()

    def maybe(self, *conditions: nodes.Node | None) -> Place:
        """The same place, reached only when conditions hold; what they test for may be missing."""
        asked = frozenset(path for one in conditions if one is not None for path in _asked(one))
        return replace(self, certain=False, guarded=self.guarded | asked)


def _asked(condition: nodes.Node) -> Iterator[Path]:
    tests = condition.find_all(nodes.Test)
    for test in (condition, *tests) if isinstance(condition, nodes.Test) else tests:
        if test.name in _ABOUT_BEING_DEFINED and (path := path_of(test.node)):
            yield path


def path_of(node: nodes.Node) -> Path | None:
    """The names that lead to something; None when it isn't only names."""
    match node:
        case nodes.Name():
            return (node.name,)
        case nodes.Getattr():
            above, name = path_of(node.node), node.attr
        case nodes.Getitem(arg=nodes.Const(value=str() as name)):
            above = path_of(node.node)
        case _:
            return None
    return (*above, name) if above else None
