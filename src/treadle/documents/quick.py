"""Reads the YAML that nearly every component file is written in, four times faster than a parser's events allow.

That is: a key, a dash or both on each line, with a value on the same line or indented below it. Of anything else
nothing is said: the parser reads it, and tells what is wrong with it. Both give the same values and places, as
`tests/unit/documents/test_quick.py` holds.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from treadle.documents.record import Document, Place
from treadle.documents.scalars import NumberTooLongError, is_word, read_plain

__all__ = ["read_quickly"]

_LONGEST = 65_536
_DEEPEST = 30
# No tabs, no returns, and nothing that YAML takes for a line break or refuses.
_TEXT = re.compile("[\n -~\xa1-\u1fff\u3001-\ud7ff]*")

# Every repetition is possessive: a line that doesn't fit is given up in one pass, however long it is.
_NAME = "[A-Za-z_][A-Za-z0-9_./-]{0,99}+"
_QUOTED = r""""([^"\\]*+)"|'([^']*+)'"""
_BLOCK = r"[\w./](?:[^ :#]|:(?=[^ ])|(?<! )#| ++(?=[^ #]))*+"
_FLOW = r"[\w./](?:[\w./@+-]|:(?=[\w/])| ++(?=[\w/]))*+"
_COMMENT = r"(?: *+(?<= )#.*)?+ *+"
_ENTRY = re.compile(rf"(?:({_NAME}):(?: ++|$))?+(?:({_BLOCK})|{_QUOTED}|([\[{{].*[\]}}]))?+{_COMMENT}")
_ITEM = re.compile(rf" *+(?:({_NAME}): ++)?+(?:({_FLOW})|{_QUOTED}) *+(,|$)")
_IN_BRACKETS = 5


class _Open(NamedTuple):
    """A mapping or a list that later lines go on with."""

    indent: int
    is_list: bool
    values: Any
    children: dict[Any, Place]
    names: dict[Any, tuple[int, int]]


class _OtherwiseError(Exception):
    """The text has something that isn't read here."""


def read_quickly(file: Path, text: str) -> list[Document] | None:
    """The documents of a YAML file, when it is plain and right; None says that nothing is known of it.

    >>> [document.value for document in read_quickly(Path("a.yaml"), "a: no\\nb:\\n- c: [1, x]\\n") or ()]
    [{'a': 'no', 'b': [{'c': [1, 'x']}]}]
    >>> read_quickly(Path("a.yaml"), "a: &anchor 1\\n")
    """
    if len(text) > _LONGEST or not _TEXT.fullmatch(text):
        return None
    try:
        roots = _read(text)
    except (_OtherwiseError, NumberTooLongError):
        return None
    return [Document(file=file, index=index, value=value, root=root) for index, (value, root) in enumerate(roots)]


def _read(text: str) -> list[tuple[Any, Place]]:
    roots: list[tuple[Any, Place]] = []
    around: list[_Open] = []
    waiting: str | None = None  # the key of the innermost mapping whose value starts on a later line
    for line, written in enumerate(text.split("\n"), 1):
        rest = written.lstrip(" ")
        if not rest or rest[0] == "#":
            continue
        if written == "---" and waiting is None:
            around.clear()
            continue
        column = len(written) - len(rest)
        is_item = rest.startswith("- ")
        if waiting is not None:
            _open_below(around, waiting, is_item, line, column)
        elif around:
            _close_to(around, is_item, column)
        elif is_item:
            raise _OtherwiseError
        else:
            roots.append(_collection(around, False, line, column))
        waiting = _entry(around, rest, is_item, line, column)
    if waiting is not None:
        raise _OtherwiseError
    return roots


def _entry(around: list[_Open], rest: str, is_item: bool, line: int, column: int) -> str | None:
    """Add what a line says to the innermost collection; gives the key whose value isn't on the line."""
    opened = around[-1]
    if is_item:
        inner = rest[2:].lstrip(" ")
        column += len(rest) - len(inner)
        rest = inner
    if (match := _ENTRY.fullmatch(rest)) is None or match.lastindex is None:
        raise _OtherwiseError
    key = match[1]
    if is_item:
        at = len(opened.values)
        value, opened.children[at] = (
            _value(match, line, column) if key is None else _collection(around, False, line, column)
        )
        opened.values.append(value)
        if key is None:
            return None
        opened = around[-1]
    if key is None or key in opened.values or is_word(key):
        raise _OtherwiseError
    opened.names[key] = (line, column + 1)
    if match.lastindex == 1:
        return key
    opened.values[key], opened.children[key] = _value(match, line, column)
    return None


def _collection(around: list[_Open], is_list: bool, line: int, column: int) -> tuple[Any, Place]:
    """A new innermost collection."""
    if len(around) == _DEEPEST:
        raise _OtherwiseError
    opened = _Open(column, is_list, [] if is_list else {}, {}, {})
    around.append(opened)
    return opened.values, Place(line, column + 1, opened.children, None if is_list else opened.names)


def _open_below(around: list[_Open], key: str, is_item: bool, line: int, column: int) -> None:
    """Begin the value of a key on an earlier line; a list may stand as far left as its key."""
    outer = around[-1]
    if column < outer.indent or (column == outer.indent and not is_item):
        raise _OtherwiseError
    outer.values[key], outer.children[key] = _collection(around, is_item, line, column)


def _close_to(around: list[_Open], is_item: bool, column: int) -> None:
    """End the collections that are deeper than the one that a line goes on with."""
    while around:
        opened = around[-1]
        if opened.indent == column and opened.is_list is is_item:
            return
        if opened.indent < column or (opened.indent == column and not opened.is_list):
            break
        around.pop()
    raise _OtherwiseError


def _value(match: re.Match[str], line: int, column: int) -> tuple[Any, Place]:
    """The value that stands on a line, and its place."""
    if match.lastindex == _IN_BRACKETS:
        return _flow(match[_IN_BRACKETS], line, column + match.start(_IN_BRACKETS) + 1)
    value, start = _scalar(match)
    return value, Place(line, column + start + 1)


def _scalar(match: re.Match[str]) -> tuple[Any, int]:
    """The text or number of a match, and where in the match it starts."""
    plain, double, single = match.group(2, 3, 4)
    if plain is not None:
        return read_plain(plain), match.start(2)
    return (single, match.start(4) - 1) if double is None else (double, match.start(3) - 1)


def _flow(text: str, line: int, column: int) -> tuple[Any, Place]:
    """A list or a mapping in brackets that holds nothing but texts and numbers."""
    is_list = text[0] == "["
    if text[-1] != ("]" if is_list else "}"):
        raise _OtherwiseError
    values: Any = [] if is_list else {}
    children: dict[Any, Place] = {}
    names: dict[Any, tuple[int, int]] = {}
    inner, start, goes_on = text[1:-1], 0, len(text) > 2
    while goes_on:
        if (match := _ITEM.match(inner, start)) is None or (match[1] is None) is not is_list:
            raise _OtherwiseError
        value, at = _scalar(match)
        key: Any = len(values) if is_list else match[1]
        if is_list:
            values.append(value)
        elif key in values or is_word(key):
            raise _OtherwiseError
        else:
            values[key], names[key] = value, (line, column + 1 + match.start(1))
        children[key] = Place(line, column + 1 + at)
        start, goes_on = match.end(), bool(match[5])
    return values, Place(line, column, children, None if is_list else names)
