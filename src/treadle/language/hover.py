"""What is known of the thing at a place."""

from __future__ import annotations

import re
from pathlib import Path

from treadle.language import expressions
from treadle.language.completion import documentation_of, scope_at
from treadle.language.outline import Entry, Outline, outlines
from treadle.language.positions import Cursor, Range, lines_of
from treadle.language.records import Documentation
from treadle.language.shapes import type_words
from treadle.language.spots import Spot, outline_at, spot_at
from treadle.language.workspace import Known, Workspace

__all__ = ["entry_at", "explain", "name_at"]


def explain(workspace: Workspace, file: Path, text: str, cursor: Cursor) -> Documentation | None:
    """The documentation of what is at a cursor: a type, an attribute, a variable, an asset."""
    lines = lines_of(text)
    outline = outline_at(outlines(text), cursor.line)
    known = Known(workspace=workspace, file=file, outline=outline)
    if (name := name_at(lines, cursor)) is not None:
        return _variable(known, outline, lines, cursor, name)
    entry, on_key = entry_at(outline, cursor)
    if entry is None:
        return None
    if on_key:
        return _attribute(known, entry)
    at = _range(entry.line, entry.value_start, entry.value_end)
    if entry.path == ("type",):
        return _type(known, at)
    if is_asset_key(known, entry):
        return _asset(workspace, entry.text, at)
    return None


def name_at(lines: list[str], cursor: Cursor) -> tuple[str, str, int] | None:
    """The name in an expression at a cursor, the chain up to it, and the column that it starts at."""
    line = lines[cursor.line] if cursor.line < len(lines) else ""
    for found in re.finditer(r"\{\{.*?(?:\}\}|$)", line):
        if found.start() + 2 <= cursor.column <= found.end():
            return next(expressions.chain_at(line, cursor.column), None)
    return None


def entry_at(outline: Outline, cursor: Cursor) -> tuple[Entry | None, bool]:
    """The entry at a cursor, and whether that is its key."""
    best: Entry | None = None
    for each in outline.entries:
        if each.line != cursor.line:
            continue
        if not each.is_item and each.start <= cursor.column <= each.end:
            return each, True
        if each.value_start <= cursor.column <= each.value_end:
            best = each
    return best, False


def is_asset_key(known: Known, entry: Entry) -> bool:
    """Whether a value names an asset."""
    return any(
        branch.schema.get("format") == "asset-key" for shape in known.shapes(entry.path) for branch in shape.branches()
    )


def _attribute(known: Known, entry: Entry) -> Documentation | None:
    shapes = known.shapes(entry.path)
    if not shapes:
        return None
    shape = shapes[0]
    name = str(entry.path[-1])
    lines = [f"**{name}**: {type_words(shape)}"]
    if (other := shape.schema.get("x-alias-of")) is not None:
        lines.append(f"Another name for `{other}`.")
    if text := documentation_of(shape):
        lines.append(text)
    return Documentation(text="\n\n".join(lines), range=_range(entry.line, entry.start, entry.end))


def _type(known: Known, at: Range) -> Documentation | None:
    found = known.descriptor
    if found is None:
        return None
    lines = [f"**{found.name}**", found.description]
    if found.deprecated:
        lines.insert(1, f"Deprecated: {found.deprecated}")
    if found.aliases:
        lines.append(f"Also known as: {', '.join(found.aliases)}")
    if found.package:
        lines.append(f"{found.package} {found.version}".strip())
    return Documentation(text="\n\n".join(each for each in lines if each), range=at)


def _asset(workspace: Workspace, key: str, at: Range) -> Documentation | None:
    found = workspace.assets.find(key)
    if not found:
        return None
    first = found[0]
    place = (
        first.span.file.relative_to(workspace.settings.root)
        if _is_inside(first.span.file, workspace)
        else first.span.file
    )
    lines = [f"**{key}**" + (f" (group {first.group})" if first.group else ""), first.description]
    lines.append(f"Declared in `{place}`, line {first.span.line}.")
    return Documentation(text="\n\n".join(each for each in lines if each), range=at)


def _is_inside(file: Path, workspace: Workspace) -> bool:
    return file.is_relative_to(workspace.settings.root)


def _variable(
    known: Known, outline: Outline, lines: list[str], cursor: Cursor, name: tuple[str, str, int]
) -> Documentation | None:
    word, chain, start = name
    spot: Spot = spot_at(lines, outline, cursor)
    scope = scope_at(spot, known)
    at = _range(cursor.line, start, start + len(word))
    if chain == word:
        if word not in scope:
            return None
        of = scope[word]
    else:
        owner = chain[: -len(word)].rstrip(".")
        if owner == "env":
            is_set = word in known.workspace.environment
            return Documentation(text=f"**env.{word}**: text; {'it is set' if is_set else 'it is not set'}", range=at)
        members = {each.name: each.type for each in expressions.members_of(owner, scope, known.workspace.environment)}
        if word not in members:
            return None
        of = members[word]
    member = expressions.Member(name=word, type=of)
    shown = member.words if member.is_function else f"{chain}: {member.words}"
    text = of.get("description", "")
    return Documentation(text="\n\n".join(each for each in (f"**{shown}**", text) if each), range=at)


def _range(line: int, start: int, end: int) -> Range:
    return Range(start=Cursor(line=line, column=start), end=Cursor(line=line, column=end))
