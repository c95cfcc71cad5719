"""What stops text from being YAML, said in the terms of the person who wrote it.

A parser tells where it gave up; people need to hear what they did. Each recognizer looks at the
place for one common mistake; the first that knows it speaks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yaml.error import MarkedYAMLError

from treadle.documents.mistakes import unquoted_template
from treadle.errors import Diagnostic, Span, cut

__all__ = ["Trouble", "explain_syntax", "trouble_of"]

_TEMPLATE = re.compile(r"(?:^|[:,\[-]\s)\s*(\{[{%])")
_NO_SPACE = re.compile(r"\s*(?:- +)*[\w.-]+:(?=[^\s:/\\])")
_INNER_COLON = re.compile(r"\s*(?:- +)*(?:[\w.-]+|\"[^\"]*\"|'[^']*'):\s+(?=\S)")
_LIST_ITEM = re.compile(r"\s*(?:- +)+(?=\S)")
# What a parser was doing when a special character began what was meant as text.
_STARTED = ("scanning an a", "a tag", "a directive", "a block scalar")
_INDICATORS = tuple("*&!%|>")
_OWN_KEY = re.compile(r"\s*[\w.-]+$")
_FIRST_KEY = re.compile(r"\s*(?:- +)*[\w.-]+$")
_SAYS_NOTHING = re.compile(r"\s*(?:#|$)")
_NO_COLON = re.compile(r"\s*(?:- +)*(?P<name>[A-Za-z_][\w-]*)(?: +[^:\s#][^:]*)?$")
_NO_DASH_SPACE = re.compile(r"\s*(?P<dash>-)[A-Za-z_][\w.-]*:(?=\s|$)")
_WITH_VALUE = re.compile(r"\s*(?:- +)*(?=[\w.-]+:\s+[^\s#])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Where a parser gave up, and what it was doing; lines and columns count from 0."""

    file: Path
    lines: list[str]
    line: int
    column: int
    problem: str
    context: str
    context_at: tuple[int, int] | None
    last_scalar: Any
    open_bracket: Any

    @property
    def text(self) -> str:
        """The line it gave up on."""
        return self.lines[self.line] if self.line < len(self.lines) else ""

    def above(self, line: int) -> int | None:
        """The line before another one that says something: neither empty nor a comment."""
        before = range(min(line, len(self.lines)) - 1, -1, -1)
        return next((each for each in before if not _SAYS_NOTHING.match(self.lines[each])), None)

    @property
    def character(self) -> str:
        """The character it gave up at; empty at the end of a line."""
        return self.text[self.column : self.column + 1]

    def span(self, at: tuple[int, int] | None = None) -> Span:
        """The span of a place, by default of where it gave up."""
        line, column = at or (self.line, self.column)
        return Span(file=self.file, line=line + 1, column=column + 1)

    def told(
        self, code: str, message: str, *, why: str = "", fix: str = "", at: tuple[int, int] | None = None
    ) -> Diagnostic:
        """The mistake as a diagnostic."""
        return Diagnostic(code=code, message=message, why=why, fix=fix, span=self.span(at))


def trouble_of(file: Path, text: str, error: MarkedYAMLError, last_scalar: Any, open_bracket: Any) -> Trouble:
    """What a parser's error says, with the text around it."""
    mark: Any = error.problem_mark or error.context_mark
    context: Any = error.context_mark
    return Trouble(
        file=file,
        lines=text.splitlines() or [""],
        line=mark.line if mark else 0,
        column=mark.column if mark else 0,
        problem=error.problem or "",
        context=error.context or "",
        context_at=(context.line, context.column) if context else None,
        last_scalar=last_scalar,
        open_bracket=open_bracket,
    )


def explain_syntax(trouble: Trouble) -> Diagnostic:
    """The mistake behind a parser's error."""
    for recognize in _RECOGNIZERS:
        if found := recognize(trouble):
            return found
    return trouble.told(
        "TRD104",
        "this can't be read as YAML",
        why=f"the parser gave up here: {trouble.problem or 'unexpected text'}",
        fix="if it is meant as text, put it in quotation marks",
    )


def _tab(trouble: Trouble) -> Diagnostic | None:
    before = trouble.text[: trouble.column + 1]
    indentation = before[: len(before) - len(before.lstrip())]
    if "\t" not in indentation:
        return None
    return trouble.told(
        "TRD105",
        "this line is indented with a tab",
        why="YAML allows only spaces here, because tabs are not equally wide everywhere",
        fix="replace the tab with spaces",
        at=(trouble.line, indentation.index("\t")),
    )


def _template(trouble: Trouble) -> Diagnostic | None:
    places = [trouble.line]
    if trouble.open_bracket is not None:
        places.append(trouble.open_bracket.start_mark.line)
    for line in places:
        text = trouble.lines[line] if line < len(trouble.lines) else ""
        found = _TEMPLATE.search(text)
        if found and (line != trouble.line or found.start(1) <= trouble.column):
            return unquoted_template(trouble.span((line, found.start(1))))
    return None


def _open_quote(trouble: Trouble) -> Diagnostic | None:
    if "quoted scalar" not in trouble.context or "escape" in trouble.problem or trouble.context_at is None:
        return None
    return trouble.told(
        "TRD106",
        "this quotation mark is never closed",
        why="everything after it, to the end of the file, would belong to the text",
        fix="put the same mark at the end of the text",
        at=trouble.context_at,
    )


def _late_quote(trouble: Trouble) -> Diagnostic | None:
    scalar = trouble.last_scalar
    if scalar is None or scalar.style not in ("'", '"') or scalar.end_mark.line != trouble.line:
        return None
    start, end = scalar.start_mark, scalar.end_mark
    if start.line < end.line:
        return trouble.told(
            "TRD106",
            "the quotation mark that opens here isn't closed on its line",
            why=f"the text runs on to line {end.line + 1}, where something follows that doesn't fit",
            fix="put the same mark at the end of the text",
            at=(start.line, start.column),
        )
    between = trouble.text[end.column : trouble.column]
    if between.strip() or not trouble.character.strip() or trouble.character in ",]}:#":
        return None
    return trouble.told(
        "TRD108",
        "there is text after the closing quotation mark",
        why="quotation marks go around the whole value",
        fix="quote all of it; inside of '…', a single quotation mark is written twice",
    )


def _bracket(trouble: Trouble) -> Diagnostic | None:
    opened = trouble.open_bracket
    if opened is None:
        return None
    start = opened.start_mark
    opening = trouble.lines[start.line][start.column : start.column + 1]
    closing = {"[": "]", "{": "}"}.get(opening)
    if closing is None:
        return None
    if start.line == trouble.line and trouble.character not in ("", "#"):
        return trouble.told(
            "TRD106",
            f"expected ',' or {closing!r} here",
            why=f"the {opening!r} in column {start.column + 1} is still open",
            fix="separate the items by commas, and quote text that holds brackets, braces or ': '",
        )
    return trouble.told(
        "TRD106",
        f"this {opening!r} is never closed",
        why=f"there is no {closing!r} before line {trouble.line + 1} goes on with something else",
        fix=f"put {closing!r} at the end",
        at=(start.line, start.column),
    )


def _stray_bracket(trouble: Trouble) -> Diagnostic | None:
    if trouble.character not in ("]", "}"):
        return None
    return trouble.told(
        "TRD106",
        f"this {trouble.character!r} closes nothing",
        why="no bracket is open here",
        fix="remove it, or quote the text that it belongs to",
    )


def _needs_quotes(trouble: Trouble) -> Diagnostic | None:
    at = trouble.context_at if any(what in trouble.context for what in _STARTED) else None
    line, column = at or (trouble.line, trouble.column)
    text = trouble.lines[line] if line < len(trouble.lines) else ""
    first = text[column : column + 1]
    fitting = first in ("@", "`", "%") and ("cannot start" in trouble.problem or "token" in trouble.problem)
    if not fitting and not (at and first in _INDICATORS):
        return None
    return trouble.told(
        "TRD108",
        f"text that begins with {first!r} must be quoted",
        why=f"{first!r} has a meaning of its own at the start of a value",
        fix=f'write "{cut(text[column:].strip())[1:-1]}"',
        at=(line, column),
    )


def _missing_space(trouble: Trouble) -> Diagnostic | None:
    if "mapping values" not in trouble.problem and "':'" not in trouble.problem:
        return None
    for line in range(trouble.line, -1, -1):
        text = trouble.lines[line] if line < len(trouble.lines) else ""
        if not text.strip():
            continue
        if found := _NO_SPACE.match(text):
            if line == trouble.line and found.end() > trouble.column:
                continue
            return trouble.told(
                "TRD115",
                "there is no space after this colon",
                why="without a space, YAML takes the whole line for one piece of text",
                fix=f"write {cut(text[: found.end()].strip() + ' …')}",
                at=(line, found.end() - 1),
            )
        if line < trouble.line:
            return None
    return None


def _missing_dash_space(trouble: Trouble) -> Diagnostic | None:
    above = trouble.above(trouble.line)
    if above is None or not (_begins_with_key(trouble) or "expected key" in trouble.problem):
        return None
    if not (found := _NO_DASH_SPACE.match(trouble.lines[above])):
        return None
    return trouble.told(
        "TRD104",
        "there is no space after this dash",
        why="without a space, YAML takes the dash for a part of the name",
        fix="write '- ' before each item of a list",
        at=(above, found.start("dash")),
    )


def _missing_colon(trouble: Trouble) -> Diagnostic | None:
    if "expected ':'" in trouble.problem and trouble.context_at is not None:
        line: int | None = trouble.context_at[0]
    else:
        line = trouble.above(trouble.line) if _begins_with_key(trouble) else None
    found = _NO_COLON.match(trouble.lines[line]) if line is not None else None
    if line is None or found is None or _goes_on(trouble, line, found.start("name")):
        return None
    return trouble.told(
        "TRD104",
        "there is no colon after this name",
        why=f"without one, YAML takes it for text, and line {trouble.line + 1} doesn't go on like that",
        fix=f"write {found['name'] + ':'!r}; text of several lines has to be quoted",
        at=(line, found.start("name")),
    )


def _begins_with_key(trouble: Trouble) -> bool:
    """Whether it gave up at the first colon of a line."""
    return "mapping values" in trouble.problem and bool(_FIRST_KEY.match(trouble.text[: trouble.column]))


def _goes_on(trouble: Trouble, line: int, column: int) -> bool:
    """Whether a line is the second of a text that began on the line of its key."""
    above = trouble.above(line)
    key = _WITH_VALUE.match(trouble.lines[above]) if above is not None else None
    return key is not None and column > key.end()


def _inner_colon(trouble: Trouble) -> Diagnostic | None:
    if "mapping values" not in trouble.problem:
        return None
    found = _INNER_COLON.match(trouble.text) or _LIST_ITEM.match(trouble.text)
    if not found or found.end() >= trouble.column:
        return None
    value = trouble.text[found.end() :].strip()
    return trouble.told(
        "TRD108",
        "this text holds a colon, and isn't quoted",
        why="a colon with a space after it starts a mapping, which can't begin in the middle of a line's value",
        fix=f'write "{cut(value)[1:-1]}"',
        at=(trouble.line, found.end()),
    )


def _indentation(trouble: Trouble) -> Diagnostic | None:
    deeper = "mapping values" in trouble.problem and _OWN_KEY.match(trouble.text[: trouble.column])
    unaligned = "expected key" in trouble.problem or "'-' indicator" in trouble.problem
    expected = "expected <block end>" in trouble.problem
    if not (deeper or unaligned or expected):
        return None
    indent = len(trouble.text) - len(trouble.text.lstrip())
    if not deeper and indent != trouble.column:
        return None
    why = (
        "it is deeper than the line above, which already has a value"
        if deeper
        else f"it lines up neither with line {(trouble.context_at or (0, 0))[0] + 1} nor with what is inside of it"
    )
    return trouble.told(
        "TRD117",
        "the indentation of this line doesn't fit",
        why=why,
        fix="give lines that belong together the same number of spaces",
        at=(trouble.line, indent),
    )


def _dash(trouble: Trouble) -> Diagnostic | None:
    if "sequence entries are not allowed" not in trouble.problem:
        return None
    return trouble.told(
        "TRD117",
        "a list with dashes can't start on the line of its key",
        why="each '- ' needs a line of its own",
        fix="put it on the next line, or write [a, b]; quote it if it is text",
    )


def _escape(trouble: Trouble) -> Diagnostic | None:
    if "escape" not in trouble.problem:
        return None
    return trouble.told(
        "TRD108",
        "this backslash means nothing that YAML knows",
        why='inside of "…", a backslash starts an escape like \\n',
        fix="use single quotation marks, or write the backslash twice",
    )


_RECOGNIZERS: tuple[Callable[[Trouble], Diagnostic | None], ...] = (
    _tab,
    _template,
    _open_quote,
    _late_quote,
    _escape,
    _bracket,
    _stray_bracket,
    _needs_quotes,
    _missing_space,
    _missing_dash_space,
    _missing_colon,
    _inner_colon,
    _dash,
    _indentation,
)
