"""The filters that templates have: those of Jinja that make sense in configuration, within the budget."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from typing import Any

from jinja2.filters import FILTERS

from treadle.templating.operators import as_text, concatenate, percent
from treadle.templating.work import TooMuchWorkError, spend, weigh

__all__ = ["make_filters"]

_FROM_JINJA = [
    "abs",
    "capitalize",
    "center",
    "count",
    "d",
    "default",
    "dictsort",
    "first",
    "float",
    "groupby",
    "indent",
    "int",
    "items",
    "last",
    "length",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "select",
    "selectattr",
    "sort",
    "sum",
    "title",
    "trim",
    "truncate",
    "unique",
    "upper",
    "urlencode",
    "wordcount",
]


def _join(values: Iterable[object], d: str = "") -> str:
    parts = [as_text(value) for value in values]
    spend(len(d) * len(parts))
    return d.join(parts)


def _format(template: str, *args: Any, **kwargs: Any) -> Any:
    return percent(template, kwargs or args)


def _tojson(value: object, indent: int | None = None) -> str:
    weigh(value)
    return json.dumps(value, indent=None if indent is None else min(indent, 8), ensure_ascii=False)


def _check_width(value: Any, width: Any = 80, *rest: Any, **options: Any) -> None:
    spend(int(width))


def _check_indent(value: Any, width: Any = 4, *rest: Any, **options: Any) -> None:
    each = len(width) if isinstance(width, str) else int(width)
    spend(each * (str(value).count("\n") + 1))


def _check_replace(value: Any, old: Any = "", new: Any = "", *rest: Any, **options: Any) -> None:
    text, old = str(value), str(old)
    spend((text.count(old) if old else len(text) + 1) * len(str(new)))


def _check_round(value: Any, precision: Any = 0, *rest: Any, **options: Any) -> None:
    if abs(int(precision)) > 100:
        raise TooMuchWorkError


def _check_sum(value: Any, attribute: Any = None, start: Any = 0) -> None:
    if not isinstance(start, int | float):
        raise TypeError("sum adds numbers; join text with ~ and lists with +")


_CHECKS: Mapping[str, Callable[..., None]] = {
    "center": _check_width,
    "indent": _check_indent,
    "replace": _check_replace,
    "round": _check_round,
    "sum": _check_sum,
}
_OURS: Mapping[str, Callable[..., Any]] = {
    "format": _format,
    "join": _join,
    "string": as_text,
    "tojson": _tojson,
    # Written by the compiler in place of `~`; see treadle.templating.hardening.
    "_concatenated": concatenate,
}


def make_filters() -> dict[str, Callable[..., Any]]:
    """Every filter by its name."""
    jinjas = {name: FILTERS[name] for name in _FROM_JINJA}
    return {name: _metered(name, function) for name, function in {**jinjas, **_OURS}.items()}


def _metered(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    check = _CHECKS.get(name)
    # Some of Jinja's filters get the environment or the context before the value.
    skipped = 1 if hasattr(function, "jinja_pass_arg") else 0

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        spend(1)
        if check is not None:
            check(*args[skipped:], **kwargs)
        result = function(*args, **kwargs)
        if isinstance(result, Iterator):
            # Inside of a list or a mapping, nobody would go through it before it is configuration.
            result = list(result)
        if isinstance(result, str | bytes | list | tuple | dict):
            weigh(result)
        return result

    return run
