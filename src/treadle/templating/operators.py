"""Arithmetic and formatting within the budget: `*`, `**`, `+`, `%`, `~`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any

from treadle.templating.undefined import insist
from treadle.templating.work import TooMuchWorkError, spend, weigh

__all__ = ["OPERATORS", "as_text", "concatenate", "percent"]

_MOST_BITS = 4096
_DIRECTIVE = re.compile(r"%(?:\([^)]*\))?[-#0 +]*(\*|\d+)?(?:\.(\*|\d+))?")


def as_text(value: object) -> str:
    """A value inside of a text."""
    if not isinstance(value, str):
        insist(value)
        if callable(value) or isinstance(value, ModuleType):
            raise TypeError("a function, a type or a module isn't text; call it, or name a part of it")
        weigh(value)
    text = str(value)
    spend(len(text))
    return text


def concatenate(values: Iterable[object]) -> str:
    """The `~` of templates."""
    return "".join(map(as_text, values))


def percent(left: Any, right: Any) -> Any:
    """`%`, the remainder, or the formatting of text with widths that someone could have meant."""
    if not isinstance(left, str | bytes):
        return left % right
    template = left if isinstance(left, str) else left.decode("latin-1")
    for widths in _DIRECTIVE.findall(template):
        for width in widths:
            if width == "*" or len(width) > 5:
                raise TooMuchWorkError
            spend(int(width or 0))
    # Text without directives takes anything that could be a mapping, also what isn't there.
    insist(right)
    weigh(right)
    return left % right


def _add(left: Any, right: Any) -> Any:
    for side in (left, right):
        if isinstance(side, str | bytes | list | tuple):
            spend(len(side))
    return left + right


def _multiply(left: Any, right: Any) -> Any:
    for sequence, times in ((left, right), (right, left)):
        if isinstance(sequence, str | bytes | list | tuple) and isinstance(times, int):
            spend(len(sequence) * max(times, 0))
            result = sequence * times
            weigh(result)
            return result
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() + right.bit_length() > _MOST_BITS:
        raise TooMuchWorkError
    return left * right


def _power(left: Any, right: Any) -> Any:
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() * abs(right) > _MOST_BITS:
        raise TooMuchWorkError
    return operator.pow(left, right)


OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {"+": _add, "*": _multiply, "**": _power, "%": percent}
