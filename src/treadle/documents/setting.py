"""Another value at a place of a YAML text, with everything around it as it was: comments, quotes, order, line ends.

A form edits a file this way. What a text means afterwards is read from it again: it is what was asked for, and nothing
else has changed, or the change isn't made.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from yaml import YAMLError

from treadle.documents.layout import Entry, Layout, Node, lay_out
from treadle.documents.parse import parse_yaml
from treadle.documents.placing import added, inserted, removed, replaced
from treadle.documents.record import Document, NodePath
from treadle.documents.rewriting import CantRewriteError, Piece, rewritten
from treadle.documents.scalars import NumberTooLongError, read_plain
from treadle.documents.writing import scalar_text
from treadle.errors import ProjectError

__all__ = ["NOTHING", "with_name", "with_value"]

_FILE = Path("text.yaml")
NOTHING: Any = type("Nothing", (), {"__repr__": lambda self: "NOTHING"})()
"""The value of what isn't there: setting it takes something out."""


def with_value(text: str, index: int, path: NodePath, value: Any) -> str:
    r"""The text with another value at a path of one of its documents.

    >>> with_value("a: 1 # one\nb: [x]\n", 0, ("b",), ["x", "y"])
    'a: 1 # one\nb: [x, y]\n'
    >>> with_value("a: 1 # one\nb: 2\n", 0, ("a",), NOTHING)
    'b: 2\n'

    Raises:
        ProjectError: when the text is no YAML.
        CantRewriteError: when this can't be done without changing something else.
    """
    values = _values(text, index)
    expected = [*values]
    expected[index] = _with(values[index], _as_written(values[index], path), value)
    new = _Setter(index).change(text, (), values[index], expected[index])
    return _checked(new, expected)


def with_name(text: str, index: int, path: NodePath, name: str) -> str:
    r"""The text in which an entry of a mapping has another name: what is in it isn't touched, nor is its place.

    >>> with_name("a: 1 # one\nb: 2\n", 0, ("a",), "c d")
    'c d: 1 # one\nb: 2\n'

    Raises:
        ProjectError: when the text is no YAML.
        CantRewriteError: when this can't be done without changing something else.
    """
    values = _values(text, index)
    path = _as_written(values[index], path)
    around = _at(values[index], path[:-1]) if path else None
    if not isinstance(around, dict) or path[-1] not in around:
        raise CantRewriteError("there is no such name")
    if name != path[-1] and name in around:
        raise CantRewriteError(f"there is a {name!r} already")
    expected = [*values]
    renamed = {name if was == path[-1] else was: value for was, value in around.items()}
    expected[index] = _with(values[index], path[:-1], renamed)
    return _checked(_Setter(index).rename(text, path, name), expected)


def _values(text: str, index: int) -> list[Any]:
    values = [each.value for each in parse_yaml(_FILE, text.encode())]
    if index >= len(values):
        raise CantRewriteError("there is no such document in this file")
    return values


def _checked(text: str, expected: Sequence[Any]) -> str:
    if not _means(text, expected):
        raise CantRewriteError("something else would change with it")
    return text


def _as_written(value: Any, path: NodePath) -> NodePath:
    """A path with the names as YAML has them: 2026 is a number there, and a text for those who know JSON."""
    found: list[str | int] = []
    for part in path:
        names = value if isinstance(value, dict) and part not in value else ()
        found.append(next((each for each in names if str(each) == part), part))
        value = _at(value, found[-1:])
    return tuple(found)


def _at(value: Any, path: Sequence[str | int]) -> Any:
    for part in path:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def _means(text: str, expected: Sequence[Any]) -> bool:
    try:
        found = [each.value for each in parse_yaml(_FILE, text.encode())]
    except (ProjectError, UnicodeEncodeError):
        return False
    return len(found) == len(expected) and all(map(_is_same, found, expected))


def _with(value: Any, path: NodePath, new: Any) -> Any:
    """A value in which something is another one; mappings and lists on the way that aren't there are made."""
    if not path:
        return new
    part, rest = path[0], path[1:]
    if isinstance(part, int) and value is None and new is not NOTHING:
        value = []
    if isinstance(part, int) and isinstance(value, list):
        if part > len(value) or (part == len(value) and new is NOTHING):
            raise CantRewriteError(f"there is no item {part}")
        items = [*value, None] if part == len(value) else [*value]
        if new is NOTHING and not rest:
            return items[:part] + items[part + 1 :]
        return [*items[:part], _with(items[part], rest, new), *items[part + 1 :]]
    if isinstance(value, dict) or value is None:
        entries = dict(value or {})
        if new is NOTHING and part not in entries:
            return value
        if new is NOTHING and not rest:
            del entries[part]
            return entries
        return {**entries, part: _with(entries.get(part), rest, new)}
    raise CantRewriteError(f"there is no {part!r} in {type(value).__name__}")


def _is_same(one: Any, other: Any) -> bool:
    """Whether two values are the same in YAML: 1, 1.0 and true aren't."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_is_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return type(one) is type(other) and (one == other or one != one)


class _Setter:
    """Makes a text mean something else, one change after the other: each is placed in the text that the last has left."""

    def __init__(self, index: int) -> None:
        self._index = index

    def change(self, text: str, path: NodePath, old: Any, new: Any) -> str:
        """The text in which `new` stands where `old` was."""
        if _is_same(old, new):
            return text
        if isinstance(old, dict) and isinstance(new, dict) and old and new and old.keys() & new.keys():
            return self._mapping(text, path, old, new)
        if isinstance(old, list) and isinstance(new, list) and old and new:
            return self._list(text, path, old, new)
        layout, way = self._way(text, path)
        return rewritten(text, replaced(layout, way, new))

    def rename(self, text: str, path: NodePath, name: str) -> str:
        """The text in which an entry has another name."""
        entry = self._way(text, path)[1][-1]
        if not isinstance(entry, Entry) or entry.key.kind != "scalar":
            raise CantRewriteError("its name can't be written anew")
        key = entry.key
        return rewritten(text, [Piece(key.start, key.end, scalar_text(name, key.style))])

    def _mapping(self, text: str, path: NodePath, old: dict[Any, Any], new: dict[Any, Any]) -> str:
        for name in new:
            if name in old:
                text = self.change(text, (*path, name), old[name], new[name])
        for name in old:
            if name not in new:
                layout, way = self._way(text, (*path, name))
                text = rewritten(text, removed(layout, way))
        for name in new:
            if name not in old:
                layout, way = self._way(text, path)
                text = rewritten(text, added(layout, way, name, new[name]))
        return text

    def _list(self, text: str, path: NodePath, old: list[Any], new: list[Any]) -> str:
        matcher = SequenceMatcher(a=list(map(_key, old)), b=list(map(_key, new)), autojunk=False)
        # From the end on, so that the numbers of what is still to be changed hold.
        for _, start, end, new_start, new_end in reversed(matcher.get_opcodes()):
            both = min(end - start, new_end - new_start)
            for at in reversed(range(start + both, end)):
                layout, way = self._way(text, (*path, at))
                text = rewritten(text, removed(layout, way))
            for value in reversed(new[new_start + both : new_end]):
                layout, way = self._way(text, path)
                text = rewritten(text, inserted(layout, way, start + both, value))
            for at in range(both):
                text = self.change(text, (*path, start + at), old[start + at], new[new_start + at])
        return text

    def _way(self, text: str, path: NodePath) -> tuple[Layout, list[Node | Entry]]:
        try:
            layout = lay_out(text)
            document = parse_yaml(_FILE, text.encode())[self._index]
        except (YAMLError, ProjectError, IndexError):
            raise CantRewriteError("something else would change with it") from None
        way: list[Node | Entry] = [_root(layout, document)]
        for part in path:
            way.append(_step(way[-1], part))
        return layout, way


def _root(layout: Layout, document: Document) -> Node:
    at = layout.starts[document.root.line - 1] + document.root.column - 1
    found = next((each for each in layout.roots if each.start == at), None)
    if found is None:
        raise CantRewriteError("the document can't be found in the text")
    return found


def _step(at: Node | Entry, part: str | int) -> Node | Entry:
    node = at.value if isinstance(at, Entry) else at
    if node.kind == "alias":
        raise CantRewriteError(f"it is written elsewhere: *{node.value} stands for it")
    if node.kind == "list" and isinstance(part, int) and part < len(node.items):
        return node.items[part]
    found = next((each for each in node.entries if _name(each.key) == part), None)
    if found is None:
        raise CantRewriteError(f"{part!r} comes from elsewhere: a merge key brings it")
    return found


def _name(key: Node) -> Any:
    if key.kind != "scalar" or key.style:
        return key.value
    try:
        return read_plain(key.value)
    except NumberTooLongError:
        return key.value


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=repr)
