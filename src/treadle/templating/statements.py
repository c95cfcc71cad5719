"""Statements are read like expressions: names that they introduce are there in what follows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from jinja2 import nodes

from treadle.templating.expressions import Reader
from treadle.templating.reach import Place
from treadle.templating.types import TEXT, UNKNOWN, Type, elements, shallow

__all__ = ["read_statements"]

Names = dict[str, Type]


def read_statements(reader: Reader, body: Iterable[nodes.Node], names: Names, place: Place) -> None:
    """Read statements in order; what they set is put into `names`."""
    for node in body:
        if read := _READ.get(type(node)):
            read(reader, node, names, replace(place, local=names))


def _output(reader: Reader, node: nodes.Output, names: Names, place: Place) -> None:
    for one in node.nodes:
        reader.as_text(reader.read(one, place), place)


def _if(reader: Reader, node: nodes.If, names: Names, place: Place) -> None:
    reader.read(node.test, place)
    conditions = [node.test, *(each.test for each in node.elif_)]
    inner = place.maybe(*conditions)
    for each in node.elif_:
        reader.read(each.test, inner)
    # A branch doesn't have names of its own: what it sets may be there afterwards.
    for body in (node.body, *(each.body for each in node.elif_), node.else_):
        branch = dict(names)
        read_statements(reader, body, branch, inner)
        names.update((name, UNKNOWN) for name, of in branch.items() if names.get(name) is not of)


def _for(reader: Reader, node: nodes.For, names: Names, place: Place) -> None:
    items = elements(reader.read(node.iter, place))
    inner = dict(names)
    _assign(node.target, items, inner)
    repeated = replace(place, certain=False)
    if node.test is not None:
        reader.read(node.test, replace(repeated, local=inner))
    # What a round sets isn't there in the next one, but `loop` is.
    read_statements(reader, node.body, {**inner, "loop": UNKNOWN}, repeated)
    read_statements(reader, node.else_, dict(names), repeated)


def _assign(target: nodes.Node, of: Type, names: Names) -> None:
    if isinstance(target, nodes.Name):
        # Names that are set to what holds them, again and again, would have types of any size.
        names[target.name] = shallow(of)
    else:
        names.update((each.name, UNKNOWN) for each in target.find_all(nodes.Name))


def _set(reader: Reader, node: nodes.Assign, names: Names, place: Place) -> None:
    _assign(node.target, reader.read(node.node, place), names)


def _set_block(reader: Reader, node: nodes.AssignBlock, names: Names, place: Place) -> None:
    read_statements(reader, node.body, dict(names), place)
    if node.filter is not None:
        reader.read(node.filter, place)
    _assign(node.target, TEXT if node.filter is None else UNKNOWN, names)


def _with(reader: Reader, node: nodes.With, names: Names, place: Place) -> None:
    inner = dict(names)
    for target, value in zip(node.targets, node.values, strict=True):
        _assign(target, reader.read(value, place), inner)
    read_statements(reader, node.body, inner, place)


def _filter_block(reader: Reader, node: nodes.FilterBlock, names: Names, place: Place) -> None:
    read_statements(reader, node.body, dict(names), place)
    reader.read(node.filter, place)


_READ: Mapping[type[nodes.Node], Callable[[Reader, Any, Names, Place], None]] = {
    nodes.Output: _output,
    nodes.If: _if,
    nodes.For: _for,
    nodes.Assign: _set,
    nodes.AssignBlock: _set_block,
    nodes.With: _with,
    nodes.FilterBlock: _filter_block,
}
