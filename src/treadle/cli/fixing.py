"""`treadle check --fix`: make the edits that mistakes carry, and nothing else."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from treadle.errors import Diagnostic, Edit, ProjectError
from treadle.project.editing.placed import PlacedEdit, SourceText
from treadle.project.editing.whole_files import write_whole

__all__ = ["Fixes", "difference", "fix_files", "refusal"]

_YAML = (".yaml", ".yml")
_LONG = 2_000


@dataclass(slots=True, kw_only=True)
class Fixes:
    """What was changed, and what couldn't be: files with the reason."""

    mended: int = 0
    before: dict[Path, bytes] = field(default_factory=dict)
    after: dict[Path, bytes] = field(default_factory=dict)
    refused: dict[Path, str] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """The changed lines of each file, as in a diff."""
        for file in sorted(self.after):
            if self.before[file] != self.after[file]:
                yield from difference(file, SourceText(self.before[file]).text, SourceText(self.after[file]).text)
        for file, why in sorted(self.refused.items()):
            yield f"{_shown(file)} could be mended, but {why}"


def fix_files(diagnostics: Iterable[Diagnostic], root: Path, fixes: Fixes) -> bool:
    """Make the edits of some diagnostics in the files below a folder; says whether a file has changed.

    Of edits that overlap, the first is made. A file that can't be written, or that would be read
    worse than before, stays as it is.
    """
    by_file: dict[Path, list[tuple[Edit, ...]]] = {}
    for each in diagnostics:
        files = {edit.span.file for edit in each.edits}
        if len(files) == 1:  # a change of two files can't be made at once
            by_file.setdefault(files.pop(), []).append(each.edits)
    changed = False
    for file, groups in by_file.items():
        if file not in fixes.refused:
            changed = _fix(file, groups, root, fixes) or changed
    return changed


def _fix(file: Path, groups: Sequence[tuple[Edit, ...]], root: Path, fixes: Fixes) -> bool:
    try:
        data = file.read_bytes()
        text = SourceText(data)
    except (OSError, UnicodeDecodeError):
        return False
    new, mended = _mended(file, text, list(_placed(groups, text)))
    if new == data:
        return False
    if why := refusal(file, root):
        fixes.refused[file] = why
        return False
    try:
        if file.read_bytes() != data:
            return True  # somebody else has just written it: look again
        write_whole(file.resolve(), new)
    except OSError as error:
        fixes.refused[file] = f"it can't be written: {(error.strerror or str(error)).lower()}"
        return False
    fixes.before.setdefault(file, data)
    fixes.after[file] = new
    fixes.mended += mended
    return True


def _placed(groups: Iterable[tuple[Edit, ...]], text: SourceText) -> Iterator[list[PlacedEdit]]:
    """The edits of each mistake, where all of them can be made."""
    for group in dict.fromkeys(groups):
        found = [placed for edit in group if (placed := text.place(edit)) is not None]
        apart = not any(one.overlaps(two) for at, one in enumerate(found) for two in found[:at])
        if len(found) == len(group) and apart:
            yield found


def _mended(file: Path, text: SourceText, groups: list[list[PlacedEdit]]) -> tuple[bytes, int]:
    """The text with as many of the edits as leave it readable, and the number of mistakes that are mended."""
    groups = _compatible(groups)
    new = text.after(edit for group in groups for edit in group)
    if file.suffix not in _YAML or not _is_worse(file, text, new, groups):
        return new, len(groups)
    kept: list[list[PlacedEdit]] = []
    for group in groups:
        tried = [*kept, group]
        if not _is_worse(file, text, text.after(edit for each in tried for edit in each), tried):
            kept = tried
    return text.after(edit for group in kept for edit in group), len(kept)


def _compatible(groups: Iterable[list[PlacedEdit]]) -> list[list[PlacedEdit]]:
    """Of mistakes whose edits overlap, the first; the others are looked at again afterwards."""
    kept: list[list[PlacedEdit]] = []
    last = -1
    for group in sorted(groups, key=lambda group: min(each.start for each in group)):
        if len(group) == 1:  # the usual case, in which looking at the one before is enough
            (only,) = group
            if only.start > last or (only.start == last and kept and kept[-1][-1].start != only.start):
                kept.append(group)
                last = max(last, only.end)
        elif not any(one.overlaps(two) for each in kept for one in each for two in group):
            kept.append(group)
            last = max(last, *(each.end for each in group))
    return kept


def _is_worse(file: Path, text: SourceText, new: bytes, groups: Iterable[list[PlacedEdit]]) -> bool:
    """Whether a YAML file would be read with fewer documents, or have a mistake where it was mended.

    Mistakes further below may well be new: a parser sees them once it gets there.
    """
    from treadle.documents import parse_yaml

    try:
        before = len(parse_yaml(file, text.encoded()))
        known: set[str] = set()
    except ProjectError as error:
        before, known = 0, {each.code for each in error.diagnostics}
    try:
        return len(parse_yaml(file, new)) < before
    except ProjectError as error:
        if before:
            return True
        mended = max((each.line for group in groups for each in group), default=0)
        return any(
            each.span is not None and each.span.line <= mended and each.code not in known for each in error.diagnostics
        )


def refusal(file: Path, root: Path) -> str:
    """Why a file isn't changed; empty when it may be."""
    if not file.resolve().is_relative_to(root.resolve()):
        return "it is not in the project's folder"
    if not file.stat().st_mode & stat.S_IWUSR or not os.access(file, os.W_OK):
        return "it is read-only"
    return ""


def difference(file: Path, before: str, after: str) -> Iterator[str]:
    """The lines of a file that differ, with their numbers."""
    old, new = before.splitlines(), after.splitlines()
    yield _shown(file)
    # In a long file, lines that are there again and again would make comparing take minutes.
    matcher = SequenceMatcher(a=old, b=new, autojunk=len(old) > _LONG)
    for what, start, end, new_start, new_end in matcher.get_opcodes():
        if what != "equal":
            yield from (f"{number + 1:>5} - {old[number]}" for number in range(start, end))
            yield from (f"{number + 1:>5} + {new[number]}" for number in range(new_start, new_end))


def _shown(file: Path) -> str:
    from treadle.cli.diagnostics import relative

    return relative(file)
