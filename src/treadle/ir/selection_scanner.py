"""The text of a selection, cut into tokens; a term (`group:raw`) is one token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from treadle.errors import UsageError, cut, did_you_mean, listing
from treadle.ir.selection_terms import Attribute, AttributeName, Everything, Key, Selection, Tag

__all__ = ["Kind", "Token", "scan", "unreadable"]

Kind = Literal["term", "and", "or", "not", "roots", "sinks", "(", ")", "+", ",", "end"]

ATTRIBUTES: dict[str, AttributeName] = {name: name for name in get_args(AttributeName)}

_SHOWN = 72
_SPACE = re.compile(r"\s*")
_WORD = re.compile(r"""[^\s(),+"']+""")
_NAME = re.compile(r"([A-Za-z_]+):\s*")
_QUOTED = re.compile(r""""((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'""", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_FUNCTION = re.compile(r"\s*\(")
_PUNCTUATION: dict[str, Kind] = {"(": "(", ")": ")", "+": "+", ",": ","}
_OPERATORS: dict[str, Kind] = {"and": "and", "or": "or", "not": "not"}
_FUNCTIONS: dict[str, Kind] = {"roots": "roots", "sinks": "sinks"}
_ELSEWHERE = {"&": "and", "&&": "and", "|": "or", "||": "or", "!": "not"}
_STATES = ("external", "materializable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A piece of a selection: what it is, where it begins, and whether there is space before it."""

    kind: Kind
    text: str
    start: int
    gap: bool
    term: Selection | None = None

    def __str__(self) -> str:
        return "the end" if self.kind == "end" else cut(self.text, 40)


def unreadable(what: str, text: str, at: int, *, fix: str = "") -> UsageError:
    """The error of a selection that can't be read, with a caret under the place where reading stopped."""
    begin = max(0, at - _SHOWN // 2)
    end = begin + _SHOWN
    shown = "".join(character if character.isprintable() else " " for character in text[begin:end])
    before, after = "…" if begin else "", "…" if end < len(text) else ""
    caret = " " * (at - begin + len(before)) + "^"
    message = f"{what} (column {at + 1})\n    {before}{shown}{after}\n    {caret}"
    return UsageError(message, fix=fix)


def scan(text: str) -> Iterator[Token]:
    """The tokens of a selection; the last one is its end.

    >>> [token.text for token in scan('2+key:"a b" or c')]
    ['2', '+', 'key:"a b"', 'or', 'c', '']

    Raises:
        UsageError: when a quote isn't closed, or a term makes no sense.
    """
    at = 0
    while True:
        start = _end_of(_SPACE, text, at)
        gap = start > at or start == 0
        if start == len(text):
            yield Token(kind="end", text="", start=start, gap=gap)
            return
        kind, term, at = _piece(text, start)
        yield Token(kind=kind, text=text[start:at], start=start, gap=gap, term=term)


def _piece(text: str, at: int) -> tuple[Kind, Selection | None, int]:
    if kind := _PUNCTUATION.get(text[at]):
        return kind, None, at + 1
    if text[at] in "\"'":
        value, end = _quoted(text, at)
        return "term", Key(pattern=value), end
    if named := _NAME.match(text, at):
        term, end = _attribute(text, at, named[1], named.end())
        return "term", term, end
    return _bare(text, at)


def _bare(text: str, at: int) -> tuple[Kind, Selection | None, int]:
    word, end = _word(text, at)
    if kind := _OPERATORS.get(word.lower()):
        return kind, None, end
    if instead := _ELSEWHERE.get(word):
        raise unreadable(f"{word!r} is not an operator here", text, at, fix=f"write '{instead}'")
    if called := _FUNCTION.match(text, end):
        if kind := _FUNCTIONS.get(word.lower()):
            return kind, None, end
        if called[0] == "(":
            fix = did_you_mean(word, _FUNCTIONS) or "the functions are roots() and sinks()"
            raise unreadable(f"there is no function {cut(word, 40)}", text, at, fix=fix)
    return "term", Everything() if word == "*" else Key(pattern=word), end


def _attribute(text: str, start: int, written: str, at: int) -> tuple[Selection, int]:
    name = written.lower()
    if name != "key" and name not in ATTRIBUTES:
        known = f"the attributes are {listing([*ATTRIBUTES, 'key'])}; a key that holds ':' has to be quoted"
        hint = did_you_mean(name, [*ATTRIBUTES, "key"])
        fix = f"{hint} {known}" if hint else known
        raise unreadable(f"there is no attribute {cut(written, 40)} to select by", text, start, fix=fix)
    if name == "tag":
        return _tag(text, at)
    value, end, plain = _value(text, at, after=f"{written}:")
    if name == "key":
        return Key(pattern=value), end
    if name == "is" and value not in _STATES:
        raise unreadable(f"an asset is never {cut(value, 40)}", text, at, fix=f"write {' or '.join(_STATES)}")
    return Attribute(name=ATTRIBUTES[name], value=None if plain and value == "<null>" else value), end


def _tag(text: str, at: int) -> tuple[Selection, int]:
    key, end, plain = _value(text, at, after="tag:")
    if plain and key == "<null>":
        return Attribute(name="tag", value=None), end
    if plain and "=" in key:
        at += key.index("=")
        key = text[end - len(key) : at]
    elif text.startswith("=", end):
        at = end
    else:
        return Tag(key=key), end
    if not key and plain:
        raise unreadable("expected the name of a tag before '='", text, at)
    value, end, _ = _value(text, at + 1, after="=")
    return Tag(key=key, value=value), end


def _value(text: str, at: int, *, after: str) -> tuple[str, int, bool]:
    """A value, where it ends, and whether it was written without quotes."""
    if text[at : at + 1] in ('"', "'"):
        return *_quoted(text, at), False
    if not _WORD.match(text, at):
        raise unreadable(f"expected a value after {after!r}", text, at, fix="quote values that hold spaces or signs")
    return *_word(text, at), True


def _word(text: str, at: int) -> tuple[str, int]:
    end = _end_of(_WORD, text, at)
    return text[at:end], end


def _quoted(text: str, at: int) -> tuple[str, int]:
    found = _QUOTED.match(text, at)
    if found is None:
        raise unreadable("this quote isn't closed", text, at)
    return _ESCAPED.sub(r"\1", found[1] if found[1] is not None else found[2]), found.end()


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
