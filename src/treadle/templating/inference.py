"""What a text with templates gives, and what is wrong with it, without working it out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from treadle.errors import Diagnostic
from treadle.templating.compiled import Expression, check_syntax, parse_expression, parse_template, split
from treadle.templating.expressions import Reader
from treadle.templating.reach import Place
from treadle.templating.statements import read_statements
from treadle.templating.types import TEXT, UNKNOWN, Type
from treadle.templating.work import shared_budget

__all__ = ["Inference", "infer"]

_MOST_REMEMBERED = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Inference:
    """The type of what a text gives, and its mistakes, without places."""

    type: Type
    mistakes: tuple[Diagnostic, ...] = ()


_Key = tuple[str, int, bool, int]
_remembered: OrderedDict[_Key, tuple[Any, Any, Inference]] = OrderedDict()
_lock = Lock()


def infer(
    text: str, scope: Mapping[str, Type], *, is_open: bool = False, env: Mapping[str, str] | None = None
) -> Inference:
    """What a text with templates gives, where its expressions may name what is in the scope.

    Nothing is told that rendering might not: what isn't known is allowed. With `is_open`, names that the
    scope doesn't have may exist all the same; without `env`, it isn't known what is set. Neither mapping
    may be changed afterwards: results are remembered.

    >>> infer("{{ n + 1 }}", {"n": {"type": "integer"}}).type
    {'type': 'integer'}
    >>> [one.message for one in infer("a/{{ m }}", {"n": {"type": "integer"}}).mistakes]
    ["there is no variable 'm' in 'a/{{ m }}'"]
    """
    key = (text, id(scope), is_open, id(env))
    known = _remembered.get(key)
    if known is not None and known[0] is scope and known[1] is env:
        return known[2]
    with shared_budget():
        found = _infer(Reader(text=text, scope=scope, is_open=is_open, env=env))
    with _lock:
        # The scope is kept too: another one at its address would have its results.
        _remembered[key] = (scope, env, found)
        if len(_remembered) > _MOST_REMEMBERED:
            _remembered.popitem(last=False)
    return found


def _infer(reader: Reader) -> Inference:
    try:
        if "{%" in reader.text or "{#" in reader.text:
            read_statements(reader, parse_template(reader.text).body, {}, Place())
            of = TEXT
        else:
            of = _assembled(reader, split(reader.text))
    except RecursionError:
        return _only_read(reader)
    except Exception as error:
        reader.failed(error)
        of = UNKNOWN
    return Inference(type=of, mistakes=tuple(reader.mistakes))


def _only_read(reader: Reader) -> Inference:
    """What is too deep for us, rendering may still be able to do."""
    try:
        check_syntax(reader.text)
    except Exception as error:
        reader.failed(error)
    return Inference(type=UNKNOWN, mistakes=tuple(reader.mistakes))


def _assembled(reader: Reader, parts: tuple[str | Expression, ...]) -> Type:
    place = Place()
    first = parts[0]
    # As in rendering: a block of YAML text ends in a line break that nobody means.
    if isinstance(first, Expression) and not "".join(p if isinstance(p, str) else "x" for p in parts[1:]).strip("\n"):
        return reader.read(parse_expression(first.text), place)
    for part in parts:
        if isinstance(part, Expression):
            reader.as_text(_read(reader, part, place), place)
    return TEXT


def _read(reader: Reader, part: Expression, place: Place) -> Type:
    try:
        return reader.read(parse_expression(part.text), place)
    except RecursionError:
        raise
    except Exception as error:
        reader.failed(error)
        return UNKNOWN
