"""Single changes of a YAML text by the place of a value in it: an entry more, an item less, another value.

Each gives the pieces of text that become something else; comments around what is changed stay where they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from treadle.documents.layout import Entry, Layout, Node
from treadle.documents.rewriting import CantRewriteError, Piece
from treadle.documents.writing import block_lines, flow_text, is_nested, scalar_text

__all__ = ["added", "inserted", "removed", "replaced"]

_COLON = re.compile(r"[ ]*:(?=\s|$|[,\]}\[{\"'])")
_DASH = re.compile(r"-[ ]*\Z")
_NOT_IN_BLOCK = re.compile(r"[^\n\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe]|[ \t]\n")
Way = Sequence[Node | Entry]
"""What a value is in, from the document's root to itself: entries of mappings, items of lists."""


def replaced(layout: Layout, way: Way, value: Any) -> list[Piece]:
    """Another value in the place of what is at the end of a way."""
    at = way[-1]
    node = at.value if isinstance(at, Entry) else at
    if node.kind == "alias":
        raise CantRewriteError(f"it is written elsewhere: *{node.value} stands for it")
    if _in_flow(way) or (not is_nested(value) and not _own_lines(value) and _is_short(node)):
        text = flow_text(value, node.style if node.style in ("'", '"') else "")
        if node.end > node.start:
            return [Piece(node.start, node.end, text)]
    if isinstance(at, Entry):
        return _replaced_after_colon(layout, at, value)
    return _replaced_item(layout, way, node, value)


def _replaced_after_colon(layout: Layout, entry: Entry, value: Any) -> list[Piece]:
    colon = _after_colon(layout, entry)
    lines = _lines_of(value)
    column = layout.column(entry.start) + 2
    nested = "".join(f"{layout.line_break}{' ' * column}{line}" if line else layout.line_break for line in lines[1:])
    head = f" {lines[0]}" if lines[0] else ""
    end, line_end = max(entry.value.end, colon), layout.line_end(colon)
    if end > line_end:  # the comment on the line of the name stays there
        return [Piece(colon, colon, head), Piece(line_end, end, nested)]
    at = layout.line_end(end)
    if nested and layout.text[end:at].strip():
        return [Piece(colon, end, head), Piece(at, at, nested)]
    return [Piece(colon, end, head + nested)]


def _replaced_item(layout: Layout, way: Way, node: Node, value: Any) -> list[Piece]:
    if len(way) < 2:
        raise CantRewriteError("the whole of a document isn't written anew")
    dash = _dash(layout, node)
    return [Piece(dash, max(node.end, dash + 1), _item(layout, value, layout.column(dash)).rstrip("\r\n").lstrip(" "))]


def added(layout: Layout, way: Way, name: str, value: Any) -> list[Piece]:
    """One more entry in the mapping at the end of a way, behind the others."""
    node = _node(way)
    if node.is_flow and (node.entries or _in_flow(way) or len(way) < 2):
        text = f"{scalar_text(name)}: {flow_text(value)}"
        if node.entries:
            return [Piece(node.entries[-1].end, node.entries[-1].end, f", {text}")]
        return [Piece(node.end - 1, node.end - 1, text)]
    if not node.entries:
        return replaced(layout, way, {name: value})
    column = layout.column(node.entries[0].start)
    if any(layout.column(each.start) != column for each in node.entries):
        raise CantRewriteError("its entries don't begin in one column")
    return [_new_lines(layout, node.end, _entry_lines(name, value), column)]


def inserted(layout: Layout, way: Way, at: int, value: Any) -> list[Piece]:
    """One more item in the list at the end of a way, before that with this number."""
    node = _node(way)
    if node.is_flow and (node.items or _in_flow(way)):
        if not node.items:
            return [Piece(node.end - 1, node.end - 1, flow_text(value))]
        if at < len(node.items):
            return [Piece(node.items[at].start, node.items[at].start, f"{flow_text(value)}, ")]
        return [Piece(node.items[-1].end, node.items[-1].end, f", {flow_text(value)}")]
    if not node.items:
        return replaced(layout, way, [value])
    dash = _dash(layout, node.items[min(at, len(node.items) - 1)])
    column = layout.column(dash)
    if at:
        return [_new_lines(layout, _item_end(layout, node.items[at - 1]), _item_lines(value), column)]
    start = layout.line_start(dash)
    if layout.text[start:dash].strip():
        raise CantRewriteError("its first item doesn't have a line of its own")
    return [Piece(start, start, _item(layout, value, column))]


def removed(layout: Layout, way: Way) -> list[Piece]:
    """Take what is at the end of a way out of what it is in."""
    if len(way) < 2:
        raise CantRewriteError("a document can't be taken out of its file here")
    at, around = way[-1], _node(way[:-1])
    parts: Sequence[Node | Entry] = around.entries if isinstance(at, Entry) else around.items
    number = next(index for index, each in enumerate(parts) if each is at)
    if around.is_flow:
        if number:
            return [Piece(parts[number - 1].end, at.end, "")]
        return [Piece(at.start, parts[1].start if len(parts) > 1 else at.end, "")]
    if len(parts) == 1:
        return replaced(layout, way[:-1], {} if isinstance(at, Entry) else [])
    start, end = (at.start, at.end) if isinstance(at, Entry) else (_dash(layout, at), _item_end(layout, at))
    line = layout.line_start(start)
    if not layout.text[line:start].strip("\ufeff "):
        return _removed_lines(layout, start, end)
    if number or not isinstance(at, Entry):
        raise CantRewriteError("it doesn't have a line of its own")
    return [Piece(start, parts[1].start, "")]  # it stands after a dash: the next one takes its place


def _removed_lines(layout: Layout, start: int, end: int) -> list[Piece]:
    line, after = layout.line_start(start), layout.next_line(end)
    if after == len(layout.text) and not layout.text.endswith(("\n", "\r")):
        line = len(layout.text[:line].rstrip("\r\n"))  # the text goes on ending without a line break
    first = len(layout.text[line:]) - len(layout.text[line:].lstrip("\ufeff"))
    return [Piece(line + first, after, "")]


def _node(way: Way) -> Node:
    at = way[-1]
    node = at.value if isinstance(at, Entry) else at
    if node.kind == "alias":
        raise CantRewriteError(f"it is written elsewhere: *{node.value} stands for it")
    return node


def _in_flow(way: Way) -> bool:
    return any(_node([each]).is_flow for each in way[:-1])


def _is_short(node: Node) -> bool:
    """Whether a value is on the line of its name or its dash, so that another one can stand there."""
    return not node.style.startswith(("|", ">")) and (node.kind == "scalar" or node.is_flow)


def _after_colon(layout: Layout, entry: Entry) -> int:
    found = _COLON.match(layout.text, entry.key.end)
    if entry.key.kind != "scalar" or found is None:
        raise CantRewriteError("its name isn't followed by a colon")
    return found.end()


def _dash(layout: Layout, item: Node) -> int:
    found = _DASH.search(layout.text, layout.line_start(item.start), item.start)
    if found is None:
        raise CantRewriteError("it doesn't stand on the line of its dash")
    return found.start()


def _item_end(layout: Layout, item: Node) -> int:
    return max(item.end, _dash(layout, item) + 1)


def _own_lines(value: Any) -> bool:
    """Whether a text is written in lines of its own, as a person would."""
    return (
        isinstance(value, str)
        and "\n" in value.rstrip("\n")
        and not value.startswith((" ", "\n", "\t"))
        and not value.endswith("\n\n")
        and not _NOT_IN_BLOCK.search(value)
    )


def _lines_of(value: Any) -> list[str]:
    """A value behind a colon: what stands on its line, and the lines below it."""
    if _own_lines(value):
        return ["|" if value.endswith("\n") else "|-", *value.removesuffix("\n").split("\n")]
    if is_nested(value):
        return ["", *_block(value)]
    return [flow_text(value)]


def _block(value: Any) -> Iterable[str]:
    if isinstance(value, dict) and value:
        for name, each in value.items():
            yield from _entry_lines(name, each)
    elif isinstance(value, list) and value:
        for each in value:
            yield from _item_lines(each)
    else:
        yield from block_lines(value)


def _entry_lines(name: str, value: Any) -> Iterable[str]:
    head, *lines = _lines_of(value)
    yield f"{scalar_text(name)}:{' ' if head else ''}{head}"
    yield from (f"  {line}" if line else "" for line in lines)


def _item_lines(value: Any) -> Iterable[str]:
    head, *lines = _lines_of(value)
    if head:
        lines = [head, *(f"  {line}" if line else "" for line in lines)]
        yield f"- {lines[0]}"
        yield from lines[1:]
        return
    for number, line in enumerate(lines):
        yield f"- {line}" if not number else f"  {line}" if line else ""


def _item(layout: Layout, value: Any, column: int) -> str:
    return "".join(
        f"{' ' * column}{line}{layout.line_break}" if line else layout.line_break for line in _item_lines(value)
    )


def _new_lines(layout: Layout, end: int, lines: Iterable[str], column: int) -> Piece:
    """Lines behind the line in which something ends."""
    at = layout.next_line(end)
    text = "".join(f"{' ' * column}{line}{layout.line_break}" if line else layout.line_break for line in lines)
    if at == len(layout.text) and not layout.text.endswith(("\n", "\r")):
        text = layout.line_break + text.removesuffix(layout.line_break)
    return Piece(at, at, text)
