"""Settings of VS Code: JSON with comments, changed in place so that everything else stays as it is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

__all__ = ["UnmergeableError", "merge"]

_TOKEN = re.compile(r"""\s+|//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"/]+""", re.DOTALL)


class UnmergeableError(Exception):
    """The file can't be changed without a risk; the message says why."""


@dataclass(slots=True)
class _Token:
    text: str
    start: int
    end: int


@dataclass(slots=True)
class _Value:
    """A value with its place; of an object, also its members by name and whether a comma follows the last."""

    value: Any
    start: int
    end: int
    members: dict[str, _Value] | None = None
    has_comma: bool = False


def merge(text: str, path: tuple[str, ...], value: Any) -> str:
    """The text of a settings file in which the key at `path` has a value; comments and order stay.

    A list is extended by what it doesn't hold yet.

    Raises:
        UnmergeableError: when the text isn't an object of JSON with comments, or something else is at the path.

    >>> print(merge('{\\n  // mine\\n  "a": 1,\\n}\\n', ("b", "c"), True))
    {
      // mine
      "a": 1,
      "b": {
        "c": true
      }
    }
    <BLANKLINE>
    """
    if not text.strip():
        return json.dumps(_nested(path, value), indent=2) + "\n"
    root = _Parser(text).document()
    if root.members is None:
        raise UnmergeableError("it isn't an object")
    merged = _put(text, root, path, value, depth=0)
    # Whatever is wrong with this function must not cost anybody their settings.
    if _Parser(merged).document().value != _expected(root.value, path, value):
        raise UnmergeableError("it is written in a way that isn't understood here")
    return merged


def _nested(path: tuple[str, ...], value: Any) -> Any:
    for name in reversed(path):
        value = {name: value}
    return value


def _expected(before: Any, path: tuple[str, ...], value: Any) -> Any:
    if not path:
        if isinstance(before, list) and isinstance(value, list):
            return [*before, *(each for each in value if each not in before)]
        return value
    return {
        **before,
        path[0]: _expected(before.get(path[0], {}), path[1:], value) if path[0] in before else _nested(path[1:], value),
    }


def _put(text: str, at: _Value, path: tuple[str, ...], value: Any, *, depth: int) -> str:
    assert at.members is not None
    found = at.members.get(path[0])
    if found is None:
        return _insert(text, at, path[0], _nested(path[1:], value), depth)
    if len(path) > 1:
        if found.members is None:
            raise UnmergeableError(f"{path[0]!r} isn't an object there")
        return _put(text, found, path[1:], value, depth=depth + 1)
    new = _expected(found.value, (), value)
    if new == found.value:
        return text
    if _has_comment(text[found.start : found.end]):
        raise UnmergeableError(f"there are comments in {path[0]!r}")
    return text[: found.start] + json.dumps(new) + text[found.end :]


def _insert(text: str, at: _Value, name: str, value: Any, depth: int) -> str:
    """Put a new member behind the last one."""
    indent = _indent(text, at) or "  " * (depth + 1)
    written = json.dumps(value, indent=2).replace("\n", f"\n{indent}")
    member = f"\n{indent}{json.dumps(name)}: {written}"
    members = list((at.members or {}).values())
    if not members:
        outer = indent[: len(indent) - 2]
        inside = text[at.start + 1 : at.end - 1]
        return text[: at.start + 1] + inside.rstrip() + member + f"\n{outer}" + text[at.end - 1 :]
    last = members[-1].end
    if not at.has_comma:
        return text[:last] + "," + member + text[last:]
    comma = _after_comma(text, last)
    return text[:comma] + member + text[comma:]


def _after_comma(text: str, start: int) -> int:
    for found in _TOKEN.finditer(text, start):
        if found[0] == ",":
            return found.end()
    raise UnmergeableError("it is written in a way that isn't understood here")


def _indent(text: str, at: _Value) -> str:
    """The spaces or tabs that the first member of an object starts its line with."""
    for found in re.finditer(r'\n([ \t]+)"', text[at.start : at.end]):
        return found[1]
    return ""


def _has_comment(text: str) -> bool:
    return any(found[0].startswith(("//", "/*")) for found in _TOKEN.finditer(text))


class _Parser:
    """Reads JSON with comments and trailing commas, and remembers where things are."""

    def __init__(self, text: str) -> None:
        self._tokens: list[_Token] = []
        position = 1 if text.startswith("\ufeff") else 0
        while position < len(text):
            found = _TOKEN.match(text, position)
            if found is None:
                raise UnmergeableError("it isn't JSON")
            if not found[0].isspace() and not found[0].startswith(("//", "/*")):
                self._tokens.append(_Token(found[0], found.start(), found.end()))
            position = found.end()
        self._at = 0

    def document(self) -> _Value:
        """The one value that the text is."""
        try:
            found = self._value()
        except (IndexError, ValueError, RecursionError):
            raise UnmergeableError("it isn't JSON") from None
        if self._at < len(self._tokens):
            raise UnmergeableError("it isn't JSON")
        return found

    def _next(self, *expected: str) -> _Token:
        token = self._tokens[self._at]
        if expected and token.text not in expected:
            raise ValueError(token.text)
        self._at += 1
        return token

    def _value(self) -> _Value:
        token = self._next()
        if token.text == "{":
            return self._object(token.start)
        if token.text == "[":
            return self._array(token.start)
        return _Value(json.loads(token.text), token.start, token.end)

    def _object(self, start: int) -> _Value:
        members: dict[str, _Value] = {}
        has_comma = False
        while self._tokens[self._at].text != "}":
            name = json.loads(self._next().text)
            self._next(":")
            if not isinstance(name, str) or name in members:
                raise UnmergeableError(f"{name!r} is there twice")
            members[name] = self._value()
            has_comma = self._tokens[self._at].text == ","
            if has_comma:
                self._next()
            elif self._tokens[self._at].text != "}":
                raise ValueError(self._tokens[self._at].text)
        end = self._next("}").end
        return _Value({name: each.value for name, each in members.items()}, start, end, members, has_comma)

    def _array(self, start: int) -> _Value:
        items: list[Any] = []
        while self._tokens[self._at].text != "]":
            items.append(self._value().value)
            if self._tokens[self._at].text != "]":
                self._next(",")
        return _Value(items, start, self._next("]").end)
