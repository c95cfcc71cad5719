"""What may be written at a place of a selection."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from treadle.ir.selection_terms import AttributeName
from treadle.server.snapshot import Snapshot

__all__ = ["Suggested", "Suggestions", "suggest"]

_MOST = 20
_BEFORE = re.compile(r"""(?:([A-Za-z_]+):)?("[^"]*|[^\s(),+"']*)$""")
_AFTER = re.compile(r"""[^\s(),+"']*"?""")
_PLAIN = re.compile(r"""[^\s(),+"':=<]+""")
_ABOUT: dict[str, str] = {
    "column": "assets with this column",
    "component": "what a component declares",
    "group": "the assets of a group",
    "is": "external, or materializable",
    "key": "a key that needs quotes, or a pattern",
    "key_substring": "keys that hold a text",
    "kind": "what they are made with or kept in",
    "name": "the last part of the key",
    "owner": "who answers for them",
    "path": "what is declared in a folder",
    "project": "the assets of a project of a workspace",
    "tag": "assets with a tag, or with a value of it",
}
_FUNCTIONS = {"roots(": "those without a parent among the selected", "sinks(": "those without a child"}
_OPERATORS = {"and": "what both select", "or": "what either selects", "not": "all but these"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """A word that fits."""

    text: str
    kind: Literal["asset", "attribute", "value", "function", "operator"]
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """The words that fit between two places of a text."""

    start: int
    end: int
    items: tuple[Suggested, ...]


def suggest(snapshot: Snapshot, text: str, at: int) -> Suggestions:
    """What may be written at a place of a selection, best first; what is written after it is replaced as well."""
    found = _BEFORE.search(text[:at])
    assert found is not None  # it fits nothing, too
    after = _AFTER.match(text, at)
    end = after.end() if after else at
    name, written = found[1], found[2].lstrip('"')
    if name is not None:
        values = _values(snapshot, name.lower())
        items = [Suggested(text=_quoted(each), kind="value") for each in _fitting(values, written)]
        return Suggestions(start=found.start(2), end=end, items=tuple(items))
    return Suggestions(start=found.start(2), end=end, items=tuple(_words(snapshot, written, text[: found.start(2)])))


def _words(snapshot: Snapshot, written: str, before: str) -> Iterator[Suggested]:
    """What begins a term, or stands between two."""
    attributes = {f"{name}:": _ABOUT[name] for name in ("key", *get_args(AttributeName))}
    low = written.casefold()
    is_after_term = before.endswith(" ") and bool(before.strip()) and not before.rstrip().endswith(("+", "(", ","))
    for word, about in _OPERATORS.items():
        if (is_after_term or (word == "not" and low)) and word.startswith(low):
            yield Suggested(text=word, kind="operator", detail=about)
    keys = list(_fitting(snapshot.all_keys, written)) if written else list(snapshot.all_keys)[:8]
    known = snapshot.graph.assets
    for key in keys:
        yield Suggested(text=_quoted(key, "key:"), kind="asset", detail=known[snapshot.all_keys[key]].group)
    for name, about in attributes.items():
        if name.startswith(low):
            yield Suggested(text=name, kind="attribute", detail=about)
    for name, about in _FUNCTIONS.items():
        if name.startswith(low):
            yield Suggested(text=name, kind="function", detail=about)


def _values(snapshot: Snapshot, name: str) -> Iterable[str]:
    """What assets say under a name."""
    assets = snapshot.graph.assets
    match name:
        case "group" | "kind" | "owner":
            return snapshot.words[f"{name}s"]
        case "key":
            return snapshot.all_keys
        case "name":
            return sorted({key.name for key in assets})
        case "is":
            return ("external", "materializable")
        case "component":
            return snapshot.components
        case "tag":
            return sorted(
                {word for each in assets.values() for tag, value in each.tags.items() for word in _tag(tag, value)}
            )
        case "column":
            return sorted({column.name for each in assets.values() for column in each.columns})
        case _:
            return ()


def _tag(tag: str, value: str) -> tuple[str, ...]:
    return (tag, f"{tag}={value}") if value else (tag,)


def _fitting(words: Iterable[str], written: str) -> list[str]:
    """The words that hold what is written: first those that begin with it, then those with a part that does."""
    low = written.casefold()
    ranked = [(_rank(word.casefold(), low), word) for word in words if low in word.casefold()]
    return [word for _, word in sorted(ranked, key=lambda each: (each[0], len(each[1]), each[1]))[:_MOST]]


def _rank(word: str, written: str) -> int:
    if word.startswith(written):
        return 0
    return 1 if word.rpartition("/")[2].startswith(written) else 2


def _quoted(word: str, prefix: str = "") -> str:
    """A word as it has to be written in a selection.

    >>> _quoted("marts"), _quoted("team:shop"), _quoted("layer=raw"), _quoted("a b", "key:")
    ('marts', '"team:shop"', 'layer=raw', 'key:"a b"')
    """
    tag, equals, value = word.partition("=")
    if equals and not prefix:
        return f"{_quoted(tag)}={_quoted(value)}" if "=" not in value else f'"{tag}"="{value}"'
    return word if _PLAIN.fullmatch(word) else f'{prefix}"{word}"'
