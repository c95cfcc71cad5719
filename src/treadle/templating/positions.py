"""Expressions that are read for good: with the type of each part, and with the place of each mistake in the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from jinja2 import TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.lexer import TokenStream
from jinja2.parser import Parser

from treadle.errors import Diagnostic
from treadle.templating.expressions import Reader
from treadle.templating.members import AbsentError, attribute
from treadle.templating.mistakes import unknown_member
from treadle.templating.reach import Place
from treadle.templating.sandbox import SANDBOX
from treadle.templating.types import UNKNOWN, Type, branches, elements, union
from treadle.templating.work import TooMuchWorkError, shared_budget

__all__ = ["Misplaced", "Understood", "understand"]

_LONGEST_EXPRESSION = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Misplaced:
    """A mistake, and how many characters of the text are before it."""

    mistake: Diagnostic
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """An expression as a tree, with the type of each part; there is no tree of one that can't be read.

    The line numbers of the nodes are offsets in the text.
    """

    text: str
    type: Type
    tree: nodes.Expr | None = None
    types: Mapping[nodes.Node, Type] = field(default_factory=dict)
    mistakes: tuple[Misplaced, ...] = ()


def understand(text: str, scope: Mapping[str, Type]) -> Understood:
    """An expression over a scope, of which everything is known: what can't work in any part is a mistake.

    >>> [(one.offset, one.mistake.message) for one in understand("1 + (m or 2)", {"n": {}}).mistakes]
    [(5, "there is no variable 'm' in '1 + (m or 2)'")]
    """
    reader = _Placing(text=text, scope=scope)
    tree: nodes.Expr | None = None
    of = UNKNOWN
    try:
        tree = _parsed(text)
        with shared_budget():
            of = reader.read(tree, _Certain())
    except TemplateSyntaxError as error:
        # Its number is an offset, of a token that may have a blank before it.
        reader.at = min(error.lineno, len(text))
        reader.failed(error)
    except (RecursionError, MemoryError):
        reader.failed(TemplateSyntaxError("nested too deep", 1))
    except TooMuchWorkError as error:
        reader.failed(error)
    found = tuple(Misplaced(mistake=one, offset=at) for one, at in zip(reader.mistakes, reader.offsets, strict=True))
    return Understood(text=text, type=of, tree=tree, types=reader.types, mistakes=found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Certain(Place):
    """A place where whatever can't work is told, also when it may not be reached."""

    def maybe(self, *conditions: nodes.Node | None) -> Place:
        """The same place; what conditions test for may be missing."""
        found = Place.maybe(self, *conditions)
        return replace(found, certain=self.certain)


@dataclass(slots=True, kw_only=True)
class _Placing(Reader):
    """Reads an expression, and keeps what each part gives."""

    at: int = 0
    offsets: list[int] = field(default_factory=list)
    types: dict[nodes.Node, Type] = field(default_factory=dict)

    def read(self, node: nodes.Node, place: Place) -> Type:
        """The type of what an expression gives."""
        # What is wrong with `.name` is the name.
        before, self.at = self.at, node.lineno + isinstance(node, nodes.Getattr)
        found = self.types[node] = Reader.read(self, node, place)
        if isinstance(node, nodes.Filter) and node.node in self.types:
            self.look_into(node, elements(self.types[node.node]))
        self.at = before
        return found

    def look_into(self, node: nodes.Filter, of: Type) -> None:
        """Tell of an attribute that a filter asks of items which don't have it."""
        path = _asked_of_items(node)
        if path is None or any(name.isdigit() for name in path.value.split(".")):
            return
        for name in path.value.split("."):
            of, absent = _under(of, name)
            if absent is not None:
                self.at = path.lineno + 1
                self.tell(unknown_member(name, self.text, absent.names, owner=absent.owner))
                return

    def tell(self, *mistakes: Diagnostic) -> None:
        """Tell of mistakes, each of them once."""
        for one in mistakes:
            if one not in self.mistakes:
                self.mistakes.append(one)
                self.offsets.append(self.at)


def _asked_of_items(node: nodes.Filter) -> nodes.Const | None:
    """The attribute of each item that a filter looks at, where it is written there."""
    if node.name in ("selectattr", "rejectattr", "groupby"):
        path: nodes.Expr | None = node.args[0] if node.args else None
    else:
        named: dict[str, nodes.Expr] = {str(each.key): each.value for each in node.kwargs}
        path = None if "default" in named else named.get("attribute")
    return path if isinstance(path, nodes.Const) and isinstance(path.value, str) else None


def _under(of: Type, name: str) -> tuple[Type, AbsentError | None]:
    """What is under a name of any branch of a type; an error when none has it."""
    found: list[Type] = []
    absent: list[AbsentError] = []
    for branch in branches(of):
        try:
            found.append(attribute(branch, name))
        except AbsentError as error:
            absent.append(error)
        except SecurityError:
            return UNKNOWN, None  # it is told when it is tried
    if found or not absent:
        return union(found) if found else UNKNOWN, None
    return UNKNOWN, max(absent, key=lambda one: len(one.names))


def _parsed(text: str) -> nodes.Expr:
    if len(text) > _LONGEST_EXPRESSION:
        raise TooMuchWorkError
    parser = Parser(SANDBOX, "", state="variable")
    parser.stream = TokenStream(SANDBOX.lexer.wrap(_tokens(text)), None, None)
    expression = parser.parse_expression()
    if not parser.stream.eos:
        raise TemplateSyntaxError("chunk after expression", parser.stream.current.lineno)
    return expression


def _tokens(text: str) -> Iterator[tuple[int, str, str]]:
    """The tokens of an expression, with offsets for lines: the parser gives each node the line of a token."""
    at = 0
    try:
        for _, token, value in SANDBOX.lexer.tokeniter(text, None, None, "variable"):
            yield at, token, value
            at += len(value)
    except TemplateSyntaxError as error:
        raise TemplateSyntaxError(error.message or "", at) from None
