"""Edits that mend a file's text: only where there is one way to mend it, and nothing else has to change."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from treadle.documents.doubles import removals_of_doubles
from treadle.documents.tabs import spaces_for_tabs
from treadle.errors import Diagnostic, Edit, Span

__all__ = ["with_edits"]

_TAB, _TEMPLATE, _DOUBLE, _QUOTES, _NO_SPACE = "TRD105", "TRD107", "TRD109", "TRD108", "TRD115"
_MOST = 100  # who has more mistakes than this in one file mends them round by round
_LARGEST = 200_000
_CLOSED = {"(": ")", "[": "]", "{": "}"}
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
# What may stand before a value that reaches to the end of its line: dashes, and then a key.
_BEFORE = re.compile(r"""(?P<indent>\s*)(?P<dashes>(?:-\s+)*)(?P<key>(?:[\w./-]+|"[^"\\]*"|'[^']*')\s*:\s+)?""")
_FLOW_BEFORE = re.compile(r"""[\[{,]\s*(?:(?:[\w./-]+|"[^"\\]*"|'[^']*')\s*:\s+)?$""")


def with_edits(diagnostics: Iterable[Diagnostic], text: str) -> tuple[Diagnostic, ...]:
    """The diagnostics of a file's text, with edits for those that can be mended mechanically."""
    found = tuple(diagnostics)
    if len(text) > _LARGEST:
        return found
    doubles = removals_of_doubles([each.span for each in found[:_MOST] if each.code == _DOUBLE and each.span], text)
    lines = _BREAK.split(text)
    mended = []
    for each in found[:_MOST]:
        assert each.span is not None
        if each.code == _TAB:
            mended.append(replace(each, edits=spaces_for_tabs(each.span, lines)))
            continue
        edit = doubles.get(each.span) if each.code == _DOUBLE else _edit(each.code, each.span, lines)
        mended.append(replace(each, edits=(edit,)) if edit else each)
    return (*mended, *found[_MOST:])


def _edit(code: str, span: Span, lines: list[str]) -> Edit | None:
    line = lines[span.line - 1] if span.line <= len(lines) else ""
    if code == _TEMPLATE:
        return _quoted_template(span, line, lines[span.line :])
    if code == _QUOTES and line[span.column - 1 : span.column] in ("@", "`", "%"):
        return _quoted_text(span, line, lines[span.line :])
    if code == _NO_SPACE:
        return Edit(span=replace(span, column=span.column + 1), old="", new=" ")
    return None


def _quoted_template(span: Span, line: str, following: list[str]) -> Edit | None:
    start = span.column - 1
    if not line.startswith("{{", start):
        return None
    if _FLOW_BEFORE.search(line[:start]):
        end = _end_in_flow(line, start)
        return _in_quotes(span, line[start:end]) if end else None
    return _quoted_text(span, line, following)


def _quoted_text(span: Span, line: str, following: list[str]) -> Edit | None:
    """Quotes around a value that reaches to the end of its line."""
    start = span.column - 1
    before = _BEFORE.fullmatch(line[:start])
    end = _end_of_line(line, start)
    if before is None or end is None or _goes_on(before, following):
        return None
    return _in_quotes(span, line[start:end])


def _goes_on(before: re.Match[str], following: list[str]) -> bool:
    """Whether the text continues on the next line, which is deeper than where its value belongs to."""
    nested = before["dashes"] if before["key"] else before["dashes"].rstrip("- \t")
    own = len(before["indent"]) + len(nested)
    for line in following:
        if stripped := line.strip():
            return not stripped.startswith("#") and len(line) - len(line.lstrip()) > own
    return False


def _in_quotes(span: Span, text: str) -> Edit:
    single = any(each in text for each in ('"', "\\"))
    new = "'" + text.replace("'", "''") + "'" if single else f'"{text}"'
    return Edit(span=span, old=text, new=new)


def _end_of_line(line: str, start: int) -> int | None:
    """Where the text of a line ends, before its comment; None when it isn't surely one piece of text."""
    at = start
    while at < len(line):
        if line.startswith("{{", at):
            if (end := _end_of_template(line, at)) is None:
                return None
            at = end
        elif line.startswith((": ", ":\t"), at) or line[at] in "[]{}":
            return None
        elif line[at] == "#" and line[at - 1].isspace():
            break
        else:
            at += 1
    end = len(line[:at].rstrip())
    return None if line[end - 1] in ":," else end


def _end_in_flow(line: str, start: int) -> int | None:
    """Where a template inside of brackets ends, with the text that belongs to it."""
    at = start
    while at < len(line):
        if line.startswith("{{", at):
            if (end := _end_of_template(line, at)) is None:
                return None
            at = end
        elif line[at] in ",]}":
            return len(line[:at].rstrip())
        elif line[at] in "[{#:\"'":
            return None
        else:
            at += 1
    return None


def _end_of_template(line: str, start: int) -> int | None:
    """What follows `}}` of a template on this line; braces, brackets and text inside of it may hold the same."""
    waiting: list[str] = []
    quote = ""
    at = start + 2
    while at < len(line):
        character = line[at]
        if quote:
            at += character == "\\"
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in _CLOSED:
            waiting.append(_CLOSED[character])
        elif waiting and character == waiting[-1]:
            waiting.pop()
        elif line.startswith("}}", at):
            return None if waiting else at + 2
        at += 1
    return None
