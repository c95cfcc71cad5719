"""What unquoted text means: the core schema of YAML 1.2, not the guesses of YAML 1.1.

`no`, `on`, `1:30`, `1_000` and dates are text; `012` is twelve.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

__all__ = ["CORE_TAGS", "NumberTooLongError", "is_word", "read_plain"]

_LONGEST_NUMBER = 300

# One look at the first character tells most text from everything else.
_FIRST = frozenset("-+.0123456789nNtTfF~")
_WORDS: Mapping[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


class NumberTooLongError(ValueError):
    """A number with more digits than anyone writes on purpose."""


def read_plain(text: str) -> object:
    """The value of unquoted text.

    >>> [read_plain(text) for text in ("no", "2026-01-01", "012", "0x1F", "1e3", "null", "")]
    ['no', '2026-01-01', 12, 31, 1000.0, None, None]
    """
    if text and text[0] not in _FIRST:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return _read_number(text)


def is_word(text: str) -> bool:
    """Whether a text without quotation marks is a word of YAML rather than itself.

    >>> is_word("true"), is_word("no")
    (True, False)
    """
    return text in _WORDS


def _read_number(text: str) -> object:
    if _DECIMAL.fullmatch(text):
        return int(_checked(text))
    if _BASED.fullmatch(text):
        return int(_checked(text), 0)
    if _FLOAT.fullmatch(text):
        return float(_checked(text))
    return text


def _checked(text: str) -> str:
    if len(text) > _LONGEST_NUMBER:
        raise NumberTooLongError(text)
    return text


def _exactly(*kinds: type) -> Callable[[str], object]:
    def read(text: str) -> object:
        value = read_plain(text)
        if type(value) not in kinds:
            raise ValueError(text)
        return float(value) if kinds == (float, int) else value  # type: ignore[arg-type] # a number, by now

    return read


CORE_TAGS: Mapping[str, Callable[[str], object]] = {
    "!": str,
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:int": _exactly(int),
    "tag:yaml.org,2002:float": _exactly(float, int),
    "tag:yaml.org,2002:bool": _exactly(bool),
    "tag:yaml.org,2002:null": _exactly(type(None)),
}
"""How text with an explicit tag is read; ValueError when the text doesn't fit the tag."""
