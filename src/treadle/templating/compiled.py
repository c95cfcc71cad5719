"""From text to something that can be evaluated: split, compiled, and remembered by its text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.environment import TemplateExpression
from jinja2.parser import Parser

from treadle.templating.hardening import refuse_statements
from treadle.templating.places import Variables
from treadle.templating.sandbox import SANDBOX
from treadle.templating.undefined import Missing
from treadle.templating.work import TooMuchWorkError, spend, work_budget

__all__ = [
    "Evaluate",
    "Expression",
    "UnclosedError",
    "check_syntax",
    "compile_expression",
    "compile_template",
    "evaluate_constant",
    "parse_expression",
    "parse_template",
    "split",
]

Evaluate = Callable[[Variables], Any]

_LONGEST_EXPRESSION = 5_000
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_KEYWORDS = frozenset(
    ["true", "false", "none", "True", "False", "None", "not", "and", "or", "if", "else", "in", "is"]
) | frozenset(SANDBOX.globals)


class UnclosedError(Exception):
    """Braces that open and never close."""


@dataclass(frozen=True, slots=True)
class Expression:
    """What stands between `{{` and `}}`."""

    text: str


@lru_cache(maxsize=8192)
def split(text: str) -> tuple[str | Expression, ...]:
    """The literal parts and the expressions of a text, in order.

    >>> split('a/{{ "}}" }}')
    ('a/', Expression(text='"}}"'))
    """
    return tuple(_parts(text))


def _parts(text: str) -> Iterator[str | Expression]:
    inside: list[str] | None = None
    # Jinja's own lexer: only it knows that braces inside of a string don't close anything.
    for _, token, value in SANDBOX.lexer.tokeniter(text, None):
        if token == "variable_begin":
            inside = []
        elif token == "variable_end":
            yield Expression("".join(inside or ()).strip())
            inside = None
        elif inside is not None:
            inside.append(value)
        elif value:
            yield value
    if inside is not None:
        raise UnclosedError("".join(inside).strip())


@lru_cache(maxsize=8192)
def compile_expression(text: str) -> Evaluate:
    """What evaluates an expression; the result keeps its Python type."""
    if _DOTTED.fullmatch(text) and (names := text.split("."))[0] not in _KEYWORDS:
        return _names(names)
    if len(text) > _LONGEST_EXPRESSION:
        raise TooMuchWorkError
    evaluate = _guarded(lambda: SANDBOX.compile_expression(text, undefined_to_none=False))
    return lambda variables: _plain(evaluate(variables))


@lru_cache(maxsize=1024)
def compile_template(text: str) -> Evaluate:
    """What renders a whole template with statements or comments to text."""
    template = _guarded(lambda: SANDBOX.from_string(text))

    def evaluate(variables: Variables) -> str:
        pieces = []
        for piece in template.root_render_func(template.new_context(dict(variables))):
            spend(len(piece))
            pieces.append(piece)
        return "".join(pieces)

    return evaluate


@lru_cache(maxsize=8192)
def parse_expression(text: str) -> nodes.Expr:
    """An expression as a tree, which nobody may change; raises what compiling it raises for its syntax."""
    return _guarded(lambda: _parsed(text))  # type: ignore[no-any-return] # it gives back what it is given


def _parsed(text: str) -> nodes.Expr:
    if len(text) > _LONGEST_EXPRESSION:
        raise TooMuchWorkError
    if _is_intricate(text):
        # What is nested deep can be read, and yet not be compiled.
        compile_expression(text)
    parser = Parser(SANDBOX, text, state="variable")
    expression = parser.parse_expression()
    if not parser.stream.eos:
        raise TemplateSyntaxError("chunk after expression", parser.stream.current.lineno)
    return expression


@lru_cache(maxsize=1024)
def parse_template(text: str) -> nodes.Template:
    """A whole template with statements as a tree, which nobody may change."""
    if _is_intricate(text):
        compile_template(text)
    template: nodes.Template = _guarded(lambda: SANDBOX.parse(text))
    refuse_statements(template)
    return template


def _is_intricate(text: str) -> bool:
    return len(text) > 1_000 or sum(map(text.count, "([{-|")) > 60


def evaluate_constant(expression: nodes.Node) -> Any:
    """The value of an expression that names nothing, within the budget; raises what rendering it would."""
    copied = deepcopy(expression, {id(SANDBOX): SANDBOX})
    body: list[nodes.Node] = [nodes.Assign(nodes.Name("result", "store", lineno=1), copied, lineno=1)]
    whole = nodes.Template(body, lineno=1)
    whole.set_environment(SANDBOX)
    with work_budget():
        evaluate = _guarded(lambda: TemplateExpression(SANDBOX.from_string(whole), False))
        return _plain(evaluate())


def _guarded(compile_: Callable[[], Any]) -> Any:
    """Python's own limits are reached by brackets in brackets; they aren't a reason for a traceback."""
    try:
        return compile_()
    except (RecursionError, MemoryError, SyntaxError):
        raise TemplateSyntaxError("nested too deep", 1) from None


def _names(names: list[str]) -> Evaluate:
    """The same as Jinja's own way, ten times faster: most expressions only name something."""
    first, rest = names[0], names[1:]

    def evaluate(variables: Variables) -> Any:
        value: Any = variables[first] if first in variables else Missing(name=first)
        for name in rest:
            value = SANDBOX.getattr(value, name)
        return value

    return evaluate


def _plain(value: Any) -> Any:
    """The result as configuration: what can be read only once, or only counted, becomes a list."""
    if isinstance(value, Iterator | range | type({}.keys()) | type({}.values()) | type({}.items())):
        return list(value)
    return value


def check_syntax(text: str) -> None:
    """Raise what would be raised before a text is rendered at all."""
    if "{%" in text or "{#" in text:
        compile_template(text)
        return
    for part in split(text):
        if isinstance(part, Expression):
            compile_expression(part.text)
