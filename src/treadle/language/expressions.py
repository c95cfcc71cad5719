"""What may be typed inside of `{{ }}`, and what is known of what is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from treadle.templating.inference import infer
from treadle.templating.types import branches, described, kind

__all__ = ["Member", "chain_at", "filters", "members_of", "typed", "variables_of"]

Type = Mapping[str, Any]

# A name, and what follows it without a break: attributes, calls and items with simple arguments.
_CHAIN = re.compile(r"""[A-Za-z_]\w*(?:\.\w+|\((?:[^()]|\([^()]*\))*\)|\[[^\[\]]*\])*""")
_END = re.compile(r"""(?P<chain>[A-Za-z_]\w*(?:\.\w+|\((?:[^()]|\([^()]*\))*\)|\[[^\[\]]*\])*)\.(?P<word>\w*)$""")
_ENV_CALL = re.compile(r"""\benv\(\s*(['"])(?P<word>[^'"]*)$""")
_FILTER = re.compile(r"\|\s*(?P<word>\w*)$")
_WORD = re.compile(r"(?P<word>[A-Za-z_]\w*)?$")
_TEXT = re.compile(r"""'[^']*'|"[^"]*\"""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A name that may be written, with its type."""

    name: str
    type: Type

    @property
    def is_function(self) -> bool:
        """Whether it can be called."""
        return "x-function" in self.type

    @property
    def words(self) -> str:
        """Its type, or how it is called."""
        return signature(self.name, self.type) if self.is_function else described(self.type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What is being typed: `word`, of a kind; an attribute's `owner` is what stands before the dot."""

    kind: str
    word: str
    owner: str = ""


def typed(before: str) -> Typed:
    """What the end of an unfinished expression is.

    >>> typed("node.na"), typed("x | up").kind, typed("1 + en").word
    (Typed(kind='attribute', word='na', owner='node'), 'filter', 'en')
    """
    if found := _ENV_CALL.search(before):
        return Typed(kind="attribute", word=found["word"], owner="env")
    # What is said inside of quotation marks is nobody's name.
    if _TEXT.sub("", before).count("'") % 2 or _TEXT.sub("", before).count('"') % 2:
        return Typed(kind="text", word="")
    if found := _END.search(before):
        return Typed(kind="attribute", word=found["word"], owner=found["chain"])
    if found := _FILTER.search(before):
        return Typed(kind="filter", word=found["word"])
    found = _WORD.search(before)
    return Typed(kind="variable", word=(found["word"] if found else "") or "")


def variables_of(scope: Mapping[str, Type]) -> list[Member]:
    """Every variable of a scope."""
    return [Member(name=name, type=scope[name]) for name in sorted(scope)]


def members_of(owner: str, scope: Mapping[str, Type], environment: Mapping[str, str]) -> list[Member]:
    """What may stand behind the dot after an expression.

    >>> [each.name for each in members_of("node", {"node": {"x-record": "Node", "properties": {"name": {}}}}, {})]
    ['name']
    """
    if owner == "env":
        return [Member(name=name, type={"type": "string"}) for name in sorted(environment) if name.isidentifier()]
    found = infer("{{ " + owner + " }}", scope, is_open=True).type
    members: dict[str, Type] = {}
    for branch in branches(found):
        members |= branch.get("properties", {})
        if kind(branch) == "env":
            members |= {name: {"type": "string"} for name in environment}
    return [Member(name=name, type=members[name]) for name in sorted(members) if not name.startswith("_")]


def chain_at(text: str, column: int) -> Iterator[tuple[str, str, int]]:
    """The name at a column, with all that stands before it in its chain, and where the name starts.

    >>> list(chain_at("{{ node.config.schema | upper }}", 9))
    [('config', 'node.config', 8)]
    """
    for found in _CHAIN.finditer(text):
        if not found.start() <= column <= found.end():
            continue
        for name in re.finditer(r"\w+", found[0]):
            start = found.start() + name.start()
            before = found[0][: name.start()]
            if start <= column <= start + len(name[0]) and before.count("(") == before.count(")"):
                yield name[0], found[0][: name.end()], start
                return


@cache
def filters() -> tuple[str, ...]:
    """The filters that templates have."""
    from treadle.templating.filters import make_filters

    return tuple(sorted(make_filters()))


def signature(name: str, of: Type) -> str:
    """A function as it is called.

    >>> signature("on_cron", {"x-function": {"parameters": [{"name": "cron", "required": True}], "returns": {"type": "string"}}})
    'on_cron(cron) → text'
    """
    function = of["x-function"]
    parameters = function.get("parameters")
    if parameters is None:
        inside = "…"
    else:
        shown = [each["name"] if each.get("required") else f"{each['name']}=…" for each in parameters]
        inside = ", ".join([*shown, *(["…"] if function.get("variadic") else [])])
    returns = function.get("returns")
    return f"{name}({inside})" + (f" → {described(returns)}" if returns else "")
