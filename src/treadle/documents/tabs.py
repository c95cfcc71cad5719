"""Edits that indent a file with spaces instead of tabs, where it is plain what the tabs mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

from treadle.errors import Edit, Span

__all__ = ["spaces_for_tabs"]

_WIDTH = 2
_INDENTATION = re.compile(r"[ \t]+(?=[^ \t])")
_TEXT_FOLLOWS = re.compile(r"(?:^|[\s:-])[|>][-+0-9]*\s*(?:#.*)?$")


def spaces_for_tabs(span: Span, lines: Sequence[str]) -> tuple[Edit, ...]:
    """Two spaces for each tab, in all lines of a file that is indented with nothing but tabs.

    Beside spaces nobody knows how wide a tab is, and in a block of text it may be part of the text:
    then there is no edit.

    >>> from pathlib import Path
    >>> place = Span(file=Path("defs.yaml"), line=2)
    >>> [(each.span.line, each.old, each.new) for each in spaces_for_tabs(place, ["a:", "\\tb:", "\\t\\tc: 1"])]
    [(2, '\\t', '  '), (3, '\\t\\t', '    ')]
    >>> spaces_for_tabs(place, ["a:", "\\tb:", "  c: 1"])
    ()
    """
    found = [(number, match[0]) for number, line in enumerate(lines, 1) if (match := _INDENTATION.match(line))]
    if any(" " in indentation for _, indentation in found) or any(map(_TEXT_FOLLOWS.search, lines)):
        return ()
    return tuple(
        Edit(span=Span(file=span.file, line=number), old=tabs, new=" " * (_WIDTH * len(tabs))) for number, tabs in found
    )
