"""A comparison of asset graphs as Markdown: a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from treadle.cli.diff_text import counted, title
from treadle.cli.values import difference

if TYPE_CHECKING:
    from treadle.project.comparing import Comparison, FieldChange, Finding, Part, Side

__all__ = ["code", "markdown"]

_SHORT = 10
"""Lists that are longer are folded."""
_MOST = 200
_MOST_CHARACTERS = 60_000
"""GitHub takes comments of 65,536 characters."""
_LONGEST = 80


def markdown(old: Side, new: Side, found: Comparison) -> Iterator[str]:
    """What is different, for people who read the pull request: as much as a comment can hold."""
    room, is_folded = _MOST_CHARACTERS, False
    for line in _all(old, new, found):
        room -= len(line.encode()) + 1
        if room < 0:
            yield from (["", "</details>"] if is_folded else [])
            yield ""
            yield "… and more: a comment can't hold it. `treadle diff` in a terminal shows it."
            return
        is_folded = line.startswith("<details>") or (is_folded and line != "</details>")
        yield line


def _all(old: Side, new: Side, found: Comparison) -> Iterator[str]:
    yield f"### Asset graph: {_headline(found)}"
    yield ""
    yield f"{code(title(old))} → {code(title(new))}"
    for side in (old, new):
        for note in side.notes:
            yield f"- {code(side.revision)}: {note}"
    yield from _findings("New mistakes", found.new)
    for kind, part in found.parts.items():
        if not part.is_same:
            yield from _section(f"{kind.capitalize()}: {counted(part)}", list(_part(part)))
    rows = [f"- {code(each.asset)}: {_text(each.reason)}" for each in found.stale]
    if rows:
        yield from _section(f"Has to be made again: {len(rows):,}", rows)
    yield from _findings("Mended", found.mended)


def _headline(found: Comparison) -> str:
    if found.is_same:
        return "the same"
    words = [f"assets {assets}" if (assets := counted(found.parts["assets"])) else ""]
    words += [f"{len(found.stale):,} to be made again" if found.stale else ""]
    errors = len(found.new_errors)
    words += [f"**{errors:,} new error{'' if errors == 1 else 's'}**" if errors else ""]
    return "; ".join(filter(None, words)) or "changed beside the assets"


def _part(part: Part) -> Iterator[str]:
    yield from (f"- added {code(name)}" for name in part.added)
    yield from (f"- removed {code(name)}" for name in part.removed)
    for renamed in part.renamed:
        yield f"- renamed {code(renamed.old)} to {code(renamed.new)}"
        yield from map(_field, renamed.fields)
    for changed in part.changed:
        yield f"- changed {code(changed.name)}"
        yield from map(_field, changed.fields)


def _field(change: FieldChange) -> str:
    old, new = difference(change.field, change.old, change.new)
    if isinstance(change.old, list) and isinstance(change.new, list):
        said = [f"{word} {code(text)}" for word, text in (("without", old), ("with", new)) if text]
        return f"  - {code(change.field)}: {', '.join(said)}"
    return f"  - {code(change.field)}: {code(old)} → {code(new)}"


def _findings(heading: str, findings: Sequence[Finding]) -> Iterator[str]:
    if findings:
        rows = [f"- {each.severity.value} {each.code}: {code(each.message, 400)}{_place(each)}" for each in findings]
        yield from _section(f"{heading}: {len(findings):,}", rows)


def _place(finding: Finding) -> str:
    return f" at {code(f'{finding.file}:{finding.line}')}" if finding.file else ""


def _section(heading: str, rows: Sequence[str]) -> Iterator[str]:
    """A list below its heading; a long one is folded, and one that no comment could hold is cut."""
    shown = [*rows[:_MOST], *([f"- … and {len(rows) - _MOST:,} more lines"] if len(rows) > _MOST else [])]
    yield ""
    if len(rows) <= _SHORT:
        yield f"**{heading}**"
        yield ""
        yield from shown
        return
    yield f"<details><summary><b>{heading}</b></summary>"
    yield ""
    yield from shown
    yield ""
    yield "</details>"


def _text(reason: str) -> str:
    return code(reason, 200)


def code(text: str, longest: int = _LONGEST) -> str:
    """Text as code: nothing in it is a link, a tag or a mention of somebody.

    >>> code("`rm` | <b>"), code("a" * 9, longest=5)
    ('`` `rm` | <b> ``', '`aaaa…`')
    """
    plain = " ".join(text.split()) or " "
    plain = plain if len(plain) <= longest else plain[: longest - 1] + "…"
    if "`" not in plain:
        return f"`{plain}`"
    fence = "`" * (_longest_run(plain) + 1)
    return f"{fence} {plain} {fence}"


def _longest_run(text: str) -> int:
    longest = run = 0
    for character in text:
        run = run + 1 if character == "`" else 0
        longest = max(longest, run)
    return longest
