"""What operators give, and which types they refuse: asked of Python itself, with a value of each type."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import product
from typing import Any

from treadle.templating.members import SAMPLES
from treadle.templating.operators import OPERATORS
from treadle.templating.types import (
    BOOLEAN,
    INTEGER,
    NUMBER,
    TEXT,
    UNKNOWN,
    Type,
    array_of,
    branches,
    elements,
    kind,
    of_value,
    union,
)
from treadle.templating.work import work_budget

__all__ = ["RefusedError", "compared", "operated", "signed"]

_BINARY: Mapping[str, Callable[[Any, Any], Any]] = {
    **OPERATORS,
    "-": operator.sub,
    "/": operator.truediv,
    "//": operator.floordiv,
}
_COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
    "in": lambda left, right: left in right,
    "notin": lambda left, right: left not in right,
}


class RefusedError(Exception):
    """No two values of these types can be used with an operator; `cause` is what Python says."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


def operated(symbol: str, left: Type, right: Type) -> Type:
    """The type of `left + right`; raises `RefusedError`.

    >>> operated("+", {"type": "integer"}, {"type": "number"})
    {'type': 'number'}
    """
    return _combined(((a, b) for a in branches(left) for b in branches(right)), lambda a, b: _pair(symbol, a, b))


def compared(symbol: str, left: Type, right: Type) -> Type:
    """The type of `left < right`; raises `RefusedError`."""
    if symbol in _COMPARISONS:
        pairs = ((a, b) for a in branches(left) for b in branches(right))
        _combined(pairs, lambda a, b: _compared(symbol, kind(a), kind(b)))
    return BOOLEAN


def signed(operand: Type) -> Type:
    """The type of `-operand`; raises `RefusedError`."""
    return _combined(((one, one) for one in branches(operand)), lambda one, _: _signed(kind(one)))


def _combined(pairs: Iterable[tuple[Type, Type]], combine: Callable[[Type, Type], Type | RefusedError]) -> Type:
    results = [combine(a, b) for a, b in pairs]
    possible = [one for one in results if not isinstance(one, RefusedError)]
    if not possible:
        raise next(one for one in results if isinstance(one, RefusedError))
    return union(possible)


def _pair(symbol: str, left: Type, right: Type) -> Type | RefusedError:
    kinds = (kind(left), kind(right))
    if symbol == "%" and kinds[0] == "string":
        return TEXT
    outcome = _outcome(symbol, *kinds)
    if outcome == {"type": "array"} and symbol == "+":
        return array_of(union([elements(left), elements(right)]))
    if outcome == {"type": "array"} and symbol == "*":
        return array_of(elements(left if kinds[0] == "array" else right))
    return outcome


@lru_cache(maxsize=1024)
def _outcome(symbol: str, left: str, right: str) -> Type | RefusedError:
    if left not in SAMPLES or right not in SAMPLES:
        return UNKNOWN
    # A negative exponent makes a fraction of a whole number.
    if symbol == "**" and not isinstance(found := _tried(_BINARY[symbol], left, right), RefusedError):
        return NUMBER if found else UNKNOWN
    return _tried(_BINARY[symbol], left, right)


@lru_cache(maxsize=256)
def _compared(symbol: str, left: str, right: str) -> Type | RefusedError:
    if left not in SAMPLES or right not in SAMPLES:
        return BOOLEAN
    return _tried(_COMPARISONS[symbol], left, right)


@lru_cache(maxsize=16)
def _signed(operand: str) -> Type | RefusedError:
    return _tried(lambda value, _: -value, operand, operand) if operand in SAMPLES else UNKNOWN


def _tried(operate: Callable[[Any, Any], Any], left: str, right: str) -> Type | RefusedError:
    found: list[Type] = []
    refused: Exception | None = None
    for a, b in product(SAMPLES[left], SAMPLES[right]):
        try:
            with work_budget():
                result = operate(a, b)
        except TypeError as error:
            refused = refused or error
        except ArithmeticError:
            continue
        else:
            found.append({name: one for name, one in of_value(result).items() if name == "type"})
    if NUMBER in found:
        found = [one for one in found if one != INTEGER]
    if found or refused is None:
        return union(found) if found else UNKNOWN
    return RefusedError(refused)
