"""A comparison of asset graphs on the terminal."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from treadle.cli.values import difference

if TYPE_CHECKING:
    from treadle.project.comparing import Comparison, FieldChange, Finding, Part, Side

__all__ = ["counted", "lines", "title"]

_MOST = 50
_WIDEST_FIELD = 24


def title(side: Side) -> str:
    """A revision as people name it."""
    return side.revision if side.commit is None else f"{side.revision} ({side.commit[:8]})"


def counted(part: Part) -> str:
    """How much of a kind is different, in words.

    >>> from treadle.project.comparing import Part
    >>> counted(Part(added=("a", "b"), removed=("c",)))
    '2 added, 1 removed'
    """
    counts = {
        "added": len(part.added),
        "removed": len(part.removed),
        "renamed": len(part.renamed),
        "changed": len(part.changed),
    }
    return ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)


def lines(old: Side, new: Side, found: Comparison) -> Iterator[str]:
    """All that is different, for a terminal."""
    yield f"{_bold(title(old))} → {_bold(title(new))}"
    for side in (old, new):
        for note in side.notes:
            yield click.style(f"  {side.revision}: {note}", fg="yellow")
    if found.is_same:
        yield ""
        yield "The asset graph is the same."
        return
    for kind, part in found.parts.items():
        if not part.is_same:
            yield ""
            yield f"{_bold(kind.capitalize())}  {counted(part)}"
            yield from _most(list(_part(part)))
    yield from _edges(found)
    yield from _stale(found)
    yield from _findings("New mistakes", found.new, "red")
    yield from _findings("Mended", found.mended, "green")


def _part(part: Part) -> Iterator[str]:
    for name in part.added:
        yield click.style(f"  + {name}", fg="green")
    for name in part.removed:
        yield click.style(f"  - {name}", fg="red")
    for renamed in part.renamed:
        yield click.style(f"  > {renamed.new}", fg="cyan") + click.style(f"  was {renamed.old}", dim=True)
        yield from _fields(renamed.fields)
    for changed in part.changed:
        yield click.style(f"  ~ {changed.name}", fg="yellow")
        yield from _fields(changed.fields)


def _fields(fields: Sequence[FieldChange]) -> Iterator[str]:
    width = min(max((len(each.field) for each in fields), default=0), _WIDEST_FIELD)
    for each in fields:
        yield from _field(each, width)


def _field(change: FieldChange, width: int) -> Iterator[str]:
    """Old and new value on a line, or on one each when they don't fit."""
    old, new = difference(change.field, change.old, change.new)
    is_list = isinstance(change.old, list) and isinstance(change.new, list)
    room = _columns() - 6 - width - 2
    name = f"      {change.field:<{width}}  "
    indent = " " * len(name)
    if not is_list and len(old) + len(new) + 3 <= room:
        yield f"{name}{click.style(old, fg='red')} → {click.style(new, fg='green')}"
        return
    for sign, text, color in (("-", old, "red"), ("+", new, "green")):
        if text:
            yield f"{name}{click.style(f'{sign} {_cut(text, room - 2)}', fg=color)}"
            name = indent


def _edges(found: Comparison) -> Iterator[str]:
    """Edges between assets that are on both sides: those of others go without saying."""
    assets = found.parts["assets"]
    told = {*assets.added, *assets.removed}
    told |= {name for each in assets.renamed for name in (each.old, each.new)}
    rows = [(sign, edge) for sign, edges in (("+", found.edges_added), ("-", found.edges_removed)) for edge in edges]
    rows = [(sign, edge) for sign, edge in rows if told.isdisjoint(edge)]
    if rows:
        added, removed = (sum(sign == each for each, _ in rows) for sign in "+-")
        words = [f"{count:,} {word}" for count, word in ((added, "added"), (removed, "removed")) if count]
        yield ""
        yield f"{_bold('Edges')}  {', '.join(words)}"
        colors = {"+": "green", "-": "red"}
        yield from _most([click.style(f"  {sign} {dep} → {key}", fg=colors[sign]) for sign, (dep, key) in rows])


def _stale(found: Comparison) -> Iterator[str]:
    if not found.stale:
        return
    yield ""
    count = len(found.stale)
    yield f"{_bold('Has to be made again')}  {count:,} asset{'' if count == 1 else 's'}"
    width = min(max(len(each.asset) for each in found.stale), 32)
    rows = [f"  {each.asset:<{width}}  {click.style(each.reason, dim=True)}" for each in found.stale]
    yield from _most(rows)


def _findings(heading: str, findings: Sequence[Finding], color: str) -> Iterator[str]:
    if not findings:
        return
    yield ""
    yield f"{_bold(heading)}  {len(findings):,}"
    yield from _most([line for each in findings for line in _finding(each, color)])


def _finding(finding: Finding, color: str) -> Iterator[str]:
    head = click.style(f"{finding.severity.value}[{finding.code}]", fg=color)
    yield from _folded(f"{head}: {finding.message}")
    if finding.file:
        yield f"      {click.style('-->', fg='blue')} {finding.file}:{finding.line}"


def _folded(text: str) -> Iterator[str]:
    """Text, wrapped to the terminal by what is seen of it."""
    line, *words = text.split()
    line = f"  {line}"
    for word in words:
        if len(click.unstyle(line)) + 1 + len(word) > _columns():
            yield line
            line = f"      {word}"
        else:
            line = f"{line} {word}"
    yield line


def _most(rows: Sequence[str]) -> Iterator[str]:
    yield from rows[:_MOST]
    if len(rows) > _MOST:
        yield f"  … and {len(rows) - _MOST:,} more lines; --json has all of them"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: max(length - 1, 1)] + "…"


def _columns() -> int:
    return max(shutil.get_terminal_size().columns, 40)


def _bold(text: str) -> str:
    return click.style(text, bold=True)
