"""What templates read, with values and where those are from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from jinja2 import nodes

from treadle.project.explaining.records import TemplateUse, Variable
from treadle.project.explaining.secrecy import Secrets
from treadle.project.explaining.values import plain
from treadle.project.hearing import Named
from treadle.templating.compiled import Expression, parse_expression, parse_template, split
from treadle.templating.naming import variables_of
from treadle.templating.places import Variables, has_template
from treadle.templating.sandbox import SANDBOX

__all__ = ["Reader", "templates_in"]

_MOST_TEMPLATES = 5
_PLAIN = (str, int, float, bool, list, tuple, Mapping, type(None))

_Chain = tuple[str, ...]


def templates_in(written: object) -> list[str]:
    """The texts with templates in a value, the first ones.

    >>> templates_in({"a": "{{ x }}", "b": ["plain", "n{{ y }}"]})
    ['{{ x }}', 'n{{ y }}']
    """
    return [text for text in _texts(written) if has_template(text)][:_MOST_TEMPLATES]


def _texts(written: object) -> Iterator[str]:
    if isinstance(written, str):
        yield written
    elif isinstance(written, Mapping):
        for each in written.values():
            yield from _texts(each)
    elif isinstance(written, list | tuple):
        for each in written:
            yield from _texts(each)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Tells of templates what they read: `named` are template variables with the functions that give them."""

    named: Mapping[str, Named]
    secrets: Secrets

    def use(self, text: str, variables: Variables, scope: Variables) -> TemplateUse:
        """A text with templates, and what it reads; `scope` are the variables of one item."""
        found = [self._variable(chain, variables, scope) for chain in _chains(text)]
        return TemplateUse(text=text.strip(), variables=tuple(found))

    def _variable(self, chain: _Chain, variables: Variables, scope: Variables) -> Variable:
        name, first = ".".join(chain), chain[0]
        if first == "env" and "env" not in scope:
            return self.secrets.variable(name, chain[1] if len(chain) > 1 else "")
        value, is_plain = _value(chain, variables)
        if first in scope:
            text = "the asset as it was" if first == "asset" else _said(scope[first])
            return Variable(name=name, value=value, comes_from="item", text=text, is_shown=is_plain)
        if (own := self.named.get(first)) is not None:
            return Variable(
                name=name, value=value, comes_from="module", text=own.owner, span=own.span, is_shown=is_plain
            )
        return Variable(name=name, value=value, comes_from="scope", text="of every template", is_shown=is_plain)


def _said(value: object) -> str:
    text = repr(value)
    return text.strip("<>") if text.startswith("<") and len(text) < 80 else "of each item"


def _value(chain: _Chain, variables: Variables) -> tuple[object, bool]:
    """What a name stands for, and whether it can be shown: a function or an object can't."""
    value: Any = variables.get(chain[0])
    for name in chain[1:]:
        with suppress(Exception):
            value = SANDBOX.getattr(value, name)
            continue
        return None, False
    if type(value).__name__ == "AssetKey":
        return str(value), True
    is_plain = isinstance(value, _PLAIN) and not (isinstance(value, Mapping) and len(chain) == 1)
    return (plain(value), True) if is_plain else (None, False)


def _chains(text: str) -> list[_Chain]:
    """The names that a text reads, each with what is asked of it, once and in order.

    >>> _chains("{{ node.name | upper }}/{{ env('STAGE', 'dev') }}/{{ node.name }}/{{ region('x').lower() }}")
    [('node', 'name'), ('env', 'STAGE'), ('region',)]
    """
    try:
        trees: list[nodes.Node] = (
            [parse_template(text)]
            if "{%" in text or "{#" in text
            else [parse_expression(each.text) for each in split(text) if isinstance(each, Expression)]
        )
        known = variables_of(text)
    except Exception:  # it was rendered, so this is only what reading it apart can't do
        return []
    found = [chain for tree in trees for chain in _inside(tree)]
    return [chain for chain in dict.fromkeys(found) if chain[0] in known]


def _inside(node: nodes.Node) -> Iterator[_Chain]:
    match node:
        case nodes.Call(node=nodes.Name(name="env"), args=[nodes.Const(value=str(name)), *rest]):
            yield ("env", name)
            for each in rest:
                yield from _inside(each)
            return
        case nodes.Call(node=nodes.Getattr(node=owner)):
            yield from _inside(owner)
            for each in (*node.args, *(pair.value for pair in node.kwargs)):
                yield from _inside(each)
            return
    if (chain := _chain(node)) is not None:
        yield chain
        return
    for child in node.iter_child_nodes():
        yield from _inside(child)


def _chain(node: nodes.Node) -> _Chain | None:
    match node:
        case nodes.Name(name=name):
            return (name,)
        case nodes.Getattr(node=owner, attr=name) | nodes.Getitem(node=owner, arg=nodes.Const(value=str(name))):
            above = _chain(owner)
            return None if above is None else (*above, name)
    return None
