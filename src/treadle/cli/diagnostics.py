"""Diagnostics on the terminal."""

from __future__ import annotations

import os
import re
import shutil
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import click

from treadle.errors import Diagnostic, Severity, Span

__all__ = ["fixable", "relative", "render", "show", "summary"]

_MOST = 20
_BESIDE = 16  # columns that are shown of what is wrong, at least
_WORD = re.compile(r""""(?:[^"\\]|\\.)*"|'[^']*'|\{\{.*?\}\}|[^\s:,\]}]+""")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def show(diagnostics: Sequence[Diagnostic]) -> None:
    """Print diagnostics to stderr: the first ones in full, and how many there are."""
    for diagnostic in diagnostics[:_MOST]:
        click.echo(render(diagnostic), err=True)
    if rest := diagnostics[_MOST:]:
        files = len({each.span.file for each in rest if each.span})
        where = f" in {files:,} files" if files > 1 else ""
        click.echo(f"… and {len(rest):,} more{where}; `treadle check --json` has all of them\n", err=True)


def fixable(diagnostics: Iterable[Diagnostic]) -> str:
    """How many of them `treadle check --fix` mends, in words; empty when it mends none.

    >>> fixable([Diagnostic(code="TRD403", message="a cycle")])
    ''
    """
    found = list(diagnostics)
    count = sum(1 for each in found if each.edits)
    which = f"{count:,} of them" if count < len(found) else "it" if count == 1 else "all of them"
    return f"; --fix mends {which}" if count else ""


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """How many there are, in words.

    >>> summary([Diagnostic(code="TRD403", message="a cycle")])
    '1 error'
    """
    counts = Counter(each.severity for each in diagnostics)
    words = [
        f"{counts[severity]:,} {severity.value}{'' if counts[severity] == 1 else 's'}"
        for severity in Severity
        if counts[severity]
    ]
    return " and ".join(words) or "no mistakes"


def render(diagnostic: Diagnostic) -> str:
    """A diagnostic as text: what, where with the line itself, why, and how to fix it."""
    color = "red" if diagnostic.severity is Severity.ERROR else "yellow"
    head = click.style(f"{diagnostic.severity.value}[{diagnostic.code}]", fg=color, bold=True)
    lines = [f"{head}: {_indented(diagnostic.message, len(diagnostic.severity.value) + len(diagnostic.code) + 4)}"]
    if diagnostic.span:
        lines += _place(diagnostic.span, color)
    for label, text in (("why", diagnostic.why), ("fix", diagnostic.fix)):
        if text:
            lines.append(f"  {click.style(label, bold=True)}: {_indented(text, 7)}")
    return "\n".join(lines) + "\n"


def _indented(text: str, by: int) -> str:
    """Text that is wrapped to the terminal, below where it starts; lines that are code stay as they are."""
    width = max(shutil.get_terminal_size().columns, 40)
    wrapped: list[str] = []
    for line in _harmless(text.replace(f"{Path.cwd()}{os.sep}", "")).splitlines() or [""]:
        if line.startswith(" "):
            wrapped.append(line)
        else:
            first = by if not wrapped else 2
            wrapped += textwrap.wrap(line, width - first, break_long_words=False, break_on_hyphens=False) or [""]
    return ("\n" + " " * min(by, 7)).join(wrapped)


def _place(span: Span, color: str) -> list[str]:
    shown = f"{relative(span.file)}:{span.line}:{span.column}"
    lines = [f"  {click.style('-->', fg='blue')} {shown}"]
    text = _line(span)
    if text is None:
        return lines
    number = str(span.line)
    bar = click.style("|", fg="blue")
    text, start = _window(text, span.column - 1)
    found = _WORD.match(text, start)
    word = len(found[0]) if found else 1
    marker = " " * start + click.style("^" * word, fg=color, bold=True)
    return [*lines, f" {number} {bar} {text}", f" {' ' * len(number)} {bar} {marker}"]


def relative(file: Path) -> str:
    """A file as it is shown: from here, when it is below."""
    try:
        return str(file.relative_to(Path.cwd()))
    except ValueError:
        shorter = os.path.relpath(file)
        return shorter if len(shorter) < len(str(file)) else str(file)


def _harmless(text: str) -> str:
    """Text that can't move the cursor or colour what follows: messages hold what users and their tools wrote.

    >>> _harmless("\\x1b[31mred\\x1b[0m\\a")
    'red�'
    """
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", click.unstyle(text))


def _line(span: Span) -> str | None:
    if not span.file.is_file():
        return None  # reading a pipe would wait for somebody who writes to it
    try:
        found = span.file.stat()
        lines = _lines(span.file, found.st_mtime_ns, found.st_size)
    except OSError:
        return None
    if not 0 < span.line <= len(lines):
        return None
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", lines[span.line - 1].replace("\t", " "))


@lru_cache(maxsize=4)
def _lines(file: Path, changed: int, size: int) -> list[str]:
    """The lines of a file as it was when it last changed: a file with many mistakes is read once."""
    return file.read_text(encoding="utf-8", errors="replace").splitlines()


def _window(text: str, start: int) -> tuple[str, int]:
    """As much of a line as fits the terminal, around a place, and where the place is in it."""
    most = max(shutil.get_terminal_size().columns, 40) - 8
    first = 0 if start < most - _BESIDE else start - most // 2
    shown = text[first : first + most]
    if first:
        shown = "…" + shown[1:]
    if first + most < len(text):
        shown = shown[:-1] + "…"
    return shown, start - first
