"""Changes of a YAML text that leave the rest of it as it is: its comments, quotes, indentation, line ends.

Each gives pieces of text to replace. What can't be done without losing something isn't done.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from treadle.documents.layout import Comment, Entry, Layout, Node
from treadle.documents.writing import block_lines, flow_text, is_nested, scalar_text

__all__ = ["CantRewriteError", "Piece", "Rewriter", "rewritten"]

_COLON = re.compile(r"\s*:(?=\s|$|[,\]}\[{\"'])")
_BEFORE_NAME = re.compile(r"[ ]*(?:-[ ]+)*")


class CantRewriteError(Exception):
    """A change can't be made; `comment` is what would be lost by it."""

    def __init__(self, why: str, comment: Comment | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.comment = comment


@dataclass(frozen=True, slots=True)
class Piece:
    """What is between two places of a text becomes something else."""

    start: int
    end: int
    new: str


def rewritten(text: str, pieces: Iterable[Piece]) -> str:
    """A text with some pieces replaced, which don't overlap.

    >>> rewritten("a: 1", [Piece(0, 1, "b"), Piece(4, 4, "2")])
    'b: 12'
    """
    parts, at = [], 0
    for each in sorted(pieces, key=lambda piece: (piece.start, piece.end)):
        assert each.start >= at
        parts += [text[at : each.start], each.new]
        at = each.end
    return "".join((*parts, text[at:]))


class Rewriter:
    """Changes one text."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._text = layout.text

    def rename(self, entry: Entry, name: str) -> list[Piece]:
        """Give an attribute another name."""
        self._require_name(entry)
        return [Piece(entry.key.body, entry.key.end, scalar_text(name, entry.key.style))]

    def replace(self, node: Node, value: Any) -> list[Piece]:
        """Write another scalar in the place of one."""
        self._keep_comments(node.body, node.end)
        return [Piece(node.body, node.end, scalar_text(value, node.style if node.kind == "scalar" else ""))]

    def remove(self, entry: Entry) -> list[Piece]:
        """Take an attribute out of its mapping."""
        around = entry.inside
        if around.is_flow:
            return [self._removed_in_flow(entry)]
        self._require_name(entry)
        if (above := self._comment_above(entry.start)) is not None:
            raise CantRewriteError("it would lose its comment", above)
        self._keep_comments(entry.start, self._layout.line_end(entry.end))
        if len(around.entries) == 1:
            before = len(self._text[: around.body].rstrip())
            if self._layout.comments_in(before, around.body):
                return [Piece(around.body, around.end, "{}")]
            return [Piece(before, around.end, " {}" if before else "{}")]
        if self._is_first(entry):
            return [Piece(self._layout.line_start(entry.start), self._layout.next_line(entry.end), "")]
        return [self._removed_after_dash(entry)]

    def rewrite(self, entry: Entry, name: str, value: Any) -> list[Piece]:
        """Give an attribute another name and another value."""
        self._require_name(entry)
        named = [] if name == entry.key.value else self.rename(entry, name)
        node, after_colon = entry.value, self._after_colon(entry)
        if node.body != node.start:
            raise CantRewriteError("its value has an anchor or a tag")
        self._keep_comments(after_colon, node.end)
        if entry.inside.is_flow or not is_nested(value):
            style = node.style if node.style in ("'", '"') else ""
            return [*named, Piece(after_colon, max(node.end, after_colon), f" {flow_text(value, style)}")]
        lines = self._lines(block_lines(value), self._layout.column(entry.start) + 2)
        end = max(node.end, after_colon)
        line_end = self._layout.line_end(end)
        if line_end == end:
            return [*named, Piece(after_colon, end, lines)]
        return [*named, Piece(after_colon, end, ""), Piece(line_end, line_end, lines)]

    def move(self, entry: Entry, names: Sequence[str], value: Any) -> list[Piece]:
        """Put an attribute into another one beside it, under the last of the names."""
        self._require_name(entry)
        beside = _entry(entry.inside, names[0])
        if beside is None:
            return self._nest(entry, names)
        inside, rest = beside.value, list(names[1:])
        holder = beside
        while inside.kind == "mapping" and len(rest) > 1 and (deeper := _entry(inside, rest[0])) is not None:
            holder, inside, rest = deeper, deeper.value, rest[1:]
        if inside.kind == "mapping" and inside.is_flow:
            text = flow_text(_nested(rest, value))[1:-1]
            at = inside.entries[-1].end if inside.entries else inside.end - 1
            return [*self.remove(entry), Piece(at, at, f", {text}" if inside.entries else text)]
        is_empty = inside.kind == "scalar" and inside.end == inside.body and not inside.anchor
        if (inside.kind != "mapping" and not is_empty) or entry.inside.is_flow:
            raise CantRewriteError(f"{names[0]!r} is not written as a mapping of its own")
        column = self._layout.column(holder.start) + 2 if is_empty else self._layout.column(inside.entries[0].start)
        return self._carry(entry, rest, column, after=holder.end if is_empty else inside.end)

    def _carry(self, entry: Entry, names: Sequence[str], column: int, *, after: int) -> list[Piece]:
        """Put the lines of an attribute, and the comments above it, behind another place."""
        layout = self._layout
        if not self._is_first(entry):
            raise CantRewriteError("it stands on the line of a list's dash")
        start, end = self._with_comments_above(entry.start), layout.next_line(entry.end)
        deeper = column + 2 * (len(names) - 1) - layout.column(entry.start)
        renamed = rewritten(self._text[:end], self.rename(entry, names[-1]))[start:]
        lines = [_shifted(line, deeper) for line in renamed.splitlines(keepends=True)]
        heads = [
            f"{' ' * (column + 2 * at)}{scalar_text(name)}:{layout.line_break}" for at, name in enumerate(names[:-1])
        ]
        at = layout.next_line(after)
        moved = "".join((*heads, *lines))
        if at == len(self._text) and not self._text.endswith(("\n", "\r")):
            moved = layout.line_break + moved.rstrip("\r\n")
        elif not moved.endswith(("\n", "\r")):
            moved += layout.line_break
        return [Piece(start, end, ""), Piece(at, at, moved)]

    def _nest(self, entry: Entry, names: Sequence[str]) -> list[Piece]:
        """Put mappings around an attribute where it stands."""
        *outer, last = names
        key = entry.key
        if entry.inside.is_flow:
            opened = "".join(f"{scalar_text(name)}: {{" for name in outer)
            return [
                Piece(key.body, key.end, opened + scalar_text(last, key.style)),
                Piece(entry.end, entry.end, "}" * len(outer)),
            ]
        layout, column = self._layout, self._layout.column(entry.start)
        heads = "".join(
            f"{scalar_text(name)}:{layout.line_break}{' ' * (column + 2 * at + 2)}" for at, name in enumerate(outer)
        )
        pieces = [Piece(key.body, key.end, heads + scalar_text(last, key.style))]
        at = layout.next_line(key.end)
        while at < entry.end:
            if layout.line_end(at) > at:
                pieces.append(Piece(at, at, "  " * len(outer)))
            at = layout.next_line(at)
        return pieces

    def _removed_in_flow(self, entry: Entry) -> Piece:
        entries = entry.inside.entries
        if entry.at:
            start, end = entries[entry.at - 1].end, entry.end
        else:
            start, end = entry.start, entries[1].start if len(entries) > 1 else entry.end
        self._keep_comments(start, end)
        return Piece(start, end, "")

    def _removed_after_dash(self, entry: Entry) -> Piece:
        """The first attribute of a mapping that stands on the line of its dash: the next one takes its place."""
        if entry.at:
            raise CantRewriteError("it doesn't stand on a line of its own")
        following = entry.inside.entries[1].start
        if self._layout.comments_in(entry.end, following):
            return Piece(len(self._text[: entry.start].rstrip()), entry.end, "")
        return Piece(entry.start, following, "")

    def _require_name(self, entry: Entry) -> None:
        before = self._text[self._layout.line_start(entry.start) : entry.start]
        if entry.key.kind != "scalar" or not _COLON.match(self._text, entry.key.end):
            raise CantRewriteError("its name isn't followed by a colon")
        if not entry.inside.is_flow and not _BEFORE_NAME.fullmatch(before) and not self._is_at_start(entry):
            raise CantRewriteError("its name isn't the first on its line")

    def _is_at_start(self, entry: Entry) -> bool:
        """Whether only a byte order mark, or nothing, is before the first line's name."""
        return not self._text[: entry.start].strip("\ufeff ")

    def _is_first(self, entry: Entry) -> bool:
        return not self._text[self._layout.line_start(entry.start) : entry.start].strip()

    def _after_colon(self, entry: Entry) -> int:
        found = _COLON.match(self._text, entry.key.end)
        assert found is not None
        return found.end()

    def _lines(self, lines: Iterable[str], column: int) -> str:
        return "".join(f"{self._layout.line_break}{' ' * column}{line}" for line in lines)

    def _keep_comments(self, start: int, end: int) -> None:
        if found := self._layout.comments_in(start, end):
            raise CantRewriteError("it would lose a comment", found[0])

    def _comment_above(self, offset: int) -> Comment | None:
        """A comment that has the line above for itself."""
        start = self._layout.line_start(offset)
        if start == 0:
            return None
        line = self._layout.line_start(start - 1)
        found = self._layout.comments_in(line, start)
        return found[0] if found and not self._text[line : found[0].start].strip() else None

    def _with_comments_above(self, offset: int) -> int:
        """Where the lines of comments begin that stand right above a place."""
        while (above := self._comment_above(offset)) is not None:
            offset = above.start
        return self._layout.line_start(offset)


def _entry(mapping: Node, name: str) -> Entry | None:
    return next((each for each in mapping.entries if each.key.value == name), None)


def _nested(names: Sequence[str], value: Any) -> Any:
    for name in reversed(names):
        value = {name: value}
    return value


def _shifted(line: str, by: int) -> str:
    if not line.strip():
        return line
    if by >= 0:
        return " " * by + line
    return line[min(-by, len(line) - len(line.lstrip(" "))) :]
