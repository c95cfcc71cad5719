"""Which of two entries of one name can be removed, and what exactly that removes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from yaml.error import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from treadle.documents.events import NextEvent, open_parser
from treadle.documents.merge import MERGE
from treadle.errors import Edit, Span

__all__ = ["removals_of_doubles"]

_DEEPEST = 50
"""Whatever is nested deeper wasn't written by a person, who would want it mended."""


@dataclass(slots=True, kw_only=True)
class _Entry:
    """A key of a mapping and its value: where they are, and everything that they say."""

    key: Any
    start: int
    end: int = 0
    said: list[tuple[object, ...]] = field(default_factory=list)
    texts: list[tuple[int, int]] = field(default_factory=list)
    is_fixed: bool = False
    """An anchor, which may be named elsewhere; without the entry, that would mean nothing."""


@dataclass(slots=True, kw_only=True)
class _Collection:
    """A mapping or a list that is being read."""

    is_mapping: bool
    is_flow: bool
    entries: list[_Entry] = field(default_factory=list)
    has_key: bool = False


def removals_of_doubles(spans: Iterable[Span], text: str) -> dict[Span, Edit]:
    """For each name that is given again, the edit that leaves one: the later goes when both say the same, else the earlier.

    Every reader of YAML that accepts both uses the later. There is none where what would be removed
    holds a comment or an anchor, or shares its lines with something else.
    """
    wanted = {(span.line, span.column): span for span in spans}
    edits: dict[Span, Edit] = {}
    if not wanted:
        return edits
    try:
        with open_parser(text) as following:
            for mapping in _mappings(following):
                for later, entry in enumerate(mapping.entries):
                    span = wanted.get((entry.key.start_mark.line + 1, entry.key.start_mark.column + 1))
                    if span and (edit := _removal(mapping, later, span, text)):
                        edits[span] = edit
    except YAMLError:
        pass  # what comes after it can't be seen; the mappings before it could
    return edits


def _removal(mapping: _Collection, later: int, span: Span, text: str) -> Edit | None:
    entries = mapping.entries
    key = entries[later].key
    earlier = next((index for index in range(later) if _is_named(entries[index], key)), None)
    if earlier is None:
        return None
    removed = later if entries[earlier].said == entries[later].said else earlier
    if entries[removed].is_fixed:
        return None
    bounds = _flow_bounds if mapping.is_flow else _block_bounds
    cut = bounds(entries, removed, text)
    if cut is None or "#" in _between(text, cut, entries[removed].texts):
        return None
    return _edit(span, text, *cut)


def _is_named(entry: _Entry, key: Any) -> bool:
    # Two merges aren't one name twice: some readers use both.
    both_are_text = isinstance(entry.key, ScalarEvent) and isinstance(key, ScalarEvent)
    return both_are_text and bool(entry.key.value == key.value != MERGE)


def _mappings(following: NextEvent) -> Iterator[_Collection]:
    """Every mapping of a text, once it is read to its end."""
    open_ones: list[_Collection] = []
    while not isinstance(event := following(), StreamEndEvent):
        if isinstance(event, MappingEndEvent | SequenceEndEvent):
            closed = open_ones.pop()
            if closed.is_mapping:
                yield closed
            _tell(open_ones, event, ends=closed.is_flow)
        elif isinstance(event, ScalarEvent | AliasEvent | MappingStartEvent | SequenceStartEvent):
            if _begins_entry(open_ones):
                mark: Any = event.start_mark
                open_ones[-1].entries.append(_Entry(key=event, start=mark.index))
            _tell(open_ones, event, ends=isinstance(event, ScalarEvent | AliasEvent))
            if isinstance(event, MappingStartEvent | SequenceStartEvent):
                is_mapping = isinstance(event, MappingStartEvent)
                open_ones.append(_Collection(is_mapping=is_mapping, is_flow=bool(event.flow_style)))
                if len(open_ones) > _DEEPEST:
                    return
        elif isinstance(event, DocumentStartEvent):
            open_ones.clear()


def _begins_entry(open_ones: list[_Collection]) -> bool:
    """Whether the next node is a key of the innermost mapping."""
    if not open_ones or not open_ones[-1].is_mapping:
        return False
    open_ones[-1].has_key = not open_ones[-1].has_key
    return open_ones[-1].has_key


def _tell(open_ones: list[_Collection], event: Any, *, ends: bool) -> None:
    """Add what an event says to every entry that it is part of."""
    is_text = isinstance(event, ScalarEvent)
    said = (type(event), getattr(event, "value", None), event.tag if hasattr(event, "tag") else None)
    for each in open_ones:
        if each.entries:
            entry = each.entries[-1]
            if event is not entry.key:
                entry.said.append(said)
            if ends:
                entry.end = event.end_mark.index
            if is_text:
                entry.texts.append((event.start_mark.index, event.end_mark.index))
            entry.is_fixed = entry.is_fixed or (
                not isinstance(event, AliasEvent) and bool(getattr(event, "anchor", ""))
            )


def _block_bounds(entries: list[_Entry], removed: int, text: str) -> tuple[int, int] | None:
    """The lines of an entry; behind a dash, everything up to the entry that follows."""
    entry = entries[removed]
    start = _line_start(text, entry.start)
    end = len(text[: entry.end].rstrip(" \t\r\n"))
    before = text[start : entry.start]
    if before.strip():
        following = entries[removed + 1] if removed + 1 < len(entries) else None
        is_behind_dash = not before.strip(" -\t")
        if not is_behind_dash or following is None or text[end : following.start].strip():
            return None
        return entry.start, following.start
    line_end = min((at for at in (text.find("\n", end), text.find("\r", end)) if at >= 0), default=-1)
    if line_end < 0:
        # Nothing follows; whether the file ends with a line break stays as it is.
        kept = len(text[:start].removesuffix("\n").removesuffix("\r"))
        return (kept, len(text)) if start and not text[end:].strip() else None
    if text[end:line_end].strip():
        return None
    return start, line_end + (2 if text.startswith("\r\n", line_end) else 1)


def _flow_bounds(entries: list[_Entry], removed: int, text: str) -> tuple[int, int] | None:
    """An entry between brackets, with the comma that sets it apart from its neighbour."""
    entry = entries[removed]
    if removed + 1 < len(entries):
        start, end = entry.start, entries[removed + 1].start
    else:
        start, end = entries[removed - 1].end, entry.end
    is_simple = text[start:end].count(",") - sum(text[a:b].count(",") for a, b in entry.texts) == 1
    return (start, end) if is_simple and not set("\r\n?") & set(text[start:end]) else None


def _between(text: str, cut: tuple[int, int], texts: list[tuple[int, int]]) -> str:
    """What is cut without the texts in it: there, `#` starts a comment. The first line of a block of text counts too."""
    kept, at = [], cut[0]
    for start, end in texts:
        kept.append(text[at:start])
        if text[start : start + 1] in ("|", ">"):
            kept.append(text[start:end].splitlines()[0])
        at = end
    return "".join(kept) + text[at : cut[1]]


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def _edit(span: Span, text: str, start: int, end: int) -> Edit:
    lines = text[:start].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    place = Span(file=span.file, line=len(lines), column=len(lines[-1]) + 1)
    return Edit(span=place, old=text[start:end].replace("\r\n", "\n").replace("\r", "\n"), new="")
